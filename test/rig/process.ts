/** Child processes of the rig: started with a name, ended by their own id, never by name, and waited for. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a process may take to end after SIGTERM, in milliseconds, before it is killed. */
const graceMs = 5000;

/** A running child with the text it wrote so far. */
export interface RigProcess {
  readonly child: ChildProcess;
  /** Standard output and error together, newest 64 KiB. */
  output(): string;
  /** Settles with the first line of output that `pattern` matches; fails when the process ends or `timeoutMs` passes. */
  waitForLine(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray>;
  /** Ends it (SIGTERM, then SIGKILL) and waits; settles with its exit code, null when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `command` with argument array `args`; standard input is a pipe. Fails when it cannot be started. */
export async function startProcess(command: string, args: string[], options: SpawnOptions = {}): Promise<RigProcess> {
  const child = spawn(command, args, { ...options, stdio: 'pipe' });
  let text = '';
  const listeners = new Set<() => void>();
  const append = (data: Buffer): void => {
    text = (text + data.toString()).slice(-65536);
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', append);
  child.stderr?.on('data', append);
  // A write to a process that has just ended is no error of ours.
  child.stdin?.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await once(child, 'spawn');

  return {
    child,
    output: () => text,
    waitForLine: (pattern, timeoutMs) => {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpMatchArray>();
      const look = (): void => {
        const found = text.match(pattern);
        if (found !== null) resolve(found);
      };
      const fail = (why: string): void =>
        reject(new Error(`${command}: ${why} before printing ${pattern}. Output:\n${text}`));
      const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
      listeners.add(look);
      void ended.then(() => fail('ended'));
      look();
      return promise.finally(() => {
        clearTimeout(timer);
        listeners.delete(look);
      });
    },
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
      return child.exitCode;
    },
  };
}

/** Runs a command to its end and settles with its standard output; fails with its error output. */
export async function run(
  command: string,
  args: string[],
  options: SpawnOptions & { input?: string } = {},
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: 'pipe' });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (data: Buffer) => out.push(data));
  child.stderr?.on('data', (data: Buffer) => err.push(data));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${Buffer.concat(err).toString().trim()}`);
  }
  return Buffer.concat(out).toString();
}

/** Asks `condition` until it holds; fails naming `what` after `timeoutMs`. For outside states that send no event. */
export async function waitUntil(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(20);
  }
}

/**
 * SSH by the system's OpenSSH, so that the user's configuration, agent, hardware keys and Kerberos work. One ssh logs in
 * and listens on a control socket in a private folder; every channel is another ssh that hands its files to the first.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FSWatcher, watch } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { CallOptions, OpenOptions } from '../../../driver.ts';
import { cancelledError, type VirError, virError } from '../../../error.ts';
import { Emitter } from '../../../event.ts';
import { timedOut } from '../../../rpc/wait-for.ts';
import { type ProcessEnd, ProcessStream, runningChild } from '../../process-stream.ts';
import { spawnOnSocket } from '../../socket-program.ts';
import { OPEN_TIMEOUT_MS } from '../../transports/bounded.ts';
import { cancelledLogin, type ExplainEnd, type SshLogin, sshError } from '../login.ts';
import { quoteForShell } from '../quote.ts';
import { describeTarget, type SshTarget } from '../target.ts';
import { Askpass } from './askpass.ts';
import { explainLogin } from './explain.ts';
import { channelArgs, keeperScript, loginArgs } from './arguments.ts';

const SCAN_MS = 250;
const KEPT_STDERR = 8192;
/** A channel's end and the log-in's come from two programs. */
const LOGIN_END_GRACE_MS = 300;
const CLOSE_MS = 3000;

/** Logs in. Rejects with an error of `sshError`; then nothing is left of the attempt. */
export async function openOpenSsh(target: SshTarget, options: OpenOptions): Promise<SshLogin> {
  const dir = await mkdtemp(join(tmpdir(), 'hostler-ssh-'));
  const login = new OpenSshLogin(target, dir);
  try {
    await login.logIn(options);
    return login;
  } catch (error) {
    await login.close();
    throw error;
  }
}

class OpenSshLogin implements SshLogin {
  readonly peer: string;
  failure: VirError | null = null;
  readonly #target: SshTarget;
  readonly #dir: string;
  readonly #controlPath: string;
  readonly #ended = new Emitter<VirError>();
  readonly #forwards = new Map<string, Promise<string>>();
  #askpass: Askpass | null = null;
  #keeper: ChildProcessWithoutNullStreams | null = null;
  #sockets = 0;
  #stderr = '';
  #isLoggedIn = false;
  #closing: Promise<void> | null = null;

  constructor(target: SshTarget, dir: string) {
    this.#target = target;
    this.#dir = dir;
    this.#controlPath = join(dir, 'c');
    this.peer = describeTarget(target);
  }

  get onDidEnd(): Emitter<VirError>['event'] {
    return this.#ended.event;
  }

  async logIn({ prompt, signal, timeoutMs = OPEN_TIMEOUT_MS }: OpenOptions): Promise<void> {
    if (signal?.aborted === true) throw cancelledError(`logging in to ${this.peer}`, signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = (): void => reject(cancelledLogin(this.#target));
    const askpass = this.#target.canPrompt && prompt !== undefined ? new Askpass(this.#dir, prompt, cancel) : null;
    this.#askpass = askpass;
    const env = { ...process.env, ...(await askpass?.prepare()), HOSTLER_SSH_DIR: this.#dir };
    let restMs = timeoutMs;
    const look = async (): Promise<void> => {
      await askpass?.scan();
      if (await exists(this.#controlPath)) resolve();
    };
    // The watcher is quick, the timer certain. A person's time for an answer is not counted.
    const timer = setInterval(() => {
      if (askpass?.isAsking !== true) restMs -= SCAN_MS;
      if (restMs <= 0) reject(timedOut(`logging in to ${this.peer}`, timeoutMs, false));
      void look();
    }, SCAN_MS);
    const onAbort = (): void => reject(cancelledError(`logging in to ${this.peer}`, signal!));
    signal?.addEventListener('abort', onAbort, { once: true });
    let watcher: FSWatcher | null = null;
    try {
      watcher = watch(this.#dir, () => void look()).on('error', () => undefined);
      this.#startKeeper(loginArgs(this.#target, this.#controlPath, askpass !== null, timeoutMs), env, reject);
      await promise;
      this.#isLoggedIn = true;
    } finally {
      clearInterval(timer);
      watcher?.close();
      askpass?.dispose();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async openCommand(argv: readonly string[], explain: ExplainEnd): Promise<Duplex> {
    const args = this.#channelArgs([quoteForShell(argv)]);
    const program = await spawnOnSocket(this.#target.command, args, join(this.#dir, `s${this.#sockets++}`));
    return new ProcessStream(program, async (end) => (await this.#lossBehind(end)) ?? explain(end));
  }

  openTcp(host: string, port: number): Promise<Duplex> {
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    if (!/^[\w.:[\]%-]+$/.test(address) || address.startsWith('-')) throw badTunnel(address);
    const child = this.#channel([], ['-W', address]);
    const explain = async (end: ProcessEnd): Promise<Error | null> => {
      if (end.code === 0 || (end.code === null && end.error === null)) return null;
      return (await this.#lossBehind(end)) ?? refusedTunnel(address, this.peer, end.stderr);
    };
    return Promise.resolve(new ProcessStream(runningChild(child), explain));
  }

  async openUnix(path: string, { signal }: CallOptions = {}): Promise<Duplex> {
    // ssh splits a forward at colons and expands % and $ in it, each version its own way.
    if (!/^\/[\w ./,+@=~-]*$/.test(path) || path.length > 100) throw badTunnel(path);
    let local = this.#forwards.get(path);
    if (local === undefined) {
      local = this.#forward(path, join(this.#dir, `u${this.#forwards.size}`));
      this.#forwards.set(path, local);
      local.catch(() => this.#forwards.delete(path));
    }
    const socket = connect(await local);
    try {
      await once(socket, 'connect', signal === undefined ? {} : { signal });
      return socket;
    } catch (error) {
      socket.destroy();
      throw this.failure ?? error;
    }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const keeper = this.#keeper;
    if (keeper !== null && keeper.pid !== undefined && keeper.exitCode === null && keeper.signalCode === null) {
      // Not only the keeper's end: everything that it started has let go of its output then.
      const ended = once(keeper, 'close', { signal: AbortSignal.timeout(CLOSE_MS) }).catch(() => undefined);
      // The end of its input is what makes it end ssh, whoever closes it.
      keeper.stdin.destroy();
      await ended;
    }
    await rm(this.#dir, { recursive: true, force: true });
    this.#ended.dispose();
  }

  #startKeeper(args: string[], env: NodeJS.ProcessEnv, reject: (error: Error) => void): void {
    // Without a terminal of its own, so that no question goes to the one this program was started from.
    const keeper = spawn('/bin/sh', ['-c', keeperScript, 'hostler-ssh', this.#target.command, ...args], {
      env,
      detached: true,
      stdio: 'pipe',
    });
    this.#keeper = keeper;
    keeper.stdin.on('error', () => undefined);
    keeper.stderr.on('data', (data: Buffer) => (this.#stderr = (this.#stderr + data.toString()).slice(-KEPT_STDERR)));
    keeper.stdout.resume();
    keeper.once('error', (error) => reject(sshError('no-ssh', `Cannot start ssh: ${error.message}.`, error)));
    keeper.once('exit', (code) => {
      // Its last words may still be in the pipe.
      setImmediate(() => void this.#onExit(code, reject));
    });
  }

  async #onExit(code: number | null, reject: (error: Error) => void): Promise<void> {
    const stderr = this.#stderr.trim();
    if (!this.#isLoggedIn) {
      const missing = sshError(
        'no-ssh',
        `There is no program ${this.#target.command} on this machine. Install OpenSSH.`,
      );
      const isMissing = code === 127 && /not found/.test(stderr);
      reject(isMissing ? missing : await explainLogin(stderr, this.#target, this.#askpass?.hasAsked === true));
      return;
    }
    if (this.#closing !== null) return;
    const said = stderr === '' ? '' : ` ssh said: ${stderr.split('\n').at(-1)}`;
    this.failure = sshError('lost', `The SSH connection to ${this.peer} ended.${said}`);
    this.#ended.fire(this.failure);
    this.#ended.dispose();
  }

  #channel(command: string[], options: string[] = []): ChildProcessWithoutNullStreams {
    return spawn(this.#target.command, this.#channelArgs(command, options), { stdio: 'pipe' });
  }

  #channelArgs(command: string[], options: string[] = []): string[] {
    if (this.failure !== null) throw this.failure;
    return [...channelArgs(this.#controlPath), ...options, '--', 'hostler', ...command];
  }

  /** The reason where a channel ended because the whole log-in did: ssh then ends with 255. */
  async #lossBehind({ code, error }: ProcessEnd): Promise<VirError | null> {
    if (error !== null) return sshError('no-ssh', `Cannot start ssh: ${error.message}.`, error);
    if (code !== 255 || this.failure !== null) return this.failure;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), LOGIN_END_GRACE_MS);
      this.#ended.event((failure) => {
        clearTimeout(timer);
        resolve(failure);
      });
    });
  }

  /** Makes ssh listen on `local` for connections to the far side's socket `path`. */
  async #forward(path: string, local: string): Promise<string> {
    const args = [...channelArgs(this.#controlPath), '-O', 'forward', '-L', `${local}:${path}`, '--', 'hostler'];
    const child = spawn(this.#target.command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw this.failure ?? refusedTunnel(path, this.peer, stderr.trim());
    return local;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function badTunnel(where: string): VirError {
  return virError(
    'VIR_ERR_INVALID_ARG',
    'VIR_FROM_SSH',
    `"${where}" cannot be reached through SSH: it has characters that ssh does not take literally.`,
  );
}

function refusedTunnel(where: string, peer: string, stderr: string): VirError {
  const said = stderr === '' ? '' : ` ssh said: ${stderr.split('\n').join(' ')}`;
  return virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_SSH', `${peer} has no connection to ${where} for us.${said}`);
}

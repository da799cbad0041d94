/** SSH by the ssh2 library, where there is no ssh program. It does not read the user's ~/.ssh/config. */
import type { Duplex } from 'node:stream';
import ssh2, { type AuthenticationType, type ClientChannel, type NextAuthHandler } from 'ssh2';
import type { OpenOptions, SshPrompt } from '../../../driver.ts';
import { cancelledError, VirError, virError } from '../../../error.ts';
import { Emitter } from '../../../event.ts';
import { timedOut } from '../../../rpc/wait-for.ts';
import { ProcessStream, type RunningProgram } from '../../process-stream.ts';
import { OPEN_TIMEOUT_MS } from '../../transports/bounded.ts';
import { cancelledLogin, impatientHost, type ExplainEnd, type SshLogin, sshError } from '../login.ts';
import { quoteForShell } from '../quote.ts';
import { describeTarget, type SshTarget } from '../target.ts';
import { attempts, userOf } from './authentication.ts';
import { HostKeys } from './host-keys.ts';

const SSH_PORT = 22;
const TICK_MS = 250;
const KEEPALIVE_MS = 15_000;
const KEEPALIVE_COUNT = 3;

type Client = InstanceType<typeof ssh2.Client>;

/** Logs in, through the jump hosts where there are any. Rejects with an error of `sshError`. */
export async function openLibrarySsh(target: SshTarget, options: OpenOptions): Promise<SshLogin> {
  const login = new LibraryLogin(target, options);
  try {
    await login.logIn();
    return login;
  } catch (error) {
    await login.close();
    throw error;
  }
}

class LibraryLogin implements SshLogin {
  readonly peer: string;
  failure: VirError | null = null;
  readonly #target: SshTarget;
  readonly #options: OpenOptions;
  readonly #ended = new Emitter<VirError>();
  /** The last one is the host's, those before it jump hosts. */
  readonly #clients: Client[] = [];
  readonly #over = new AbortController();
  #isAsking = false;
  #hasAsked = false;
  #isClosed = false;

  constructor(target: SshTarget, options: OpenOptions) {
    this.#target = target;
    this.#options = options;
    this.peer = describeTarget(target);
  }

  get onDidEnd(): Emitter<VirError>['event'] {
    return this.#ended.event;
  }

  async logIn(): Promise<void> {
    const { signal, timeoutMs = OPEN_TIMEOUT_MS } = this.#options;
    const what = `logging in to ${this.peer}`;
    if (signal?.aborted === true) throw cancelledError(what, signal);
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    let restMs = timeoutMs;
    const timer = setInterval(() => {
      // A person's time for an answer is not counted.
      if (!this.#isAsking) restMs -= TICK_MS;
      if (restMs <= 0) reject(timedOut(what, timeoutMs, false));
    }, TICK_MS);
    const onAbort = (): void => reject(cancelledError(what, signal!));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#connectAll(), givenUp]);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#over.abort();
    }
    const last = this.#clients.at(-1)!;
    for (const client of this.#clients) {
      client.on('error', (error) => this.#onEnd(error));
      client.on('close', () => this.#onEnd(null));
    }
    last.setNoDelay(true);
  }

  async openCommand(argv: readonly string[], explain: ExplainEnd): Promise<Duplex> {
    return this.#open<Duplex>((client, callback) =>
      client.exec(quoteForShell(argv), (error, channel) => {
        // At once: a command that ends as soon as it begins says so in the same piece as that it began.
        const open = (): Duplex => new ProcessStream(runningChannel(channel), (end) => this.failure ?? explain(end));
        callback(error, error === undefined ? open() : channel);
      }),
    );
  }

  async openTcp(host: string, port: number): Promise<Duplex> {
    return this.#open<ClientChannel>((client, callback) =>
      client.forwardOut('127.0.0.1', 0, host, port, callback),
    ).catch((error: unknown) => this.#refused(`${host}:${port}`, error));
  }

  async openUnix(path: string): Promise<Duplex> {
    if (!path.startsWith('/')) return this.#refused(path, new Error('it is not an absolute path'));
    return this.#open<ClientChannel>((client, callback) => client.openssh_forwardOutStreamLocal(path, callback)).catch(
      (error: unknown) => this.#refused(path, error),
    );
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#over.abort();
    // Not `end`, which waits for the far side: over a dead link that is for ever, and tunnels would wait with it.
    for (const client of this.#clients.toReversed()) client.destroy();
    this.#ended.dispose();
    return Promise.resolve();
  }

  async #connectAll(): Promise<void> {
    let through: Duplex | undefined;
    const hops = [...(this.#target.jump?.split(',') ?? []).map((hop) => jumpTarget(hop, this.#target)), this.#target];
    for (const [at, hop] of hops.entries()) {
      const client = await this.#connect(hop, through);
      const next = hops[at + 1];
      if (next === undefined) return;
      const forward = Promise.withResolvers<Duplex>();
      client.forwardOut('127.0.0.1', 0, next.host, next.port ?? SSH_PORT, (error, channel) =>
        error === undefined ? forward.resolve(channel) : forward.reject(this.#explain(error, next)),
      );
      through = await forward.promise;
    }
  }

  async #connect(target: SshTarget, sock: Duplex | undefined): Promise<Client> {
    const port = target.port ?? SSH_PORT;
    const hostKeys = await HostKeys.read(target);
    const client = new ssh2.Client();
    this.#clients.push(client);
    const { promise, resolve, reject } = Promise.withResolvers<Client>();
    client.once('ready', () => resolve(client));
    client.on('error', (error) => reject(this.#explain(error, target)));
    client.once('close', () => reject(this.#explain(new Error('the host ended the connection'), target)));
    // Serves as the handler of the library, which takes no promises: what is thrown ends the log-in.
    const ends = <T>(work: Promise<T>, use: (value: T) => void): void => void work.then(use, reject);
    let offered: readonly string[] = [];
    const tries = attempts(target, this.#asker(), () => offered);
    client.connect({
      host: target.host,
      port,
      username: userOf(target),
      ...(sock === undefined ? {} : { sock }),
      readyTimeout: 0,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVE_COUNT,
      strictVendor: false,
      algorithms: { serverHostKey: hostKeys.preferredTypes() },
      hostVerifier: (key: Buffer, verify: (isGood: boolean) => void) => {
        ends(hostKeys.check(key, this.#asker()), () => verify(true));
      },
      authHandler: (left: AuthenticationType[] | null, _isPartial: boolean | null, next: NextAuthHandler) => {
        offered = left ?? [];
        ends(tries.next(), ({ value, done }) => (done === true ? reject(refusedLogin(target, offered)) : next(value)));
      },
    });
    return promise;
  }

  #asker(): ((question: SshPrompt) => Promise<string>) | null {
    const { prompt } = this.#options;
    if (prompt === undefined || !this.#target.canPrompt) return null;
    return async (question) => {
      this.#isAsking = true;
      this.#hasAsked = true;
      try {
        const answer = await prompt(question, this.#over.signal);
        if (answer === null) throw cancelledLogin(this.#target);
        return answer;
      } finally {
        this.#isAsking = false;
      }
    };
  }

  #explain(error: Error, target: SshTarget): VirError {
    if (error instanceof VirError) return error;
    if (this.#hasAsked) return impatientHost(target, error);
    const peer = describeTarget(target);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND') {
      return sshError(
        'unreachable',
        `There is no host called ${target.host}. Check its spelling, or use its IP address.`,
        error,
      );
    }
    const hint = `Check that the host is switched on and that its SSH server (port ${target.port ?? SSH_PORT}) can be reached.`;
    const reason = code === 'ECONNREFUSED' ? 'Connection refused' : error.message;
    return sshError('unreachable', `No SSH with ${peer}: ${reason}. ${hint}`, error);
  }

  #onEnd(error: Error | null): void {
    if (this.#isClosed || this.failure !== null) return;
    const reason = error === null ? '' : ` ${error.message}.`;
    this.failure = sshError('lost', `The SSH connection to ${this.peer} ended.${reason}`, error);
    this.#ended.fire(this.failure);
    this.#ended.dispose();
  }

  #open<T>(start: (client: Client, callback: (error: Error | undefined, channel: T) => void) => void): Promise<T> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      start(this.#clients.at(-1)!, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
    });
  }

  #refused(where: string, error: unknown): never {
    if (error instanceof VirError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw virError(
      'VIR_ERR_SYSTEM_ERROR',
      'VIR_FROM_SSH',
      `${this.peer} has no connection to ${where} for us: ${reason}.`,
      error,
    );
  }
}

/** A hop as another log-in with the same keys and known hosts. */
function jumpTarget(hop: string, target: SshTarget): SshTarget {
  const [, user = '', bracketed, plain = '', port] =
    /^(?:([^@]*)@)?(?:\[([^\]]*)\]|([^:@]*))(?::(\d+))?$/.exec(hop) ?? [];
  return { ...target, user, host: bracketed ?? plain, port: port === undefined ? null : Number(port), jump: null };
}

function refusedLogin(target: SshTarget, offered: readonly string[]): VirError {
  return sshError(
    'refused',
    `${describeTarget(target)} refused the log-in (it accepts: ${offered.join(', ')}). Check the user name, the key (keyfile parameter, ssh-agent) or the password.`,
  );
}

/** A command on the far side, as a program. */
function runningChannel(channel: ClientChannel): RunningProgram {
  let code: number | null = null;
  let signal: string | null = null;
  channel.on('exit', (exitCode: number | null, exitSignal?: string) => {
    code = exitCode;
    signal = exitSignal ?? null;
  });
  return {
    stdin: channel.stdin,
    stdout: channel.stdout,
    stderr: channel.stderr,
    onEnd: (ended) => void channel.once('close', () => ended({ code, signal, error: null })),
    kill: () => channel.close(),
  };
}

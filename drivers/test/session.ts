/**
 * One open connection to a test node: its slots, its streams, its end. Every call passes one gate, where the session's
 * faults, its caller's signal and its own end are heeded.
 */
import type {
  CallOptions,
  CloseReason,
  DriverEvent,
  DriverSession,
  DriverSlots,
  DriverStream,
  EventFilter,
} from '../driver.ts';
import { VirError, VirErrorDomain, VirErrorNumber } from '../error.ts';
import { Emitter } from '../event.ts';
import { crashDomain } from './domain-life-cycle.ts';
import { testError } from './errors.ts';
import { TestFaults } from './faults.ts';
import type { TestNode } from './node.ts';
import { buildSlots } from './slots.ts';

type AnySlot = (args: unknown, options?: CallOptions) => Promise<unknown>;

/** What a slot may ask of the session that called it. */
export interface SessionContext {
  /** Runs when the session ends; for guests that live only as long as their connection. */
  onEnd(action: () => void): void;
}

export class TestSession implements DriverSession, SessionContext {
  readonly type = 'TEST';
  readonly uri: string;
  readonly slots: DriverSlots;
  readonly faults: TestFaults;
  readonly node: TestNode;
  readonly #closed = new Emitter<{ reason: CloseReason; error: Error | undefined }>();
  readonly #ended = new AbortController();
  readonly #streams = new Set<DriverStream>();
  readonly #registrations = new Set<() => void>();
  readonly #endActions: (() => void)[] = [];
  readonly #release: () => void;

  /** `release` gives the node back; it runs once. */
  constructor(node: TestNode, uri: string, release: () => void) {
    this.node = node;
    this.uri = uri;
    this.#release = release;
    this.faults = new TestFaults({
      disconnect: (error) => this.#end('error', error),
      crash: (domainName) => crashDomain(node, domainName),
    });
    this.slots = this.#guard(buildSlots(node, this));
  }

  isAlive(): boolean {
    return !this.#ended.signal.aborted;
  }

  /** As libvirt's: nothing leaves the process. */
  isSecure(): boolean {
    return true;
  }

  isEncrypted(): boolean {
    return false;
  }

  onDidClose(listener: (reason: CloseReason, error?: Error) => void): { dispose(): void } {
    return this.#closed.event(({ reason, error }) => listener(reason, error));
  }

  async registerEvent(
    filter: EventFilter,
    emit: (event: DriverEvent) => void,
  ): Promise<{ unregister(): Promise<void> }> {
    this.#assertOpen();
    if (filter.family === 'qemuMonitor') {
      throw testError('VIR_ERR_NO_SUPPORT', 'virConnectDomainQemuMonitorEventRegister');
    }
    const unregister = this.node.events.register(filter, emit);
    this.#registrations.add(unregister);
    return {
      unregister: async () => {
        this.#registrations.delete(unregister);
        unregister();
      },
    };
  }

  onEnd(action: () => void): void {
    this.#endActions.push(action);
  }

  async close(): Promise<void> {
    this.#end('client', undefined);
  }

  #end(reason: CloseReason, error: Error | undefined): void {
    if (!this.isAlive()) return;
    this.#ended.abort(connectionEnded());
    for (const unregister of this.#registrations) unregister();
    for (const stream of this.#streams) void stream.abort();
    for (const action of this.#endActions) action();
    this.#release();
    this.#closed.fire({ reason, error });
    this.#closed.dispose();
  }

  #assertOpen(): void {
    if (!this.isAlive()) throw connectionEnded();
  }

  #guard(slots: DriverSlots): DriverSlots {
    const guarded: Record<string, AnySlot> = {};
    for (const [name, slot] of Object.entries(slots) as [string, AnySlot][]) {
      guarded[name] = (args, options) => this.#call(name, slot, args, options);
    }
    return guarded as DriverSlots;
  }

  async #call(name: string, slot: AnySlot, args: unknown, options: CallOptions | undefined): Promise<unknown> {
    this.#assertOpen();
    options?.signal?.throwIfAborted();
    const { delayMs, hangs } = this.faults.next(name);
    if (delayMs > 0 || hangs) await this.#wait(name, hangs ? Infinity : delayMs, options);
    this.#assertOpen();
    const result = await slot(args, options);
    return this.#adopt(result);
  }

  /** Waits that long, but no longer than the caller's signal, its time-out and the connection last. */
  async #wait(name: string, milliseconds: number, options: CallOptions | undefined): Promise<void> {
    const signals = [this.#ended.signal, ...(options?.signal ? [options.signal] : [])];
    const limit = options?.timeoutMs ?? Infinity;
    const wait = Math.min(milliseconds, limit, 0x7fff_ffff);
    await this.node.clock.sleep(wait, AbortSignal.any(signals));
    if (limit < milliseconds) {
      throw testError('VIR_ERR_OPERATION_TIMEOUT', `${name} did not answer within ${limit} ms`);
    }
  }

  /** Streams end with their session. */
  #adopt(result: unknown): unknown {
    const holder = (
      typeof result === 'object' && result !== null && 'stream' in result ? result : { stream: result }
    ) as {
      stream: unknown;
    };
    if (!isStream(holder.stream)) return result;
    const tracked = this.#track(holder.stream);
    return holder === result ? { ...(result as object), stream: tracked } : tracked;
  }

  #track(stream: DriverStream): DriverStream {
    this.#streams.add(stream);
    const forget = (): void => void this.#streams.delete(stream);
    return {
      read: (options) => stream.read(options),
      write: (data, options) => stream.write(data, options),
      writeHole: (length, options) => stream.writeHole(length, options),
      finish: (options) => stream.finish(options).finally(forget),
      abort: () => stream.abort().finally(forget),
    };
  }
}

function isStream(value: unknown): value is DriverStream {
  return typeof value === 'object' && value !== null && 'writeHole' in value && 'finish' in value;
}

/** What libvirt's client says of a connection that went away under a call. */
function connectionEnded(): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_INTERNAL_ERROR,
    domain: VirErrorDomain.VIR_FROM_RPC,
    message: 'internal error: client socket is closed; connect again',
    maybeDone: true,
    linkLost: true,
  });
}

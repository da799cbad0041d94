/**
 * The one place where a public method becomes a driver's call: is the connection open, may it do this, can the driver.
 *
 *   domain.suspend() --> core.call('domainSuspend', { dom }) --+-- closed --------> VIR_ERR_INVALID_CONN
 *                                                              +-- read-only -----> VIR_ERR_OPERATION_DENIED
 *                                                              +-- no slot -------> VIR_ERR_NO_SUPPORT
 *                                                              +-- session.slots.domainSuspend({ dom }, options)
 */
import { invalidArgument } from './arguments.ts';
import type { Connection } from './connection.ts';
import { type DriverSlots, slotProcedures } from './driver-slots.gen.ts';
import type { CallOptions, DriverSession } from './driver.ts';
import { VirError, VirErrorDomain, VirErrorNumber, cancelledError } from './error.ts';
import { isDeniedReadOnly } from './read-only.ts';

export type SlotName = keyof DriverSlots;
type Slot<S extends SlotName> = NonNullable<DriverSlots[S]>;
export type SlotArgs<S extends SlotName> = Parameters<Slot<S>>[0];
export type SlotResult<S extends SlotName> = Awaited<ReturnType<Slot<S>>>;

/** What the connection and its objects share. */
export class ConnectionCore {
  readonly connection: Connection;
  readonly session: DriverSession;
  readonly isReadOnly: boolean;
  /** What the server answered that it has not, and its words. */
  readonly #learntUnsupported = new Map<SlotName, VirError>();
  #isClosed = false;

  constructor(connection: Connection, session: DriverSession, isReadOnly: boolean) {
    this.connection = connection;
    this.session = session;
    this.isReadOnly = isReadOnly;
  }

  /** True once `close` was called. A link that was lost answers each call itself. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  markClosed(): void {
    this.#isClosed = true;
  }

  /** Whether the driver has the slot, as far as is known: a server that answered "not supported" is remembered. */
  supports(slot: SlotName): boolean {
    return this.session.slots[slot] !== undefined && !this.#learntUnsupported.has(slot);
  }

  /** The error a call of the slot would fail with from the start, or null. */
  refusal(slot: SlotName): VirError | null {
    const api = apiName(slot);
    if (this.#isClosed) return closed(api, this.session.uri);
    if (this.isReadOnly && isDeniedReadOnly(slot)) return readOnlyDenied(api);
    return this.supports(slot) ? null : (this.#learntUnsupported.get(slot) ?? notSupported(api));
  }

  /** As `refusal`, for the registration of events. */
  eventRefusal(api: string): VirError | null {
    if (this.#isClosed) return closed(api, this.session.uri);
    return this.session.registerEvent === undefined ? notSupported(api) : null;
  }

  /** Calls a driver's slot. Rejects with a VirError; see the picture above for those that arise here. */
  async call<S extends SlotName>(slot: S, args: SlotArgs<S>, options?: CallOptions): Promise<SlotResult<S>> {
    const api = apiName(slot);
    this.checkOpen(api);
    if (this.isReadOnly && isDeniedReadOnly(slot)) throw readOnlyDenied(api);
    const call = this.session.slots[slot] as
      | ((args: SlotArgs<S>, options?: CallOptions) => Promise<SlotResult<S>>)
      | undefined;
    const learnt = call === undefined ? notSupported(api) : this.#learntUnsupported.get(slot);
    if (call === undefined || learnt !== undefined) throw learnt!;
    if (options?.signal?.aborted) throw cancelledError(api, options.signal);
    try {
      return await call.call(this.session.slots, checkArguments(api, args), options);
    } catch (error) {
      this.#learn(slot, api, error);
      throw error instanceof VirError && !isDeniedReadOnly(slot) ? error.withoutEffect() : error;
    }
  }

  /**
   * Calls one of a pair of functions that libvirt keeps apart: without flags the plain one, with flags the `…Flags`
   * one. Where the driver or the server has only one of the two, it stands in for the other if `sameAs` (the flags the
   * plain function stands for) makes them equal.
   */
  async callWithFlags<P extends SlotName, F extends SlotName>(
    plain: P,
    flagged: F,
    args: SlotArgs<P>,
    flags: number | undefined,
    options?: CallOptions,
    sameAs = 0,
  ): Promise<SlotResult<P> | SlotResult<F>> {
    const [first, second]: [P | F, P | F] = flags === undefined ? [plain, flagged] : [flagged, plain];
    const callOne = (slot: P | F): Promise<SlotResult<P> | SlotResult<F>> =>
      slot === plain
        ? this.call(plain, args, options)
        : this.call(flagged, { ...args, flags: flags ?? sameAs } as SlotArgs<F>, options);
    const isReplaced = (): boolean =>
      (flags === undefined || flags === sameAs) && !this.supports(first) && this.supports(second);
    if (isReplaced()) return callOne(second);
    try {
      return await callOne(first);
    } catch (error) {
      // A server that has just said that it lacks the one has done nothing.
      if (!isReplaced()) throw error;
      return callOne(second);
    }
  }

  /** Number of the host's CPUs, offline ones included: how long a CPU map has to be. */
  async hostCpuCount(options?: CallOptions): Promise<number> {
    if (this.supports('nodeGetCpuMap')) {
      return (await this.call('nodeGetCpuMap', { needMap: 0, needOnline: 0, flags: 0 }, options)).ret;
    }
    const { nodes, sockets, cores, threads } = await this.call('nodeGetInfo', {}, options);
    return nodes * sockets * cores * threads;
  }

  /** Whether the driver has one of libvirt's internal features. */
  async hasFeature(feature: number): Promise<boolean> {
    return (await this.session.hasFeature?.(feature)) ?? false;
  }

  checkOpen(api: string): void {
    if (this.#isClosed) throw closed(api, this.session.uri);
  }

  /** For the few calls whose arguments decide whether a read-only connection may make them. */
  checkReadOnly(api: string, isDenied: boolean): void {
    if (this.isReadOnly && isDenied) throw readOnlyDenied(api);
  }

  /** For description calls: `secureFlags` are the flags that ask for what a read-only connection may not see. */
  checkSecureFlags(api: string, flags: number, secureFlags: number): void {
    if (!this.isReadOnly || (flags & secureFlags) === 0) return;
    throw denied(api, `${api} with secure flag`);
  }

  #learn(slot: SlotName, api: string, error: unknown): void {
    if (!(error instanceof VirError) || error.code !== VirErrorNumber.VIR_ERR_NO_SUPPORT) return;
    // Other refusals with this code concern one object or one argument.
    const isOfFunction = error.message.endsWith(`driver: ${api}`) || isUnknownProcedure(error);
    if (isOfFunction) this.#learntUnsupported.set(slot, error);
  }
}

/** The server is older than the function: see `interpret` of the RPC client. */
function isUnknownProcedure({ cause }: VirError): boolean {
  return cause instanceof VirError && cause.code === VirErrorNumber.VIR_ERR_RPC;
}

/** The C function of a slot; the slot's own name where it is internal to libvirt. */
export function apiName(slot: SlotName): string {
  return slotProcedures[slot].api ?? slot;
}

/** libvirt's refusal of a function that the driver lacks. */
export function notSupported(api: string): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_NO_SUPPORT,
    domain: errorDomain(api),
    message: `this function is not supported by the connection driver: ${api}`,
    str1: 'this function is not supported by the connection driver: %s',
    str2: api,
  });
}

function closed(api: string, uri: string): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_INVALID_CONN,
    domain: errorDomain(api),
    message: `${api} was called on the connection to ${uri}, which is closed; connect again`,
  });
}

function readOnlyDenied(api: string): VirError {
  return denied(api, `read only access prevents ${api}`);
}

function denied(api: string, reason: string): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_OPERATION_DENIED,
    domain: errorDomain(api),
    message: `operation forbidden: ${reason}`,
    str1: 'operation forbidden: %s',
    str2: reason,
  });
}

const errorDomains: [prefix: string, domain: keyof typeof VirErrorDomain][] = [
  ['virDomainSnapshot', 'VIR_FROM_DOMAIN_SNAPSHOT'],
  ['virDomainCheckpoint', 'VIR_FROM_DOMAIN_CHECKPOINT'],
  ['virDomain', 'VIR_FROM_DOMAIN'],
  ['virNetwork', 'VIR_FROM_NETWORK'],
  ['virStorage', 'VIR_FROM_STORAGE'],
  ['virNodeDevice', 'VIR_FROM_NODEDEV'],
  ['virInterface', 'VIR_FROM_INTERFACE'],
  ['virNWFilter', 'VIR_FROM_NWFILTER'],
  ['virSecret', 'VIR_FROM_SECRET'],
  ['virStream', 'VIR_FROM_STREAMS'],
];

/** Which part of libvirt reports errors of this function. */
function errorDomain(api: string): number {
  return VirErrorDomain[errorDomains.find(([prefix]) => api.startsWith(prefix))?.[1] ?? 'VIR_FROM_NONE'];
}

/**
 * Arguments as they may go to a driver: nothing missing, integers whole, no NUL in texts, flags unsigned (in JavaScript
 * `|` makes the highest flag negative).
 */
function checkArguments<A extends object>(api: string, args: A): A {
  for (const [name, value] of Object.entries(args) as [string, unknown][]) {
    if (value === undefined) throw invalidArgument(`${api} was called without '${name}'`);
    if (typeof value === 'string' && value.includes('\0')) {
      throw invalidArgument(`${api}: '${name}' contains a NUL character`);
    }
    if (typeof value === 'number' && !isInt32(value)) {
      throw invalidArgument(`${api}: '${name}' is ${value}, which is not a whole number of 32 bits`);
    }
  }
  const { flags } = args as { flags?: unknown };
  return typeof flags === 'number' && flags < 0 ? { ...args, flags: flags >>> 0 } : args;
}

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32;
}

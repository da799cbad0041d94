/**
 * Identical reads that are under way at the same time are one: a session whose looking slots ask the far side once, and
 * give every caller an answer of its own. For programs with several windows on the same objects; over a distance a
 * question costs as much as the answer is worth.
 *
 *   read A ──┬── asked ───────── answered ──> a copy for each
 *   read A ──┘        │
 *        anything that is no read, or an event: a read after it asks anew
 *
 * The answer to a shared read may be as old as the first of the questions. Therefore it is the caller's choice
 * (`ConnectOptions.sharedReads`): who changes something through another connection would not see it for certain.
 */
import { slotProcedures } from './driver-slots.gen.ts';
import type { CallOptions, DriverSession, DriverSlots } from './driver.ts';
import { isLooking } from './read-only.ts';
import { waitFor } from './rpc/wait-for.ts';

type SlotName = keyof DriverSlots;
type Slot = (args: object, options?: CallOptions) => Promise<unknown>;

/** The session with its reads shared; everything else of it is as it was. */
export function shareReads(session: DriverSession): DriverSession {
  const reads = new ReadsUnderWay();
  const slots: Partial<Record<SlotName, Slot>> = {};
  for (const name of Object.keys(slotProcedures) as SlotName[]) {
    const slot = session.slots[name] as Slot | undefined;
    if (slot === undefined) continue;
    const call: Slot = (args, options) => slot.call(session.slots, args, options);
    slots[name] = isLooking(name)
      ? (args, options) => reads.join(name, args, call, options)
      : (args, options) => reads.interrupt(() => call(args, options));
  }
  const { registerEvent, hasFeature, setKeepAlive, tunnel } = session;
  return {
    slots: slots as DriverSlots,
    type: session.type,
    uri: session.uri,
    ...(session.isReadOnly === undefined ? {} : { isReadOnly: session.isReadOnly }),
    ...(tunnel && { tunnel }),
    ...(hasFeature && { hasFeature: (feature, options) => hasFeature.call(session, feature, options) }),
    ...(setKeepAlive && { setKeepAlive: (seconds, count) => setKeepAlive.call(session, seconds, count) }),
    ...(registerEvent && {
      registerEvent: (filter, emit, options) => {
        const tell: typeof emit = (event) => {
          reads.forget();
          emit(event);
        };
        return registerEvent.call(session, filter, tell, options);
      },
    }),
    isAlive: () => session.isAlive(),
    isSecure: () => session.isSecure(),
    isEncrypted: () => session.isEncrypted(),
    onDidClose: (listener) => session.onDidClose(listener),
    close: () => session.close(),
  };
}

class ReadsUnderWay {
  readonly #reads = new Map<string, SharedRead>();

  /** What is asked from now on is asked anew. */
  forget(): void {
    this.#reads.clear();
  }

  /** Does what may change something: a read of before, or of meanwhile, says nothing about afterwards. */
  async interrupt(work: () => Promise<unknown>): Promise<unknown> {
    this.forget();
    try {
      return await work();
    } finally {
      this.forget();
    }
  }

  async join(name: SlotName, args: object, call: Slot, options: CallOptions | undefined): Promise<unknown> {
    const key = `${name} ${JSON.stringify(args, bigintAsText)}`;
    const read = this.#reads.get(key) ?? this.#begin(key, args, call);
    try {
      return await read.wait(slotProcedures[name].name, options);
    } finally {
      if (read.isUnwanted) this.#end(key, read);
    }
  }

  #begin(key: string, args: object, call: Slot): SharedRead {
    const read = new SharedRead((signal) => call(args, { signal }));
    this.#reads.set(key, read);
    const end = (): void => this.#end(key, read);
    read.answer.then(end, end);
    return read;
  }

  #end(key: string, read: SharedRead): void {
    if (this.#reads.get(key) === read) this.#reads.delete(key);
  }
}

/** One question under way and who waits for it; given up when nobody does any more. */
class SharedRead {
  readonly answer: Promise<unknown>;
  readonly #stop = new AbortController();
  #waiting = 0;
  #isShared = false;

  constructor(ask: (signal: AbortSignal) => Promise<unknown>) {
    this.answer = ask(this.#stop.signal);
  }

  get isUnwanted(): boolean {
    return this.#waiting === 0;
  }

  /** Waits as long as this caller wants to. Whoever changes the answer changes nobody else's. */
  async wait(what: string, options: CallOptions | undefined): Promise<unknown> {
    this.#isShared ||= this.#waiting > 0;
    this.#waiting += 1;
    try {
      const answer = await waitFor(this.answer, what, options);
      return this.#isShared ? structuredClone(answer) : answer;
    } finally {
      this.#waiting -= 1;
      if (this.isUnwanted) this.#stop.abort();
    }
  }
}

const bigintAsText = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

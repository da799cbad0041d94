/**
 * The contract's server: one window's messages to calls of the services and back. It knows no transport.
 *
 *   link --message--> validate --> service method (args..., { signal }) --> result | error
 *                              --> service event  (listener, args...)   --> event*
 *
 * When the link closes, every call under way is cancelled and every subscription ends.
 */
import * as v from 'valibot';
import type { ContractError, Services, ToRenderer } from '../contract/index.ts';
import type { Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import { toContractError } from './contract-error.ts';
import type { MessageLink } from './link.ts';
import { schemas } from './schemas.ts';

export interface ServeOptions {
  /** Hears the failures that are Hostler's own bugs, for the log. */
  onBug?: (error: unknown, where: string) => void;
}

/** More than any window needs; a runaway one is refused, not served until the memory ends. */
const maximumOpen = 4096;

const id = v.pipe(v.number(), v.safeInteger());
const name = v.pipe(v.string(), v.maxLength(64));
const args = v.pipe(v.array(v.unknown()), v.maxLength(16));
const messageSchema = v.variant('type', [
  v.object({ type: v.literal('call'), id, service: name, method: name, args }),
  v.object({ type: v.literal('cancel'), id }),
  v.object({ type: v.literal('listen'), id, service: name, event: name, args }),
  v.object({ type: v.literal('unlisten'), id }),
]);
type Message = v.InferOutput<typeof messageSchema>;

type AnyFunction = (...args: unknown[]) => unknown;
interface AnySchemas {
  calls: Record<string, v.GenericSchema<unknown, unknown[]>>;
  events: Record<string, v.GenericSchema<unknown, unknown[]>>;
}

/** Serves `services` on `link` until it closes. */
export function serve(link: MessageLink, services: Services, options: ServeOptions = {}): void {
  const session = new ServedLink(link, services, options);
  link.onMessage((message) => session.receive(message));
  link.onClose(() => session.close());
}

class ServedLink {
  readonly #link: MessageLink;
  readonly #services: Services;
  readonly #options: ServeOptions;
  readonly #calls = new Map<number, AbortController>();
  readonly #listeners = new Map<number, Unlisten>();
  #closed = false;

  constructor(link: MessageLink, services: Services, options: ServeOptions) {
    this.#link = link;
    this.#services = services;
    this.#options = options;
  }

  receive(raw: unknown): void {
    const parsed = v.safeParse(messageSchema, raw);
    if (!parsed.success) return this.#refuseMalformed(raw);
    const message = parsed.output;
    if (message.type === 'call') return void this.#call(message);
    if (message.type === 'listen') return this.#listen(message);
    if (message.type === 'cancel') return this.#calls.get(message.id)?.abort();
    this.#listeners.get(message.id)?.();
    this.#listeners.delete(message.id);
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#calls.values()) controller.abort();
    for (const unlisten of this.#listeners.values()) unlisten();
    this.#calls.clear();
    this.#listeners.clear();
  }

  async #call(message: Extract<Message, { type: 'call' }>): Promise<void> {
    const { id, service, method } = message;
    const refusal = this.#refusalOf(id);
    if (refusal) return this.#send({ type: 'error', id, error: refusal });
    const controller = new AbortController();
    this.#calls.set(id, controller);
    try {
      const { schema, member } = this.#find(service, 'calls', method);
      const checked = checkArguments(`${service}.${method}`, schema, message.args);
      const value = await orCancelled(member(...checked, { signal: controller.signal }), controller.signal);
      this.#send({ type: 'result', id, value: value ?? null });
    } catch (error) {
      this.#send({ type: 'error', id, error: this.#translate(error, `${service}.${method}`) });
    } finally {
      this.#calls.delete(id);
    }
  }

  #listen(message: Extract<Message, { type: 'listen' }>): void {
    const { id, service, event } = message;
    const refusal = this.#refusalOf(id);
    if (refusal) return this.#send({ type: 'end', id, error: refusal });
    try {
      const { schema, member } = this.#find(service, 'events', event);
      const checked = checkArguments(`${service}.${event}`, schema, message.args);
      const listener = (payload: unknown): void => this.#send({ type: 'event', id, payload });
      this.#listeners.set(id, member(listener, ...checked) as Unlisten);
    } catch (error) {
      this.#send({ type: 'end', id, error: this.#translate(error, `${service}.${event}`) });
    }
  }

  /** Only what the schemas list is reachable: a name like `constructor` finds nothing. */
  #find(
    service: string,
    kind: 'calls' | 'events',
    name: string,
  ): { schema: AnySchemas['calls'][string]; member: AnyFunction } {
    const table = Object.hasOwn(schemas, service)
      ? (schemas[service as keyof Services] as unknown as AnySchemas)[kind]
      : {};
    const schema = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!schema)
      throw new HostError('unsupported', `This version of Hostler has no '${service}.${name}'. Reload the window.`);
    const target = this.#services[service as keyof Services] as unknown as Record<string, AnyFunction>;
    return { schema, member: (...args) => target[name]!(...args) };
  }

  #refusalOf(id: number): ContractError | null {
    if (this.#calls.has(id) || this.#listeners.has(id)) {
      return { code: 'protocol', message: `The message id ${id} is in use already. Reload the window.` };
    }
    if (this.#calls.size + this.#listeners.size < maximumOpen) return null;
    return { code: 'too-large', message: `The window has ${maximumOpen} requests under way; wait for some to end.` };
  }

  /** A broken message with a readable id is answered, so that its sender does not wait for ever. */
  #refuseMalformed(raw: unknown): void {
    const message = v.safeParse(v.object({ type: v.string(), id }), raw);
    if (!message.success || this.#refusalOf(message.output.id)) return;
    const error: ContractError = {
      code: 'protocol',
      message: 'The window sent a message that Hostler cannot read. Reload the window.',
    };
    this.#send({ type: message.output.type === 'listen' ? 'end' : 'error', id: message.output.id, error });
  }

  #translate(error: unknown, where: string): ContractError {
    const translated = toContractError(error);
    if (translated.code === 'internal') this.#options.onBug?.(error, where);
    return translated;
  }

  #send(message: ToRenderer): void {
    if (!this.#closed) this.#link.send(message);
  }
}

/** A cancelled call ends at once, whether or not its method heeds the signal. */
async function orCancelled(work: unknown, signal: AbortSignal): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function checkArguments(where: string, schema: v.GenericSchema<unknown, unknown[]>, values: unknown[]): unknown[] {
  const result = v.safeParse(schema, values);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? '';
  // The path starts with the argument's place in the tuple; people count from one.
  const [first = '', ...rest] = path.split('.');
  const place = first === '' ? 'the arguments' : [`argument ${Number(first) + 1}`, ...rest].join('.');
  throw new HostError('invalid-argument', `${where} was refused: ${place}: ${issue.message.slice(0, 300)}.`);
}

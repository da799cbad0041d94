/** Faults on purpose: slow, failing, hanging and breaking calls, for tests of everything above a driver. */
import { VirErrorNumber } from '../error.ts';
import type { VirError } from '../error.ts';
import type { ConnectionUri } from '../uri.ts';
import { testError } from './errors.ts';

interface Rule {
  /** A slot's name, or `*` for all. */
  slot: string;
  /** Calls it still applies to. */
  left: number;
  act: 'fail' | 'hang' | 'disconnect';
  error?: () => VirError;
}

/** What a session does for its faults. */
interface Hooks {
  disconnect: (error: Error | undefined) => void;
  crash: (domainName: string) => void;
}

/** What a session does to its calls. Reached with `testFaults(session)`, or set by URI parameters. */
export class TestFaults {
  #latencyMs = new Map<string, number>();
  #rules: Rule[] = [];
  readonly #calls = new Map<string, number>();
  readonly #disconnect: Hooks['disconnect'];
  readonly #crash: Hooks['crash'];

  constructor(hooks: Hooks) {
    this.#disconnect = hooks.disconnect;
    this.#crash = hooks.crash;
  }

  /** Every call of `slot` (or `*`) takes this much longer; 0 ends it. */
  delay(slot: string, milliseconds: number): void {
    this.#latencyMs.set(slot, milliseconds);
  }

  /** The next `times` calls of `slot` (or `*`) fail with this error. */
  fail(slot: string, number: keyof typeof VirErrorNumber, message = 'made to fail by a test', times = Infinity): void {
    this.#rules.push({ slot, left: times, act: 'fail', error: () => testError(number, message) });
  }

  /** The next `times` calls of `slot` never answer; only their signal, their timeout or the connection's end frees them. */
  hang(slot: string, times = Infinity): void {
    this.#rules.push({ slot, left: times, act: 'hang' });
  }

  /** The next call of `slot` finds the connection broken. */
  breakOn(slot: string): void {
    this.#rules.push({ slot, left: 1, act: 'disconnect' });
  }

  /** Breaks the connection now. */
  disconnect(error?: Error): void {
    this.#disconnect(error);
  }

  /** Makes a running guest crash by itself; what follows is what its `on_crash` says. */
  crash(domainName: string): void {
    this.#crash(domainName);
  }

  /** Takes all faults back; the counts stay. */
  clear(): void {
    this.#latencyMs = new Map();
    this.#rules = [];
  }

  /** How often a slot was called on this session, failed calls included. */
  callsOf(slot: string): number {
    return this.#calls.get(slot) ?? 0;
  }

  /** Calls of all slots together. */
  get calls(): number {
    return [...this.#calls.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Counts a call and answers what is to happen to it. Throws where it is to fail. */
  next(slot: string): { delayMs: number; hangs: boolean } {
    this.#calls.set(slot, this.callsOf(slot) + 1);
    const delayMs = this.#latencyMs.get(slot) ?? this.#latencyMs.get('*') ?? 0;
    const rule = this.#rules.find((rule) => rule.left > 0 && (rule.slot === slot || rule.slot === '*'));
    if (!rule) return { delayMs, hangs: false };
    rule.left -= 1;
    if (rule.act === 'fail') throw rule.error!();
    if (rule.act === 'disconnect') this.#disconnect(undefined);
    return { delayMs, hangs: rule.act === 'hang' };
  }
}

/**
 * Sets the faults that a URI asks for: `latency_ms=50`, `fail=domainCreate:55:1` (slot, error number, times), `hang=slot`.
 * Throws VIR_ERR_INVALID_ARG for a value that is not of that form.
 */
export function applyFaultParams(faults: TestFaults, uri: ConnectionUri): void {
  for (const text of getUriParams(uri, 'latency_ms')) faults.delay('*', wholeNumber('latency_ms', text));
  for (const text of getUriParams(uri, 'hang')) faults.hang(text);
  for (const text of getUriParams(uri, 'fail')) {
    const [slot = '', number = '9', times] = text.split(':');
    faults.fail(
      slot,
      codeName(wholeNumber('fail', number)),
      undefined,
      times === undefined ? undefined : wholeNumber('fail', times),
    );
  }
}

/** Every value of a parameter that may be given more than once. */
function getUriParams(uri: ConnectionUri, name: string): string[] {
  return uri.params.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

function wholeNumber(param: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw testError('VIR_ERR_INVALID_ARG', `the URI parameter ${param} needs a whole number where it has '${text}'`);
}

function codeName(number: number): keyof typeof VirErrorNumber {
  for (const [name, value] of Object.entries(VirErrorNumber)) {
    if (value === number) return name as keyof typeof VirErrorNumber;
  }
  throw testError('VIR_ERR_INVALID_ARG', `the URI parameter fail names the unknown error number ${number}`);
}

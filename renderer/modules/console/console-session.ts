/**
 * One console being looked at: ticket, channel, end, and the way back after it broke. Knows no viewer: VNC screen and
 * terminal take the channel of the `open` state and say when it ended.
 *
 *   idle --open--> connecting --ok--> open --ended--> ended --timer, open--> connecting
 *    ^                 '--refused--> ended               |
 *    '------------------------- close -------------------'
 */
import { shallowRef, type ShallowRef } from 'vue';
import type { ConsoleEnd, ConsoleInfo, ConsoleTicket, ContractError } from '../../../main/contract/index.ts';
import type { BinaryChannel } from '../../shared/channel/binary-channel.ts';
import { isCancelled, toContractError, type RemoteServices } from '../../shared/link/index.ts';

/** Why a console is not there: the ends that the host tells, and two ways of not even opening. */
export type EndCause = ConsoleEnd['reason'] | 'refused' | 'in-use';

export type SessionState =
  | { kind: 'idle' }
  | { kind: 'connecting' }
  | { kind: 'open'; ticket: ConsoleTicket; channel: BinaryChannel }
  /** `retryAtMs` is when it is tried again by itself, or null. */
  | { kind: 'ended'; cause: EndCause; error: ContractError; retryAtMs: number | null };

export interface SessionHost {
  consoles: Pick<RemoteServices['consoles'], 'open' | 'close' | 'onDidEnd'>;
  openChannel: (ticket: string) => Promise<BinaryChannel>;
}

/** Pauses before it is tried again by itself; after the last one the user decides. */
const retryDelaysMs = [500, 1000, 2000, 4000, 8000];
/** Open for so long, a console counts as working, and its retries begin anew. */
const steadyMs = 10_000;

type OpenTarget = { key: string; info: Pick<ConsoleInfo, 'id' | 'kind'> };

export class ConsoleSession {
  readonly state: ShallowRef<SessionState> = shallowRef({ kind: 'idle' });
  readonly #host: SessionHost;
  readonly #stopListening: () => void;
  #target: OpenTarget | null = null;
  /** Counts openings: what belongs to an earlier one is thrown away when it arrives. */
  #generation = 0;
  #retries = 0;
  #openedAtMs = 0;
  #ticket: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#stopListening = host.consoles.onDidEnd((end) => this.#hostEnded(end));
  }

  /** Opens a console of a guest, ending what was open. With `force`, another user's serial session is ended first. */
  async open(key: string, info: OpenTarget['info'], options = { force: false }): Promise<void> {
    this.#retries = 0;
    await this.#open({ key, info }, options);
  }

  /** Ends it and stays ended. */
  close(): void {
    this.#drop();
    this.#target = null;
    this.state.value = { kind: 'idle' };
  }

  /** The viewer's word that its channel ended: comes back by itself. */
  channelEnded(reason = ''): void {
    if (this.state.value.kind === 'open') this.#end('connection-lost', reason);
  }

  /** The viewer's word that it cannot go on, and why; trying again by itself would end the same way. */
  viewerFailed(message: string): void {
    if (this.state.value.kind !== 'open') return;
    this.#drop();
    this.state.value = { kind: 'ended', cause: 'error', error: { code: 'protocol', message }, retryAtMs: null };
  }

  dispose(): void {
    this.close();
    this.#stopListening();
  }

  async #open(target: OpenTarget, options: { force: boolean }): Promise<void> {
    this.#drop();
    const generation = this.#generation;
    this.#target = target;
    this.state.value = { kind: 'connecting' };
    try {
      const ticket = await this.#host.consoles.open(target.key, target.info.id, options);
      if (generation !== this.#generation) return void this.#giveBack(ticket.ticket);
      this.#ticket = ticket.ticket;
      const channel = await this.#host.openChannel(ticket.ticket);
      if (generation !== this.#generation) return channel.close();
      this.#openedAtMs = Date.now();
      this.state.value = { kind: 'open', ticket, channel };
    } catch (thrown) {
      if (generation === this.#generation && !isCancelled(thrown)) this.#refused(thrown, target);
    }
  }

  #refused(thrown: unknown, { info }: OpenTarget): void {
    const error = toContractError(thrown);
    const isText = info.kind === 'serial' || info.kind === 'console';
    const isBusy = isText && error.code === 'operation-refused';
    const mayPass = error.code === 'io' || error.code === 'timeout' || error.code === 'connection-lost';
    const retryAtMs = mayPass ? this.#scheduleRetry() : null;
    this.state.value = { kind: 'ended', cause: isBusy ? 'in-use' : 'refused', error, retryAtMs };
  }

  #hostEnded({ ticket, reason, message }: ConsoleEnd): void {
    if (ticket !== this.#ticket) return;
    const state = this.state.value;
    if (state.kind === 'open' || state.kind === 'connecting') this.#end(reason, message);
    // The channel was quicker than the event, which knows more.
    else if (state.kind === 'ended')
      this.state.value = {
        ...state,
        ...this.#endOf(reason, message),
        retryAtMs: this.#retryAfter(reason, state.retryAtMs),
      };
  }

  #end(cause: ConsoleEnd['reason'], message: string): void {
    if (Date.now() - this.#openedAtMs >= steadyMs) this.#retries = 0;
    const retryAtMs = cause === 'guest-stopped' ? null : this.#scheduleRetry();
    this.state.value = { kind: 'ended', ...this.#endOf(cause, message), retryAtMs };
  }

  #endOf(cause: ConsoleEnd['reason'], message: string): { cause: EndCause; error: ContractError } {
    return { cause, error: { code: cause === 'error' ? 'io' : 'connection-lost', message } };
  }

  #retryAfter(cause: ConsoleEnd['reason'], retryAtMs: number | null): number | null {
    if (cause !== 'guest-stopped') return retryAtMs;
    clearTimeout(this.#timer);
    return null;
  }

  #scheduleRetry(): number | null {
    clearTimeout(this.#timer);
    const delay = retryDelaysMs[this.#retries];
    const target = this.#target;
    if (delay === undefined || target === null) return null;
    this.#retries += 1;
    this.#timer = setTimeout(() => void this.#open(target, { force: false }), delay);
    return Date.now() + delay;
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#generation += 1;
    const state = this.state.value;
    if (state.kind === 'open') state.channel.close();
    else if (state.kind === 'connecting' && this.#ticket !== null) this.#giveBack(this.#ticket);
    this.#ticket = null;
  }

  #giveBack(ticket: string): void {
    // It runs out by itself in any case; a refusal changes nothing.
    this.#host.consoles.close(ticket).catch(() => {});
  }
}

/**
 * The consoles service: opens a guest's console, hands out a ticket for it, and relays its bytes once the ticket is redeemed.
 *
 *   open --> source connected, ticket --attach (once, within 30 s)--> relay --> end, told to every window
 */
import { randomBytes } from 'node:crypto';
import type { Call } from '../call.ts';
import type { ConsoleStream, Hypervisor } from '../connections/hypervisor.ts';
import type { ConsoleEnd, ConsolesService, ConsoleTicket } from '../contract/index.ts';
import type { VncAddress } from '../domains/console-list.ts';
import type { Domains } from '../domains/domains.ts';
import { Emitter, type Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import { toContractError } from '../ipc/contract-error.ts';
import type { BinaryChannel } from '../ipc/link.ts';
import { openVnc, openVncThrough } from './console-source.ts';
import { relay, type RelayEnd } from './relay.ts';

/** How long a ticket waits to be redeemed. */
export const ticketMs = 30_000;
const maximumOpen = 200;
/** A guest that stops closes its console a moment before its event comes. */
const stopGraceMs = 300;

interface OpenConsole {
  key: string;
  source: ConsoleStream;
  /** Set once the ticket was redeemed. */
  channel: BinaryChannel | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

type Reason = Pick<ConsoleEnd, 'reason' | 'message'>;

const closedByUser: Reason = { reason: 'closed', message: 'The console was closed.' };

export class Consoles implements ConsolesService {
  readonly #domains: Pick<Domains, 'console' | 'find'>;
  readonly #open = new Map<string, OpenConsole>();
  readonly #ended = new Emitter<ConsoleEnd>();

  constructor(domains: Pick<Domains, 'console' | 'find'>) {
    this.#domains = domains;
  }

  async open(key: string, consoleId: string, options: { force: boolean }, call: Call = {}): Promise<ConsoleTicket> {
    if (this.#open.size >= maximumOpen) {
      throw new HostError('too-large', `${maximumOpen} consoles are open already. Close one first.`);
    }
    const { guest, hypervisor, way } = await this.#domains.console(key, consoleId, call);
    const source =
      way.kind === 'vnc'
        ? await openScreen(hypervisor, way.address, call)
        : await hypervisor.openConsole(guest.uuid, way.device, options, call).catch(explainBusy);
    const ticket = randomBytes(16).toString('base64url');
    const timer = setTimeout(() => {
      void this.#end(ticket, { reason: 'error', message: 'The console was not used in time. Open it again.' });
    }, ticketMs);
    this.#open.set(ticket, { key, source, channel: null, timer });
    if (call.signal?.aborted) void this.#end(ticket, closedByUser);
    return {
      ticket,
      protocol: way.kind === 'vnc' ? 'rfb' : 'bytes',
      needsPassword: way.kind === 'vnc' && way.needsPassword,
    };
  }

  async close(ticket: string): Promise<void> {
    await this.#end(ticket, closedByUser);
  }

  onDidEnd(listener: (end: ConsoleEnd) => void): Unlisten {
    return this.#ended.on(listener);
  }

  /** Redeems a ticket: its bytes go over `channel` from now on. An unknown or used one closes the channel, saying so. */
  attach(ticket: string, channel: BinaryChannel): void {
    const console = this.#open.get(ticket);
    if (!console || console.channel) {
      channel.close({ ok: false, message: 'This console’s ticket is unknown or was used. Open the console again.' });
      return;
    }
    clearTimeout(console.timer);
    console.channel = channel;
    void relay(console.source, channel).then(async (end) => this.#end(ticket, await this.#reasonOf(console, end)));
  }

  /** Whether the ticket is there to be redeemed. */
  isWaiting(ticket: string): boolean {
    return this.#open.get(ticket)?.channel === null;
  }

  async dispose(): Promise<void> {
    const message = 'Hostler is closing.';
    await Promise.all([...this.#open.keys()].map((ticket) => this.#end(ticket, { reason: 'closed', message })));
  }

  async #end(ticket: string, why: Reason): Promise<void> {
    const console = this.#open.get(ticket);
    if (!console) return;
    this.#open.delete(ticket);
    clearTimeout(console.timer);
    console.channel?.close({ ok: why.reason === 'closed' || why.reason === 'guest-stopped', message: why.message });
    this.#ended.emit({ ticket, ...why });
    await console.source.abort();
  }

  async #reasonOf(console: OpenConsole, end: RelayEnd): Promise<Reason> {
    if (end.kind === 'window-closed') return closedByUser;
    if (end.kind === 'input-overflow') {
      return { reason: 'error', message: 'The console was closed: the guest does not take its input.' };
    }
    await new Promise((resolve) => setTimeout(resolve, stopGraceMs));
    const lost = this.#lostReason(console.key);
    if (lost) return lost;
    if (end.kind === 'source-ended') return { reason: 'closed', message: 'The guest’s side closed the console.' };
    return { reason: 'error', message: `The console broke off: ${toContractError(end.error).message}` };
  }

  /** What of guest and connection explains the end. */
  #lostReason(key: string): Reason | null {
    try {
      const { guest } = this.#domains.find(key);
      return guest.id === null ? { reason: 'guest-stopped', message: 'The guest has stopped.' } : null;
    } catch (error) {
      const { code, message } = toContractError(error);
      return code === 'not-found' ? { reason: 'guest-stopped', message } : { reason: 'connection-lost', message };
    }
  }
}

function openScreen(hypervisor: Hypervisor, address: VncAddress, call: Call): Promise<ConsoleStream> {
  return hypervisor.hasTunnel ? openVncThrough(hypervisor, address, call) : openVnc(address, call.signal);
}

function explainBusy(error: unknown): never {
  const { message } = toContractError(error);
  if (!/active console session/i.test(message)) throw error;
  const hint = 'Somebody else has this console open. Open it by force to end theirs.';
  throw new HostError('operation-refused', message, { hint, cause: error });
}

/**
 * One direction of one connection through a slow link: what comes in at one end leaves at the other in the same order,
 * later. Holds at most `bufferBytes` and the piece read last; beyond that its sender is no longer read.
 *
 *   from ──data──> [ parcel due 150 | parcel due 151 | end due 151 ] ──> to      held while the link is cut
 */
import type { Socket } from 'node:net';

export interface LinkConditions {
  /** One way, in milliseconds. */
  delayMs: number;
  /** Up to this many milliseconds more, at random, for each piece. Nothing overtakes. */
  jitterMs: number;
  /** Share of packets (0 to 1) that are lost, each of which holds up all behind it for a retransmission time. */
  loss: number;
  /** Each way and for each connection; null: as much as this machine can. */
  bytesPerSecond: number | null;
}

/** The link as it is now, shared by all lanes. */
export interface Link extends LinkConditions {
  isCut: boolean;
  bufferBytes: number;
}

interface Parcel<Tag> {
  dueMs: number;
  content: Buffer | 'end' | 'reset';
  tag: Tag;
}

export interface DelayedLaneOptions<Tag> {
  link: Link;
  from: Socket;
  /** Nothing leaves before this moment of `performance.now()`: the handshake takes so long. */
  openAtMs: number;
  /** Called when data is taken in; what it answers is given to `arrived` when the data was passed on. */
  entered(): Tag;
  arrived(tag: Tag, bytes: number): void;
}

/** Payload of a TCP packet on an ordinary network. */
const packetBytes = 1460;
/** Shortest time after which Linux sends a lost packet again. */
const shortestRetransmissionMs = 200;

export class DelayedLane<Tag> {
  readonly #options: DelayedLaneOptions<Tag>;
  readonly #parcels: Parcel<Tag>[] = [];
  #to: Socket | null = null;
  #heldBytes = 0;
  #lastDueMs: number;
  /** When the link has passed on what came before. */
  #freeAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isBlocked = false;

  constructor(options: DelayedLaneOptions<Tag>) {
    this.#options = options;
    const { from, openAtMs } = options;
    this.#lastDueMs = openAtMs;
    from.on('data', (data: Buffer) => this.#take(data));
    from.on('end', () => this.#take('end'));
    from.on('error', () => this.#take('reset'));
  }

  /** Where it leads, once that is open. */
  leadTo(to: Socket): void {
    this.#to = to;
    to.on('drain', () => {
      this.#isBlocked = false;
      this.pump();
    });
    this.pump();
  }

  /** Passes on what is due. */
  pump(): void {
    clearTimeout(this.#timer);
    const { link } = this.#options;
    for (;;) {
      const parcel = this.#parcels[0];
      if (!parcel || this.#to === null || link.isCut) return;
      // A reset does not wait for a reader.
      if (this.#isBlocked && parcel.content !== 'reset') return;
      const waitMs = parcel.dueMs - performance.now();
      if (waitMs > 0) return void (this.#timer = setTimeout(() => this.pump(), waitMs));
      this.#parcels.shift();
      this.#pass(parcel, this.#to);
    }
  }

  /** Drops what is under way. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#parcels.length = 0;
  }

  #take(content: Parcel<Tag>['content']): void {
    const { link, from, entered } = this.#options;
    const bytes = typeof content === 'string' ? 0 : content.length;
    if (content === 'reset' && this.#isBlocked) this.#parcels.length = 0;
    this.#lastDueMs = Math.max(this.#lastDueMs, this.#arrivalMs(bytes));
    this.#parcels.push({ dueMs: this.#lastDueMs, content, tag: entered() });
    this.#heldBytes += bytes;
    if (this.#heldBytes > link.bufferBytes) from.pause();
    this.pump();
  }

  #arrivalMs(bytes: number): number {
    const { delayMs, jitterMs, loss, bytesPerSecond } = this.#options.link;
    const sendingMs = bytesPerSecond === null ? 0 : (bytes * 1000) / bytesPerSecond;
    this.#freeAtMs = Math.max(this.#freeAtMs, performance.now()) + sendingMs;
    const isLost = Math.random() >= (1 - loss) ** Math.ceil(bytes / packetBytes);
    const retransmissionMs = isLost ? Math.max(shortestRetransmissionMs, 2 * delayMs) : 0;
    return this.#freeAtMs + delayMs + Math.random() * jitterMs + retransmissionMs;
  }

  #pass({ content, tag }: Parcel<Tag>, to: Socket): void {
    if (content === 'end') return void to.end();
    if (content === 'reset') return resetSocket(to);
    const { from, link, arrived } = this.#options;
    this.#heldBytes -= content.length;
    if (this.#heldBytes <= link.bufferBytes / 2) from.resume();
    // The other side may be gone; its reset is on its way back through the other lane.
    if (!to.writable) return;
    arrived(tag, content.length);
    this.#isBlocked = !to.write(content);
  }
}

/** Ends a connection as hard as its kind allows: RST over TCP. */
export function resetSocket(socket: Socket): void {
  if (socket.remoteFamily === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

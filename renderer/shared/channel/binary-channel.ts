/**
 * The data plane of a console as seen by a viewer. Shaped like a WebSocket, so that noVNC takes it as a raw channel.
 * What arrives before `onmessage` is set is kept, because a VNC server speaks first.
 */

export interface BinaryChannel {
  /** Fixed: every message is an ArrayBuffer. Writable only because noVNC assigns it. */
  binaryType: string;
  readonly protocol: string;
  /** As of a WebSocket: 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null;
  onerror: ((event: Event) => void) | null;
  onclose: ((event: ChannelClose) => void) | null;
  send(data: ArrayBuffer | ArrayBufferView): void;
  close(): void;
  /**
   * With true, bytes count as taken only when `taken` says so, not when `onmessage` returns. For a viewer that queues
   * what it gets (a terminal), so that a flood is held back at its source.
   */
  holdsCredit: boolean;
  /** Says that so many more bytes have been dealt with. */
  taken(bytes: number): void;
}

/** Why a channel closed: `reason` is one sentence from the host, empty where nothing is known. */
export interface ChannelClose {
  wasClean: boolean;
  code: number;
  reason: string;
}

/** Bytes taken before the host is told, a quarter of its window. */
const creditStep = 1 << 18;

/** What a transport offers: whole binary messages both ways, credit, an end. */
export interface ChannelWire {
  send(data: ArrayBuffer | ArrayBufferView): void;
  sendCredit(bytes: number): void;
  close(): void;
  /** Registers the two receivers, before anything arrives. */
  start(receive: (data: ArrayBuffer) => void, ended: (end: ChannelClose) => void): void;
}

/** A channel over any wire. One flat class: noVNC looks for members on the object and its direct prototype only. */
export class BufferedChannel implements BinaryChannel {
  binaryType = 'arraybuffer';
  readonly protocol = '';
  readyState = 1;
  onopen: BinaryChannel['onopen'] = null;
  onerror: BinaryChannel['onerror'] = null;
  holdsCredit = false;
  readonly #wire: ChannelWire;
  #onmessage: BinaryChannel['onmessage'] = null;
  #onclose: BinaryChannel['onclose'] = null;
  #early: ArrayBuffer[] = [];
  #end: ChannelClose | undefined;
  #untold = 0;

  constructor(wire: ChannelWire) {
    this.#wire = wire;
    wire.start(
      (data) => this.#receive(data),
      (end) => this.#ended(end),
    );
  }

  get onmessage(): BinaryChannel['onmessage'] {
    return this.#onmessage;
  }

  set onmessage(handler: BinaryChannel['onmessage']) {
    this.#onmessage = handler;
    // Later, so that a viewer which sets its handlers one by one has set them all.
    if (handler !== null && this.#early.length > 0) queueMicrotask(() => this.#flush());
  }

  get onclose(): BinaryChannel['onclose'] {
    return this.#onclose;
  }

  set onclose(handler: BinaryChannel['onclose']) {
    this.#onclose = handler;
    const end = this.#end;
    if (handler !== null && end !== undefined && this.#early.length === 0) queueMicrotask(() => handler(end));
  }

  send(data: ArrayBuffer | ArrayBufferView): void {
    if (this.readyState === 1) this.#wire.send(data);
  }

  close(): void {
    if (this.readyState === 1) this.readyState = 2;
    this.#wire.close();
  }

  taken(bytes: number): void {
    this.#untold += bytes;
    if (this.#untold < creditStep || this.readyState !== 1) return;
    this.#wire.sendCredit(this.#untold);
    this.#untold = 0;
  }

  #receive(data: ArrayBuffer): void {
    if (this.#onmessage === null || this.#early.length > 0) this.#early.push(data);
    else this.#deliver(data);
  }

  #deliver(data: ArrayBuffer): void {
    this.#onmessage?.({ data });
    if (!this.holdsCredit) this.taken(data.byteLength);
  }

  #flush(): void {
    const early = this.#early;
    this.#early = [];
    for (const data of early) this.#deliver(data);
    if (early.length > 0 && this.#end !== undefined) this.#onclose?.(this.#end);
  }

  #ended(end: ChannelClose): void {
    if (this.#end !== undefined) return;
    this.readyState = 3;
    this.#end = end;
    if (this.#early.length === 0) this.#onclose?.(end);
  }
}

/** The wire of browser mode: a WebSocket to the page's own origin, made again with back-off when it breaks. */
import type { ToHost, ToRenderer } from '../../../main/contract/index.ts';
import { noteReceived } from '../paint-marks.ts';
import type { Link, LinkState } from './link.ts';

const firstRetryMs = 250;
const longestRetryMs = 10_000;

/** Address of a path on the page's own host, as a WebSocket URL. */
export function webSocketUrl(path: string, page: Pick<Location, 'protocol' | 'host'> = window.location): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}${path}`;
}

export class WebSocketLink implements Link {
  state: LinkState = 'connecting';
  readonly #url: string;
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = firstRetryMs;
  #receive: (message: ToRenderer) => void = () => {};
  #changed: (state: LinkState) => void = () => {};

  constructor(url: string = webSocketUrl('/ws')) {
    this.#url = url;
    this.#connect();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#retryMs = firstRetryMs;
      this.#become('open');
    });
    socket.addEventListener('message', (event: MessageEvent<string>) => {
      noteReceived();
      if (socket === this.#socket) this.#receive(JSON.parse(event.data) as ToRenderer);
    });
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#lost();
    });
  }

  #lost(): void {
    this.#retry = setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
    if (this.state !== 'lost') this.#become('lost');
  }

  #become(state: LinkState): void {
    this.state = state;
    this.#changed(state);
  }

  send(message: ToHost): void {
    if (this.state === 'open') this.#socket?.send(JSON.stringify(message));
  }

  onMessage(receive: (message: ToRenderer) => void): void {
    this.#receive = receive;
  }

  onStateChange(changed: (state: LinkState) => void): void {
    this.#changed = changed;
  }

  close(): void {
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#become('lost');
  }
}

/** The wire of the desktop application: a MessagePort that the preload script posts to the window. */
import type { ToHost, ToRenderer } from '../../../main/contract/index.ts';
import { noteReceived } from '../paint-marks.ts';
import { receivePort } from './desktop-bridge.ts';
import type { Link, LinkState } from './link.ts';

export class MessagePortLink implements Link {
  state: LinkState = 'connecting';
  #port: MessagePort | undefined;
  #receive: (message: ToRenderer) => void = () => {};
  #changed: (state: LinkState) => void = () => {};

  constructor(port: Promise<MessagePort> = receivePort('hostler:port')) {
    void port.then((opened) => this.#open(opened));
  }

  #open(port: MessagePort): void {
    this.#port = port;
    port.addEventListener('message', (event: MessageEvent<ToRenderer>) => {
      noteReceived();
      this.#receive(event.data);
    });
    port.addEventListener('close', () => this.#become('lost'));
    port.start();
    this.#become('open');
  }

  #become(state: LinkState): void {
    this.state = state;
    this.#changed(state);
  }

  send(message: ToHost): void {
    if (this.state === 'open') this.#port?.postMessage(message);
  }

  onMessage(receive: (message: ToRenderer) => void): void {
    this.#receive = receive;
  }

  onStateChange(changed: (state: LinkState) => void): void {
    this.#changed = changed;
  }

  close(): void {
    this.#port?.close();
    this.#become('lost');
  }
}

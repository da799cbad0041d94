/** The wire to the host process, free of any transport. Knows messages, not services. */
import type { ToHost, ToRenderer } from '../../../main/contract/index.ts';

/**
 *   connecting --ok--> open --broken--> lost --timer--> connecting
 *
 * `lost` is also where a wire ends that cannot be made again (a MessagePort).
 */
export type LinkState = 'connecting' | 'open' | 'lost';

export interface Link {
  readonly state: LinkState;
  /** Hands one message on. Only while `open`; dropped otherwise. */
  send(message: ToHost): void;
  /** Registers the one receiver. */
  onMessage(receive: (message: ToRenderer) => void): void;
  /** Registers the one watcher of `state`. */
  onStateChange(changed: (state: LinkState) => void): void;
  /** Ends the wire for good. */
  close(): void;
}

/** The composition root: makes every service of the host and wires them together. The one file that knows them all. */
import type { ApplicationInfo, Services } from './contract/index.ts';
import type { BinaryChannel, MessageLink } from './ipc/link.ts';

export interface HostOptions {
  /** Folder of `connections.json` and `settings.json`; made when missing. */
  configDir: string;
  version: string;
  mode: ApplicationInfo['mode'];
  /** Hears of failures that are Hostler's own bugs, for the log. */
  onBug?: (error: unknown, where: string) => void;
}

/** The running host, as a shell (Electron, browser mode, a test) holds it. */
export interface Host {
  readonly services: Services;
  /** Connects what the user marked; settles at once, the connections go on by themselves. */
  start(): void;
  /** Serves the control plane of one window until its link closes. */
  serve(link: MessageLink): void;
  /** Redeems a console's ticket; an unknown or used ticket closes the channel with a reason. */
  attachConsole(ticket: string, channel: BinaryChannel): void;
  /** Whether any window can be seen; while none can, statistics rest. Seen at first. */
  setVisible(visible: boolean): void;
  /** Closes connections and consoles, writes what is unwritten. */
  dispose(): Promise<void>;
}

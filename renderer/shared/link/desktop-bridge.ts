/**
 * What the preload script of the desktop application gives to the page. Ports cannot cross the context bridge, so each
 * one comes as a window message: `hostler:port` for the control plane, `hostler:console:<ticket>` for a console.
 */

import type { GrantedFile, MenuCommand } from '../../../main/contract/index.ts';

export interface DesktopBridge {
  mode: 'desktop';
  /** Asks for the data channel of a console ticket; the port follows as a window message. */
  openConsole(ticket: string): unknown;
  /** Lets the user choose a file to upload, or a place to download to; null when none was chosen. */
  chooseFile?(use: 'upload' | 'download', name: string): Promise<GrantedFile | null>;
  /** With true, the application menu's shortcuts go to the page, for a console that has the keyboard. */
  grabKeys?(isGrabbed: boolean): void;
  /** Publishes what the application menu offers for this page. */
  setMenu?(commands: readonly MenuCommand[]): void;
  /** Registers the one receiver of commands chosen in the menu. */
  onCommand?(listener: (commandId: string) => void): void;
}

declare global {
  interface Window {
    hostler?: DesktopBridge;
  }
}

/** Resolves with the port of the next window message whose data is `name`, posted by this page's own preload. */
export function receivePort(name: string, signal?: AbortSignal): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    window.addEventListener(
      'message',
      (event) => {
        const port = event.ports[0];
        if (event.source !== window || event.data !== name || port === undefined) return;
        stop.abort();
        resolve(port);
      },
      { signal: stop.signal },
    );
    signal?.addEventListener('abort', () => {
      stop.abort();
      reject(signal.reason as Error);
    });
  });
}

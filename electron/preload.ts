/**
 * The bridge from a page to the shell: the few things below and no Electron object. Ports cannot cross the context
 * bridge, so each one is posted to the window: `hostler:port` for the control plane, `hostler:console:<ticket>` for a console.
 */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { channels } from './channels.ts';

contextBridge.exposeInMainWorld('hostler', {
  mode: 'desktop',
  platform: process.platform,
  openConsole: (ticket: string): Promise<void> => ipcRenderer.invoke(channels.console, ticket) as Promise<void>,
  /** Lets the user choose a file to upload, or a place to download to, with this name; null when none was chosen. */
  chooseFile: (use: 'upload' | 'download', name: string): Promise<unknown> =>
    ipcRenderer.invoke(channels.chooseFile, use, name),
  /** While a console has the keyboard, the menu's shortcuts go to the guest too. */
  grabKeys: (isGrabbed: boolean): void => ipcRenderer.send(channels.grabKeys, isGrabbed),
  /** Publishes the page's commands for the application menu (electron/menu-commands.ts). */
  setMenu: (commands: unknown): void => ipcRenderer.send(channels.menu, commands),
  /** Registers what runs when a command was chosen in the menu. */
  onCommand: (listener: (commandId: string) => void): void => {
    ipcRenderer.removeAllListeners(channels.command);
    ipcRenderer.on(channels.command, (_event, commandId: string) => listener(commandId));
  },
});

/** The page's own listener is in place once it has loaded. */
const loaded = new Promise<void>((resolve) => window.addEventListener('load', () => resolve(), { once: true }));

async function passOn(name: string, event: IpcRendererEvent): Promise<void> {
  await loaded;
  // Only this window gets the message, and it shows no page but the application's own.
  window.postMessage(name, '*', event.ports);
}

ipcRenderer.on(channels.port, (event) => void passOn('hostler:port', event));
ipcRenderer.on(channels.console, (event, ticket: string) => void passOn(`hostler:console:${ticket}`, event));
ipcRenderer.send(channels.connect);

/** The only file that listens to pages. Each message is taken from the main frame of an application page, or not at all. */
import {
  ipcMain,
  MessageChannelMain,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type MessagePortMain,
  type WebContents,
  type WebFrameMain,
} from 'electron';
import type { BinaryChannel, MessageLink } from '../main/ipc/link.ts';
import { isAppUrl } from './app-url.ts';
import { channels } from './channels.ts';
import type { GrantedFile, MenuCommand } from '../main/contract/index.ts';
import { menuCommandsOf } from './menu-commands.ts';
import { binaryChannelOf, messageLinkOf } from './port-link.ts';

/** What the shell does with what pages ask. */
export interface PageRequests {
  serve(link: MessageLink): void;
  /** Joins the ticket's console to the channel; closes the channel with the reason where it cannot. */
  attachConsole(ticket: string, channel: BinaryChannel): void;
  /** Asks the user for a file; null when none was chosen. */
  chooseFile(page: WebContents, use: 'upload' | 'download', name: string): Promise<GrantedFile | null>;
  setMenu(page: WebContents, commands: readonly MenuCommand[]): void;
}

/** Starts to answer. One control plane for each page: a page that connects again (a reload) ends its earlier one. */
export function answerPages(requests: PageRequests): void {
  const controlPorts = new WeakMap<WebContents, MessagePortMain>();

  ipcMain.on(channels.connect, (event) => {
    const frame = applicationFrame(event);
    if (frame === null) return;
    controlPorts.get(event.sender)?.close();
    // A page that was reloaded with a console in focus has no grab any more.
    event.sender.setIgnoreMenuShortcuts(false);
    const { port1, port2 } = new MessageChannelMain();
    controlPorts.set(event.sender, port1);
    requests.serve(messageLinkOf(port1));
    frame.postMessage(channels.port, null, [port2]);
  });

  ipcMain.handle(channels.console, (event, ticket: unknown) => {
    const frame = applicationFrame(event);
    if (frame === null || typeof ticket !== 'string' || ticket.length > 64)
      throw new Error('The console ticket is not valid.');
    const { port1, port2 } = new MessageChannelMain();
    requests.attachConsole(ticket, binaryChannelOf(port1));
    frame.postMessage(channels.console, ticket, [port2]);
  });

  ipcMain.handle(channels.chooseFile, (event, use: unknown, name: unknown) => {
    const isAsked = (use === 'upload' || use === 'download') && typeof name === 'string' && name.length <= 4096;
    if (applicationFrame(event) === null || !isAsked) throw new Error('The request for a file is not valid.');
    return requests.chooseFile(event.sender, use, name);
  });

  ipcMain.on(channels.menu, (event, message: unknown) => {
    const commands = applicationFrame(event) === null ? null : menuCommandsOf(message);
    if (commands !== null) requests.setMenu(event.sender, commands);
  });

  ipcMain.on(channels.grabKeys, (event, isGrabbed: unknown) => {
    if (applicationFrame(event) !== null) event.sender.setIgnoreMenuShortcuts(isGrabbed === true);
  });
}

/** The sending frame, if it is the main frame of a page of the application. */
function applicationFrame(event: IpcMainEvent | IpcMainInvokeEvent): WebFrameMain | null {
  const frame = event.senderFrame;
  if (frame === null || frame !== event.sender.mainFrame) return null;
  return isAppUrl(frame.url) ? frame : null;
}

/**
 * The desktop program: Electron's life cycle around the host. It makes no decision about guests; it gives the host a
 * window, a menu and a place for its files.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { app, BrowserWindow, dialog, powerMonitor, session } from 'electron';
import { Notices } from '../main/application/notices.ts';
import { configDir } from '../main/config-dir.ts';
import { createHost, type Host } from '../main/host.ts';
import { JsonFile } from '../main/settings/json-file.ts';
import { version } from '../main/version.ts';
import { registerAppScheme, serveAppScheme } from './app-protocol.ts';
import { ApplicationMenu } from './application-menu.ts';
import { chooseFile } from './file-dialogs.ts';
import { answerPages } from './ipc.ts';
import { filled, messages } from './messages.ts';
import { guardSession } from './session-guard.ts';
import { shellOptions } from './shell-options.ts';
import { openWindow } from './window.ts';
import { windowStateOf, type WindowState } from './window-state.ts';

/** Longest wait for connections to be closed in order. */
const stopMs = 5000;
const isDevelopment = !app.isPackaged;
/** The bundle lies in dist/electron, the pages in dist/renderer. */
const dist = dirname(import.meta.dirname);
const icon = join(import.meta.dirname, 'icon.png');
const licences = join(isDevelopment ? dist : process.resourcesPath, 'third-party-notices.txt');

async function start(folder: string): Promise<void> {
  await app.whenReady();
  const pages = join(dist, 'renderer');
  if (!existsSync(join(pages, 'index.html'))) throw new Error(filled(messages.pagesMissing, { path: pages }));
  const host = await createHost({
    configDir: folder,
    version,
    mode: 'desktop',
    onBug: (error, where) => console.error(`Hostler: a bug in ${where}:`, error),
  });
  serveAppScheme(session.defaultSession, pages);
  guardSession(session.defaultSession, isDevelopment);
  const menu = new ApplicationMenu({ isDevelopment, licences });
  answerPages({
    serve: (link) => host.serve(link),
    attachConsole: (ticket, channel) => host.attachConsole(ticket, channel),
    chooseFile: (page, use, name) => chooseFile(host.files, page, use, name),
    setMenu: (page, commands) => menu.setCommands(page, commands),
  });
  const places = await WindowPlaces.load(join(folder, 'window.json'));
  const open = (): BrowserWindow => openMainWindow(host, menu, places);
  open();
  host.start();
  // What was tried while the machine slept failed; the next attempt may be half a minute away.
  powerMonitor.on('resume', () => host.retryConnections());
  app.on('activate', () => BrowserWindow.getAllWindows().length === 0 && open());
  app.on('second-instance', () => showAgain(open));
  quitInOrder(host, places);
}

/** Where the last window was, kept in a file of its own: losing it loses nothing. */
class WindowPlaces {
  readonly #file: JsonFile;
  last: WindowState | null;

  private constructor(file: JsonFile, last: WindowState | null) {
    this.#file = file;
    this.last = last;
  }

  static async load(path: string): Promise<WindowPlaces> {
    const file = new JsonFile(path, new Notices());
    return new WindowPlaces(file, (await file.read(windowStateOf)) ?? null);
  }

  keep(state: WindowState): void {
    this.last = state;
    this.#file
      .write(state)
      .catch((error: unknown) => console.error('Hostler: the window’s place was not kept:', error));
  }

  async flush(): Promise<void> {
    await this.#file.flush();
  }
}

function openMainWindow(host: Host, menu: ApplicationMenu, places: WindowPlaces): BrowserWindow {
  const window = openWindow({
    preload: join(import.meta.dirname, 'preload.cjs'),
    icon,
    saved: places.last,
    onDidClose: (state) => places.keep(state),
  });
  const tellVisible = (): void => host.setVisible(BrowserWindow.getAllWindows().some(isSeen));
  for (const event of ['show', 'hide', 'minimize', 'restore', 'closed'] as const)
    window.on(event as 'show', tellVisible);
  window.on('focus', () => menu.show());
  return window;
}

function isSeen(window: BrowserWindow): boolean {
  return window.isVisible() && !window.isMinimized();
}

function showAgain(open: () => BrowserWindow): void {
  const window = BrowserWindow.getAllWindows()[0] ?? open();
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function quitInOrder(host: Host, places: WindowPlaces): void {
  app.on('window-all-closed', () => {
    if (process.platform === 'darwin') return;
    // Tasks belong to the host, not to a window: it stays until they are done. Starting Hostler again shows them.
    void host.whenIdle().then(() => BrowserWindow.getAllWindows().length === 0 && app.quit());
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    setTimeout(() => app.exit(1), stopMs).unref();
    void Promise.allSettled([host.dispose(), places.flush()]).then(() => app.exit(0));
  });
}

function giveUp(error: unknown): void {
  dialog.showErrorBox(messages.startFailedTitle, error instanceof Error ? error.message : String(error));
  app.exit(1);
}

try {
  app.setName('Hostler');
  app.setAboutPanelOptions({
    applicationName: 'Hostler',
    applicationVersion: version,
    copyright: 'Apache License 2.0',
    iconPath: icon,
  });
  app.enableSandbox();
  registerAppScheme();
  const folder = shellOptions(process.argv).configDir ?? configDir(process.env, process.platform, homedir());
  // One place for everything of the user's; it is also what makes an instance the single one.
  app.setPath('userData', join(folder, 'desktop'));
  if (app.requestSingleInstanceLock()) start(folder).catch(giveUp);
  else app.quit();
} catch (error) {
  giveUp(error);
}

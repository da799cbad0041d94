/** Makes a window that can show the application's pages and nothing else, and looks after its health and its place. */
import { BrowserWindow, dialog, screen, type RenderProcessGoneDetails } from 'electron';
import { isAppUrl, startUrl } from './app-url.ts';
import { offerExternal } from './external-links.ts';
import { filled, messages } from './messages.ts';
import { fitToDisplays, minimumHeight, minimumWidth, type Rectangle, type WindowState } from './window-state.ts';

export interface WindowOptions {
  /** Path of the bundled preload script. */
  preload: string;
  icon: string;
  /** Place of the last run, or null. */
  saved: WindowState | null;
  /** Told the place whenever the window is closed. */
  onDidClose: (state: WindowState) => void;
}

/** Opens a window at the start page. */
export function openWindow({ preload, icon, saved, onDidClose }: WindowOptions): BrowserWindow {
  const state = fitToDisplays(saved, workAreas());
  const window = new BrowserWindow({
    ...state.bounds,
    minWidth: minimumWidth,
    minHeight: minimumHeight,
    show: false,
    icon,
    title: 'Hostler',
    backgroundColor: '#0f172a',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
      spellcheck: false,
    },
  });
  if (state.isMaximized) window.maximize();
  window.setFullScreen(state.isFullScreen);
  window.once('ready-to-show', () => window.show());
  window.on('close', () => onDidClose(stateOf(window)));
  keepInside(window);
  watchHealth(window);
  void window.loadURL(startUrl);
  return window;
}

/** No navigation, no second window, no webview: links out are offered to the user's browser. */
function keepInside(window: BrowserWindow): void {
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    void offerExternal(window, url);
    return { action: 'deny' };
  });
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && isAppUrl(event.url)) return;
    event.preventDefault();
    if (event.isMainFrame) void offerExternal(window, event.url);
  });
  webContents.on('will-redirect', (event) => {
    if (!isAppUrl(event.url)) event.preventDefault();
  });
}

function watchHealth(window: BrowserWindow): void {
  window.webContents.on('render-process-gone', (_event, details) => void offerReload(window, details));
  let isAsking = false;
  window.on('unresponsive', () => {
    if (isAsking) return;
    isAsking = true;
    void offerWait(window).finally(() => (isAsking = false));
  });
}

async function offerReload(window: BrowserWindow, { reason }: RenderProcessGoneDetails): Promise<void> {
  if (reason === 'clean-exit' || window.isDestroyed()) return;
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: messages.goneTitle,
    detail: filled(messages.goneDetail, { reason }),
    buttons: [messages.reload, messages.close],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  if (window.isDestroyed()) return;
  if (response === 0) window.webContents.reload();
  else window.destroy();
}

async function offerWait(window: BrowserWindow): Promise<void> {
  const answered = new AbortController();
  window.once('responsive', () => answered.abort());
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: messages.unresponsiveTitle,
    detail: messages.unresponsiveDetail,
    buttons: [messages.wait, messages.reload],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
    signal: answered.signal,
  });
  if (response !== 1 || window.isDestroyed()) return;
  // A page that hangs does not reload: its process has to go first.
  window.webContents.forcefullyCrashRenderer();
  window.webContents.reload();
}

function stateOf(window: BrowserWindow): WindowState {
  return {
    bounds: window.getNormalBounds(),
    isMaximized: window.isMaximized(),
    isFullScreen: window.isFullScreen(),
  };
}

function workAreas(): [Rectangle, ...Rectangle[]] {
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== main.id);
  return [main.workArea, ...others.map((display) => display.workArea)];
}

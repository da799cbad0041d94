/** The application menu that is on the screen: of the focused window's page, made anew when that changes. */
import { BrowserWindow, Menu, shell, type WebContents } from 'electron';
import { channels } from './channels.ts';
import type { MenuCommand } from '../main/contract/index.ts';
import { menuTemplate } from './menu-template.ts';

export interface MenuOptions {
  isDevelopment: boolean;
  /** Path of the third-party notices. */
  licences: string;
}

export class ApplicationMenu {
  readonly #options: MenuOptions;
  readonly #commands = new WeakMap<WebContents, readonly MenuCommand[]>();

  constructor(options: MenuOptions) {
    this.#options = options;
    this.show();
  }

  /** Takes what a page publishes. */
  setCommands(page: WebContents, commands: readonly MenuCommand[]): void {
    this.#commands.set(page, commands);
    this.show();
  }

  /** Draws the menu of the window that has the focus. */
  show(): void {
    const page = BrowserWindow.getFocusedWindow()?.webContents;
    const template = menuTemplate({
      platform: process.platform,
      isDevelopment: this.#options.isDevelopment,
      commands: (page && this.#commands.get(page)) ?? [],
      run: (commandId) => page?.send(channels.command, commandId),
      showLicences: () => void shell.openPath(this.#options.licences),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }
}

/** The application's frame: host tree, the first screen, and the ways from there. */
import { expect, type Locator, type Page } from '@playwright/test';
import { text } from '../texts.ts';
import { ConnectionDialog } from './connection-dialog.ts';
import { GuestsPage } from './guests-page.ts';

export class AppPage {
  readonly page: Page;
  readonly hostTree: Locator;

  constructor(page: Page) {
    this.page = page;
    this.hostTree = page.getByRole('tree', { name: text('tree.label') });
  }

  /** Follows the printed address and waits until the application is there. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.page.locator('#app > *').first()).toBeVisible();
  }

  /** A hypervisor offered on the first screen. */
  offer(uri: string): Locator {
    return this.page.getByRole('button').filter({ hasText: uri });
  }

  /** Takes an offer and waits for its guests. */
  async choose(uri: string): Promise<GuestsPage> {
    await this.offer(uri).click();
    return new GuestsPage(this.page).opened();
  }

  async openConnectionDialog(): Promise<ConnectionDialog> {
    await this.page
      .getByRole('button', { name: text('connection.add') })
      .first()
      .click();
    return new ConnectionDialog(this.page).opened();
  }

  /** Adds a connection the way a user does, and shows its guests. */
  async connect(uri: string): Promise<GuestsPage> {
    const dialog = await this.openConnectionDialog();
    return dialog.submit(uri);
  }

  /** The tree's line of a host, by a part of its name. */
  host(name: string | RegExp): Locator {
    return this.hostTree.getByRole('treeitem', { level: 1 }).filter({ hasText: name });
  }
}

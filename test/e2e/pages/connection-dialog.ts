/** The Add Connection dialog. */
import { expect, type Locator, type Page } from '@playwright/test';
import { text } from '../texts.ts';
import { GuestsPage } from './guests-page.ts';

export class ConnectionDialog {
  readonly page: Page;
  readonly root: Locator;
  readonly uri: Locator;
  readonly connectButton: Locator;
  /** What went wrong, with what to do. */
  readonly error: Locator;

  constructor(page: Page) {
    this.page = page;
    this.root = page.getByRole('dialog', { name: text('connection.addTitle') });
    this.uri = this.root.getByLabel(text('connection.uri'));
    this.connectButton = this.root.getByRole('button', { name: text('connection.addButton') });
    this.error = this.root.getByRole('alert');
  }

  /** A field of the form for hosts elsewhere, by its text. */
  field(key: string): Locator {
    return this.root.getByLabel(text(key), { exact: true });
  }

  async opened(): Promise<this> {
    await expect(this.root).toBeVisible();
    return this;
  }

  /** Types a URI and presses the button; what comes of it is for the caller to see. */
  async attempt(uri: string): Promise<void> {
    await this.uri.fill(uri);
    await expect(this.connectButton).toBeEnabled();
    await this.connectButton.click();
  }

  /** Connects, and waits for the guests of the host. */
  async submit(uri: string): Promise<GuestsPage> {
    await this.attempt(uri);
    await expect(this.root).toBeHidden({ timeout: 20_000 });
    return new GuestsPage(this.page).opened();
  }
}

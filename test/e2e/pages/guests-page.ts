/** The guest table. */
import { expect, type Locator, type Page } from '@playwright/test';
import { text } from '../texts.ts';
import { GuestPage } from './guest-page.ts';

export class GuestsPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly search: Locator;

  constructor(page: Page) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: text('guests.title') });
    this.search = page.getByRole('searchbox', { name: text('guests.search') });
  }

  async opened(): Promise<this> {
    await expect(this.grid).toBeVisible();
    return this;
  }

  /** The row of a guest, by its whole name. */
  row(name: string): Locator {
    return this.grid.getByRole('row').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** The cell of `row(name)` in a column, by the column's id. */
  cell(name: string, column: string): Locator {
    return this.row(name).locator(`[data-column="${column}"]`);
  }

  async openGuest(name: string): Promise<GuestPage> {
    await this.row(name).dblclick();
    return new GuestPage(this.page, name).opened();
  }
}

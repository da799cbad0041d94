/** A guest's page: title line with its actions, and the tabs. */
import { expect, type Locator, type Page } from '@playwright/test';
import { text } from '../texts.ts';
import { ConsoleTab } from './console-tab.ts';

export class GuestPage {
  readonly page: Page;
  readonly name: string;
  readonly heading: Locator;

  constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
    this.heading = page.getByRole('heading', { name });
  }

  async opened(): Promise<this> {
    await expect(this.heading).toBeVisible();
    return this;
  }

  /** The button of the most likely action in the title line, by the operation's name in the contract. */
  primary(operation: string): Locator {
    const buttons = this.page
      .getByRole('main')
      .getByRole('button', { name: text(`action.${operation}.label`), exact: true });
    return buttons.first();
  }

  /** Chooses an operation from the menu of all actions. */
  async chooseFromMenu(operation: string): Promise<void> {
    await this.page.getByRole('button', { name: text('guests.more', { name: this.name }) }).click();
    await this.page.getByRole('menuitem', { name: text(`action.${operation}.label`) }).click();
  }

  /** Answers the confirmation of an operation with yes. */
  async confirm(operation: string): Promise<void> {
    const action = text(`action.${operation}.label`);
    const dialog = this.page.getByRole('dialog', { name: text('confirm.titleOne', { action, guest: this.name }) });
    await expect(dialog).toContainText(text(`action.${operation}.loss`));
    await dialog.getByRole('button', { name: action, exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  async openConsole(): Promise<ConsoleTab> {
    await this.openTab('console');
    return new ConsoleTab(this.page);
  }

  /** Opens a tab. */
  async openTab(tab: 'overview' | 'console' | 'xml'): Promise<void> {
    await this.page.getByRole('link', { name: text(`tab.guest-${tab}`), exact: true }).click();
  }
}

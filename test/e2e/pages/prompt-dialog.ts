/** A question of a log-in, by the dialog's title. */
import { expect, type Locator, type Page } from '@playwright/test';
import { text } from '../texts.ts';

export class PromptDialog {
  readonly root: Locator;
  readonly page: Page;

  constructor(page: Page, title: string) {
    this.page = page;
    this.root = page.getByRole('dialog', { name: title });
  }

  async opened(): Promise<this> {
    await expect(this.root).toBeVisible({ timeout: 20_000 });
    return this;
  }

  field(label: string): Locator {
    return this.root.getByRole('textbox', { name: label }).or(this.root.getByLabel(label, { exact: true }));
  }

  /** Types into the field that has the focus, and presses Enter. */
  async answer(label: string, answer: string): Promise<void> {
    await expect(this.field(label)).toBeFocused();
    await this.page.keyboard.insertText(answer);
    await this.page.keyboard.press('Enter');
  }

  async remember(): Promise<void> {
    await this.root.getByRole('checkbox', { name: text('prompt.remember') }).check();
  }

  button(key: string): Locator {
    return this.root.getByRole('button', { name: text(key) });
  }
}

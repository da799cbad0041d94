/** The Console tab: the graphical screen and the serial line. */
import { expect, type Locator, type Page } from '@playwright/test';
import { PNG } from 'pngjs';
import { text } from '../texts.ts';

export class ConsoleTab {
  readonly page: Page;
  readonly root: Locator;
  /** noVNC's canvas; its size in pixels is the guest's. */
  readonly screen: Locator;
  /** What the serial terminal shows. */
  readonly terminal: Locator;

  constructor(page: Page) {
    this.page = page;
    this.root = page.getByRole('region', { name: text('console.title') });
    this.screen = this.root.locator('canvas').first();
    this.terminal = this.root.locator('.xterm-rows');
  }

  /** Chooses another of the guest's consoles by its label. */
  async choose(label: string | RegExp): Promise<void> {
    await this.root.getByRole('combobox', { name: text('console.choose') }).click();
    await this.page.getByRole('option', { name: label }).click();
  }

  /** The guest's screen as it is drawn in the page. */
  async pixels(): Promise<PNG> {
    const url = await this.screen.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL('image/png'));
    return PNG.sync.read(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
  }

  /** Asks the shell on the serial line for its prompt, as often as it takes: a guest that boots does not listen. */
  async waitForPrompt(prompt: string): Promise<void> {
    await expect(async () => {
      await this.typeLine('');
      await expect(this.terminal).toContainText(prompt, { timeout: 1000 });
    }).toPass({ timeout: 30_000 });
  }

  /** Types a line into the serial terminal. */
  async typeLine(line: string): Promise<void> {
    await this.root.getByRole('textbox').first().focus();
    await this.page.keyboard.type(`${line}\n`);
  }
}

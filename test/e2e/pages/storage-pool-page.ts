/** A storage pool's page: its volumes, and the dialogs that make and delete them. */
import { expect, type Locator, type Page } from '@playwright/test';
import { text } from '../texts.ts';

export class StoragePoolPage {
  readonly page: Page;
  readonly table: Locator;
  readonly search: Locator;

  constructor(page: Page) {
    this.page = page;
    this.table = page.getByRole('table', { name: text('storageVol.title') });
    this.search = page.getByRole('searchbox', { name: text('storageVol.search') });
  }

  /** Goes there by the tree and the list of pools. */
  async open(pool: string): Promise<this> {
    await this.page
      .getByRole('tree')
      .getByRole('treeitem', { name: text('tree.storage-pools') })
      .first()
      .click();
    await this.page.getByRole('link', { name: pool, exact: true }).click();
    await expect(this.page.getByRole('heading', { name: pool })).toBeVisible();
    return this;
  }

  row(name: string): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Chooses a file in the upload dialog and sends it off. */
  async upload(file: string, name?: string): Promise<void> {
    await this.page
      .getByRole('button', { name: text('storageVol.upload') })
      .first()
      .click();
    const dialog = this.page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(file);
    if (name !== undefined) await dialog.getByLabel(text('storageVol.name')).fill(name);
    await dialog.getByRole('button', { name: text('storageVol.uploadButton'), exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  async createVolume(name: string): Promise<void> {
    await this.page.getByRole('button', { name: text('storageVol.create') }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel(text('storageVol.name')).fill(name);
    await dialog.getByRole('button', { name: text('storageVol.createButton') }).click();
    await expect(dialog).toBeHidden();
  }

  async deleteVolume(name: string): Promise<void> {
    await this.row(name)
      .getByRole('button', { name: text('guests.more', { name }) })
      .click();
    await this.page.getByRole('menuitem', { name: text('storageVol.delete') }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel(text('confirm.typeLabel')).fill(name);
    await dialog.getByRole('button', { name: text('storageVol.deleteButton') }).click();
    await expect(dialog).toBeHidden();
  }

  /** The task of a transfer of `name`, by the key of its title. */
  task(key: 'volumeUpload' | 'volumeDownload', name: string, pool: string): Locator {
    return this.page
      .getByRole('region', { name: text('tasks.title') })
      .getByRole('listitem')
      .filter({ hasText: text(`job.${key}`, { name, pool }) });
  }
}

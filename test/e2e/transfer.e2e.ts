/** Volumes through the browser: what goes up comes down the same, and what broke off is said and cleaned up. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Page } from '@playwright/test';
import { type DelayingProxy, startDelayingProxy } from '../rig/delaying-proxy.ts';
import { expect, rigMissing, test, type Rig } from './fixtures.ts';
import type { AppPage } from './pages/app-page.ts';
import { StoragePoolPage } from './pages/storage-pool-page.ts';
import { text } from './texts.ts';

const mebibyte = 1024 * 1024;

test.skip(rigMissing !== null, `not run: ${rigMissing}`);
test.describe.configure({ timeout: 120_000 });

/** A dir pool of the test's own; settles with its folder. */
async function makePool({ libvirtd }: Rig, name: string): Promise<string> {
  const folder = join(libvirtd.dir, name);
  await mkdir(folder);
  await libvirtd.virsh('pool-create-as', name, 'dir', '--target', folder);
  return folder;
}

/** An image of `size` bytes: `dataMiB` MiB that are no zeroes at its begin, a little at its end, a hole between. */
async function makeImage(path: string, size: number, dataMiB: number): Promise<string> {
  const file = await open(path, 'wx');
  await file.truncate(size);
  for (let n = 0; n < dataMiB; n++) await file.write(randomBytes(mebibyte));
  await file.write(randomBytes(1000), 0, 1000, size - 1000);
  await file.close();
  return path;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The same libvirtd over a link on which a transfer takes its time. */
async function slowLink({ libvirtd }: Rig, folder: string): Promise<DelayingProxy & { uri: string }> {
  const path = join(folder, 'slow.sock');
  const proxy = await startDelayingProxy({
    target: { path: libvirtd.sockets.readWrite },
    listen: { path },
    bytesPerSecond: 4 * mebibyte,
    bufferBytes: 256 * 1024,
  });
  return Object.assign(proxy, { uri: `qemu+unix:///system?socket=${path}` });
}

/** Adds the connection; there need not be any guest on it. */
async function connect(app: AppPage, uri: string): Promise<void> {
  const dialog = await app.openConnectionDialog();
  await dialog.attempt(uri);
  await expect(dialog.root).toBeHidden({ timeout: 20_000 });
}

/** Starts an upload that will not be over soon, and settles when bytes of it have moved. */
async function beginUpload(page: Page, pool: string, image: string) {
  const volumes = await new StoragePoolPage(page).open(pool);
  await volumes.upload(image, 'slow.img');
  const task = volumes.task('volumeUpload', 'slow.img', pool);
  await expect(task).toContainText(/[1-9]\d* \/ 64 MiB/, { timeout: 20_000 });
  return { volumes, task };
}

test('an image goes up and comes down again, byte for byte', async ({ app, rig, folder }) => {
  const poolFolder = await makePool(rig, 'round-trip');
  const image = await makeImage(join(folder, 'Disk ü.img'), 96 * mebibyte + 4321, 24);
  const digest = await digestOf(image);
  await connect(app, rig.libvirtd.systemUri);
  const volumes = await new StoragePoolPage(app.page).open('round-trip');
  await expect(app.page.getByText(text('storageVol.empty.title'))).toBeVisible();

  await volumes.upload(image);
  await expect(volumes.task('volumeUpload', 'Disk ü.img', 'round-trip')).toContainText(text('jobState.done'), {
    timeout: 30_000,
  });
  await expect(volumes.row('Disk ü.img')).toContainText('96 MiB');
  const kept = join(poolFolder, 'Disk ü.img');
  expect(await digestOf(kept)).toBe(digest);
  expect((await stat(kept)).blocks * 512, 'zeroes were not sent').toBeLessThan(26 * mebibyte);

  const downloading = app.page.waitForEvent('download');
  await volumes
    .row('Disk ü.img')
    .getByRole('button', { name: text('storageVol.downloadOf', { name: 'Disk ü.img' }) })
    .click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('Disk ü.img');
  const back = join(folder, 'back.img');
  await download.saveAs(back);
  expect(await digestOf(back)).toBe(digest);
  await expect(volumes.task('volumeDownload', 'Disk ü.img', 'round-trip')).toContainText(text('jobState.done'));

  await volumes.createVolume('empty.qcow2');
  await expect(volumes.row('empty.qcow2')).toContainText('20 GiB');
  await volumes.search.fill('qcow2');
  await expect(volumes.row('Disk ü.img')).toBeHidden();
  await app.page.screenshot({ path: 'test-results/volumes.png' });
  await volumes.deleteVolume('empty.qcow2');
  await expect(app.page.getByText(text('storageVol.noMatch.title'))).toBeVisible();
  expect(await readdir(poolFolder)).toEqual(['Disk ü.img']);
  await rig.libvirtd.virsh('pool-destroy', 'round-trip');
});

test('an upload is cancelled in the middle, and nothing of it is left', async ({ app, rig, folder }) => {
  const poolFolder = await makePool(rig, 'given-up');
  await using link = await slowLink(rig, folder);
  await connect(app, link.uri);
  const image = await makeImage(join(folder, 'slow.img'), 64 * mebibyte, 64);
  const { volumes, task } = await beginUpload(app.page, 'given-up', image);
  await task.getByRole('button', { name: text('tasks.cancel') }).click();
  await expect(task).toContainText(text('jobState.cancelled'), { timeout: 20_000 });
  expect(await readdir(poolFolder)).toEqual([]);
  await task.getByRole('button', { name: text('tasks.log') }).click();
  await expect(task).toContainText('Deleted the half-written volume ‘slow.img’.');
  await expect(volumes.row('slow.img')).toBeHidden();
  await rig.libvirtd.virsh('pool-destroy', 'given-up');
});

test('an upload whose link breaks fails, and is cleaned up once the host is back', async ({ app, rig, folder }) => {
  const poolFolder = await makePool(rig, 'broken-link');
  await using link = await slowLink(rig, folder);
  await connect(app, link.uri);
  const image = await makeImage(join(folder, 'slow.img'), 64 * mebibyte, 64);
  const { task } = await beginUpload(app.page, 'broken-link', image);
  link.reset({ forever: true });
  await expect(task).toContainText(text('job.stage.cleaning'));
  expect(await readdir(poolFolder)).toEqual(['slow.img']);
  await link.restore();
  await expect(task).toContainText(text('jobState.failed'), { timeout: 30_000 });
  expect(await readdir(poolFolder)).toEqual([]);
  await rig.libvirtd.virsh('pool-destroy', 'broken-link');
});

test('an upload whose window goes away fails, and nothing of it is left', async ({ app, rig, folder }) => {
  const poolFolder = await makePool(rig, 'left-window');
  await using link = await slowLink(rig, folder);
  await connect(app, link.uri);
  const image = await makeImage(join(folder, 'slow.img'), 64 * mebibyte, 64);
  await beginUpload(app.page, 'left-window', image);
  app.page.on('dialog', (dialog) => void dialog.accept());
  await app.page.reload();
  const task = new StoragePoolPage(app.page).task('volumeUpload', 'slow.img', 'left-window');
  await expect(task).toContainText(text('jobState.failed'), { timeout: 20_000 });
  await expect(task).toContainText('The browser stopped sending the file before its end.');
  expect(await readdir(poolFolder)).toEqual([]);
  await rig.libvirtd.virsh('pool-destroy', 'left-window');
});

test('a download whose link breaks is a failed download for the browser, too', async ({ app, rig, folder }) => {
  const poolFolder = await makePool(rig, 'broken-download');
  await makeImage(join(poolFolder, 'slow.img'), 64 * mebibyte, 64);
  await rig.libvirtd.virsh('pool-refresh', 'broken-download');
  await using link = await slowLink(rig, folder);
  await connect(app, link.uri);
  const volumes = await new StoragePoolPage(app.page).open('broken-download');
  const downloading = app.page.waitForEvent('download');
  await volumes
    .row('slow.img')
    .getByRole('button', { name: text('storageVol.downloadOf', { name: 'slow.img' }) })
    .click();
  const download = await downloading;
  const task = volumes.task('volumeDownload', 'slow.img', 'broken-download');
  await expect(task).toContainText(/[1-9]\d* \/ 64 MiB/, { timeout: 20_000 });
  link.reset();
  await expect(task).toContainText(text('jobState.failed'), { timeout: 20_000 });
  expect(await download.failure()).not.toBeNull();
  await rig.libvirtd.virsh('pool-destroy', 'broken-download');
});

/** Bad input, as the user meets it: every message says what was asked, what happened and what to do. */
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeServer, startTamperingRelay, type Misbehaviour } from '../rig/fake-servers.ts';
import { expect, rigMissing, test } from './fixtures.ts';
import { text } from './texts.ts';

test('a URI that cannot be used is refused while it is typed', async ({ app }) => {
  const dialog = await app.openConnectionDialog();
  for (const uri of ['qemu', 'quemu:///system', 'qemu+carrier-pigeon://host/system']) {
    await dialog.uri.fill(uri);
    await expect(dialog.root).toContainText(uri.split(':')[0] ?? uri);
    await expect(dialog.connectButton).toBeDisabled();
  }
  await app.page.screenshot({ path: 'test-results/bad-uri.png' });
});

test('a missing socket is named, with the next step', async ({ app, folder }) => {
  const dialog = await app.openConnectionDialog();
  await dialog.attempt(`qemu+unix:///system?socket=${folder}/none.sock`);
  await expect(dialog.error).toContainText(`${folder}/none.sock`);
  await expect(dialog.error).toContainText(/libvirt|start|install/i);
  await app.page.screenshot({ path: 'test-results/missing-socket.png' });
});

const servers: [Misbehaviour, RegExp][] = [
  ['http', /libvirt/i],
  ['huge', /libvirt|4294967295|too (large|long)/i],
  ['truncated', /closed|ended|connection/i],
  ['closing', /closed|ended|connection/i],
];

for (const [how, expected] of servers) {
  test(`a server that is not libvirt (${how}) is refused with a reason`, async ({ app, folder }) => {
    const server = await startFakeServer(folder, how);
    const dialog = await app.openConnectionDialog();
    await dialog.attempt(`qemu+unix:///system?socket=${server.socket}`);
    await expect(dialog.error).toContainText(expected);
    await expect(dialog.error).not.toContainText(/undefined|\[object|TypeError/);
    await server.stop();
  });
}

test('a server that says nothing can be given up at any time', async ({ app, folder }) => {
  const server = await startFakeServer(folder, 'silent');
  const dialog = await app.openConnectionDialog();
  await dialog.attempt(`qemu+unix:///system?socket=${server.socket}`);
  await dialog.root.getByRole('button', { name: text('dialog.cancel') }).click();
  await expect(dialog.root).toBeHidden();
  await server.stop();
});

test.describe('as a user who may not', () => {
  const nobody = 65_534;
  test.skip(process.getuid?.() !== 0, 'not run: needs root, to become a user without rights');
  test.use({ hostlerOptions: { uid: nobody } });

  test('a refused permission is explained', async ({ app, folder }) => {
    const server = await startFakeServer(folder, 'silent');
    await chmod(folder, 0o755);
    await chmod(server.socket, 0o600);
    const dialog = await app.openConnectionDialog();
    await dialog.attempt(`qemu+unix:///system?socket=${server.socket}`);
    await expect(dialog.error).toContainText(server.socket);
    await expect(dialog.error).toContainText(/permission|may not|group/i);
    await app.page.screenshot({ path: 'test-results/permission-refused.png' });
    await server.stop();
  });
});

const hostileName = '<img src=x onerror=document.title=1>';
const longName = `long-${'n'.repeat(4091)}`;

function nodeFile(names: string[]): string {
  const escape = (name: string): string => name.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const domain = (name: string): string =>
    `<domain type='test'><name>${escape(name)}</name><memory>1024</memory><os><type>hvm</type></os></domain>`;
  return `<node>${names.map(domain).join('')}</node>`;
}

test('hostile and endless names are text, and the page stays whole', async ({ app, folder }) => {
  const file = join(folder, 'node.xml');
  await writeFile(file, nodeFile([hostileName, longName]));
  const guests = await app.connect(`test://${file}`);
  await expect(guests.row(hostileName)).toBeVisible();
  await expect(app.page.locator('img[src="x"]')).toHaveCount(0);
  await expect(guests.row(longName)).toBeVisible();
  const overflow = await app.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await app.page.screenshot({ path: 'test-results/hostile-names.png' });
  const guest = await guests.openGuest(hostileName);
  await guest.openTab('xml');
  await expect(app.page.getByText('&lt;img src=x').first()).toBeVisible();
  expect(await app.page.title()).not.toBe('1');
});

test('broken XML from a server is reported and spares the rest', async ({ app, folder, rig }) => {
  test.skip(rigMissing !== null, `not run: ${rigMissing}`);
  const breakXml = (data: Buffer): Buffer =>
    Buffer.from(data.toString('latin1').replaceAll('</devices>', '<<devices>'), 'latin1');
  const relay = await startTamperingRelay(folder, rig.libvirtd.sockets.readWrite, breakXml);
  const guests = await app.connect(`test+unix:///default?socket=${relay.socket}`);
  const guest = await guests.openGuest('test');
  await expect(app.page.getByRole('alert').first()).toBeVisible();
  await app.page.screenshot({ path: 'test-results/broken-xml.png' });
  await guest.openTab('xml');
  await expect(app.page.getByText('<<devices>').first()).toBeVisible();
  await relay.stop();
});

test.describe('with files cut in half', () => {
  test('settings and connections are set aside, and said so', async ({ folder, playwright }) => {
    await writeFile(join(folder, 'settings.json'), '{"theme":"dark","densi');
    await writeFile(join(folder, 'connections.json'), '{"version":1,"connections":[{"id":"a","uri":');
    const { startHostler } = await import('../rig/hostler.ts');
    const hostler = await startHostler({ configDir: folder });
    const browser = await playwright.chromium.launch(test.info().project.use.launchOptions);
    const page = await browser.newPage();
    await page.goto(hostler.url);
    await expect(page.getByText('settings.json').first()).toBeVisible();
    await expect(page.getByText('connections.json').first()).toBeVisible();
    await page.screenshot({ path: 'test-results/broken-files.png' });
    await browser.close();
    expect(await hostler.end()).toBe(0);
    expect((await readdir(folder)).filter((name) => name.includes('.broken-'))).toHaveLength(2);
  });
});

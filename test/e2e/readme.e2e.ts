/** The picture in the README, always as the application looks: HOSTLER_UPDATE_IMAGES=1 puts it into docs/images. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { text } from './texts.ts';

const root = join(import.meta.dirname, '../..');
const picture = 'test-results/readme.png';

/** Name, title, vCPUs, memory in GiB, libvirt's state number. */
const guests: [string, string, number, number, number][] = [
  ['build-7', 'Continuous integration', 8, 16, 1],
  ['build-8', 'Continuous integration', 8, 16, 5],
  ['db-01', 'Orders database', 4, 8, 1],
  ['db-02', 'Orders database, replica', 4, 8, 1],
  ['desktop-anna', '', 2, 4, 3],
  ['dns-01', '', 1, 1, 1],
  ['mail-01', 'Mail', 2, 4, 1],
  ['monitor', 'Metrics and alerts', 2, 4, 1],
  ['router-test', '', 1, 1, 5],
  ['web-01', 'Shop', 2, 2, 1],
  ['web-02', 'Shop', 2, 2, 1],
  ['windows-11', 'Printer driver tests', 4, 8, 5],
];

function nodeFile(): string {
  const domains = guests.map(
    (
      [name, title, vcpus, gib, state],
      index,
    ) => `<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
      <name>${name}</name><uuid>5d1c0000-0000-4000-8000-${String(index).padStart(12, '0')}</uuid><title>${title}</title>
      <memory unit='GiB'>${gib}</memory><vcpu>${vcpus}</vcpu><os><type>hvm</type></os>
      <devices>
        <disk type='file'><source file='/guests/${name}.qcow2'/><target dev='vda' bus='virtio'/></disk>
        <interface type='network'><source network='default'/></interface>
        <graphics type='vnc'/><memballoon model='virtio'/>
      </devices><test:runstate>${state}</test:runstate></domain>`,
  );
  const network = `<network><name>default</name><bridge name='virbr0'/><ip address='192.168.122.1' netmask='255.255.255.0'/></network>`;
  const pool = `<pool type='dir'><name>images</name><capacity unit='GiB'>900</capacity><target><path>/guests</path></target></pool>`;
  return `<node><memory>134217728</memory>${network}${pool}${domains.join('')}</node>`;
}

test('a host with a dozen guests, as the README shows it', async ({ app, folder }) => {
  const file = join(folder, 'node.xml');
  await writeFile(file, nodeFile());
  const dialog = await app.openConnectionDialog();
  await dialog.root.getByLabel(text('connection.name')).fill('lab1');
  const list = await dialog.submit(`test://${file}`);
  await list.row('web-01').click();
  // Until there is a history to draw.
  await expect(list.cell('web-01', 'cpu')).toContainText('%', { timeout: 15_000 });
  await expect(async () => {
    const points = await list.row('web-01').locator('svg path, svg polyline').count();
    expect(points).toBeGreaterThan(0);
  }).toPass({ timeout: 15_000 });
  await app.page.screenshot({ path: picture });
  if (process.env['HOSTLER_UPDATE_IMAGES'] === undefined) return;
  // A longer history looks better.
  await app.page.waitForTimeout(30_000);
  await app.page.screenshot({ path: picture });
  await mkdir(join(root, 'docs/images'), { recursive: true });
  await copyFile(picture, join(root, 'docs/images/guests.png'));
});

import { inflateSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionEvent, Connections } from '../connections/connections.ts';
import { FakeHypervisor, guest, uuidOf } from '../testing/fake-hypervisor.ts';
import { Emitter } from '../emitter.ts';
import { HostError } from '../error.ts';
import { Inventory } from '../inventory/inventory.ts';
import { Jobs } from '../jobs/jobs.ts';
import { Domains } from './domains.ts';

afterEach(() => {
  vi.useRealTimers();
});

const key = (n: number): string => `c1/${uuidOf(n)}`;

const xml = `<domain type='kvm' id='3'>
  <name>web</name><uuid>${uuidOf(1)}</uuid><title>Web &amp; mail</title>
  <memory unit='MiB'>2048</memory><currentMemory unit='KiB'>1048576</currentMemory>
  <vcpu placement='static' current='2'>4</vcpu>
  <os firmware='efi'><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><boot dev='hd'/><boot dev='network'/></os>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'><driver type='qcow2'/><source file='/img/web.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><model type='virtio'/></interface>
    <serial type='pty'><alias name='serial0'/></serial>
    <serial type='file'><alias name='serial1'/></serial>
    <console type='pty'><target type='serial' port='0'/><alias name='serial0'/></console>
    <graphics type='vnc' port='5901' passwd='*****'><listen type='address' address='127.0.0.1'/></graphics>
    <graphics type='spice' port='5902'/>
    <tpm model='tpm-crb'/>
  </devices>
</domain>`;

async function setUp(hypervisor: FakeHypervisor) {
  const events = new Emitter<ConnectionEvent>();
  const inventory = new Inventory(
    { onConnection: (listener) => events.on(listener) },
    { intervalSeconds: () => 60, onProblem: () => {} },
  );
  const jobs = new Jobs();
  let lost: HostError | null = null;
  const connections = {
    hypervisor: () => {
      if (lost) throw lost;
      return hypervisor;
    },
  } as unknown as Connections;
  const domains = new Domains({ connections, inventory, jobs });
  events.emit({ kind: 'opened', id: 'c1', hypervisor });
  await vi.waitFor(() => inventory.guest(key(1)));
  return { domains, inventory, jobs, lose: (error: HostError) => (lost = error) };
}

describe('Domains.perform', () => {
  it('runs a start as a task and a pause without one', async () => {
    const hypervisor = new FakeHypervisor(guest(1), guest(2, { id: 2, state: 'running' }));
    const { domains, jobs } = await setUp(hypervisor);
    await domains.perform(key(1), 'create');
    await domains.perform(key(2), 'suspend');
    expect(hypervisor.calls.slice(-2)).toEqual(['create', 'suspend']);
    expect(await jobs.list()).toMatchObject([
      { state: 'done', title: { key: 'create', params: { name: 'guest-1' } }, targetKey: key(1) },
    ]);
  });

  it('refuses what the state does not allow, in words, before asking the host', async () => {
    const hypervisor = new FakeHypervisor(guest(1));
    const { domains, lose } = await setUp(hypervisor);
    await expect(domains.perform(key(1), 'suspend')).rejects.toMatchObject({
      code: 'operation-refused',
      message: '‘guest-1’ cannot be paused: it is not running. Start it first.',
    });
    await expect(domains.perform(key(9), 'create')).rejects.toMatchObject({ code: 'not-found' });
    lose(new HostError('connection-lost', 'gone'));
    await expect(domains.perform(key(1), 'create')).rejects.toMatchObject({ code: 'connection-lost' });
    expect(hypervisor.calls).not.toContain('suspend');
  });

  it('passes the host’s refusal on and ends the waiting', async () => {
    const hypervisor = new FakeHypervisor(guest(1));
    hypervisor.onPerform = () => Promise.reject(new HostError('io', 'No space left on device.'));
    const { domains, inventory, jobs } = await setUp(hypervisor);
    await expect(domains.perform(key(1), 'create')).rejects.toThrow('No space left');
    expect(inventory.guest(key(1)).pending).toBe(null);
    expect(await jobs.list()).toMatchObject([{ state: 'failed', error: { code: 'io' } }]);
  });
});

describe('Domains.details', () => {
  it('reads the overview from the XML, and the title into the list', async () => {
    const hypervisor = new FakeHypervisor(guest(1, { id: 3, state: 'running' }));
    hypervisor.xml = () => xml;
    const { domains, inventory } = await setUp(hypervisor);
    const { devices, consoles, ...rest } = await domains.details(key(1));
    expect(rest).toEqual({
      key: key(1),
      uuid: uuidOf(1),
      name: 'web',
      title: 'Web & mail',
      description: '',
      virtType: 'kvm',
      osType: 'hvm',
      architecture: 'x86_64',
      machine: 'pc-q35-7.2',
      firmware: 'efi',
      emulator: '/usr/bin/qemu-system-x86_64',
      bootDevices: ['hd', 'network'],
      vcpus: 2,
      maxVcpus: 4,
      memoryKiB: 1_048_576,
      maxMemoryKiB: 2_097_152,
    });
    expect(inventory.guest(key(1)).title).toBe('Web & mail');
    expect(devices.slice(0, 2)).toEqual([
      { kind: 'disk', element: 'disk', label: 'vda · disk', detail: '/img/web.qcow2 · qcow2 · virtio' },
      { kind: 'interface', element: 'interface', label: '52:54:00:00:00:01', detail: 'network · default · virtio' },
    ]);
    expect(devices.at(-1)).toMatchObject({ kind: 'other', element: 'tpm', label: 'tpm-crb' });
    expect(consoles).toEqual([
      { id: 'vnc:0', kind: 'vnc', label: 'VNC', usable: true },
      { id: 'spice:1', kind: 'spice', label: 'SPICE', usable: false, reason: expect.stringContaining('VNC') },
      { id: 'serial:0', kind: 'serial', label: 'Serial 0', usable: true },
      { id: 'serial:1', kind: 'serial', label: 'Serial 1', usable: false, reason: expect.stringContaining('‘file’') },
    ]);
  });

  it.each([
    ['<domain><name>cut', 'cannot be read'],
    ['', 'cannot be read'],
    ['<network/>', 'in place of <domain>'],
    ['<!DOCTYPE d [<!ENTITY a "b">]><domain/>', 'cannot be read'],
    [`<domain>${'<a>'.repeat(1000)}`, 'cannot be read'],
  ])('answers XML like %j with a protocol error', async (broken, message) => {
    const hypervisor = new FakeHypervisor(guest(1, { name: '<img onerror>' }));
    hypervisor.xml = () => broken;
    const { domains } = await setUp(hypervisor);
    await expect(domains.details(key(1))).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringContaining(message),
    });
    expect((await domains.xml(key(1), 'live')).xml).toBe(broken);
  });

  it('takes XML that is well-formed nonsense', async () => {
    const hypervisor = new FakeHypervisor(guest(1, { id: 1, state: 'running' }));
    hypervisor.xml = () =>
      "<domain><vcpu>-5</vcpu><memory unit='__proto__'>99999999999999999999</memory><devices><graphics type='vnc' port='99999'/><constructor/><serial/></devices></domain>";
    const { domains } = await setUp(hypervisor);
    expect(await domains.details(key(1))).toMatchObject({
      name: '',
      vcpus: 1,
      memoryKiB: 0,
      consoles: [{ usable: false }, { usable: false }],
    });
  });
});

describe('Domains.console', () => {
  const withGraphics = (graphics: string): string => `<domain><devices>${graphics}</devices></domain>`;

  const remote = { isLocal: false, hostName: 'lab1' };
  const overSsh = { ...remote, hasTunnel: true };

  async function consoleOf(graphics: string, reach: object) {
    const hypervisor = Object.assign(new FakeHypervisor(guest(1, { id: 1, state: 'running' })), reach);
    hypervisor.xml = () => withGraphics(graphics);
    return (await setUp(hypervisor)).domains.console(key(1), 'vnc:0', {});
  }

  it.each([
    ["<graphics type='vnc' port='5900'/>", {}, { host: '127.0.0.1', port: 5900 }],
    ["<graphics type='vnc' port='5900' listen='0.0.0.0'/>", {}, { host: '127.0.0.1', port: 5900 }],
    ["<graphics type='vnc' port='5900' listen='::'/>", {}, { host: '::1', port: 5900 }],
    ["<graphics type='vnc'><listen type='socket' socket='/run/vnc'/></graphics>", {}, { path: '/run/vnc' }],
    ["<graphics type='vnc' port='5900' listen='0.0.0.0'/>", remote, { host: 'lab1', port: 5900 }],
    ["<graphics type='vnc' port='5900' listen='10.0.0.2'/>", remote, { host: '10.0.0.2', port: 5900 }],
    ["<graphics type='vnc' port='5900' listen='127.0.0.1'/>", overSsh, { host: '127.0.0.1', port: 5900 }],
    ["<graphics type='vnc' port='5900' listen='0.0.0.0'/>", overSsh, { host: '127.0.0.1', port: 5900 }],
    ["<graphics type='vnc'><listen type='socket' socket='/run/vnc'/></graphics>", overSsh, { path: '/run/vnc' }],
  ])('finds the screen of %s', async (graphics, reach, address) => {
    expect((await consoleOf(graphics, reach)).way).toEqual({ kind: 'vnc', address, needsPassword: false });
  });

  it('tells when the screen wants a password, and keeps the password to itself', async () => {
    const found = await consoleOf("<graphics type='vnc' port='5900' passwd='secret'/>", {});
    expect(found.way).toMatchObject({ needsPassword: true });
    expect(JSON.stringify(found.way)).not.toContain('secret');
  });

  it.each([
    ["<graphics type='vnc' port='5900' listen='127.0.0.1'/>", remote, 'SSH'],
    ["<graphics type='vnc'><listen type='socket' socket='/run/vnc'/></graphics>", remote, 'SSH'],
    ["<graphics type='vnc'><listen type='none'/></graphics>", {}, 'listens nowhere'],
    ["<graphics type='vnc' port='-1' autoport='yes'/>", {}, 'no port'],
    ["<graphics type='vnc' socket='../etc'/>", {}, 'no path'],
  ])('says why the screen of %s cannot be shown', async (graphics, reach, reason) => {
    await expect(consoleOf(graphics, reach)).rejects.toMatchObject({
      code: 'operation-refused',
      message: expect.stringContaining(reason),
    });
  });

  it('knows consoles that are off, read-only, or gone', async () => {
    const hypervisor = new FakeHypervisor(guest(1));
    hypervisor.xml = () => withGraphics("<console type='pty'><target type='virtio'/></console>");
    const { domains } = await setUp(hypervisor);
    await expect(domains.console(key(1), 'console:0', {})).rejects.toThrow('not running');
    await expect(domains.console(key(1), 'vnc:7', {})).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('Domains.screenshot', () => {
  it('makes a PNG of a PPM', async () => {
    const hypervisor = new FakeHypervisor(guest(1, { id: 1, state: 'running' }));
    const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9];
    hypervisor.picture = {
      mime: 'image/x-portable-pixmap',
      data: Buffer.concat([Buffer.from('P6\n# made by hand\n2 2\n255\n'), Buffer.from(pixels)]),
    };
    const { domains } = await setUp(hypervisor);
    const url = await domains.screenshot(key(1));
    const png = Buffer.from(url!.replace('data:image/png;base64,', ''), 'base64');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2, 2]);
    const length = png.readUInt32BE(33);
    const rows = inflateSync(png.subarray(41, 41 + length));
    expect([...rows]).toEqual([0, ...pixels.slice(0, 6), 0, ...pixels.slice(6)]);
  });

  it.each(['P6\n9 9\n255\nshort', 'P6\n99999 1\n255\n', 'P6\n2 2\n65535\n', 'P6'])(
    'refuses the picture %j',
    async (text) => {
      const hypervisor = new FakeHypervisor(guest(1, { id: 1, state: 'running' }));
      hypervisor.picture = { mime: 'image/x-portable-pixmap', data: Buffer.from(text) };
      const { domains } = await setUp(hypervisor);
      await expect(domains.screenshot(key(1))).rejects.toMatchObject({ code: 'protocol' });
    },
  );

  it('has none of a guest that is off or of an unknown kind', async () => {
    const hypervisor = new FakeHypervisor(guest(1), guest(2, { id: 1, state: 'running' }));
    hypervisor.picture = { mime: 'image/jpeg', data: Buffer.from('JFIF') };
    const { domains } = await setUp(hypervisor);
    expect([await domains.screenshot(key(1)), await domains.screenshot(key(2))]).toEqual([null, null]);
  });
});

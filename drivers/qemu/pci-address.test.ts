import { describe, expect, it } from 'vitest';
import { guest, pci } from './testing/guest.ts';

const disks = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) =>
      `<disk><source file='/d${index}'/><target dev='vd${String.fromCharCode(97 + index)}' bus='virtio'/></disk>`,
  ).join('');

describe('PCI addresses of the old PC', () => {
  it('are given out behind chipset and graphics in the order of the kinds', () => {
    const { devices } = guest({
      devices: `<interface type='user'/><graphics type='vnc'/><disk><source file='/d'/><target dev='vda' bus='virtio'/></disk>`,
    });
    expect(pci(devices?.videos[0])).toBe('0:2.0');
    expect(pci(devices?.interfaces[0])).toBe('0:3.0');
    expect(pci(devices?.disks[0])).toBe('0:4.0');
    expect(pci(devices?.memballoon)).toBe('0:5.0');
  });

  it('keep what is given and fill the gaps', () => {
    const taken = `<address type='pci' domain='0' bus='0' slot='2' function='0'/>`;
    const { devices } = guest({ devices: `<rng model='virtio'><backend model='random'/>${taken}</rng>` });
    expect(pci(devices?.rngs[0])).toBe('0:2.0');
    expect(pci(devices?.memballoon)).toBe('0:3.0');
  });

  it('go on behind a bridge when the root bus is full', () => {
    const { devices } = guest({ devices: Array.from({ length: 40 }, () => `<interface type='user'/>`).join('') });
    expect(devices?.controllers.find(({ model }) => model === 'pci-bridge')).toMatchObject({
      index: 1,
      modelName: { name: 'pci-bridge' },
      target: { chassisNr: 1 },
    });
    expect(devices?.interfaces.map(pci)).toContain('1:1.0');
    expect(new Set(devices?.interfaces.map(pci)).size).toBe(40);
  });

  it('refuses one address for two devices', () => {
    const rng = `<rng model='virtio'><backend model='random'/><address type='pci' slot='5'/></rng>`;
    expect(() => guest({ devices: rng + rng })).toThrow('Attempted double use of PCI Address 0000:00:05.0');
  });

  it('refuses another place for the IDE controller of the chipset', () => {
    const address = `<address type='pci' slot='9'/>`;
    expect(() => guest({ devices: `<controller type='ide' index='0'>${address}</controller>` })).toThrow(
      'Primary IDE controller must have PCI address 0:0:1.1',
    );
  });
});

describe('PCI addresses of q35', () => {
  const q35 = { machine: 'q35', capabilities: 'latest' } as const;

  it('put each device on a port of its own and leave one port free', () => {
    const { devices } = guest({ ...q35, devices: disks(2) });
    expect(devices?.disks.map(pci)).toEqual(['2:0.0', '3:0.0']);
    const ports = devices?.controllers.filter(({ model }) => model === 'pcie-root-port');
    // USB, two disks, balloon, and the free one.
    expect(ports?.map(pci)).toEqual(['0:1.0', '0:1.1', '0:1.2', '0:1.3', '0:1.4']);
    expect(ports?.[0]?.address).toMatchObject({ multifunction: true });
    expect(ports?.[1]?.target).toMatchObject({ chassis: 2, port: 9 });
  });

  it('reach conventional PCI over a bridge', () => {
    const { devices } = guest({ ...q35, devices: `<sound model='ac97'/>` });
    expect(devices?.controllers.some(({ model }) => model === 'pcie-to-pci-bridge')).toBe(true);
    expect(pci(devices?.sounds[0])).toMatch(/^2:1\.0$/);
  });

  it('have the sound card where the chipset has it', () => {
    expect(pci(guest({ ...q35, devices: `<sound model='ich9'/>` }).devices?.sounds[0])).toBe('0:27.0');
  });

  it('refuses the root of another machine', () => {
    expect(() => guest({ ...q35, devices: `<controller type='pci' index='0' model='pci-root'/>` })).toThrow(
      "must be model='pcie-root' for this machine type",
    );
  });
});

describe('PCI addresses of pSeries', () => {
  it('add host bridges', () => {
    const cards = Array.from({ length: 40 }, () => `<interface type='user'><model type='virtio'/></interface>`).join(
      '',
    );
    const { devices } = guest({ arch: 'ppc64', machine: 'pseries', devices: cards });
    const bridges = devices?.controllers.filter(({ type, model }) => type === 'pci' && model === 'pci-root');
    expect(bridges?.map(({ target }) => target?.index)).toEqual([0, 1]);
  });
});

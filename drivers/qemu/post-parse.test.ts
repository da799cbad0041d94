import { describe, expect, it } from 'vitest';
import { conf } from '../index.ts';
import { guest } from './testing/guest.ts';

describe('implicit devices', () => {
  it('of a PC: PS/2 inputs, buses, balloon, audio', () => {
    const { devices } = guest({});
    expect(devices?.inputs.map(({ type, bus }) => `${type} ${bus}`)).toEqual(['mouse ps2', 'keyboard ps2']);
    expect(devices?.controllers.map(({ type, model }) => [type, model])).toEqual([
      ['usb', undefined],
      ['pci', 'pci-root'],
    ]);
    expect(devices?.memballoon).toMatchObject({ model: 'virtio' });
    expect(devices?.audios).toMatchObject([{ id: 1, type: 'none' }]);
    expect(devices?.emulator).toBe('/usr/bin/qemu-system-x86_64');
  });

  it('of pSeries with a screen: USB inputs, panic notifier', () => {
    const { devices } = guest({ arch: 'ppc64', machine: 'pseries', devices: `<graphics type='vnc'/>` });
    expect(devices?.inputs.map(({ type, bus }) => `${type} ${bus}`)).toEqual(['keyboard usb', 'mouse usb']);
    expect(devices?.panics).toMatchObject([{ model: 'pseries' }]);
    expect(devices?.videos[0]?.model?.type).toBe('vga');
  });

  it('of s390: numbers on the channel bus', () => {
    const { devices } = guest({ arch: 's390x', machine: 's390-ccw-virtio', devices: `<interface type='user'/>` });
    expect(devices?.interfaces[0]).toMatchObject({ model: { type: 'virtio' }, address: { type: 'ccw', devno: 0 } });
    expect(devices?.memballoon?.address).toMatchObject({ type: 'ccw', devno: 1 });
  });

  it('of ARM: interrupt controller, serial port', () => {
    const { devices, features } = guest({ arch: 'aarch64', machine: 'virt', devices: `<serial type='pty'/>` });
    expect(features?.gic).toMatchObject({ version: '2' });
    expect(devices?.serials[0]?.target).toMatchObject({ type: 'system-serial', model: { name: 'pl011' } });
  });
});

describe('what QEMU is taken to know', () => {
  it('decides over the default processor and the name of the USB controller', () => {
    const recent = guest({ capabilities: 'latest' });
    expect(recent.cpu?.model?.name).toBe('qemu64');
    expect(recent.devices?.controllers[0]?.model).toBe('piix3-uhci');
    expect(guest({ capabilities: 'minimal' }).cpu).toBeUndefined();
  });

  it('is recent for a new guest and for one that needs it', () => {
    expect(guest({ abiUpdate: true }).cpu?.model?.name).toBe('qemu64');
    expect(guest({ machine: 'pc-i440fx-6.2' }).cpu?.model?.name).toBe('qemu64');
    expect(guest({ more: '<genid/>' }).cpu?.model?.name).toBe('qemu64');
    expect(guest({}).cpu).toBeUndefined();
  });
});

describe('a definition', () => {
  it('stays as it is once it has its defaults', () => {
    const once = conf.domain.format(
      guest({ machine: 'q35', capabilities: 'latest', devices: `<sound model='ac97'/>` }),
      {
        inactive: true,
      },
    );
    const again = conf.domain.parse(once, { driver: 'qemu', inactive: true, capabilities: 'latest' });
    expect(conf.domain.format(again, { inactive: true })).toBe(once);
  });

  it.each([
    [
      '<tpm><backend type="emulator"/></tpm><tpm><backend type="emulator"/></tpm>',
      'only a single TPM non-proxy device',
    ],
    [
      '<disk><driver type="cow"/><source file="/d"/><target dev="hda"/></disk>',
      "'cow' storage format is not supported",
    ],
    ['<iommu model="intel"/>', "IOMMU device: 'intel' is only supported with Q35 machines"],
    ['<shmem name="a"><size unit="M">3</size></shmem>', 'shmem size must be a power of two'],
    ['<controller type="usb" model="qemu-xhci" ports="16"/>', "only supports up to '15' ports"],
  ])('is refused with %s', (devices, message) => {
    expect(() => guest({ devices })).toThrow(message);
  });
});

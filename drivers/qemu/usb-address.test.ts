import { describe, expect, it } from 'vitest';
import { guest } from './testing/guest.ts';

const tablets = (count: number): string => `<input type='tablet' bus='usb'/>`.repeat(count);
const portsOf = (devices: readonly { address?: object | undefined }[]): (string | undefined)[] =>
  devices.map(({ address }) => (address as { port?: string } | undefined)?.port);

describe('USB addresses', () => {
  it('are given out in a new guest', () => {
    const { devices } = guest({ devices: tablets(2), abiUpdate: true });
    expect(portsOf(devices?.inputs.filter(({ bus }) => bus === 'usb') ?? [])).toEqual(['1', '2']);
  });

  it('go on behind a hub when the controller is full', () => {
    const { devices } = guest({ devices: tablets(3), abiUpdate: true });
    expect(portsOf(devices?.hubs ?? [])).toEqual(['1']);
    expect(portsOf(devices?.inputs.filter(({ bus }) => bus === 'usb') ?? [])).toEqual(['2', '1.1', '1.2']);
  });

  it('are left alone in a guest that has none', () => {
    const { devices } = guest({ devices: tablets(1) });
    expect(devices?.inputs[0]?.address).toBeUndefined();
  });

  it('refuses USB devices without a USB bus', () => {
    const off = `<controller type='usb' model='none'/>`;
    expect(() => guest({ devices: off + tablets(1), abiUpdate: true })).toThrow('USB');
  });

  it('refuses a hub that is not there', () => {
    const device = `<input type='tablet' bus='usb'><address type='usb' bus='0' port='1.2'/></input>`;
    expect(() => guest({ devices: device })).toThrow('there is no hub at port 1 in USB address bus: 0 port: 1.2');
  });
});

import { describe, expect, it } from 'vitest';
import { guest } from './testing/guest.ts';

const channel = (name: string, address = ''): string =>
  `<channel type='pty'><target type='virtio' name='${name}'/>${address}</channel>`;

describe('virtio-serial addresses', () => {
  it('begin at port 1 and pass over what is taken', () => {
    const taken = `<address type='virtio-serial' controller='0' bus='0' port='1'/>`;
    const { devices } = guest({ devices: channel('a') + channel('b', taken) });
    expect(devices?.channels.map(({ address }) => (address as { port: number }).port)).toEqual([2, 1]);
  });

  it('add a controller when all ports are taken', () => {
    const { devices } = guest({ devices: Array.from({ length: 31 }, (_, index) => channel(`c${index}`)).join('') });
    expect(devices?.controllers.filter(({ type }) => type === 'virtio-serial').map(({ index }) => index)).toEqual([
      0, 1,
    ]);
    expect(devices?.channels.at(-1)?.address).toMatchObject({ controller: 1, port: 1 });
  });

  it('refuses one port twice', () => {
    const taken = `<address type='virtio-serial' controller='0' bus='0' port='3'/>`;
    expect(() => guest({ devices: channel('a', taken) + channel('b', taken) })).toThrow(
      'virtio serial port 3 on controller 0 is already occupied',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { guest } from './testing/guest.ts';

const node = (cpus: string): string =>
  `<vcpu>4</vcpu><cpu><numa><cell id='0' cpus='${cpus}' memory='524288'/><cell id='1' cpus='1' memory='524288'/></numa></cpu>`;

describe('nodes of the guest', () => {
  it('hold every processor: those of none belong to the first', () => {
    const { cpu } = guest({ capabilities: 'latest', more: node('0') });
    expect(cpu?.numa?.cells.map(({ cpus }) => cpus)).toEqual(['0,2-3', '1']);
  });

  it('stay as they are for a QEMU that needs neighbours', () => {
    const { cpu } = guest({ capabilities: 'minimal', more: node('0') });
    expect(cpu?.numa?.cells.map(({ cpus }) => cpus)).toEqual(['0', '1']);
  });

  it('are made up for a new guest with slots for memory', () => {
    const more = `<maxMemory slots='4'>4194304</maxMemory>`;
    expect(guest({ more, abiUpdate: true }).cpu?.numa?.cells).toMatchObject([{ id: 0, memory: 1048576n, cpus: '0' }]);
    expect(guest({ more }).cpu?.numa).toBeUndefined();
  });
});

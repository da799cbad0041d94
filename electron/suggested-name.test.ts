import { describe, expect, it } from 'vitest';
import { suggestedName } from './suggested-name.ts';

describe('suggestedName', () => {
  it('keeps ordinary names and takes the sting out of others', () => {
    expect(suggestedName('disk 1.qcow2')).toBe('disk 1.qcow2');
    expect(suggestedName('../../.ssh/authorized_keys')).toBe('_.._.ssh_authorized_keys');
    expect(suggestedName('C:\\boot.ini\n')).toBe('C_boot.ini_');
    expect([suggestedName('...'), suggestedName('')]).toEqual(['volume', 'volume']);
    expect(suggestedName('x'.repeat(5000))).toHaveLength(200);
  });
});

import { describe, expect, it } from 'vitest';

import type { TypedParam } from './driver.ts';
import { VIR_DOMAIN_SCHEDULER_VCPU_QUOTA, VIR_MIGRATE_PARAM_MIGRATE_DISKS } from './typed-params.gen.ts';
import { type TypedParamsInput, fromTypedParams, toTypedParams } from './typed-params.ts';

describe('fromTypedParams', () => {
  it('is a plain object of the values', () => {
    const params: TypedParam[] = [
      { field: 'state.state', type: 'int', value: 1 },
      { field: 'cpu.time', type: 'ullong', value: 2n ** 64n - 1n },
      { field: 'net.0.name', type: 'string', value: 'vnet0' },
      { field: 'success', type: 'boolean', value: true },
    ];
    expect(fromTypedParams(params)).toEqual({
      'state.state': 1,
      'cpu.time': 18446744073709551615n,
      'net.0.name': 'vnet0',
      success: true,
    });
  });

  it('lets no name of the far side reach a prototype', () => {
    const result = fromTypedParams([{ field: '__proto__', type: 'string', value: 'x' }]);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(Object.entries(result)).toEqual([['__proto__', 'x']]);
  });
});

describe('toTypedParams', () => {
  it('gives known fields the type libvirt gives them, whatever the number is', () => {
    const input = { [VIR_DOMAIN_SCHEDULER_VCPU_QUOTA]: -1, cpu_shares: 1024, weight: 20n, group_name: 'g', cmt: true };
    expect(toTypedParams(input)).toEqual([
      { field: 'vcpu_quota', type: 'llong', value: -1n },
      { field: 'cpu_shares', type: 'ullong', value: 1024n },
      { field: 'weight', type: 'uint', value: 20 },
      { field: 'group_name', type: 'string', value: 'g' },
      { field: 'cmt', type: 'boolean', value: true },
    ]);
  });

  it('judges other fields by the value', () => {
    const input = { a: 1, b: -1, c: 2 ** 31, d: 2 ** 40, e: 0.5, f: 7n, g: -7n, h: 'x', i: false };
    expect(toTypedParams(input).map(({ type, value }) => [type, value])).toEqual([
      ['int', 1],
      ['int', -1],
      ['uint', 2 ** 31],
      ['ullong', 2n ** 40n],
      ['double', 0.5],
      ['ullong', 7n],
      ['llong', -7n],
      ['string', 'x'],
      ['boolean', false],
    ]);
  });

  it('repeats a field for each string of a list, and leaves undefined out', () => {
    expect(toTypedParams({ [VIR_MIGRATE_PARAM_MIGRATE_DISKS]: ['vda', 'vdb'], bandwidth: undefined })).toEqual([
      { field: 'migrate_disks', type: 'string', value: 'vda' },
      { field: 'migrate_disks', type: 'string', value: 'vdb' },
    ]);
  });

  it.each<[TypedParamsInput, string]>([
    [{ cpu_shares: -1 }, "parameter 'cpu_shares' is -1, which is not between 0 and 18446744073709551615"],
    [{ cpu_shares: '5' }, "parameter 'cpu_shares' takes a value of the type ullong, not the string 5"],
    [{ weight: 2 ** 32 }, "parameter 'weight' takes a value of the type uint, not the number 4294967296"],
    [{ weight: 0.5 }, 'not the number 0.5'],
    [{ cmt: 1 }, "parameter 'cmt' takes a value of the type boolean, not the number 1"],
    [{ group_name: 5 }, 'takes a value of the type string'],
    [{ unknown: Number.NaN }, 'takes a value of the type double, not the number NaN'],
    [{ ['x'.repeat(80)]: 1 }, 'has not between 1 and 79 characters'],
  ])('refuses what does not fit (%#)', (input, message) => {
    expect(() => toTypedParams(input)).toThrow(message);
  });
});

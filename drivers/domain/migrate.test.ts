import { describe, expect, it } from 'vitest';

import { Domain } from '../domain.ts';
import type { DriverSlots } from '../driver.ts';
import { VIR_MIGRATE_LIVE, VIR_MIGRATE_OFFLINE, VIR_MIGRATE_PEER2PEER } from '../enums.gen.ts';
import { virError } from '../error.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { fakeConnection, fakeDomain } from '../fake-session.ts';

failOnLeaks();

const cookie = (value: number): Uint8Array => Uint8Array.of(value);
const protection = 256;

type Log = [step: string, cookie: number[] | null, flags: number, cancelled?: number][];

/** Two hosts that log the steps; `failing` is the one that goes wrong, `lacking` the features neither has. */
function hosts(failing = '', lacking: number[] = []) {
  const log: Log = [];
  const enter = (step: string, bytes: Uint8Array | null, flags: number, cancelled?: number): void => {
    log.push(
      cancelled === undefined ? [step, bytes && [...bytes], flags] : [step, bytes && [...bytes], flags, cancelled],
    );
    if (step === failing) throw virError('VIR_ERR_OPERATION_FAILED', 'VIR_FROM_QEMU', `${step} failed`);
  };
  const source: DriverSlots = {
    domainMigrateBegin3Params: async ({ flags }) => {
      enter('begin', null, flags);
      return { cookieOut: cookie(1), xml: '<domain/>' };
    },
    domainMigratePerform3Params: async ({ cookieIn, flags }) => {
      enter('perform', cookieIn, flags);
      return cookie(3);
    },
    domainMigrateConfirm3Params: async ({ cookieIn, flags, cancelled }) => enter('confirm', cookieIn, flags, cancelled),
  };
  const fields: string[][] = [];
  const destination: DriverSlots = {
    domainMigratePrepare3Params: async ({ cookieIn, flags, params }) => {
      enter('prepare', cookieIn, flags);
      fields.push(params.map(({ field, value }) => `${field}=${value}`));
      return { cookieOut: cookie(2), uriOut: failing === 'uri' ? null : 'tcp://there' };
    },
    domainMigrateFinish3Params: async ({ cookieIn, flags, cancelled, params }) => {
      enter('finish', cookieIn, flags, cancelled);
      fields.push(params.map(({ field, value }) => `${field}=${value}`));
      return { dom: { ...fakeDomain, id: 9 }, cookieOut: cookie(4) };
    },
  };
  const here = fakeConnection(source);
  const there = fakeConnection(destination);
  const hasFeature = async (feature: number): Promise<boolean> => !lacking.includes(feature);
  for (const { session } of [here, there]) Object.assign(session, { hasFeature });
  const close = async (): Promise<void> =>
    void (await Promise.all([here.connection.close(), there.connection.close()]));
  return { domain: new Domain(here.connection.core, fakeDomain), there: there.connection, log, fields, close };
}

describe('migrate', () => {
  it('leads both hosts through the steps, each with the cookie of the one before', async () => {
    const { domain, there, log, fields, close } = hosts();
    const moved = await domain.migrate(there, { bandwidth: 10 }, VIR_MIGRATE_LIVE);
    expect([moved.getConnect() === there, moved.getID()]).toEqual([true, 9]);
    expect(log).toEqual([
      ['begin', null, VIR_MIGRATE_LIVE | protection],
      ['prepare', [1], VIR_MIGRATE_LIVE],
      ['perform', [2], VIR_MIGRATE_LIVE | protection],
      ['finish', [3], VIR_MIGRATE_LIVE, 0],
      ['confirm', [4], VIR_MIGRATE_LIVE | protection, 0],
    ]);
    expect(fields).toEqual([
      ['bandwidth=10', 'destination_xml=<domain/>'],
      ['bandwidth=10', 'destination_xml=<domain/>', 'migrate_uri=tcp://there', 'destination_name=vm1'],
    ]);
    await close();
  });

  it('moves no memory of a guest that is shut off', async () => {
    const { domain, there, log, close } = hosts();
    await domain.migrate(there, {}, VIR_MIGRATE_OFFLINE);
    expect(log.map(([step]) => step)).toEqual(['begin', 'prepare', 'finish', 'confirm']);
    // The destination would take its own cookie for that of its twin.
    expect(log[2]![1]).toEqual([]);
    await close();
  });

  it.each([
    ['begin', ['begin']],
    ['prepare', ['begin', 'prepare', 'confirm 1']],
    ['perform', ['begin', 'prepare', 'perform', 'finish 1']],
    ['finish', ['begin', 'prepare', 'perform', 'finish 0', 'confirm 1']],
  ])('tells those who must know when %s fails', async (failing, steps) => {
    const { domain, there, log, close } = hosts(failing);
    await expect(domain.migrate(there)).rejects.toThrow(`${failing} failed`);
    expect(log.map(([step, , , cancelled]) => (cancelled === undefined ? step : `${step} ${cancelled}`))).toEqual(
      steps,
    );
    await close();
  });

  it('succeeds although the source could not be told', async () => {
    const { domain, there, close } = hosts('confirm');
    await expect(domain.migrate(there)).resolves.toBeInstanceOf(Domain);
    await close();
  });

  it('needs an address to migrate to', async () => {
    const { domain, there, log, close } = hosts('uri');
    await expect(domain.migrate(there)).rejects.toThrow('give the parameter migrate_uri');
    expect(log.at(-1)).toEqual(['confirm', [], protection, 1]);
    await close();
  });

  it.each([
    [{}, VIR_MIGRATE_PEER2PEER, [], 'use migrateToURI'],
    [{}, 64 | 128, [], 'takes one of VIR_MIGRATE_NON_SHARED_DISK'],
    [{}, VIR_MIGRATE_OFFLINE, [12], 'the source host cannot migrate a guest that is shut off'],
    [{}, protection, [7], 'cannot protect the guest from changes'],
    [{}, 0, [13], 'not supported by the connection driver: virDomainMigrate3'],
  ])('refuses what cannot be (%#)', async (params, flags, lacking, message) => {
    const { domain, there, log, close } = hosts('', lacking);
    await expect(domain.migrate(there, params, flags)).rejects.toThrow(message);
    expect(log).toEqual([]);
    await close();
  });
});

describe('migrateToURI', () => {
  it('is one call to the source', async () => {
    const { domain, log, close } = hosts();
    await domain.migrateToURI('qemu+ssh://there/system', {}, VIR_MIGRATE_PEER2PEER);
    expect(log).toEqual([['perform', [], VIR_MIGRATE_PEER2PEER]]);
    await close();
  });

  it.each([
    [null, VIR_MIGRATE_PEER2PEER, "needs the destination's URI"],
    ['qemu:///system', 0, 'only with VIR_MIGRATE_PEER2PEER'],
    ['nonsense', VIR_MIGRATE_PEER2PEER, "cannot use 'nonsense'"],
  ])('refuses what cannot be (%#)', async (uri, flags, message) => {
    const { domain, log, close } = hosts();
    await expect(domain.migrateToURI(uri, {}, flags)).rejects.toThrow(message);
    expect(log).toEqual([]);
    await close();
  });
});

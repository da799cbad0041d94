import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declined, type CredentialRequest, type DriverSession } from '../driver.ts';
import { parseUri } from '../uri.ts';
import { createTestDriver, testDriver } from './driver.ts';
import { codeOf, openHost } from './testing.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-test-driver-'));
});
afterAll(() => rm(folder, { recursive: true }));

const open = async (uri: string, driver = createTestDriver()): Promise<DriverSession> =>
  (await driver.open(parseUri(uri), {})) as DriverSession;

describe('testDriver', () => {
  it('declines what is not its own', async () => {
    for (const uri of ['qemu:///system', 'test+ssh://host/default', 'test+unix:///default']) {
      expect(await testDriver.open(parseUri(uri), {})).toBe(declined);
    }
    expect(await testDriver.open(null, {})).toBe(declined);
  });

  it('asks for a path', async () => {
    expect(await codeOf(open('test:///'))).toBe('VIR_ERR_INVALID_ARG');
  });

  it('shares test:///default between connections as long as one is open', async () => {
    const driver = createTestDriver();
    const first = await open('test:///default', driver);
    const second = await open('test:///default', driver);
    const [dom] = await first.slots.connectListAllDomains!({ flags: 0 });
    await first.slots.domainDestroy!({ dom: dom! });
    expect((await second.slots.domainGetState!({ dom: dom!, flags: 0 })).state).toBe(5);
    await first.close();
    expect((await second.slots.domainGetState!({ dom: dom!, flags: 0 })).state).toBe(5);
    await second.close();
    const third = await open('test:///default', driver);
    expect((await third.slots.domainGetState!({ dom: dom!, flags: 0 })).state).toBe(1);
    await third.close();
  });

  it('gives every connection to a node file a host of its own', async () => {
    const path = join(folder, 'own.xml');
    await writeFile(
      path,
      "<node><domain type='test'><name>a</name><memory>1024</memory><os><type>hvm</type></os></domain></node>",
    );
    const driver = createTestDriver();
    const [first, second] = [await open(`test://${path}`, driver), await open(`test://${path}`, driver)];
    const [dom] = await first.slots.connectListAllDomains!({ flags: 0 });
    await first.slots.domainDestroy!({ dom: dom! });
    expect(await first.slots.connectNumOfDomains!({})).toBe(0);
    expect(await second.slots.connectNumOfDomains!({})).toBe(1);
    await Promise.all([first.close(), second.close()]);
  });

  it('says who it is', async () => {
    const { session, slots } = await openHost();
    expect([session.type, session.uri, session.isAlive(), session.isSecure(), session.isEncrypted()]).toEqual([
      'TEST',
      'test:///default',
      true,
      true,
      false,
    ]);
    expect(await slots.connectGetVersion({})).toBe(2n);
    expect(await slots.nodeGetInfo({})).toEqual({
      model: 'i686',
      memory: 3_145_728n,
      cpus: 16,
      mhz: 1400,
      nodes: 2,
      sockets: 2,
      cores: 2,
      threads: 2,
    });
    expect(await slots.connectGetCapabilities({})).toContain("<cell id='1'>");
    expect(await slots.nodeGetFreeMemory({})).toBe(3_145_728n);
    expect(await slots.nodeGetCellsFreeMemory({ startCell: 0, maxcells: 8 })).toEqual([2_097_152n, 4_194_304n]);
    expect(await codeOf(slots.nodeGetCellsFreeMemory({ startCell: 2, maxcells: 1 }))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(slots.connectGetCpuModelNames({ arch: 'nope', flags: 0 }))).toBe('VIR_ERR_INVALID_ARG');
    expect(
      await slots.connectGetDomainCapabilities({
        emulatorbin: null,
        arch: 'x86_64',
        machine: null,
        virttype: 'test',
        flags: 0,
      }),
    ).toContain('<arch>x86_64</arch>');
  });

  it('asks for user and password where the node file names users', async () => {
    const path = join(folder, 'auth.xml');
    await writeFile(path, "<node><auth><user password='123456'>bill</user><user>guest</user></auth></node>");
    const asked: string[] = [];
    const answering = (answers: Record<string, string>) => async (requests: CredentialRequest[]) => {
      asked.push(...requests.map(({ type }) => type));
      return requests.map(({ type }) => answers[type] ?? '');
    };
    const driver = createTestDriver();
    const uri = parseUri(`test://${path}`);
    const session = (await driver.open(uri, {
      auth: answering({ username: 'bill', passphrase: '123456' }),
    })) as DriverSession;
    await session.close();
    expect(asked).toEqual(['username', 'passphrase']);
    const guest = (await driver.open(uri, { auth: answering({ username: 'guest' }) })) as DriverSession;
    await guest.close();
    expect(await codeOf(driver.open(uri, { auth: answering({ username: 'bill', passphrase: 'wrong' }) }))).toBe(
      'VIR_ERR_AUTH_FAILED',
    );
    expect(await codeOf(driver.open(uri, { auth: answering({ username: 'nobody' }) }))).toBe('VIR_ERR_AUTH_FAILED');
    expect(await codeOf(driver.open(uri, { auth: async () => null }))).toBe('VIR_ERR_AUTH_CANCELLED');
    expect(await codeOf(driver.open(uri, {}))).toBe('VIR_ERR_AUTH_FAILED');
  });
});

describe('a session', () => {
  it('ends once, frees who waits, and refuses what comes later', async () => {
    const { session, slots } = await openHost();
    const [dom] = await slots.connectListAllDomains({ flags: 0 });
    const console = await slots.domainOpenConsole({ dom: dom!, devName: null, flags: 0 });
    await console.read();
    const waiting = console.read();
    const reasons: string[] = [];
    session.onDidClose((reason) => reasons.push(reason));
    await session.close();
    await session.close();
    expect(reasons).toEqual(['client']);
    await expect(waiting).rejects.toThrow(/the stream has ended/);
    await expect(slots.connectNumOfDomains({})).rejects.toThrow(/client socket is closed/);
    expect(session.isAlive()).toBe(false);
  });

  it('takes its auto-destroy guests along', async () => {
    const driver = createTestDriver();
    const [first, second] = [await open('test:///default', driver), await open('test:///default', driver)];
    const [dom] = await first.slots.connectListAllDomains!({ flags: 0 });
    await first.slots.domainDestroy!({ dom: dom! });
    await first.slots.domainCreateWithFlags!({ dom: dom!, flags: 2 });
    await first.close();
    expect(await second.slots.domainGetState!({ dom: dom!, flags: 0 })).toEqual({ state: 5, reason: 2 });
    await second.close();
  });
});

describe('faults', () => {
  it('delay, fail, hang and break calls, and count them', async () => {
    const { session, slots, clock, faults } = await openHost();
    faults.delay('connectNumOfDomains', 100);
    let answer: number | null = null;
    const slow = slots.connectNumOfDomains({}).then((count) => (answer = count));
    await Promise.resolve();
    expect(answer).toBeNull();
    clock.advance(100);
    await slow;
    expect(answer).toBe(1);

    faults.clear();
    faults.fail('nodeGetInfo', 'VIR_ERR_SYSTEM_ERROR', 'no', 1);
    expect(await codeOf(slots.nodeGetInfo({}))).toBe('VIR_ERR_SYSTEM_ERROR');
    expect(await codeOf(slots.nodeGetInfo({}))).toBe('no error');
    expect(faults.callsOf('nodeGetInfo')).toBe(2);

    faults.hang('connectGetVersion');
    const limited = slots.connectGetVersion({}, { timeoutMs: 50 });
    clock.advance(50);
    expect(await codeOf(limited)).toBe('VIR_ERR_OPERATION_TIMEOUT');
    const controller = new AbortController();
    const cancelled = slots.connectGetVersion({}, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');

    const ended: string[] = [];
    session.onDidClose((reason) => ended.push(reason));
    const hanging = slots.connectGetVersion({});
    faults.breakOn('connectGetHostname');
    await expect(slots.connectGetHostname({})).rejects.toThrow(/client socket is closed/);
    await expect(hanging).rejects.toThrow(/client socket is closed/);
    expect(ended).toEqual(['error']);
  });

  it('come from the URI too, and a wrong one is refused', async () => {
    const { slots } = await openHost('test:///default?fail=nodeGetInfo:38:1');
    expect(await codeOf(slots.nodeGetInfo({}))).toBe('VIR_ERR_SYSTEM_ERROR');
    expect(await codeOf(slots.nodeGetInfo({}))).toBe('no error');
    for (const query of ['latency_ms=soon', 'fail=nodeGetInfo:9999', 'fail=nodeGetInfo:x']) {
      expect(await codeOf(open(`test:///default?${query}`))).toBe('VIR_ERR_INVALID_ARG');
    }
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainRef } from '../driver.ts';
import { codeOf, domainXml, openHost, type TestHost } from './testing.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-save-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function withGuest(): Promise<TestHost & { dom: DomainRef }> {
  const host = await openHost();
  const dom = await host.slots.domainDefineXml({ xml: domainXml('web') });
  await host.slots.domainCreate({ dom });
  host.heard.length = 0;
  return { ...host, dom };
}

describe('saving', () => {
  it('writes a file that brings the guest back', async () => {
    const { slots, dom, heard } = await withGuest();
    const file = join(folder, 'web.save');
    await slots.domainSave({ dom, to: file });
    expect((await slots.domainGetState({ dom, flags: 0 })).reason).toBe(5);
    expect(await slots.domainSaveImageGetXmlDesc({ file, flags: 0 })).toContain('<name>web</name>');
    await slots.domainRestore({ from: file });
    expect(await slots.domainGetState({ dom, flags: 0 })).toEqual({ state: 1, reason: 3 });
    expect(heard).toEqual(['domain 0 5 4', 'domain 0 2 2']);
    expect(await codeOf(slots.domainRestore({ from: file }))).toBe('VIR_ERR_OPERATION_INVALID');
  });

  it('refuses files that are no image, and folders that are not there', async () => {
    const { slots, dom } = await withGuest();
    const file = join(folder, 'bad');
    for (const [content, code] of [
      ['', 'VIR_ERR_SYSTEM_ERROR'],
      ['x'.repeat(100), 'VIR_ERR_INTERNAL_ERROR'],
      ['TestGuestMagic\0\xff\xff\xff\x7f', 'VIR_ERR_INTERNAL_ERROR'],
      ['TestGuestMagic\0\x10\0\0\0<', 'VIR_ERR_SYSTEM_ERROR'],
    ] as const) {
      await writeFile(file, content, 'latin1');
      expect(await codeOf(slots.domainRestore({ from: file }))).toBe(code);
    }
    expect(await codeOf(slots.domainSave({ dom, to: join(folder, 'no/where') }))).toBe('VIR_ERR_SYSTEM_ERROR');
    expect((await slots.domainGetState({ dom, flags: 0 })).state).toBe(1);
  });

  it('keeps a managed image until the next start', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainManagedSave({ dom, flags: 0 });
    expect(await slots.domainHasManagedSaveImage({ dom, flags: 0 })).toBe(1);
    expect(await slots.domainManagedSaveGetXmlDesc({ dom, flags: 0 })).toContain('<name>web</name>');
    await slots.domainCreate({ dom });
    expect(await slots.domainHasManagedSaveImage({ dom, flags: 0 })).toBe(0);
    expect(await codeOf(slots.domainManagedSaveGetXmlDesc({ dom, flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
  });

  it('dumps a core, and stops the guest where that was asked for', async () => {
    const { slots, dom } = await withGuest();
    const to = join(folder, 'core');
    await slots.domainCoreDump({ dom, to, flags: 1 });
    expect(await readFile(to, 'latin1')).toBe('TestGuestMagic\0');
    expect(await slots.domainGetState({ dom, flags: 0 })).toEqual({ state: 5, reason: 3 });
    await slots.domainCreate({ dom });
    expect(await codeOf(slots.domainCoreDumpWithFormat({ dom, to, dumpformat: 1, flags: 0 }))).toBe(
      'VIR_ERR_OPERATION_UNSUPPORTED',
    );
  });
});

describe('consoles and screens', () => {
  it('echo, one session at a time unless forced, and end with the guest', async () => {
    const { slots, dom } = await withGuest();
    const first = await slots.domainOpenConsole({ dom, devName: null, flags: 0 });
    expect(Buffer.from((await first.read()) as Uint8Array).toString()).toContain('web serial0');
    expect(await codeOf(slots.domainOpenConsole({ dom, devName: null, flags: 0 }))).toBe('VIR_ERR_OPERATION_FAILED');
    const second = await slots.domainOpenConsole({ dom, devName: 'serial0', flags: 1 });
    expect(await first.read()).toBeNull();
    await second.read();
    await second.write(Buffer.from('hi'));
    expect(Buffer.from((await second.read()) as Uint8Array).toString()).toBe('hi');
    await slots.domainDestroy({ dom });
    expect(await second.read()).toBeNull();
    expect(await codeOf(slots.domainOpenConsole({ dom, devName: null, flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
  });

  it('refuse a device that is not there', async () => {
    const { slots, dom } = await withGuest();
    await expect(slots.domainOpenConsole({ dom, devName: 'serial7', flags: 0 })).rejects.toThrow(
      /cannot find character device serial7; this guest has: serial0/,
    );
    expect(await codeOf(slots.domainOpenChannel({ dom, name: 'org.example', flags: 0 }))).toBe(
      'VIR_ERR_INTERNAL_ERROR',
    );
  });

  it('give a picture', async () => {
    const { slots, dom } = await withGuest();
    const { mime, stream } = await slots.domainScreenshot({ dom, screen: 0, flags: 0 });
    expect(mime).toBe('image/png');
    expect(
      Buffer.from((await stream.read()) as Uint8Array)
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    await stream.finish();
  });
});

describe('the guest agent', () => {
  it('freezes, names its parts and knows the time', async () => {
    const { slots, dom } = await withGuest();
    expect(await slots.domainFsfreeze({ dom, mountpoints: ['/'], flags: 0 })).toBe(1);
    expect(await slots.domainFsfreeze({ dom, mountpoints: [], flags: 0 })).toBe(1);
    expect(await slots.domainFsthaw({ dom, mountpoints: [], flags: 0 })).toBe(2);
    expect(await codeOf(slots.domainFstrim({ dom, mountPoint: '/nope', minimum: 0n, flags: 0 }))).toBe(
      'VIR_ERR_OPERATION_INVALID',
    );
    expect(
      (await slots.domainGetFsinfo({ dom, flags: 0 })).map(({ mountpoint, name }) => `${mountpoint} ${name}`),
    ).toEqual(['/ vda1', '/boot vda2']);
    await slots.domainSetTime({ dom, seconds: 12_345n, nseconds: 6, flags: 0 });
    expect(await slots.domainGetTime({ dom, flags: 0 })).toEqual({ seconds: 12_345n, nseconds: 6 });
    expect(await slots.domainGetControlInfo({ dom, flags: 0 })).toEqual({ state: 2, details: 0, stateTime: 2345n });
    expect(await slots.domainGetHostname({ dom, flags: 0 })).toBe('webhost');
    const info = await slots.domainGetGuestInfo({ dom, types: 0, flags: 0 });
    expect(info.find(({ field }) => field === 'hostname')?.value).toBe('webhost');
  });

  it("keeps users' keys", async () => {
    const { slots, dom } = await withGuest();
    const set = (keys: string[], flags: number): Promise<void> =>
      slots.domainAuthorizedSshKeysSet({ dom, user: 'root', keys, flags });
    await set(['a', 'b'], 0);
    await set(['b', 'c'], 1);
    await set(['a'], 2);
    expect(await slots.domainAuthorizedSshKeysGet({ dom, user: 'root', flags: 0 })).toEqual(['b', 'c']);
  });

  it('has an address of its network', async () => {
    const { slots, dom } = await withGuest();
    expect(await slots.domainInterfaceAddresses({ dom, source: 0, flags: 0 })).toEqual([
      { name: 'testnet0', hwaddr: '52:54:00:aa:bb:01', addrs: [{ type: 0, addr: '192.168.122.23', prefix: 24 }] },
    ]);
    expect(await codeOf(slots.domainInterfaceAddresses({ dom, source: 9, flags: 0 }))).toBe(
      'VIR_ERR_ARGUMENT_UNSUPPORTED',
    );
  });

  it('takes keys and signals that exist', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainSendKey({ dom, codeset: 0, holdtime: 0, keycodes: [30], flags: 0 });
    expect(await codeOf(slots.domainSendKey({ dom, codeset: 0, holdtime: 0, keycodes: [9999], flags: 0 }))).toBe(
      'VIR_ERR_INTERNAL_ERROR',
    );
    expect(await codeOf(slots.domainSendProcessSignal({ dom, pidValue: 2n, signum: 1, flags: 0 }))).toBe(
      'VIR_ERR_INVALID_ARG',
    );
    expect([...(await slots.domainMemoryPeek({ dom, offset: 254n, size: 4, flags: 1 }))]).toEqual([254, 255, 0, 1]);
  });
});

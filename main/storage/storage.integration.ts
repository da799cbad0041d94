/** Uploads and downloads against a real libvirtd: what arrives, what is left out, and what is left behind. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { libvirtdPrograms, startLibvirtd, type Libvirtd } from '../../test/rig/libvirtd.ts';
import { run } from '../../test/rig/process.ts';
import { notRunBecause } from '../../test/rig/requirements.ts';
import { hypervisorOpener } from '../connections/core-hypervisor.ts';
import type { Hypervisor } from '../connections/hypervisor.ts';
import type { JobProgress } from '../jobs/jobs.ts';
import { Jobs } from '../jobs/jobs.ts';
import { runDownload } from './download.ts';
import { openFileSink, openFileSource } from './local-file.ts';
import type { TransferSource } from './transfer-ends.ts';
import { runUpload } from './upload.ts';

const problem = notRunBecause([...libvirtdPrograms, 'qemu-img'], { root: true });
const mebibyte = 1024 * 1024;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(problem !== null)(`volumes of a libvirtd${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  let libvirtd: Libvirtd;
  let hypervisor: Hypervisor;
  let poolUuid: string;
  let folder: string;

  beforeAll(async () => {
    libvirtd = await startLibvirtd();
    folder = join(libvirtd.dir, 'pool');
    await mkdir(folder);
    await libvirtd.virsh('pool-create-as', 'transfers', 'dir', '--target', folder);
    poolUuid = (await libvirtd.virsh('pool-uuid', 'transfers')).trim();
    const { signal } = new AbortController();
    hypervisor = await hypervisorOpener(() => ({ intervalSeconds: 5, count: 5 }))(libvirtd.systemUri, {
      readonly: false,
      signal,
      ask: async () => null,
    });
  });
  afterAll(async () => {
    await hypervisor?.close();
    await libvirtd?.stop();
  });

  /** Runs a transfer as a job; settles with its log. */
  async function transfer(work: (job: JobProgress) => Promise<void>): Promise<string> {
    const jobs = new Jobs();
    const { id, done } = jobs.start({ title: { key: '', params: {} }, targetKey: null, canCancel: true, run: work });
    await done;
    return (await jobs.log(id)).map(({ text }) => text).join('\n');
  }

  function upload(name: string, path: string, format: 'raw' | 'qcow2' = 'raw'): Promise<string> {
    const request = { poolUuid, name, format, storage: () => hypervisor.storage, source: () => openFileSource(path) };
    return transfer((job) => runUpload(request, job));
  }

  function download(name: string, path: string): Promise<string> {
    const request = { poolUuid, name, storage: () => hypervisor.storage, sink: () => openFileSink(path) };
    return transfer((job) => runDownload(request, job));
  }

  const rowOf = async (name: string) =>
    (await hypervisor.storage.listVolumes(poolUuid)).find((row) => row.name === name);

  it('carries a sparse image both ways byte for byte, and its holes not at all', async () => {
    const path = join(libvirtd.dir, 'sparse.img');
    const image = Buffer.alloc(40 * mebibyte + 12_345);
    for (const [at, fill] of [
      [0, 1],
      [17 * mebibyte + 5, 2],
      [image.length - 100, 3],
    ] as const) {
      image.fill(fill, at, Math.min(image.length, at + 70_000));
    }
    await writeFile(path, image);
    const log = await upload('sparse.img', path);
    expect(await readFile(join(folder, 'sparse.img')).then(digestOf)).toBe(digestOf(image));
    expect(Number(/Sent (\d+) bytes/.exec(log)?.[1])).toBeLessThan(mebibyte);
    const row = await rowOf('sparse.img');
    expect(row).toMatchObject({
      type: 'file',
      format: 'raw',
      path: join(folder, 'sparse.img'),
      capacityBytes: image.length,
    });
    expect(row?.allocationBytes).toBeLessThan(2 * mebibyte);

    const back = join(libvirtd.dir, 'back.img');
    const received = await download('sparse.img', back);
    expect(await readFile(back).then(digestOf)).toBe(digestOf(image));
    expect(Number(/Received (\d+) bytes/.exec(received)?.[1])).toBeLessThan(2 * mebibyte);
    expect((await stat(back)).blocks * 512).toBeLessThan(2 * mebibyte);
  });

  it('keeps a qcow2 image what it is', async () => {
    const path = join(libvirtd.dir, 'guest.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', path, '2G']);
    await upload('guest.qcow2', path, 'qcow2');
    expect(await readFile(join(folder, 'guest.qcow2')).then(digestOf)).toBe(digestOf(await readFile(path)));
    // libvirtd looks at the new content by itself, a moment after the end.
    await expect.poll(async () => (await rowOf('guest.qcow2'))?.format, { timeout: 5000 }).toBe('qcow2');
    expect((await rowOf('guest.qcow2'))?.capacityBytes).toBe(2 * 1024 * mebibyte);
  });

  it('makes, lists and deletes volumes', async () => {
    await hypervisor.storage.createVolume(poolUuid, {
      name: 'new & <improved>',
      format: 'qcow2',
      capacityBytes: 5 * mebibyte,
    });
    expect(await rowOf('new & <improved>')).toMatchObject({ format: 'qcow2', capacityBytes: 5 * mebibyte });
    await expect(
      hypervisor.storage.createVolume(poolUuid, { name: 'new & <improved>', format: 'raw', capacityBytes: 1 }),
    ).rejects.toMatchObject({ codeName: 'VIR_ERR_STORAGE_VOL_EXIST' });
    await hypervisor.storage.deleteVolume(poolUuid, 'new & <improved>');
    expect(await rowOf('new & <improved>')).toBeUndefined();
  });

  it('leaves nothing of an upload that was cancelled, or whose file broke off', async () => {
    /** A file that stops in the middle: for ever, or with an error. */
    const stuck = (end: () => Promise<void>): TransferSource => ({
      sizeBytes: 64 * mebibyte,
      async *pieces(signal) {
        yield Buffer.alloc(mebibyte, 1);
        const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        await Promise.race([end(), aborted]);
        signal.throwIfAborted();
      },
      end: () => {},
    });
    const start = (end: () => Promise<void>) => {
      const jobs = new Jobs();
      const source = async (): Promise<TransferSource> => stuck(end);
      const request = { poolUuid, name: 'half', format: 'raw' as const, storage: () => hypervisor.storage, source };
      const title = { key: '', params: {} };
      const run = (job: JobProgress) => runUpload(request, job);
      return { jobs, ...jobs.start({ title, targetKey: null, canCancel: true, run }) };
    };
    const { jobs, id, done } = start(() => new Promise(() => {}));
    done.catch(() => {});
    await expect.poll(async () => (await readdir(folder)).includes('half'), { timeout: 5000 }).toBe(true);
    await jobs.cancel(id);
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).not.toContain('half');
    await expect(start(() => Promise.reject(new Error('the disk was pulled'))).done).rejects.toThrow('pulled');
    expect(await readdir(folder)).not.toContain('half');
  });

  it('reports a volume that vanishes, and a connection that breaks in the middle', async () => {
    await expect(download('no-such', join(libvirtd.dir, 'x'))).rejects.toMatchObject({
      codeName: 'VIR_ERR_NO_STORAGE_VOL',
    });
    await libvirtd.virsh('vol-create-as', 'transfers', 'large', '256M', '--format', 'raw');
    const target = join(libvirtd.dir, 'broken.img');
    const slow = async () => {
      const sink = await openFileSink(target);
      const write = sink.write.bind(sink);
      let isFirst = true;
      sink.writeHole = async () => {};
      sink.write = async (data) => {
        if (isFirst) await libvirtd.kill();
        isFirst = false;
        await delay(1);
        await write(data);
      };
      return sink;
    };
    await writeFile(join(folder, 'large'), Buffer.alloc(64 * mebibyte, 1));
    const request = { poolUuid, name: 'large', storage: () => hypervisor.storage, sink: slow };
    await expect(transfer((job) => runDownload(request, job))).rejects.toMatchObject({ name: 'VirError' });
    expect((await readdir(libvirtd.dir)).filter((name) => name.startsWith('broken'))).toEqual([]);
  });
});

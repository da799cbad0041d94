/**
 * A small real guest for QEMU without KVM: Debian's cloud kernel and a busybox initrd, ready about three seconds after
 * the start. The kernel is fetched once with apt-get and kept in a cache folder outside the project.
 */
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { spawnSync } from 'node:child_process';
import { run } from './process.ts';
import { findProgram, type RigProgram } from './requirements.ts';

/** Programs that building the guest needs. */
export const guestPrograms: RigProgram[] = ['busybox', 'cpio', 'qemu-system-x86_64'];

/** Files a domain boots from, and what `uname -r` answers inside. */
export interface GuestImage {
  kernel: string;
  initrd: string;
  kernelRelease: string;
}

/** Kernel modules for the power button (`virsh shutdown`). */
const modules = ['drivers/input/evdev.ko', 'drivers/acpi/button.ko'];

/** Where what is expensive to make is kept between runs. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hostler-rig');
}

/** Folder with `boot/` and `lib/modules/` of the newest cloud kernel, fetched where the cache has none. */
async function kernelFolder(): Promise<string> {
  const folder = join(cacheFolder(), 'kernel');
  if ((await readdir(join(folder, 'boot')).catch(() => [])).length > 0) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(join(cacheFolder(), 'fetch-'));
  try {
    const dependencies = await run('apt-cache', ['depends', 'linux-image-cloud-amd64']);
    const name = /Depends: (linux-image-\S+)/.exec(dependencies)?.[1];
    if (name === undefined) throw new Error('apt knows no linux-image-cloud-amd64: sudo apt-get update');
    await run('apt-get', ['download', '-q', name], { cwd: work });
    const archive = (await readdir(work)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Error(`apt-get download ${name} left no package`);
    await run('dpkg', ['-x', join(work, archive), join(work, 'kernel')]);
    // Another run may have been quicker: what it put there is as good.
    await rename(join(work, 'kernel'), folder).catch(() => undefined);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function fillRoot(root: string, kernel: string, release: string): Promise<void> {
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'modules', 'etc/acpi/PWRF', 'tmp']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const busybox = findProgram('busybox');
  if (busybox === null) throw new Error('busybox not found: sudo apt-get install busybox-static');
  await copyFile(busybox, join(root, 'bin/busybox'));
  await copyFile(join(import.meta.dirname, 'guest-init.sh'), join(root, 'init'));
  await writeFile(join(root, 'etc/acpi/PWRF/00000080'), '#!/bin/sh\npoweroff -f\n');
  for (const file of ['bin/busybox', 'init', 'etc/acpi/PWRF/00000080']) await chmod(join(root, file), 0o755);
  for (const [index, module] of modules.entries()) {
    await copyFile(join(kernel, 'lib/modules', release, 'kernel', module), join(root, 'modules', `${index}.ko`));
  }
}

function pack(root: string): Buffer {
  const list = spawnSync('find', ['.', '-print0'], { cwd: root });
  const archive = spawnSync('cpio', ['--null', '--create', '--quiet', '--format=newc'], {
    cwd: root,
    input: list.stdout,
    maxBuffer: 64 << 20,
  });
  if (archive.status !== 0) throw new Error(`cpio failed: ${archive.stderr.toString()}`);
  return gzipSync(archive.stdout, { level: 1 });
}

/** Makes kernel and initrd in `folder` (the rig's own). The first time it fetches the kernel package (27 MB). */
export async function buildGuestImage(folder: string): Promise<GuestImage> {
  const kernel = await kernelFolder();
  const file = (await readdir(join(kernel, 'boot'))).find((name) => name.startsWith('vmlinuz-'));
  if (file === undefined) throw new Error(`No kernel in ${kernel}: remove that folder and run again`);
  const kernelRelease = file.slice('vmlinuz-'.length);
  const root = await mkdtemp(join(tmpdir(), 'hostler-initrd-'));
  try {
    await fillRoot(root, kernel, kernelRelease);
    const image = { kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd.gz'), kernelRelease };
    await copyFile(join(kernel, 'boot', file), image.kernel);
    await writeFile(image.initrd, pack(root));
    return image;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' };

/** Text made safe for XML content and attributes. */
export function xmlText(text: string): string {
  return text.replace(/[&<>'"]/g, (character) => escapes[character] ?? '');
}

/** Domain XML of a guest on `image`: 128 MiB, one vCPU, VNC on a free loopback port, a serial console. */
export function guestXml(name: string, image: GuestImage): string {
  return `<domain type='qemu'>
  <name>${xmlText(name)}</name>
  <memory unit='MiB'>128</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <kernel>${xmlText(image.kernel)}</kernel>
    <initrd>${xmlText(image.initrd)}</initrd>
    <cmdline>console=tty1 console=ttyS0 quiet</cmdline>
  </os>
  <features><acpi/></features>
  <devices>
    <serial type='pty'/>
    <console type='pty'/>
    <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
    <video><model type='vga'/></video>
  </devices>
</domain>`;
}

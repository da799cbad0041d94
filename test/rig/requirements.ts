/** What the rig needs of the machine, and what to type where something is missing. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian package of each program the rig starts. */
const packageOf = {
  libvirtd: 'libvirt-daemon-system',
  virsh: 'libvirt-clients',
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  busybox: 'busybox-static',
  cpio: 'cpio',
  chromium: 'chromium',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  pgrep: 'procps',
  ip: 'iproute2',
  openssl: 'openssl',
  saslpasswd2: 'sasl2-bin',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  nc: 'netcat-openbsd',
  mmdebstrap: 'mmdebstrap',
  mke2fs: 'e2fsprogs',
} as const;

/** A program of the rig. */
export type RigProgram = keyof typeof packageOf;

/** Where `program` is on PATH (sbin folders included), or null. */
export function findProgram(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  for (const folder of folders) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/**
 * Why this part of the rig cannot run here, with the command that helps; null when it can.
 * `root`: it makes namespaces, which only root may.
 */
export function rigProblem(programs: RigProgram[], needs: { root: boolean } = { root: false }): string | null {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`;
  const missing = programs.filter((program) => findProgram(program) === null);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => packageOf[program]))].join(' ');
    return `${missing.join(', ')} not found: sudo apt-get install --no-install-recommends ${packages}`;
  }
  if (needs.root && process.getuid?.() !== 0) return 'needs root for its private namespaces: run it with sudo -E';
  return null;
}

/**
 * As rigProblem, for the head of a suite: in CI (`CI=true`) a missing part is a failure, elsewhere the printed reason
 * is what the suite is skipped with.
 */
export function notRunBecause(programs: RigProgram[], needs: { root: boolean } = { root: false }): string | null {
  const problem = rigProblem(programs, needs);
  if (problem !== null && process.env['CI'] === 'true') throw new Error(`The rig is incomplete: ${problem}`);
  return problem;
}

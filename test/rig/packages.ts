/** The Debian packages of the rig: installed where this is root on Debian, else named with the exact command. */
import { spawnSync } from 'node:child_process';
import { findProgram } from './requirements.ts';

/** Everything that the suites start or compare with. */
export const rigPackages = [
  'libvirt-daemon-system',
  'libvirt-clients',
  'python3-libvirt',
  'qemu-system-x86',
  'qemu-utils',
  'busybox-static',
  'cpio',
  'chromium',
  'fonts-dejavu-core',
  'dnsmasq-base',
  'iproute2',
  'nftables',
  'openssh-client',
  'openssh-server',
  'openssl',
  'sasl2-bin',
  'netcat-openbsd',
  'libxml2-utils',
];

/** What the long suite makes its second host with. */
export const longPackages = ['mmdebstrap', 'e2fsprogs', 'debian-archive-keyring'];

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], {
    encoding: 'utf8',
  });
  return stdout === 'installed';
}

/**
 * Makes sure of the rig's packages and of `more`; answers null, or with why some are missing and the command that installs them.
 * Without them the suites that need them say so one by one.
 */
export function ensureRigPackages(more: readonly string[] = []): string | null {
  if (findProgram('apt-get') === null) return null;
  const missing = [...rigPackages, ...more].filter((name) => !isInstalled(name));
  if (missing.length === 0) return null;
  const install = ['install', '--yes', '--no-install-recommends', ...missing];
  const command = `sudo apt-get update && sudo apt-get ${install.join(' ')}`;
  if (process.getuid?.() !== 0) return `Missing Debian packages of the test rig. Install them with:\n  ${command}`;
  console.log(`Installing Debian packages of the test rig: ${missing.join(' ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update', '-q'], install]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8', maxBuffer: 64 << 20 });
    if (status !== 0) return `apt-get ${args.join(' ')} failed:\n${stdout}${stderr}\nTry it by hand:\n  ${command}`;
  }
  return null;
}

import { access, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startUserDaemon } from './user-daemon.ts';

const socket = { path: '/run/user/1000/libvirt/libvirt-sock', daemon: 'libvirtd', isUserDaemon: true };
let folder = '';
let program = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-daemon-'));
  program = join(folder, 'virtqemud');
  await writeFile(program, `#!/bin/sh\necho "$1" > ${folder}/started\n`);
  await chmod(program, 0o755);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('startUserDaemon', () => {
  it('starts the program, which ends itself when idle', async () => {
    expect(await startUserDaemon(socket, { VIRTD_PATH: program })).toBe(true);
    await vi.waitFor(() => access(join(folder, 'started')));
  });

  it('starts nothing where it is switched off, missing, or the system’s', async () => {
    expect(await startUserDaemon(socket, { VIRTD_PATH: program, LIBVIRT_AUTOSTART: '0' })).toBe(false);
    expect(await startUserDaemon(socket, { VIRTD_PATH: join(folder, 'none') })).toBe(false);
    expect(await startUserDaemon({ ...socket, isUserDaemon: false }, { VIRTD_PATH: program })).toBe(false);
  });
});

/** The remote driver over real sockets: what happens when things are not as they should be. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { declined, type DriverSession, type OpenOptions } from '../driver.ts';
import { VirError } from '../error.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { FakePeer, listen } from '../rpc/testing/fake-peer.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { parseUri } from '../uri.ts';
import { explainConnect } from './connect-error.ts';
import { remoteDriver } from './driver.ts';
import { fakeDaemon } from './testing/fake-daemon.ts';

failOnLeaks();

let folder = '';
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-remote-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const newPath = (): string => join(folder, `${count++}.sock`);
const uriOf = (path: string): string => `qemu+unix:///system?socket=${path}`;

async function open(uri: string, options: OpenOptions = {}): Promise<DriverSession> {
  const session = await remoteDriver.open(parseUri(uri), options);
  if (session === declined) throw new Error('declined');
  return session;
}

async function failureOf(promise: Promise<unknown>): Promise<VirError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof VirError)) throw error;
  return error;
}

/** A server that sends `bytes` to whoever connects, and hangs up if asked to. */
async function listenRaw(bytes: Buffer, hangsUp: boolean): Promise<AsyncDisposable & { path: string }> {
  const path = newPath();
  const server = await listen(path, (socket) => {
    const peer = new FakePeer();
    peer.push = () => undefined;
    socket.write(bytes);
    if (hangsUp) socket.end();
    return peer;
  });
  return Object.assign(server, { path });
}

describe('open', () => {
  it('opens, calls and closes over a unix socket', async () => {
    const path = newPath();
    const big = 'x'.repeat(1_000_000);
    await using _server = await listen(path, () =>
      fakeDaemon()
        .on(procedures.connectGetHostname, () => ({ hostname: 'kvm1' }))
        .on(procedures.connectGetCapabilities, () => ({ capabilities: big })),
    );
    const session = await open(uriOf(path));
    expect(await session.slots.connectGetHostname!({})).toBe('kvm1');
    expect(await session.slots.connectGetCapabilities!({})).toBe(big);
    expect([session.isAlive(), session.isSecure(), session.isEncrypted()]).toEqual([true, true, false]);
    await session.close();
  });

  it('declines what it does not serve', async () => {
    for (const uri of [
      'test:///default',
      'esx://host/',
      'vpx://host/dc/cluster/esx',
      'hyperv://host/',
      'foo:///system',
    ]) {
      expect(await remoteDriver.open(parseUri(uri), {})).toBe(declined);
    }
  });

  it('fills in what libvirt.conf says of parameters, and does not show it', async () => {
    await mkdir(join(folder, 'libvirt'));
    await writeFile(join(folder, 'libvirt/libvirt.conf'), 'remote_mode = "direct"\nremote_proxy = "fast"\n');
    vi.stubEnv('XDG_CONFIG_HOME', folder);
    vi.spyOn(process, 'geteuid').mockReturnValue(1000);
    await expect(open('bhyve:///system')).rejects.toThrow('/var/run/libvirt/virtbhyved-sock');
    await expect(open('bhyve:///system?mode=legacy')).rejects.toThrow('/var/run/libvirt/libvirt-sock');
    await expect(open('qemu+ssh://kvm1/system')).rejects.toThrow('proxy=fast');
    const path = newPath();
    await using _server = await listen(path, () => fakeDaemon());
    const session = await open(uriOf(path));
    expect(session.uri).toBe(uriOf(path));
    await session.close();
  });

  it.each(['ssh', 'libssh', 'libssh2'])('needs a host for %s', async (transport) => {
    const error = await failureOf(open(`qemu+${transport}:///system`));
    expect([error.codeName, error.message]).toEqual([
      'VIR_ERR_INVALID_ARG',
      `qemu+${transport}:///system names no host to log in to, for example qemu+ssh://root@kvm1.example.org/system.`,
    ]);
  });
});

describe('a socket that cannot be reached', () => {
  it('is missing: says which, that no daemon listens, and how to start one', async () => {
    const path = newPath();
    const error = await failureOf(open(uriOf(path)));
    expect(error).toMatchObject({ codeName: 'VIR_ERR_SYSTEM_ERROR', int1: 2 });
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
    expect(error.message).toContain(
      `Cannot connect to ${path}: the socket does not exist, so no libvirt daemon listens there.`,
    );
    expect(error.message).toContain('sudo systemctl start libvirtd');
    expect(error.message).toContain('install libvirt');
  });

  it('is left over from a daemon that is gone', async () => {
    const path = newPath();
    await writeFile(path, '');
    const error = await failureOf(open(uriOf(path)));
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
    expect(error.message).toContain('no daemon answers on it');
  });

  it('is not permitted: names the group, polkit and read-only', () => {
    const socket = { path: '/run/libvirt/libvirt-sock', daemon: 'libvirtd', isUserDaemon: false };
    const cause = Object.assign(new Error('connect EACCES'), { code: 'EACCES', errno: -13 });
    const error = explainConnect(cause, socket);
    expect(error).toMatchObject({ codeName: 'VIR_ERR_SYSTEM_ERROR', int1: 13, cause });
    expect(error.message).toContain(
      'permission denied. Join the group that may use it (usually `sudo usermod -aG libvirt',
    );
    expect(error.message).toContain('polkit');
  });

  it.skipIf(process.getuid?.() === 0)('is not permitted, for real', async () => {
    const path = newPath();
    await using _server = await listen(path, () => fakeDaemon());
    await chmod(path, 0);
    expect((await failureOf(open(uriOf(path)))).message).toContain('permission denied');
  });
});

describe('a server that is not libvirt', () => {
  it.each([
    ['greets as SSH', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), false],
    ['sends a 4 GiB frame', Buffer.from('ffffffff', 'hex'), false],
    ['sends a frame without room for a header', Buffer.from('00000004', 'hex'), false],
    ['greets and hangs up', Buffer.from('220 ready\r\n'), true],
  ])('%s', async (_, bytes, hangsUp) => {
    await using server = await listenRaw(bytes, hangsUp);
    const error = await failureOf(open(uriOf(server.path)));
    expect(error.codeName).toBe('VIR_ERR_RPC');
    expect(error.message).toContain(`What answers at ${server.path} is not a libvirt daemon.`);
  });

  it('hangs up at once', async () => {
    await using server = await listenRaw(Buffer.alloc(0), true);
    expect((await failureOf(open(uriOf(server.path)))).message).toContain('It may not be a libvirt daemon.');
  });

  it('ends in the middle of a frame', async () => {
    await using server = await listenRaw(Buffer.from('000000242000808600000001', 'hex'), true);
    expect((await failureOf(open(uriOf(server.path)))).message).toContain(
      'ended by the other side in the middle of a packet',
    );
  });
});

describe('a server that goes silent', () => {
  it('before the handshake is given up after its time', async () => {
    await using server = await listenRaw(Buffer.alloc(0), false);
    const error = await failureOf(open(uriOf(server.path), { timeoutMs: 50 }));
    expect(error.codeName).toBe('VIR_ERR_OPERATION_TIMEOUT');
    expect(error.message).toContain('No answer within 0.05 s');
  });

  it('or by the caller’s signal', async () => {
    await using server = await listenRaw(Buffer.alloc(0), false);
    const controller = new AbortController();
    const opening = failureOf(open(uriOf(server.path), { signal: controller.signal }));
    await new Promise<void>((resolve) => connect(server.path).on('connect', resolve).unref());
    controller.abort();
    expect((await opening).codeName).toBe('VIR_ERR_OPERATION_ABORTED');
    expect((await failureOf(open(uriOf(server.path), { signal: AbortSignal.abort() }))).codeName).toBe(
      'VIR_ERR_OPERATION_ABORTED',
    );
  });

  it('after it is noticed by keepalive', async () => {
    const path = newPath();
    await using _server = await listen(path, (socket) => {
      const peer = fakeDaemon();
      const push = peer.push.bind(peer);
      peer.push = (bytes) => {
        push(bytes);
        // Once the close callback is in place the handshake is over; from then on it is dead.
        if (peer.calls.includes('connect_register_close_callback')) socket.pause();
      };
      return peer;
    });
    const session = await open(uriOf(path));
    const closed = new Promise<string>((resolve) => session.onDidClose((reason) => resolve(reason)));
    session.setKeepAlive?.(0.02, 2);
    expect(await closed).toBe('keepalive');
  });
});

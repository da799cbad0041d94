/**
 * One authentication for everything: connection, two screens, a serial console and an upload, counted in the log of the
 * SSH server. The guests' screens listen where only that server leads.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain } from '../../drivers/index.ts';
import { buildGuestImage, guestPrograms, guestXml } from '../rig/guest.ts';
import { remoteHostPrograms, type RemoteHost, startRemoteHost } from '../rig/remote-host.ts';
import { notRunBecause } from '../rig/requirements.ts';

const problem = notRunBecause([...remoteHostPrograms, ...guestPrograms], { root: true });

/** As the daemon sees it; on this machine there is nothing. libvirt takes no path in its own folder, qemu/. */
const screenSocket = '/var/lib/libvirt/screen.sock';
const poolFolder = '/var/lib/libvirt/images';
/** What a VNC server says first, and the client's answer to it, upon which it offers its security types. */
const greeting = 'RFB 003.008\n';
const imageBytes = 8 << 20;

/** Reads until `length` bytes came. */
async function read(stream: Duplex, length: number): Promise<Buffer> {
  let all = Buffer.alloc(0);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    all = Buffer.concat([all, chunk as Buffer]);
    if (all.length >= length) return all;
  }
  throw new Error(`it ended after ${all.length} bytes of ${length}`);
}

async function startGuests({ libvirtd }: RemoteHost): Promise<void> {
  const image = await buildGuestImage(libvirtd.dir);
  const onPort = guestXml('on-port', image);
  const onSocket = guestXml('on-socket', image).replace(
    /<graphics.*\/>/,
    `<graphics type='vnc' socket='${screenSocket}'/>`,
  );
  for (const [name, xml] of Object.entries({ onPort, onSocket })) {
    const file = join(libvirtd.dir, `${name}.xml`);
    await writeFile(file, xml);
    await libvirtd.virsh('create', file);
  }
  await libvirtd.virsh('pool-create-as', 'images', 'dir', '--target', poolFolder);
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

describe.skipIf(problem !== null)(`one log-in${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  let remote: RemoteHost;
  let folder: string;
  let vncPort: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-one-login-'));
    remote = await startRemoteHost();
    await startGuests(remote);
    const [, port] = /type='vnc' port='(\d+)'/.exec(await remote.libvirtd.virsh('dumpxml', 'on-port'))!;
    vncPort = Number(port);
  });
  afterAll(async () => {
    await remote.stop();
    await rm(folder, { recursive: true });
  });

  it('has screens that this machine does not reach by itself', async () => {
    const failure = (target: { path: string } | { host: string; port: number }): Promise<string> =>
      new Promise((resolve) => {
        const socket = connectSocket(target);
        socket.once('connect', () => (socket.destroy(), resolve('connected')));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      });
    expect(await failure({ host: '127.0.0.1', port: vncPort })).toBe('ECONNREFUSED');
    expect(await failure({ path: screenSocket })).toBe('ENOENT');
  });

  describe.each(['ssh', 'libssh2'] as const)('%s', (transport) => {
    it('carries two screens, a serial console and an upload through the driver core', async () => {
      const before = remote.server.logins();
      await using connection = await connect(remote.systemUri(transport));
      const tunnel = connection.tunnel!;
      const screens = [await tunnel.openTcp('127.0.0.1', vncPort), await tunnel.openUnix(screenSocket)];
      for (const screen of screens) expect((await read(screen, greeting.length)).toString()).toBe(greeting);
      for (const screen of screens) screen.write(greeting);
      // One security type, which is none.
      for (const screen of screens) expect([...(await read(screen, 2))]).toEqual([1, 1]);
      await talkToSerial(connection, await connection.domainLookupByName('on-port'));
      expect(await uploadAndLook(connection, `core-${transport}.img`)).toBe(true);
      for (const screen of screens) screen.destroy();
      expect(remote.server.logins() - before).toBe(1);
    });
  });

  async function talkToSerial(connection: Connection, domain: Domain): Promise<void> {
    const stream = connection.newStream();
    await domain.openConsole(null, stream);
    let text = '';
    const readUntil = async (wanted: RegExp): Promise<void> => {
      while (!wanted.test(text)) text += Buffer.from(await stream.recv()).toString();
    };
    // While the guest boots nobody is there to answer.
    const asking = setInterval(() => void stream.send(Buffer.from('\n')), 500);
    await readUntil(/guest# $/).finally(() => clearInterval(asking));
    await stream.send(Buffer.from('echo $((6*7))\n'));
    await readUntil(/\r\n42\r\n/);
    await stream.abort();
  }

  async function uploadAndLook(connection: Connection, name: string): Promise<boolean> {
    const data = randomBytes(imageBytes);
    const pool = await connection.storagePoolLookupByName('images');
    const volume = await pool.createXML(`<volume><name>${name}</name><capacity>${imageBytes}</capacity></volume>`);
    const stream = connection.newStream();
    await volume.upload(stream);
    await stream.sendAll([data]);
    await stream.finish();
    const written = await readFile(join(remote.libvirtd.dir, 'lib/images', name));
    return sha256(written) === sha256(data);
  }
});

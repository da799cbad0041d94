/** What each parameter of a remote URI changes, seen on real servers. Certificates and SASL have suites of their own. */
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type ConnectOptions } from '../../drivers/index.ts';
import { type Libvirtd, libvirtdPrograms, startLibvirtd } from '../rig/libvirtd.ts';
import { waitUntil } from '../rig/process.ts';
import { notRunBecause } from '../rig/requirements.ts';
import {
  type SshServer,
  type SshServerOptions,
  sshPassword,
  sshPrograms,
  sshUser,
  startSshServer,
} from '../rig/ssh.ts';
import { nodeXml } from './node.ts';

const problem = notRunBecause([...libvirtdPrograms, ...sshPrograms], { root: true });

type Params = Record<string, string>;

describe.skipIf(problem !== null)(`URI parameters${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  let libvirtd: Libvirtd;
  let server: SshServer;
  let folder: string;

  const uriOf = (scheme: string, host: string, path: string, params: Params): string => {
    const query = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return `${scheme}://${host}${path}?${query.join('&')}`;
  };
  /** Through the SSH server; `params` go before what is usual, so that they win. */
  const sshUri = (transport: string, params: Params, other = server, driver = 'test'): string =>
    uriOf(`${driver}+${transport}`, `root@127.0.0.1:${other.port}`, driver === 'test' ? '/default' : '/system', {
      keyfile: other.keyfile,
      known_hosts: other.knownHosts,
      ...params,
    });
  const use = async (uri: string, work: (connection: Connection) => Promise<void>, options?: ConnectOptions) => {
    await using connection = await connect(uri, options);
    await work(connection);
  };
  const isOpen = async (connection: Connection): Promise<void> => {
    expect(await connection.getHostname()).not.toBe('');
  };
  const withServer = async (options: SshServerOptions, work: (other: SshServer) => Promise<void>): Promise<void> => {
    const other = await startSshServer(options);
    await work(other).finally(() => other.stop());
  };
  const program = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-uri-'));
    libvirtd = await startLibvirtd();
    server = await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock') });
    await writeFile(join(folder, 'node.xml'), nodeXml);
  });
  afterAll(async () => {
    await server.stop();
    await libvirtd.stop();
    await rm(folder, { recursive: true });
  });

  it('name: opens that, whatever the rest says; what nobody knows goes to the server as part of it', async () => {
    const { readWrite: socket } = libvirtd.sockets;
    const name = `test://${folder}/node.xml`;
    await use(uriOf('qemu+unix', '', '/system', { socket, name }), async (connection) => {
      expect((await connection.listAllDomains()).map((domain) => domain.getName()).toSorted()).toEqual([
        'off',
        'on',
        'paused',
      ]);
    });
    await use(uriOf('test+unix', '', '/default', { socket, unknown: '1', mode: 'legacy' }), isOpen);
  });

  it('remote: the server chooses, and says what it chose', async () => {
    await use(`remote+unix:///?socket=${libvirtd.sockets.readWrite}`, async (connection) => {
      expect([await connection.getType(), await connection.getURI()]).toEqual(['QEMU', 'qemu:///system']);
    });
    for (const transport of ['ssh', 'libssh2']) {
      await use(sshUri(transport, {}, server, 'remote').replace('/system', '/'), async (connection) => {
        expect(await connection.getURI()).toBe('qemu:///system');
      });
    }
  });

  it('command and argv: a program with its arguments, for ext; another ssh, for ssh', async () => {
    const params = { command: 'nc', argv: '-U' };
    await use(`${uriOf('test+ext', '', '/default', params)}&argv=${libvirtd.sockets.readWrite}`, isOpen);
    const ssh = await program('my-ssh', `echo "$@" >>${folder}/asked; exec ssh "$@"`);
    await use(sshUri('ssh', { command: ssh }), isOpen);
    expect(await readFile(join(folder, 'asked'), 'utf8')).toContain('127.0.0.1');
  });

  it('netcat: that program is run on the far side', async () => {
    const mark = join(folder, 'netcat-arguments');
    const netcat = await program('my-nc', `echo "$@" >>${mark}; exec nc "$@"`);
    await use(sshUri('libssh2', { netcat }), isOpen);
    expect(await readFile(mark, 'utf8')).toContain('-U /var/run/libvirt/libvirt-sock');
  });

  it('proxy: only the helper, only netcat, or what is there', async () => {
    const libvirtSockets = join(libvirtd.dir, 'sock');
    await withServer({ libvirtSockets, programs: ['sh', 'grep', 'nc'] }, async (withoutHelper) => {
      await use(sshUri('libssh2', {}, withoutHelper), isOpen);
      await use(sshUri('libssh2', { proxy: 'netcat' }, withoutHelper), isOpen);
      await expect(connect(sshUri('libssh2', { proxy: 'native' }, withoutHelper))).rejects.toThrow(
        'has no virt-ssh-helper',
      );
    });
    await withServer({ libvirtSockets, programs: ['sh', 'virt-ssh-helper'] }, async (withoutNetcat) => {
      await use(sshUri('libssh2', { proxy: 'native' }, withoutNetcat), isOpen);
      await expect(connect(sshUri('libssh2', { netcat: 'nc' }, withoutNetcat))).rejects.toThrow('has neither');
    });
  });

  it('mode and socket: the driver’s own daemon where there is one, or the one that is asked for', async () => {
    const sockets = join(folder, 'modular');
    await mkdir(sockets);
    await symlink(libvirtd.sockets.readWrite, join(sockets, 'virtqemud-sock'));
    await withServer({ libvirtSockets: sockets }, async (modular) => {
      for (const params of [{}, { proxy: 'netcat' }, { mode: 'direct' }, { proxy: 'native' }] as Params[]) {
        await use(sshUri('libssh2', params, modular, 'qemu'), isOpen);
      }
      await expect(connect(sshUri('libssh2', { mode: 'legacy' }, modular, 'qemu'))).rejects.toThrow(
        'none of libvirt-sock is there',
      );
      await use(sshUri('libssh2', { mode: 'legacy', socket: libvirtd.sockets.readWrite }, modular, 'qemu'), isOpen);
      await symlink(libvirtd.sockets.readWrite, join(sockets, 'libvirt-sock'));
      await use(sshUri('libssh2', { mode: 'legacy' }, modular, 'qemu'), isOpen);
      await use(sshUri('libssh2', { proxy: 'netcat' }, modular), isOpen);
    });
  });

  it('/session: that user’s own daemon, which libvirt’s helper starts', async () => {
    await withServer({ hasUser: true }, async (other) => {
      const uri = sshUri('libssh2', {}, other, 'qemu')
        .replace('root@', `${sshUser.name}@`)
        .replace('/system', '/session');
      const pidFile = join(other.dir, 'home/.cache/libvirt/libvirtd.pid');
      try {
        await use(uri, async (connection) => {
          expect(await connection.listAllDomains()).toEqual([]);
          await connection.domainDefineXML(
            `<domain type='qemu'><name>mine</name><memory>65536</memory><os><type>hvm</type></os></domain>`,
          );
        });
        // It goes on, and netcat finds it as the helper does.
        for (const params of [{}, { proxy: 'netcat' }] as Params[]) {
          await use(`${uri}&${new URLSearchParams(params).toString()}`, async (connection) => {
            expect((await connection.listAllDomains()).map((domain) => domain.getName())).toEqual(['mine']);
          });
        }
        expect((await stat(pidFile)).uid).toBe(sshUser.uid);
      } finally {
        process.kill(Number(await readFile(pidFile, 'utf8')));
        await waitUntil(
          'the daemon has ended',
          () =>
            stat(pidFile).then(
              () => false,
              () => true,
            ),
          10_000,
        );
      }
    });
  });

  describe.each(['ssh', 'libssh2'])('%s', (transport) => {
    it('keyfile and sshauth: that key, by those ways only', async () => {
      await use(sshUri(transport, { sshauth: 'privkey' }), isOpen);
      await expect(connect(sshUri(transport, { sshauth: 'agent' }))).rejects.toMatchObject({ str1: 'refused' });
      const options = { libvirtSockets: join(libvirtd.dir, 'sock'), methods: 'publickey password' };
      await withServer(options, async (lenient) => {
        const prompt = (): Promise<string> => Promise.resolve(sshPassword);
        await use(sshUri(transport, { sshauth: 'password' }, lenient), isOpen, { prompt });
        expect(lenient.log()).toContain('Accepted password for root');
      });
    });

    it('no_tty: nobody is asked', async () => {
      const prompt = (): Promise<string> => Promise.reject(new Error('somebody was asked'));
      const uri = sshUri(transport, { keyfile: server.lockedKeyfile, sshauth: 'privkey', no_tty: '1' });
      await expect(connect(uri, { prompt })).rejects.toMatchObject({ str1: 'refused' });
    });

    it('known_hosts, known_hosts_verify and no_verify: whom to believe', async () => {
      const known = join(folder, `known-${transport}`);
      await writeFile(known, '');
      await expect(connect(sshUri(transport, { known_hosts: known }))).rejects.toMatchObject({
        str1: 'host-key-unknown',
      });
      for (const params of [{ known_hosts_verify: 'ignore' }, { no_verify: '1' }] as Params[]) {
        await use(sshUri(transport, { known_hosts: known, ...params }), isOpen);
        await writeFile(known, '');
      }
      await use(sshUri(transport, { known_hosts: known, known_hosts_verify: 'auto' }), isOpen);
      expect(await readFile(known, 'utf8')).not.toBe('');
      await use(sshUri(transport, { known_hosts: known, known_hosts_verify: 'normal' }), isOpen);
    });
  });
});

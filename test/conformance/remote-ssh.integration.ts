/** The ssh transport: a real sshd, a real libvirtd behind it, and one log-in for everything. */
import { appendFile, chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declined, type DriverSession, type OpenOptions, type SshPrompt } from '../../drivers/driver.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { remoteDriver } from '../../drivers/remote/driver.ts';
import { parseUri } from '../../drivers/uri.ts';
import { libvirtdPrograms, startLibvirtd, type Libvirtd } from '../rig/libvirtd.ts';
import { run, startProcess, waitUntil } from '../rig/process.ts';
import { notRunBecause } from '../rig/requirements.ts';
import {
  makeNetcatOfNobody,
  type SshServer,
  type SshServerOptions,
  sshPassphrase,
  sshPassword,
  sshPrograms,
  startSshServer,
} from '../rig/ssh.ts';

const problem = notRunBecause([...libvirtdPrograms, ...sshPrograms], { root: true });

/** Host keys and prompts of a test are given in the URI. */
function uriOf(transport: string, server: SshServer, params: Record<string, string> = {}): string {
  const all = { keyfile: server.keyfile, known_hosts: server.knownHosts, ...params };
  const query = Object.entries(all).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `test+${transport}://root@127.0.0.1:${server.port}/default?${query.join('&')}`;
}

async function open(uri: string, options: OpenOptions = {}): Promise<DriverSession> {
  const session = await remoteDriver.open(parseUri(uri), options);
  if (session === declined) throw new Error(`the remote driver declined ${uri}`);
  return session;
}

async function fingerprintOf(keyfile: string): Promise<string> {
  return (await run('ssh-keygen', ['-l', '-f', keyfile])).split(' ')[1]!;
}

async function namesOf(session: DriverSession): Promise<string[]> {
  return (await session.slots.connectListAllDomains!({ flags: 0 })).map(({ name }) => name).toSorted();
}

/** Sends a line and settles with what comes back until the end. */
async function talk(stream: Duplex, text: string): Promise<string> {
  stream.end(text);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Repeats in capitals what it is told. */
async function listenShouting(target: { path: string } | { port: number; host: string }): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => socket.end(data.toString().toUpperCase()));
  });
  await new Promise<void>((resolve) => server.listen(target, resolve));
  return server;
}

/** Process ids of the ssh programs that hold log-ins. */
const loginPids = async (): Promise<number[]> =>
  (await run('ps', ['-eo', 'pid=,args=']))
    .split('\n')
    .filter((line) => /^\s*\d+ ssh -N .*hostler-ssh-/.test(line))
    .map((line) => Number.parseInt(line, 10));

const leftFolders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('hostler-ssh-'));

describe.skipIf(problem !== null)(`ssh${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  failOnLeaks();
  let libvirtd: Libvirtd;
  let server: SshServer;
  let folder: string;

  const withServer = async (options: SshServerOptions, use: (other: SshServer) => Promise<void>): Promise<void> => {
    const other = await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock'), ...options });
    await use(other).finally(() => other.stop());
  };

  beforeAll(async () => {
    libvirtd = await startLibvirtd();
    server = await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock') });
    folder = await mkdtemp(join(tmpdir(), 'hostler-sshtest-'));
  });
  afterAll(async () => {
    await server.stop();
    await libvirtd.stop();
    await rm(folder, { recursive: true });
  });

  describe.each(['ssh', 'libssh'])('%s', (transport) => {
    it('lists what virsh lists through the same log-in, by helper, netcat and the socket alone', async () => {
      const virsh = await run('virsh', [
        '-c',
        uriOf('ssh', server, { no_tty: '1', no_verify: '1' }),
        'list',
        '--all',
        '--name',
      ]);
      const expected = virsh.split('\n').filter((line) => line !== '');
      expect(expected).toEqual(['test']);
      const ways = [
        {},
        { proxy: 'native' },
        { proxy: 'netcat' },
        { socket: libvirtd.sockets.readWrite },
        { mode: 'legacy' },
      ];
      for (const params of ways) {
        const session = await open(uriOf(transport, server, params as Record<string, string>));
        expect(await namesOf(session)).toEqual(expected);
        expect([session.isSecure(), session.isEncrypted()]).toEqual([true, true]);
        await session.close();
      }
      await withServer({ programs: ['sh'] }, async (bare) => {
        const session = await open(uriOf(transport, bare));
        expect(await namesOf(session)).toEqual(expected);
        expect(bare.logins()).toBe(1);
        await session.close();
      });
    });

    it('says that the user there may not use libvirt, who may look read-only', async () => {
      const netcat = await makeNetcatOfNobody(folder);
      const uri = uriOf(transport, server, { netcat });
      await expect(open(uri)).rejects.toMatchObject({
        codeName: 'VIR_ERR_ACCESS_DENIED',
        message: expect.stringMatching(/may not use libvirt.*Permission denied.*or connect read-only/s),
      });
      const session = await open(uri, { readonly: true });
      expect(await namesOf(session)).toEqual(['test']);
      await session.close();
    });

    it('needs one log-in for the connection, tunnels to ports and sockets, and a thousand calls', async () => {
      const shoutingPort = await listenShouting({ host: '127.0.0.1', port: 0 });
      const path = join(folder, `vnc ${transport}.sock`);
      const shoutingSocket = await listenShouting({ path });
      const { port } = shoutingPort.address() as { port: number };
      const before = server.logins();
      const session = await open(uriOf(transport, server));
      const tunnel = session.tunnel!;
      const answers = await Promise.all([
        talk(await tunnel.openTcp('127.0.0.1', port), 'first'),
        talk(await tunnel.openTcp('localhost', port), 'second'),
        talk(await tunnel.openUnix(path), 'third'),
        talk(await tunnel.openUnix(path), 'fourth'),
        ...Array.from({ length: 1000 }, () => session.slots.connectGetHostname!({}).then(() => '')),
      ]);
      expect(answers.slice(0, 4)).toEqual(['FIRST', 'SECOND', 'THIRD', 'FOURTH']);
      expect(server.logins() - before).toBe(1);
      await session.close();
      shoutingPort.close();
      shoutingSocket.close();
    });

    it('says why a tunnel is refused', async () => {
      const session = await open(uriOf(transport, server));
      const closed = await listenShouting({ host: '127.0.0.1', port: 0 });
      const { port } = closed.address() as { port: number };
      await new Promise((resolve) => closed.close(resolve));
      const failure = async (): Promise<string> => talk(await session.tunnel!.openTcp('127.0.0.1', port), 'x');
      await expect(failure()).rejects.toThrow(`has no connection to 127.0.0.1:${port} for us`);
      await expect((async () => session.tunnel!.openUnix('/tmp/a:b'))()).rejects.toMatchObject({ name: 'VirError' });
      await session.close();
    });

    it('tells what is wrong on the far side', async () => {
      await withServer({ libvirtSockets: folder }, async (bare) => {
        await expect(open(uriOf(transport, bare, { proxy: 'netcat' }))).rejects.toThrow(
          /There is no libvirt on .*, or it does not run/,
        );
        await expect(open(uriOf(transport, bare))).rejects.toThrow('No libvirt daemon answers on');
      });
      await withServer({ programs: ['sh'] }, async (bare) => {
        await expect(open(uriOf(transport, bare, { proxy: 'native' }))).rejects.toThrow('has no virt-ssh-helper');
      });
      expect(await leftFolders()).toEqual([]);
    });

    it('refuses an unknown and a changed host key, and accepts what it is told to', async () => {
      const empty = join(folder, `known-${transport}`);
      await expect(open(uriOf(transport, server, { known_hosts: empty }))).rejects.toMatchObject({
        str1: 'host-key-unknown',
      });
      await (await open(uriOf(transport, server, { known_hosts: empty, known_hosts_verify: 'auto' }))).close();
      await (await open(uriOf(transport, server, { known_hosts: empty }))).close();
      const changed = join(folder, `changed-${transport}`);
      const otherKey = (await run('ssh-keygen', ['-y', '-f', server.keyfile])).trim();
      await writeFile(changed, `[127.0.0.1]:${server.port} ${otherKey}\n`);
      const asked: SshPrompt[] = [];
      const prompt: OpenOptions['prompt'] = (question) => {
        asked.push(question);
        return Promise.resolve('yes');
      };
      await expect(open(uriOf(transport, server, { known_hosts: changed }), { prompt })).rejects.toMatchObject({
        str1: 'host-key-changed',
        codeName: 'VIR_ERR_AUTH_FAILED',
        message: expect.stringContaining(`it now shows ${server.fingerprint}`) as string,
        facts: {
          host: `[127.0.0.1]:${server.port}`,
          keyType: 'ED25519',
          fingerprint: server.fingerprint,
          known: [{ file: changed, line: 1, keyType: 'ED25519', fingerprint: await fingerprintOf(server.keyfile) }],
          command: `ssh-keygen -f ${changed} -R '[127.0.0.1]:${server.port}'`,
        },
      });
      expect(asked).toEqual([]);
    });

    it('asks for an unknown host key, and remembers the answer', async () => {
      const known = join(folder, `asked-${transport}`);
      const asked: SshPrompt[] = [];
      const answer = (text: string | null) => (question: SshPrompt) => {
        asked.push(question);
        return Promise.resolve(text);
      };
      const uri = uriOf(transport, server, { known_hosts: known });
      await expect(open(uri, { prompt: answer(null) })).rejects.toMatchObject({ str1: 'cancelled' });
      await (await open(uri, { prompt: answer('yes') })).close();
      await (await open(uri, { prompt: answer(null) })).close();
      expect(asked).toHaveLength(2);
      expect(asked[1]).toMatchObject({ kind: 'hostKey', keyType: 'ED25519', fingerprint: server.fingerprint });
    });

    it('asks for passphrase, password and what the server’s dialogue wants', async () => {
      const asked: string[] = [];
      const answering = (text: string): OpenOptions => ({
        prompt: (question) => {
          asked.push(question.kind);
          return Promise.resolve(text);
        },
      });
      await (await open(uriOf(transport, server, { keyfile: server.lockedKeyfile }), answering(sshPassphrase))).close();
      await withServer({ methods: 'password' }, async (other) => {
        await (await open(uriOf(transport, other), answering(sshPassword))).close();
        await expect(open(uriOf(transport, other), answering('wrong'))).rejects.toMatchObject({ str1: 'refused' });
        await expect(open(uriOf(transport, other))).rejects.toMatchObject({ str1: 'refused' });
      });
      await withServer({ methods: 'publickey,keyboard-interactive' }, async (other) => {
        await (await open(uriOf(transport, other), answering(sshPassword))).close();
        expect(other.logins()).toBe(1);
      });
      expect(asked[0]).toBe('passphrase');
      expect(asked[1]).toBe('password');
      expect(asked.at(-1)).toMatch(/password|code/);
    });

    it('gives a person time, and takes the question back when the caller leaves', async () => {
      await withServer({ methods: 'password' }, async (other) => {
        const controller = new AbortController();
        const asked = Promise.withResolvers<AbortSignal>();
        const opening = open(uriOf(transport, other), {
          signal: controller.signal,
          prompt: (_, signal) => {
            asked.resolve(signal);
            return new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)));
          },
        });
        opening.catch(() => undefined);
        const signal = await asked.promise;
        controller.abort();
        await expect(opening).rejects.toMatchObject({ codeName: 'VIR_ERR_OPERATION_ABORTED' });
        expect(signal.aborted).toBe(true);
        expect(await leftFolders()).toEqual([]);
      });
    });

    it('says so when the host does not wait for an answer', async () => {
      await withServer({ methods: 'password' }, async (other) => {
        const prompt = (): Promise<string> => other.cut().then(() => sshPassword);
        await expect(open(uriOf(transport, other), { prompt })).rejects.toMatchObject({
          str1: 'failed',
          message: expect.stringContaining('without waiting for the answer') as string,
        });
      });
    });

    it('goes through a jump host', async () => {
      await withServer({}, async (jump) => {
        const known = join(folder, `jump-${transport}`);
        await writeFile(known, `[127.0.0.1]:${jump.port} ${jump.hostKey}[127.0.0.1]:${server.port} ${server.hostKey}`);
        // The library has one key for all hosts.
        await appendFile(join(jump.dir, 'authorized_keys'), await readFile(`${server.keyfile}.pub`));
        const program = join(folder, 'ssh-through');
        const config = `Host *\n  IdentityFile ${jump.keyfile}\n  UserKnownHostsFile ${known}\n`;
        await writeFile(join(folder, 'jump-config'), config);
        await writeFile(program, `#!/bin/sh\nexec ssh -F ${folder}/jump-config "$@"\n`);
        await chmod(program, 0o755);
        const uri = uriOf(transport, server, {
          known_hosts: known,
          jump: `root@127.0.0.1:${jump.port}`,
          command: program,
        });
        const session = await open(uri);
        expect(await namesOf(session)).toEqual(['test']);
        expect(jump.logins()).toBe(1);
        await session.close();
      });
    });

    it('loses the connection with a reason when the far side cuts it', async () => {
      const session = await open(uriOf(transport, server));
      const lost = new Promise<[string, Error | undefined]>((resolve) =>
        session.onDidClose((reason, error) => resolve([reason, error])),
      );
      await server.cut();
      const [reason, error] = await lost;
      expect(['error', 'eof']).toContain(reason);
      expect(error?.message).toMatch(/127\.0\.0\.1/);
      await waitUntil('nothing is left', async () => (await leftFolders()).length === 0, 5000);
    });

    it('says when there is no host, and no SSH server', async () => {
      const nowhere = uriOf(transport, server).replace('127.0.0.1', 'no-such-host.invalid');
      await expect(open(nowhere)).rejects.toMatchObject({
        str1: 'unreachable',
        message: expect.stringContaining('no-such-host.invalid') as string,
      });
      const closed = uriOf(transport, server).replace(`:${server.port}`, ':1');
      await expect(open(closed)).rejects.toMatchObject({
        str1: 'unreachable',
        message: expect.stringMatching(/refused/) as string,
      });
    });

    it('lets nothing of an address or a parameter reach a shell', async () => {
      const marker = join(folder, 'marker');
      const evil = `; touch ${marker} #`;
      const encoded = encodeURIComponent(evil);
      for (const [name, value] of Object.entries({
        socket: `/tmp/x'${evil}`,
        netcat: `nc${evil}`,
        name: `test:///$(touch ${marker})`,
        keyfile: `/tmp/k${evil}`,
        known_hosts: `/tmp/h${evil}`,
        jump: `root@h${evil}`,
        proxy: evil,
        mode: evil,
        command: `ssh${evil}`,
      })) {
        // What an implementation has no use for does not keep it from connecting.
        const outcome = open(uriOf(transport, server, { [name]: value })).then((session) => session.close());
        await outcome.catch((error: unknown) => expect(error).toMatchObject({ name: 'VirError' }));
      }
      for (const user of [encoded, '-oProxyCommand=touch', '$(id)', '`id`', 'a%20b']) {
        await expect((async () => open(uriOf(transport, server).replace('root@', `${user}@`)))()).rejects.toMatchObject(
          { name: 'VirError' },
        );
      }
      for (const host of ['-oProxyCommand=x', `h${encoded}`, '$(id)']) {
        const uri = `test+${transport}://root@${host}/default`;
        await expect((async () => open(uri))()).rejects.toMatchObject({ name: 'VirError' });
      }
      expect(await readdir(folder)).not.toContain('marker');
    });
  });

  it('loses the connection with a reason when its ssh is killed', async () => {
    const before = await loginPids();
    const session = await open(uriOf('ssh', server));
    const lost = new Promise<Error | undefined>((resolve) => session.onDidClose((_, error) => resolve(error)));
    const [pid] = (await loginPids()).filter((candidate) => !before.includes(candidate));
    process.kill(pid!, 'SIGKILL');
    expect((await lost)?.message).toContain('The SSH connection to root@127.0.0.1');
    await expect(session.tunnel!.openUnix('/run/x')).rejects.toMatchObject({ str1: 'lost' });
    await waitUntil('nothing is left', async () => (await leftFolders()).length === 0, 5000);
  });

  it('leaves no log-in, no folder and no question behind when this program is killed', async () => {
    await withServer({ methods: 'password' }, async (asking) => {
      const driver = JSON.stringify(join(import.meta.dirname, '../../drivers/index.ts'));
      const uris = JSON.stringify([uriOf('ssh', server), uriOf('ssh', asking)]);
      const program = `import { connect } from ${driver}; const [a, b] = ${uris}; await connect(a); void connect(b, { prompt: () => { console.log('asked'); return new Promise(() => {}); } });`;
      const victim = await startProcess(process.execPath, ['--input-type=module', '-e', program]);
      await victim.waitForLine(/asked/, 20_000);
      expect(await leftFolders()).toHaveLength(2);
      await victim.stop('SIGKILL');
      await waitUntil('the folders are gone', async () => (await leftFolders()).length === 0, 5000);
      await waitUntil(
        'the programs are gone',
        async () => !/hostler-ssh-/.test(await run('ps', ['-eo', 'args='])),
        5000,
      );
    });
  });
});

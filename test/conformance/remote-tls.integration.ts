/** The tcp, tls and ext transports against a real libvirtd, and the verdicts on certificates. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declined, type DriverSession } from '../../drivers/driver.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { remoteDriver } from '../../drivers/remote/driver.ts';
import { parseUri } from '../../drivers/uri.ts';
import { libvirtdPrograms, startLibvirtd, type Libvirtd } from '../rig/libvirtd.ts';
import { run } from '../rig/process.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { type Authority, freePort, makeAuthority, makePkiPath } from '../rig/tls.ts';

const problem = notRunBecause([...libvirtdPrograms, 'openssl', 'nc'], { root: true });

async function open(uri: string): Promise<DriverSession> {
  const session = await remoteDriver.open(parseUri(uri), {});
  if (session === declined) throw new Error(`the remote driver declined ${uri}`);
  return session;
}

async function failureOf(uri: string): Promise<unknown> {
  return open(uri).then(
    async (session) => {
      await session.close();
      return 'it opened';
    },
    (error: unknown) => error,
  );
}

/** Names of all guests, by us and by virsh, through the same URI. */
async function listBothWays(uri: string): Promise<{ ours: string[]; virsh: string[]; session: DriverSession }> {
  const session = await open(uri);
  const domains = await session.slots.connectListAllDomains!({ flags: 0 });
  const text = await run('virsh', ['-c', uri, 'list', '--all', '--name']);
  const names = text.split('\n').filter((line) => line !== '');
  return { ours: domains.map(({ name }) => name).toSorted(), virsh: names.toSorted(), session };
}

/** A TLS server with any certificate, which welcomes whoever comes. */
async function listenTls(cert: string, key: string): Promise<{ port: number; server: Server }> {
  const server = createServer({ cert: await readFile(cert), key: await readFile(key) }, (socket) => {
    socket.on('error', () => undefined);
    socket.write('\x01');
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, server };
}

describe.skipIf(problem !== null)(`tcp, tls and ext${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  failOnLeaks();
  let folder: string;
  let libvirtd: Libvirtd;
  let authority: Authority;
  let pki: string;
  let tcpPort: number;
  let tlsPort: number;

  const tlsUri = (pkipath: string, host = 'localhost', port = tlsPort): string =>
    `test+tls://${host}:${port}/default?pkipath=${pkipath}`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-tls-'));
    authority = await makeAuthority(join(folder, 'ca'), 'Hostler test authority');
    const server = await authority.issue('server', { san: 'DNS:localhost,IP:127.0.0.1' });
    pki = await makePkiPath(join(folder, 'pki'), authority, await authority.issue('client'));
    [tcpPort, tlsPort] = [await freePort(), await freePort()];
    libvirtd = await startLibvirtd({
      listens: true,
      configuration: [
        'listen_tcp = 1',
        `tcp_port = "${tcpPort}"`,
        'auth_tcp = "none"',
        'listen_tls = 1',
        `tls_port = "${tlsPort}"`,
        'auth_tls = "none"',
        'listen_addr = "127.0.0.1"',
        `key_file = "${server.key}"`,
        `cert_file = "${server.cert}"`,
        `ca_file = "${authority.caCert}"`,
      ],
    });
  });
  afterAll(async () => {
    await libvirtd.stop();
    await rm(folder, { recursive: true });
  });

  it('lists over tcp what virsh lists, in the clear', async () => {
    const { ours, virsh, session } = await listBothWays(`test+tcp://localhost:${tcpPort}/default`);
    expect(ours).toEqual(['test']);
    expect(virsh).toEqual(ours);
    expect([session.isSecure(), session.isEncrypted()]).toEqual([false, false]);
    await session.close();
  });

  it('lists over tls what virsh lists, encrypted, by name and by address', async () => {
    const { ours, virsh, session } = await listBothWays(tlsUri(pki));
    expect(ours).toEqual(['test']);
    expect(virsh).toEqual(ours);
    expect([session.isSecure(), session.isEncrypted()]).toEqual([true, true]);
    // libvirtd overlooks a packet that shares a TLS record, until its keepalive five seconds later.
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: 200 }, () => session.slots.connectGetHostname!({})));
    expect(performance.now() - startedMs).toBeLessThan(4000);
    await session.close();
    await (await open(tlsUri(pki, '127.0.0.1'))).close();
    await (await open(`${tlsUri(pki)}&tls_priority=NORMAL:-VERS-ALL:%2BVERS-TLS1.2`)).close();
  });

  it('lists over a program of the user’s what virsh lists', async () => {
    const program = join(folder, 'to daemon');
    await writeFile(program, `#!/bin/sh\nexec nc -U ${libvirtd.sockets.readWrite}\n`);
    await chmod(program, 0o755);
    const uri = `test+ext:///default?command=${encodeURIComponent(program)}`;
    const { ours, virsh, session } = await listBothWays(uri);
    expect(virsh).toEqual(ours);
    await session.close();
  });

  it('tells when the daemon is gone', async () => {
    for (const uri of [`test+tcp://localhost:${tcpPort}/default`, tlsUri(pki)]) {
      const session = await open(uri);
      const closed = new Promise<string>((resolve) => session.onDidClose((reason) => resolve(reason)));
      await libvirtd.kill();
      expect(['eof', 'error']).toContain(await closed);
      await libvirtd.restart();
    }
  });

  it('is refused with a client certificate that the server does not know, or none', async () => {
    const stranger = await makeAuthority(join(folder, 'stranger'), 'Stranger');
    const foreign = await makePkiPath(join(folder, 'foreign'), authority, await stranger.issue('client'));
    expect(await failureOf(tlsUri(foreign))).toMatchObject({
      codeName: 'VIR_ERR_AUTH_FAILED',
      message: expect.stringContaining(`does not accept the client certificate ${foreign}/clientcert.pem`) as string,
    });
    const anonymous = await makePkiPath(join(folder, 'anonymous'), authority, null);
    expect(await failureOf(tlsUri(anonymous))).toMatchObject({
      codeName: 'VIR_ERR_AUTH_FAILED',
      message: expect.stringContaining(`there is none: ${anonymous}/clientcert.pem is missing`) as string,
    });
  });

  it('does not accept a server of an unknown authority, unless told not to verify', async () => {
    const other = await makeAuthority(join(folder, 'other'), 'Other');
    const trusting = await makePkiPath(join(folder, 'trusting'), other, {
      cert: join(pki, 'clientcert.pem'),
      key: join(pki, 'clientkey.pem'),
    });
    expect(await failureOf(tlsUri(trusting))).toMatchObject({
      codeName: 'VIR_ERR_AUTH_FAILED',
      message: expect.stringContaining(`signed by an authority that is not in ${trusting}/cacert.pem`) as string,
    });
    await (await open(`${tlsUri(trusting)}&no_verify=1`)).close();
    expect(await failureOf(tlsUri(join(folder, 'nowhere')))).toMatchObject({
      message: expect.stringContaining(`${folder}/nowhere/cacert.pem, is missing`) as string,
    });
  });

  it('does not accept a server whose certificate has expired or is for another name', async () => {
    const old = await authority.issue('old', { san: 'DNS:localhost', days: -1 });
    const expired = await listenTls(old.cert, old.key);
    expect(await failureOf(tlsUri(pki, 'localhost', expired.port))).toMatchObject({
      codeName: 'VIR_ERR_AUTH_FAILED',
      message: expect.stringMatching(/has expired \(valid to .+ GMT\)/) as string,
    });
    expired.server.close();
    const named = await authority.issue('named', { san: 'DNS:kvm1.example.org' });
    const elsewhere = await listenTls(named.cert, named.key);
    expect(await failureOf(tlsUri(pki, 'localhost', elsewhere.port))).toMatchObject({
      codeName: 'VIR_ERR_AUTH_FAILED',
      message: expect.stringContaining('You connect to localhost; it is for DNS:kvm1.example.org.') as string,
    });
    elsewhere.server.close();
  });

  it('says when the port does not speak TLS, or nothing listens', async () => {
    expect(await failureOf(tlsUri(pki, 'localhost', tcpPort))).toMatchObject({
      message: expect.stringMatching(/does not speak TLS/) as string,
    });
    expect(await failureOf(tlsUri(pki, 'localhost', await freePort()))).toMatchObject({
      codeName: 'VIR_ERR_SYSTEM_ERROR',
      message: expect.stringContaining('nothing listens on port') as string,
    });
  });
});

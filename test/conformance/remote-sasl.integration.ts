/** SASL against a real libvirtd with Cyrus: mechanisms, wrong passwords, and links that are not safe enough. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthCallback, declined, type DriverSession } from '../../drivers/driver.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { remoteDriver } from '../../drivers/remote/driver.ts';
import { parseUri } from '../../drivers/uri.ts';
import { libvirtdPrograms, startLibvirtd, type Libvirtd } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { makeSaslUser, saslUser } from '../rig/sasl.ts';
import { freePort, makeAuthority, makePkiPath } from '../rig/tls.ts';

const problem = notRunBecause([...libvirtdPrograms, 'openssl', 'saslpasswd2'], { root: true });

async function open(uri: string, auth?: AuthCallback): Promise<DriverSession> {
  const session = await remoteDriver.open(parseUri(uri), auth === undefined ? {} : { auth });
  if (session === declined) throw new Error(`the remote driver declined ${uri}`);
  return session;
}

const answer: AuthCallback = (requests) =>
  Promise.resolve(requests.map(({ type }) => (type === 'authname' ? saslUser.user : saslUser.password)));

describe.skipIf(problem !== null)(`SASL${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  failOnLeaks();
  let folder: string;
  let libvirtd: Libvirtd;
  let tcpPort: number;
  let tlsUri: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-sasl-'));
    const authority = await makeAuthority(join(folder, 'ca'), 'Hostler test authority');
    const server = await authority.issue('server', { san: 'DNS:localhost' });
    const pki = await makePkiPath(join(folder, 'pki'), authority, await authority.issue('client'));
    const tlsPort = await freePort();
    tcpPort = await freePort();
    tlsUri = `test+tls://localhost:${tlsPort}/default?pkipath=${pki}`;
    libvirtd = await startLibvirtd({
      listens: true,
      env: await makeSaslUser(join(folder, 'sasl'), 'scram-sha-256 scram-sha-1 plain digest-md5 anonymous'),
      configuration: [
        'auth_unix_rw = "sasl"',
        'listen_tcp = 1',
        `tcp_port = "${tcpPort}"`,
        'auth_tcp = "sasl"',
        'listen_tls = 1',
        `tls_port = "${tlsPort}"`,
        'auth_tls = "sasl"',
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

  it.each(['sasl', 'sasl.SCRAM-SHA-256', 'sasl.scram-sha-1', 'sasl.PLAIN', 'sasl.DIGEST-MD5'])(
    'logs in with auth=%s over the socket and over TLS',
    async (mechanism) => {
      for (const uri of [`${libvirtd.testUri}&auth=${mechanism}`, `${tlsUri}&auth=${mechanism}`]) {
        const session = await open(uri, answer);
        expect((await session.slots.connectListAllDomains!({ flags: 0 })).map(({ name }) => name)).toEqual(['test']);
        await session.close();
      }
    },
  );

  it('takes stored credentials and asks for what is missing', async () => {
    const authfile = join(folder, 'auth.conf');
    const stored = `[credentials-x]\nauthname=${saslUser.user}\npassword=${saslUser.password}\n`;
    await writeFile(authfile, `${stored}[auth-libvirt-localhost]\ncredentials=x\n`);
    await (await open(`${tlsUri}&authfile=${authfile}`)).close();
    const asked: string[] = [];
    const named = tlsUri.replace('//', `//${saslUser.user}@`);
    const session = await open(named, (requests) => {
      asked.push(...requests.map(({ type, prompt }) => `${type}: ${prompt}`));
      return answer(requests);
    });
    await session.close();
    expect(asked).toEqual(['passphrase: Password of hostler for localhost']);
  });

  it.each(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN', 'DIGEST-MD5'])(
    'says that %s refused a password',
    async (mechanism) => {
      const wrong: AuthCallback = (requests) => Promise.resolve(requests.map(() => saslUser.user));
      await expect(open(`${tlsUri}&auth=sasl.${mechanism}`, wrong)).rejects.toMatchObject({
        codeName: 'VIR_ERR_AUTH_FAILED',
        message: 'The server did not accept the user name and the password. Check both; capital letters count.',
      });
    },
  );

  it('asks again on the same link when the password was wrong, and not for ever', async () => {
    const passwords = ['wrong', 'Wrong', saslUser.password];
    const session = await open(tlsUri, (requests) => {
      const password = passwords.shift() ?? '';
      return Promise.resolve(requests.map(({ type }) => (type === 'authname' ? saslUser.user : password)));
    });
    await session.close();
    let asked = 0;
    const guess: AuthCallback = (requests) => {
      asked += 1;
      return Promise.resolve(requests.map(() => `guess ${asked}`));
    };
    await expect(open(tlsUri, guess)).rejects.toMatchObject({ codeName: 'VIR_ERR_AUTH_FAILED' });
    expect(asked).toBe(3);
  });

  it('fails clearly without anybody to ask, when cancelled, and for mechanisms it has not', async () => {
    await expect(open(tlsUri)).rejects.toMatchObject({ codeName: 'VIR_ERR_AUTH_FAILED' });
    await expect(open(tlsUri, () => Promise.resolve(null))).rejects.toMatchObject({
      codeName: 'VIR_ERR_AUTH_CANCELLED',
    });
    await expect(open(`${tlsUri}&auth=sasl.GSSAPI`, answer)).rejects.toThrow(
      'Kerberos is not supported by this version',
    );
    await expect(open(`${tlsUri}&auth=sasl.NTLM`, answer)).rejects.toThrow('this version has only SCRAM-SHA-256');
  });

  it('does not log in on a link that anybody can read, and says what to do', async () => {
    await expect(open(`test+tcp://localhost:${tcpPort}/default`, answer)).rejects.toMatchObject({
      codeName: 'VIR_ERR_AUTH_UNAVAILABLE',
      message: expect.stringContaining('Connect over tls or ssh instead of tcp.') as string,
    });
  });
});

/** Migration between two real hosts, each with a network of its own: led by us, and by the hosts themselves. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  VIR_DOMAIN_RUNNING,
  VIR_MIGRATE_LIVE,
  VIR_MIGRATE_OFFLINE,
  VIR_MIGRATE_PEER2PEER,
  VIR_MIGRATE_PERSIST_DEST,
  VIR_MIGRATE_UNDEFINE_SOURCE,
} from '../../drivers/enums.gen.ts';
import { type Connection, connect, type Domain } from '../../drivers/index.ts';
import { buildGuestImage, guestPrograms, guestXml } from '../rig/guest.ts';
import { type Libvirtd, libvirtdPrograms, startLibvirtd } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';

const problem = notRunBecause([...libvirtdPrograms, ...guestPrograms, 'ip'], { root: true });
const move = VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;

const plainGuest = (name: string): string =>
  `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>`;

const namesOn = async (connection: Connection): Promise<string[]> =>
  (await connection.listAllDomains()).map((domain) => domain.getName()).toSorted();

/** Types a line into the guest's serial shell until its output matches. */
async function ask(domain: Domain, line: string, wanted: RegExp): Promise<string> {
  const stream = domain.getConnect().newStream();
  await domain.openConsole(null, stream);
  const type = (): void => void stream.send(Buffer.from(`${line}\n`));
  type();
  // While the guest boots nobody is there to answer.
  const asking = setInterval(type, 500);
  let text = '';
  while (!wanted.test(text)) text += Buffer.from(await stream.recv()).toString();
  clearInterval(asking);
  await stream.abort();
  return wanted.exec(text)![1]!;
}

describe.skipIf(problem !== null)(`migration${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  let hosts: Libvirtd[];
  let here: Connection;
  let there: Connection;

  /** Where the destination listens for a guest's memory: both hosts see this machine's files, and no common network. */
  const through = (name: string): { migrate_uri: string } => ({ migrate_uri: `unix://${join(hosts[0]!.dir, name)}` });

  beforeAll(async () => {
    // To libvirt hosts are different by this, and one host is none to migrate to.
    const uuidOf = (n: number): string[] => [`host_uuid = "00000000-0000-4000-8000-00000000000${n}"`];
    hosts = await Promise.all([1, 2].map((n) => startLibvirtd({ hasOwnNetwork: true, configuration: uuidOf(n) })));
    [here, there] = [await connect(hosts[0]!.systemUri), await connect(hosts[1]!.systemUri)];
  });
  afterAll(async () => {
    await Promise.all([here.close(), there.close()]);
    await Promise.all(hosts.map((host) => host.stop()));
  });

  it('moves a definition, under another name too', async () => {
    const guest = await here.domainDefineXML(plainGuest('shut-off'));
    const moved = await guest.migrate(there, { destination_name: 'arrived' }, VIR_MIGRATE_OFFLINE | move);
    expect([moved.getName(), moved.getUUIDString()]).toEqual(['arrived', guest.getUUIDString()]);
    expect([await namesOn(here), await namesOn(there)]).toEqual([[], ['arrived']]);
    await moved.undefine();
  });

  it('lets the host move a definition by itself', async () => {
    const guest = await here.domainDefineXML(plainGuest('by-itself'));
    await guest.migrateToURI(hosts[1]!.systemUri, {}, VIR_MIGRATE_PEER2PEER | VIR_MIGRATE_OFFLINE | move);
    expect([await namesOn(here), await namesOn(there)]).toEqual([[], ['by-itself']]);
    await (await there.domainLookupByName('by-itself')).undefine();
  });

  it('moves a guest as it runs, there and back, and leaves it where it was when that fails', async () => {
    const guest = await here.domainDefineXML(guestXml('running', await buildGuestImage(hosts[0]!.dir)));
    await guest.create();
    await ask(guest, 'kept=$((6*7)); echo $kept', /\r\n(42)\r\n/);

    const nowhere = { migrate_uri: 'unix:///no/such/folder/socket' };
    await expect(guest.migrate(there, nowhere, VIR_MIGRATE_LIVE)).rejects.toMatchObject({ name: 'VirError' });
    expect((await guest.getState()).state).toBe(VIR_DOMAIN_RUNNING);
    expect(await namesOn(there)).toEqual([]);

    const moved = await guest.migrate(there, through('out.sock'), VIR_MIGRATE_LIVE | move);
    expect([await namesOn(here), await namesOn(there)]).toEqual([[], ['running']]);
    expect((await moved.getState()).state).toBe(VIR_DOMAIN_RUNNING);
    expect(await ask(moved, 'echo still $((kept+1))', /\r\nstill (43)\r\n/)).toBe('43');

    const flags = VIR_MIGRATE_PEER2PEER | VIR_MIGRATE_LIVE | move;
    await moved.migrateToURI(hosts[0]!.systemUri, through('back.sock'), flags);
    const back = await here.domainLookupByName('running');
    expect(await ask(back, 'echo again $((kept+2))', /\r\nagain (44)\r\n/)).toBe('44');
    expect(await namesOn(there)).toEqual([]);
  });
});

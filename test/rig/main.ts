/**
 * `npm run rig`: a private libvirtd and a real guest for a developer to play with, until Ctrl+C.
 * `--delay MS [--jitter MS] [--loss SHARE]`: the same as a far host too, over TCP and over SSH, so far away each way.
 */
import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDelayingProxy } from './delaying-proxy.ts';
import { buildGuestImage, guestPrograms, guestXml } from './guest.ts';
import { libvirtdPrograms, startLibvirtd } from './libvirtd.ts';
import { rigProblem } from './requirements.ts';
import { sshPrograms, startSshServer } from './ssh.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { delay: text, jitter: { ...text, default: '0' }, loss: { ...text, default: '0' } },
});
const isFar = values.delay !== undefined;
const conditions = { delayMs: Number(values.delay ?? 0), jitterMs: Number(values.jitter), loss: Number(values.loss) };
if (!Object.values(conditions).every((value) => value >= 0) || conditions.loss > 1) {
  console.error('usage: npm run rig -- [--delay MS [--jitter MS] [--loss SHARE_OF_PACKETS]], for example --delay 50');
  process.exit(1);
}

const programs = [...libvirtdPrograms, ...guestPrograms, ...(isFar ? sshPrograms : [])];
const problem = rigProblem(programs, { root: true });
if (problem !== null) {
  console.error(`The rig cannot run here: ${problem}`);
  process.exit(1);
}

console.log('Starting a private libvirtd and preparing a guest (the first time its kernel is fetched, 27 MB) …');
await using libvirtd = await startLibvirtd();
const image = await buildGuestImage(libvirtd.dir);
for (const name of ['rig-guest', 'rig-guest-2']) {
  const file = join(libvirtd.dir, `${name}.xml`);
  await writeFile(file, guestXml(name, image));
  await libvirtd.virsh('define', file);
}

/** The same daemon as one meets it far away. */
await using farLinks = new AsyncDisposableStack();
async function farUris(): Promise<string> {
  const server = farLinks.use(await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock') }));
  const tcp = farLinks.use(await startDelayingProxy({ target: { path: libvirtd.sockets.readWrite }, ...conditions }));
  const ssh = farLinks.use(await startDelayingProxy({ target: { port: server.port }, ...conditions }));
  await writeFile(server.knownHosts, `[127.0.0.1]:${ssh.port} ${server.hostKey}`);
  return `${conditions.delayMs} ms away each way, over TCP and over SSH:
  qemu+tcp://127.0.0.1:${tcp.port}/system
  qemu+ssh://root@127.0.0.1:${ssh.port}/system?keyfile=${server.keyfile}&known_hosts=${server.knownHosts}   (Hostler only)
`;
}

console.log(`
QEMU, with two guests that boot in about three seconds:
  ${libvirtd.systemUri}
  ${libvirtd.systemReadOnlyUri}   (read-only)
libvirt's test driver in the same daemon:
  ${libvirtd.testUri}
${isFar ? await farUris() : ''}Try:  virsh -c '${libvirtd.systemUri}' start rig-guest
Log:  ${libvirtd.logFile}
Ctrl+C ends the daemon and its guests.`);

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopped.abort());
const keepAlive = setInterval(() => undefined, 1 << 30);
await once(stopped.signal, 'abort');
clearInterval(keepAlive);
console.log('\nEnding the daemon and its guests …');

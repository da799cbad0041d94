/** `npm run rig`: a private libvirtd and a real guest for a developer to play with, until Ctrl+C. */
import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildGuestImage, guestPrograms, guestXml } from './guest.ts';
import { libvirtdPrograms, startLibvirtd } from './libvirtd.ts';
import { rigProblem } from './requirements.ts';

const problem = rigProblem([...libvirtdPrograms, ...guestPrograms], { root: true });
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

console.log(`
QEMU, with two guests that boot in about three seconds:
  ${libvirtd.systemUri}
  ${libvirtd.systemReadOnlyUri}   (read-only)
libvirt's test driver in the same daemon:
  ${libvirtd.testUri}
Try:  virsh -c '${libvirtd.systemUri}' start rig-guest
Log:  ${libvirtd.logFile}
Ctrl+C ends the daemon and its guests.`);

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopped.abort());
const keepAlive = setInterval(() => undefined, 1 << 30);
await once(stopped.signal, 'abort');
clearInterval(keepAlive);
console.log('\nEnding the daemon and its guests …');

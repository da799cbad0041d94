/** How often Hostler waits for a far host: a fixed number, however many guests there are. Counted on the wire. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { nodeFileXml } from '../bench/node-file.ts';
import { quietLink, startDelayingProxy } from '../rig/delaying-proxy.ts';
import { startHeadlessHost } from '../rig/headless-host.ts';
import { libvirtdPrograms, startLibvirtd, type Libvirtd } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';

const problem = notRunBecause(libvirtdPrograms, { root: true });

/**
 * One way. Long beside the time that the daemon needs for an answer on a busy machine: an answer that is late by itself
 * counts as one that was waited for.
 */
const delayMs = 60;

interface RoundTripsSeen {
  open: number;
  table: number;
  details: number;
}

describe.skipIf(problem !== null)(`round trips${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  failOnLeaks();
  let libvirtd: Libvirtd;

  beforeAll(async () => {
    libvirtd = await startLibvirtd();
  });
  afterAll(async () => {
    await libvirtd?.stop();
  });

  async function look(guestCount: number): Promise<RoundTripsSeen> {
    const nodeFile = join(libvirtd.dir, `node-${guestCount}.xml`);
    await writeFile(nodeFile, nodeFileXml(guestCount, guestCount / 2));
    await using proxy = await startDelayingProxy({ target: { path: libvirtd.sockets.readWrite }, delayMs });
    await using headless = await startHeadlessHost();
    await headless.connect(`test+tcp://127.0.0.1:${proxy.port}${nodeFile}`);
    const open = proxy.counts.roundTrips;
    proxy.resetCounts();
    await headless.completeTable(guestCount, 30_000);
    const table = proxy.counts.roundTrips;
    // Neither statistics nor what the table does not show.
    headless.host.setVisible(false);
    await quietLink(proxy, 4 * delayMs);
    proxy.resetCounts();
    await headless.host.services.domains.details([...headless.guests.keys()][0] ?? '');
    return { open, table, details: proxy.counts.roundTrips };
  }

  it('shows 200 guests after as many round trips as 20', async () => {
    const [few, many] = [await look(20), await look(200)];
    for (const { open, table, details } of [few, many]) {
      // TCP, authentication, opening, features.
      expect(open).toBeLessThanOrEqual(5);
      expect(table).toBeLessThanOrEqual(10);
      expect(details).toBeLessThanOrEqual(3);
    }
    expect(many.table).toBeLessThanOrEqual(few.table + 1);
  });
});

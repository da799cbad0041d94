/** For tests of the test driver: a session on a host of its own, with a clock that stands still. */
import type { DriverEvent, DriverSession, DriverSlots, EventFamily } from '../driver.ts';
import { VirErrorNumber, VirError } from '../error.ts';
import { parseUri } from '../uri.ts';
import { createTestDriver, ManualClock, testFaults, type TestFaults } from './driver.ts';

type Slots = { [S in keyof DriverSlots]-?: NonNullable<DriverSlots[S]> };

export interface TestHost {
  session: DriverSession;
  /** The slots, all of which the tests may take to be there. */
  slots: Slots;
  clock: ManualClock;
  faults: TestFaults;
  /** Names of the events so far, with their details, as `family id event detail`. */
  heard: string[];
}

/** Opens `test:///default` (or `uri`) of a driver of its own. There is nothing to close: the clock has no timers. */
export async function openHost(uri = 'test:///default', clock = new ManualClock()): Promise<TestHost> {
  const session = (await createTestDriver({ clock }).open(parseUri(uri), {})) as DriverSession;
  const heard: string[] = [];
  for (const [family, count] of Object.entries(eventCounts) as [EventFamily, number][]) {
    for (let eventId = 0; eventId < count; eventId += 1) {
      await session.registerEvent!({ family, eventId, ref: null }, (event) => heard.push(wordsOf(event)));
    }
  }
  return { session, slots: session.slots as Slots, clock, faults: testFaults(session), heard };
}

const eventCounts: Partial<Record<EventFamily, number>> = {
  domain: 28,
  network: 2,
  storagePool: 2,
  nodeDevice: 2,
  secret: 2,
};

function wordsOf({ family, eventId, payload }: DriverEvent): string {
  const { event, detail } = payload as { event?: number; detail?: number };
  return [family, eventId, ...(event === undefined ? [] : [event, detail])].join(' ');
}

/** The libvirt name of the error that `work` ends in. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof VirError)
      return Object.entries(VirErrorNumber).find(([, number]) => number === error.code)?.[0] ?? '?';
    throw error;
  }
  return 'no error';
}

/** A small guest's definition. */
export function domainXml(name: string, inner = ''): string {
  return `<domain type='test'>
  <name>${name}</name>
  <memory unit='KiB'>1048576</memory>
  <vcpu>4</vcpu>
  <os><type>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><source file='/guest/${name}.img'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
    <interface type='network'><mac address='52:54:00:aa:bb:01'/><source network='default'/></interface>
    <serial type='pty'/>
    <memballoon model='virtio'/>
  </devices>${inner}
</domain>`;
}

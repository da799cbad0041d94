/** Every event of the protocol reaches a listener of the public API, over either generation of registrations. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Connection } from '../connection.ts';
import type { EventFamily } from '../driver.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { ProcedureIndex, type Procedure } from '../rpc/procedure.ts';
import { programs } from '../rpc/protocol/index.ts';
import { record } from '../rpc/testing/arbitrary-values.ts';
import { type FakePeer, MemoryTransport } from '../rpc/testing/fake-peer.ts';
import { parseUri } from '../uri.ts';
import { feature } from './features.ts';
import { openSession } from './open.ts';
import { fakeDaemon } from './testing/fake-daemon.ts';

failOnLeaks();

/** Numbers of all messages of libvirt's remote program that are events, by its protocol description. */
const firstGeneration = [107, 169, 170, 171, 172, 173, 195, 224, 241, 248, 268, 269, 270, 276, 292, 311];
const domainCallbacks = [...Array.from({ length: 16 }, (_, i) => 318 + i), 339, 346, 348, 354, 359, 363, 367, 379, 385];
const secondGeneration = [...domainCallbacks, 423, 438, 453, 315, 446, 370, 373, 376, 377, 382, 383];
const CONNECTION_CLOSED = 362;
const CALLBACK_ID = 7;

const index = new ProcedureIndex(Object.values(procedures));

/** All events of a program, with arbitrary messages of theirs. */
function eventsOf(name: string): { procedure: Procedure; message: fc.Arbitrary<Record<string, unknown>> }[] {
  const program = programs.find((one) => one.name === name)!;
  return program.procedures
    .map((declared) => ({ declared, procedure: index.find(program.number, program.version, declared.number)! }))
    .filter(({ procedure }) => procedure.kind === 'event')
    .map(({ declared, procedure }) => ({
      procedure,
      message: record(declared.args!) as fc.Arbitrary<Record<string, unknown>>,
    }));
}

const numbers = (name: string): number[] => eventsOf(name).map(({ procedure }) => procedure.number);

async function connected(features: number[]): Promise<{ peer: FakePeer; connection: Connection }> {
  const peer = fakeDaemon({ features });
  for (const name of [
    'connectDomainEventCallbackRegisterAny',
    'connectNetworkEventRegisterAny',
    'connectStoragePoolEventRegisterAny',
    'connectNodeDeviceEventRegisterAny',
    'connectSecretEventRegisterAny',
    'qemuConnectDomainMonitorEventRegister',
  ] as const) {
    peer.on(procedures[name] as Procedure<unknown, { callbackID: number }>, () => ({ callbackID: CALLBACK_ID }));
  }
  peer.on(procedures.connectDomainEventRegisterAny, () => undefined);
  const session = await openSession(new MemoryTransport(peer), parseUri('qemu:///system'), {});
  return { peer, connection: new Connection(session, false) };
}

function register(connection: Connection, family: EventFamily, id: number, heard: () => void): Promise<number> {
  switch (family) {
    case 'domain':
      return connection.domainEventRegisterAny(null, id, heard);
    case 'network':
      return connection.networkEventRegisterAny(null, id, heard);
    case 'storagePool':
      return connection.storagePoolEventRegisterAny(null, id, heard);
    case 'nodeDevice':
      return connection.nodeDeviceEventRegisterAny(null, id, heard);
    case 'secret':
      return connection.secretEventRegisterAny(null, id, heard);
    case 'qemuMonitor':
      return connection.domainQemuMonitorEventRegister(null, null, heard);
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Whether a public listener for what `procedure` tells hears it. */
async function isHeard(procedure: Procedure, message: Record<string, unknown>, features: number[]): Promise<boolean> {
  const { peer, connection } = await connected(features);
  let count = 0;
  const { family, id } = procedure.event!;
  await register(connection, family, id, () => count++);
  const sent = 'callbackID' in message ? { ...message, callbackID: CALLBACK_ID } : message;
  peer.event(procedure, sent);
  await settle();
  const { undeliveredEvents } = connection;
  await connection.close();
  return count === 1 && undeliveredEvents === 0;
}

describe('events of the protocol', () => {
  it('are all declared', () => {
    const wanted = [...firstGeneration, ...secondGeneration, CONNECTION_CLOSED].toSorted((a, b) => a - b);
    expect(numbers('remote')).toEqual(wanted);
    expect(wanted).toHaveLength(53);
    expect(numbers('qemu')).toEqual([6]);
  });

  it.each([
    ['of the first generation', firstGeneration, [feature.programKeepalive]],
    ['of the second generation', secondGeneration, Object.values(feature)],
  ])('%s are all heard by a public listener', async (_, wanted, features) => {
    const events = eventsOf('remote').filter(({ procedure }) => wanted.includes(procedure.number));
    expect(events).toHaveLength(wanted.length);
    const deaf: string[] = [];
    for (const { procedure, message } of events) {
      const [sample] = fc.sample(message, { numRuns: 1, seed: procedure.number });
      if (!(await isHeard(procedure, sample!, features))) deaf.push(procedure.name);
    }
    expect(deaf).toEqual([]);
  });

  it('of QEMU’s monitor are heard', async () => {
    const [{ procedure, message }] = eventsOf('qemu') as [ReturnType<typeof eventsOf>[number]];
    const [sample] = fc.sample(message, { numRuns: 1, seed: 6 });
    expect(await isHeard(procedure, sample!, Object.values(feature))).toBe(true);
  });
});

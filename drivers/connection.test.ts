import { describe, expect, it } from 'vitest';

import { Domain } from './domain.ts';
import type { DriverEvent } from './driver.ts';
import { VIR_DOMAIN_EVENT_ID_TUNABLE, VIR_NODE_DEVICE_EVENT_ID_UPDATE, VirConnectCloseReason } from './enums.gen.ts';
import { failOnLeaks } from './fail-on-leaks.ts';
import { fakeConnection, fakeDomain } from './fake-session.ts';

failOnLeaks();

const lifecycle = (event: number, detail = 0): DriverEvent => ({
  family: 'domain',
  eventId: 0,
  payload: { dom: fakeDomain, event, detail },
});

describe('the end of a connection', () => {
  it('is told once, whether by close or by itself', async () => {
    const closed = fakeConnection();
    const reasons: unknown[] = [];
    closed.connection.onDidClose((event) => reasons.push(event));
    await Promise.all([closed.connection.close(), closed.connection.close()]);
    const lost = fakeConnection();
    lost.connection.onDidClose((event) => reasons.push(event));
    const error = new Error('no answer');
    lost.session.lose('keepalive', error);
    await lost.connection.close();
    expect(reasons).toEqual([
      { reason: 'client', error: null },
      { reason: 'keepalive', error },
    ]);
  });

  it('comes with the end of its block', async () => {
    const { connection, session } = fakeConnection();
    {
      await using used = connection;
      expect(used.isAlive()).toBe(true);
    }
    expect([session.isClosed, connection.isAlive()]).toEqual([true, false]);
  });

  it("is told to libvirt's close callback with libvirt's number", async () => {
    const { connection, session } = fakeConnection();
    const told: unknown[] = [];
    const callback = (_: unknown, reason: VirConnectCloseReason): void => void told.push(reason);
    connection.registerCloseCallback(callback);
    expect(() => connection.registerCloseCallback(callback)).toThrow('already registered');
    connection.unregisterCloseCallback(callback);
    expect(() => connection.unregisterCloseCallback(callback)).toThrow('not registered');
    connection.registerCloseCallback(callback);
    session.lose('eof');
    expect(told).toEqual([VirConnectCloseReason.VIR_CONNECT_CLOSE_REASON_EOF]);
    await connection.close();
  });
});

describe('events', () => {
  it('reach a typed listener with the domain as an object, until it unsubscribes', async () => {
    const { connection, session } = fakeConnection();
    const heard: unknown[] = [];
    const subscription = await connection.onDidChangeDomainLifecycle(({ domain, event, detail }) =>
      heard.push([domain instanceof Domain && domain.getName(), event, detail]),
    );
    session.send(lifecycle(2, 1));
    await subscription.unregister();
    await subscription.unregister();
    session.send(lifecycle(5));
    expect([heard, session.registrations.size]).toEqual([[['vm1', 2, 1]], 0]);
    await connection.close();
  });

  it('are asked for of one domain where one is named', async () => {
    const { connection, session } = fakeConnection();
    const domain = new Domain(connection.core, fakeDomain);
    await connection.onDidChangeDomainLifecycle(() => undefined, { domain });
    expect(session.filters).toEqual([{ family: 'domain', eventId: 0, ref: fakeDomain }]);
    const other = fakeConnection();
    const failed = other.connection.onDidChangeDomainLifecycle(() => undefined, { domain });
    await expect(failed).rejects.toThrow('virConnectDomainEventRegisterAny got an object of another connection');
    await Promise.all([connection.close(), other.connection.close()]);
  });

  it("have libvirt's functions with one count of callback IDs for all kinds", async () => {
    const { connection, session } = fakeConnection();
    const heard: unknown[] = [];
    const first = await connection.domainEventRegisterAny(null, VIR_DOMAIN_EVENT_ID_TUNABLE, (from, domain, details) =>
      heard.push([from === connection, domain.getName(), details]),
    );
    const second = await connection.nodeDeviceEventRegisterAny(null, VIR_NODE_DEVICE_EVENT_ID_UPDATE, (_, device) =>
      heard.push(device.getName()),
    );
    session.send({
      family: 'domain',
      eventId: VIR_DOMAIN_EVENT_ID_TUNABLE,
      payload: { dom: fakeDomain, params: [{ field: 'cputune.cpu_shares', type: 'ullong', value: 5n }] },
    });
    session.send({
      family: 'nodeDevice',
      eventId: VIR_NODE_DEVICE_EVENT_ID_UPDATE,
      payload: { dev: { name: 'pci_0' } },
    });
    await expect(connection.domainEventDeregisterAny(second)).rejects.toThrow('no callback has the ID 1');
    await connection.domainEventDeregisterAny(first);
    await connection.nodeDeviceEventDeregisterAny(second);
    expect([first, second, heard, session.registrations.size]).toEqual([
      0,
      1,
      [[true, 'vm1', { params: { 'cputune.cpu_shares': 5n } }], 'pci_0'],
      0,
    ]);
    await connection.close();
  });

  it('of unknown kinds are delivered as they are, and unreadable ones only counted', async () => {
    const { connection, session } = fakeConnection();
    const heard: unknown[] = [];
    await connection.domainEventRegisterAny(null, 999, (_, domain, details) => heard.push([domain.getName(), details]));
    session.send({ family: 'domain', eventId: 999, payload: { dom: fakeDomain, dev: 'vda', novelty: 1 } });
    session.send({ family: 'domain', eventId: 999, payload: {} });
    expect([heard, connection.undeliveredEvents]).toEqual([[['vm1', { dev: 'vda', novelty: 1 }]], 1]);
    await connection.close();
  });

  it('have the oldest form, by callback', async () => {
    const { connection, session } = fakeConnection();
    const heard: unknown[] = [];
    const callback = (_: unknown, domain: Domain, event: number, detail: number): void =>
      void heard.push([domain.getName(), event, detail]);
    await connection.domainEventRegister(callback);
    await expect(connection.domainEventRegister(callback)).rejects.toThrow('already registered');
    session.send(lifecycle(4, 1));
    await connection.domainEventDeregister(callback);
    await expect(connection.domainEventDeregister(callback)).rejects.toThrow('not registered');
    expect([heard, session.registrations.size]).toEqual([[['vm1', 4, 1]], 0]);
    await connection.close();
  });

  it("of QEMU's monitor carry the filter, and need more than read-only", async () => {
    const { connection, session } = fakeConnection();
    const id = await connection.domainQemuMonitorEventRegister(null, 'STOP', () => undefined);
    expect(session.filters).toEqual([{ family: 'qemuMonitor', eventId: 0, ref: null, monitorEvent: 'STOP', flags: 0 }]);
    await connection.domainQemuMonitorEventDeregister(id);
    await connection.close();
    const readOnly = fakeConnection({}, true);
    const failed = readOnly.connection.domainQemuMonitorEventRegister(null, null, () => undefined);
    await expect(failed).rejects.toThrow('read only access prevents virConnectDomainQemuMonitorEventRegister');
    await readOnly.connection.close();
  });

  it('are not supported where the driver has none', async () => {
    const { connection, session } = fakeConnection();
    Object.assign(session, { registerEvent: undefined });
    const failed = connection.onDidChangeSecretValue(() => undefined);
    await expect(failed).rejects.toMatchObject({ code: 3 });
    await connection.close();
  });
});

describe('statistics of a list of domains', () => {
  it('are keyed by field, with the domain as an object', async () => {
    const { connection } = fakeConnection({
      connectGetAllDomainStats: async ({ doms, stats, flags }) => {
        expect([doms, stats, flags]).toEqual([[fakeDomain], 6, 0]);
        return [{ dom: fakeDomain, params: [{ field: 'cpu.time', type: 'ullong', value: 7n }] }];
      },
    });
    const domain = new Domain(connection.core, fakeDomain);
    const [record] = await connection.domainListGetStats([domain], 6);
    expect([record?.domain.getName(), record?.params]).toEqual(['vm1', { 'cpu.time': 7n }]);
    await expect(connection.domainListGetStats([])).rejects.toThrow('at least one domain');
    await connection.close();
  });
});

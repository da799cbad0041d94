import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failOnLeaks } from '../drivers/fail-on-leaks.ts';
import type { GuestRow, InventoryMessage, SavedConnection, ToRenderer } from './contract/index.ts';
import { createHost, type Host } from './host.ts';
import type { MessageLink } from './ipc/link.ts';

failOnLeaks();

let folder: string;
let host: Host;
let bugs: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-host-'));
  bugs = [];
  host = await createHost({ configDir: folder, version: '1.2.3', mode: 'browser', onBug: (error) => bugs.push(error) });
});
afterEach(async () => {
  await host.dispose();
  await rm(folder, { recursive: true });
  if (bugs.length > 0) throw new AggregateError(bugs, 'the host reported bugs of its own');
});

/** A window: what it sends and gets passes through JSON, as over a WebSocket. */
class Window implements MessageLink {
  readonly guests = new Map<string, GuestRow>();
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #listeners = new Map<number, (payload: unknown) => void>();
  #receive: (message: unknown) => void = () => {};
  #nextId = 1;

  send(message: unknown): void {
    const parsed = JSON.parse(JSON.stringify(message)) as ToRenderer;
    if (parsed.type === 'event') this.#listeners.get(parsed.id)?.(parsed.payload);
    else if (parsed.type === 'result') this.#waiting.get(parsed.id)?.resolve(parsed.value);
    else if (parsed.type === 'error') this.#waiting.get(parsed.id)?.reject(parsed.error);
  }
  onMessage(receive: (message: unknown) => void): void {
    this.#receive = receive;
  }
  onClose(): void {}

  call<Value>(service: string, method: string, ...args: unknown[]): Promise<Value> {
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#receive(JSON.parse(JSON.stringify({ type: 'call', id, service, method, args })));
    return waiting.promise as Promise<Value>;
  }
  listen(service: string, event: string, listener: (payload: never) => void): void {
    const id = this.#nextId++;
    this.#listeners.set(id, listener as (payload: unknown) => void);
    this.#receive({ type: 'listen', id, service, event, args: [] });
  }

  watchGuests(): void {
    this.listen('inventory', 'onDidChange', (message: InventoryMessage) => {
      const { upsert, change, remove } =
        message.kind === 'snapshot'
          ? { upsert: message.guests, change: undefined, remove: undefined }
          : (message.guests ?? {});
      for (const row of upsert ?? []) this.guests.set(row.key, row);
      for (const row of change ?? []) this.guests.set(row.key, { ...this.guests.get(row.key)!, ...row });
      for (const key of remove ?? []) this.guests.delete(key);
    });
  }
  get only(): GuestRow {
    if (this.guests.size !== 1) throw new Error(`${this.guests.size} guests`);
    return [...this.guests.values()][0]!;
  }
}

async function connected(): Promise<{ window: Window; id: string }> {
  const window = new Window();
  host.serve(window);
  window.watchGuests();
  const draft = { uri: 'test:///default', name: '', autoconnect: true, readonly: false };
  const { id } = await window.call<SavedConnection>('connections', 'add', draft);
  await window.call('connections', 'connect', id);
  await vi.waitFor(() => window.only);
  return { window, id };
}

describe('the host on test:///default', () => {
  it('shows the guest and follows it through its life by events', async () => {
    const { window } = await connected();
    expect(window.only).toMatchObject({ name: 'test', state: 'running', isPersistent: true, vcpus: 2 });
    const { key } = window.only;
    for (const [operation, state] of [
      ['suspend', 'paused'],
      ['resume', 'running'],
      ['managedSave', 'shutoff'],
      ['create', 'running'],
      ['destroy', 'shutoff'],
    ]) {
      await window.call('domains', 'perform', key, operation);
      await vi.waitFor(() => expect(window.only).toMatchObject({ state, pending: null }));
    }
    await expect(window.call('domains', 'perform', key, 'suspend')).rejects.toMatchObject({
      code: 'operation-refused',
    });
    await window.call('domains', 'perform', key, 'undefine');
    await vi.waitFor(() => expect(window.guests.size).toBe(0));
  });

  it('tells details, XML and the host', async () => {
    const { window, id } = await connected();
    const { key } = window.only;
    expect(await window.call('domains', 'details', key)).toMatchObject({ name: 'test', virtType: 'test', vcpus: 2 });
    expect(await window.call('domains', 'xml', key, 'inactive')).toMatchObject({
      view: 'inactive',
      xml: expect.stringContaining('<domain'),
    });
    await vi.waitFor(async () =>
      expect(await window.call('connections', 'list')).toMatchObject([
        { connection: { id }, state: { kind: 'connected' }, host: { hypervisor: 'TEST', libvirtVersion: '9.0.0' } },
      ]),
    );
  });

  it('refuses changes over a read-only connection with the reason', async () => {
    const { window, id } = await connected();
    await window.call('connections', 'update', id, { readonly: true });
    const { key } = window.only;
    await vi.waitFor(async () => {
      expect(await window.call('connections', 'list')).toMatchObject([
        { state: { kind: 'connected', readonly: true } },
      ]);
      await window.call('domains', 'details', key);
    });
    await expect(window.call('domains', 'perform', key, 'suspend')).rejects.toMatchObject({
      code: 'permission-denied',
      hint: expect.stringContaining('read-only'),
    });
    await vi.waitFor(() => expect(window.only.pending).toBe(null));
  });

  it('connects what is marked at the next start, and nothing when switched off', async () => {
    await connected();
    await host.dispose();
    const options = { configDir: folder, version: '1.2.3', mode: 'browser' as const };
    host = await createHost(options);
    host.start();
    await vi.waitFor(async () => expect((await host.services.connections.list())[0]?.state.kind).toBe('connected'));
    await host.services.settings.update({ autoconnect: false });
    await host.dispose();
    host = await createHost(options);
    host.start();
    expect((await host.services.connections.list())[0]?.state.kind).toBe('disconnected');
  });

  it.each([
    ['qemu+unix:///system?socket=/nonexistent/libvirt-sock', 'not-found', '/nonexistent/libvirt-sock'],
    ['test:///nonexistent/node.xml', 'not-found', '/nonexistent/node.xml'],
  ])('says why %s cannot be opened', async (uri, code, part) => {
    const window = new Window();
    host.serve(window);
    const draft = { uri, name: '', autoconnect: false, readonly: false };
    const { id } = await window.call<SavedConnection>('connections', 'add', draft);
    const error = { code, message: expect.stringContaining(part) };
    await expect(window.call('connections', 'connect', id)).rejects.toMatchObject(error);
    expect(await window.call('connections', 'list')).toMatchObject([{ state: { kind: 'disconnected', error } }]);
  });
});

import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { GuestRow } from '../../../main/contract/index.ts';
import { openHost } from '../../shared/link/index.ts';
import { startHostState } from '../../shared/state/index.ts';
import { FakeHost } from '../../testing/fake-host.ts';
import { useGuestActions } from './guest-actions.store.ts';

const told = vi.hoisted(() => ({ failures: [] as string[], infos: [] as string[] }));
vi.mock('../../shared/notices.ts', () => ({
  useNotices: () => ({
    failure: (title: string) => told.failures.push(title),
    info: (title: string, text: string) => told.infos.push(`${title} ${text}`),
  }),
}));

const performed = (host: FakeHost): unknown[] =>
  host.received.flatMap((message) => (message.type === 'call' && message.method === 'perform' ? [message.args] : []));

async function started(guests: Record<string, Partial<GuestRow>> = {}) {
  const host = new FakeHost({ guests: 12, eventMs: 0 });
  for (const [index, changes] of Object.entries(guests)) {
    const [key, old] = [...host.guests][Number(index)]!;
    host.guests.set(key, { ...old, ...changes });
  }
  const state = startHostState(openHost(host));
  await vi.waitUntil(() => state.inventory.isReady.value && state.connections.isReady.value);
  const keys = [...host.guests.keys()];
  return { host, keys, actions: useGuestActions() };
}

const running = { state: 'running', pending: null } as const;

beforeEach(() => {
  setActivePinia(createPinia());
  told.failures.length = 0;
  told.infos.length = 0;
});

describe('useGuestActions', () => {
  it('does at once what needs no confirmation', async () => {
    const { host, keys, actions } = await started({ 0: { ...running, state: 'shutoff', id: null } });
    await actions.run('create', [keys[0]!]);
    expect(actions.request).toBeNull();
    expect(performed(host)).toEqual([[keys[0], 'create']]);
    expect(host.guests.get(keys[0]!)?.pending).toBe('starting');
  });

  it('asks first where the settings say so, and does it on yes', async () => {
    const { host, keys, actions } = await started({ 0: running });
    await actions.run('destroy', [keys[0]!]);
    expect(performed(host)).toEqual([]);
    expect(actions.request?.targets.map(({ key }) => key)).toEqual([keys[0]]);
    await actions.answer(actions.request);
    expect(actions.request).toBeNull();
    expect(performed(host)).toEqual([[keys[0], 'destroy']]);
  });

  it('does nothing on no', async () => {
    const { host, keys, actions } = await started({ 0: running });
    await actions.run('undefine', [keys[0]!]);
    await actions.answer(null);
    expect(performed(host)).toEqual([]);
  });

  it('previews a bulk action: whom it concerns, whom it skips and why', async () => {
    const { host, keys, actions } = await started({ 0: running, 1: { state: 'shutoff', id: null }, 2: running });
    await actions.run('shutdown', keys.slice(0, 3));
    expect(actions.request?.targets.map(({ key }) => key)).toEqual([keys[0]]);
    expect(actions.request?.skipped.map(({ guest, refusal }) => [guest.key, refusal])).toEqual([
      [keys[1], 'notRunning'],
      // The third guest is on a host whose connection was lost.
      [keys[2], 'notConnected'],
    ]);
    await actions.answer(actions.request);
    expect(performed(host)).toEqual([[keys[0], 'shutdown']]);
  });

  it('says why a single guest refuses', async () => {
    const { keys, actions } = await started({ 0: running });
    await actions.run('create', [keys[0]!]);
    expect(told.infos).toEqual([expect.stringContaining('It is running already.')]);
  });

  it('tells what failed and for which guest, and asks no more of it', async () => {
    const { host, keys, actions } = await started({ 0: running });
    const name = host.guests.get(keys[0]!)!.name;
    // The host knows better than the page: the guest is gone.
    host.guests.delete(keys[0]!);
    await actions.run('suspend', [keys[0]!]);
    expect(told.failures).toEqual([`Pause failed: ${name}`]);
    expect(actions.asked.size).toBe(0);
    // The end of its job may come later, and is not news.
    expect([actions.isOwn(keys[0]!, 'suspend'), actions.isOwn(keys[0]!, 'create')]).toEqual([true, false]);
  });

  it('takes a guest as busy from the request on', async () => {
    const { keys, actions, host } = await started({ 0: running });
    const asking = actions.run('suspend', [keys[0]!]);
    expect(actions.refusal(host.guests.get(keys[0]!)!, 'reboot')).toBe('pending');
    await asking;
  });
});

/** What the pages ask of the host: only what they show, and nothing once they were left. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, ref, type EffectScope } from 'vue';
import type { ToHost } from '../../../main/contract/index.ts';
import { openHost } from '../../shared/link/index.ts';
import { startHostState } from '../../shared/state/index.ts';
import { FakeHost } from '../../testing/fake-host.ts';
import { useGuestXml } from '../xml/use-guest-xml.ts';
import { useGuestDetails } from './use-guest-details.ts';
import { useScreenshot } from './use-screenshot.ts';
import { useThroughput } from './use-throughput.ts';

let host: FakeHost;
let page: EffectScope;
let key: string;

beforeEach(async () => {
  host = new FakeHost({ guests: 6 });
  const state = startHostState(openHost(host));
  await vi.waitUntil(() => state.inventory.isReady.value && state.connections.isReady.value);
  [key = ''] = host.guests.keys();
  page = effectScope();
});
afterEach(() => {
  page.stop();
  vi.useRealTimers();
});

const calls = (method: string): number =>
  host.received.filter((message) => message.type === 'call' && message.method === method).length;
/** Subscriptions to `event` that were made and not ended. */
function listening(event: string): number {
  const made = host.received.flatMap((message) =>
    message.type === 'listen' && message.event === event ? [message.id] : [],
  );
  const isEnded = (id: number): boolean =>
    host.received.some((message: ToHost) => message.type === 'unlisten' && message.id === id);
  return made.filter((id) => !isEnded(id)).length;
}
const tellChanged = (): void => host.emit('domains.onDidChangeDetails', { key, state: 'running' });

describe('the traffic of a guest’s page', () => {
  it('is one reading of the details for each change, and none after it was left', async () => {
    page.run(() => useGuestDetails(ref(key)));
    await vi.waitUntil(() => calls('details') === 1);
    host.change([{ key, state: 'paused' }]);
    await nextTick();
    expect(calls('details')).toBe(2);
    page.stop();
    tellChanged();
    host.change([{ key, state: 'running' }]);
    await nextTick();
    expect([calls('details'), listening('onDidChangeDetails')]).toEqual([2, 0]);
  });

  it('has no XML in it until its tab is shown, nor after', async () => {
    page.run(() => useGuestDetails(ref(key)));
    expect(calls('xml')).toBe(0);
    const tab = effectScope();
    tab.run(() => useGuestXml(ref(key), ref('live')));
    tab.stop();
    tellChanged();
    await nextTick();
    expect(calls('xml')).toBe(1);
  });

  it('has pictures of a running guest only, and none after it was left', async () => {
    vi.useFakeTimers();
    const isActive = ref(false);
    page.run(() => useScreenshot(ref(key), isActive));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(calls('screenshot')).toBe(0);
    isActive.value = true;
    await vi.advanceTimersByTimeAsync(20_000);
    const shown = calls('screenshot');
    expect(shown).toBeGreaterThan(1);
    page.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls('screenshot')).toBe(shown);
  });
});

describe('the traffic of the guest table', () => {
  it('has throughput in it while a column shows it', async () => {
    const isShown = ref(false);
    page.run(() => useThroughput(isShown));
    expect(listening('onDidSampleThroughput')).toBe(0);
    isShown.value = true;
    await nextTick();
    expect(listening('onDidSampleThroughput')).toBe(1);
    isShown.value = false;
    await nextTick();
    expect(listening('onDidSampleThroughput')).toBe(0);
    isShown.value = true;
    await nextTick();
    page.stop();
    expect(listening('onDidSampleThroughput')).toBe(0);
  });
});

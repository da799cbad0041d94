import { afterEach, describe, expect, it, vi } from 'vitest';
import { computed, shallowRef } from 'vue';
import type { Job } from '../../../main/contract/index.ts';
import { sendFile } from './send-file.ts';

const job = (state: Job['state']): Job => ({ id: 'j1', state }) as Job;

/** A browser whose request goes on until it is aborted, or fails with `failure`. */
function setUp(failure?: Error) {
  const all = shallowRef<Job[]>([job('running')]);
  const requests: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    requests.push({ url, init });
    if (failure) return Promise.reject(failure);
    return new Promise((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });
  });
  const body = new Blob(['bytes']);
  const jobs = { all: computed(() => all.value) };
  return { all, requests, body, sending: sendFile(body, 'ticket-1', 'j1', jobs) };
}

/** Whether the window asks before it is closed. */
function isGuarded(): boolean {
  return !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
}

afterEach(() => vi.unstubAllGlobals());

describe('sendFile', () => {
  it.each(['cancelling', 'failed'] as const)('stops sending once the job is %s, which is no failure', async (state) => {
    const { all, requests, body, sending } = setUp();
    expect(requests).toMatchObject([{ url: '/transfer/ticket-1', init: { method: 'PUT', body } }]);
    expect(isGuarded()).toBe(true);
    all.value = [job(state)];
    await sending;
    expect(isGuarded()).toBe(false);
  });

  it('fails where the browser cannot send', async () => {
    const { sending } = setUp(new TypeError('Failed to fetch'));
    await expect(sending).rejects.toThrow('Failed to fetch');
    expect(isGuarded()).toBe(false);
  });
});

import { describe, expect, it, vi } from 'vitest';
import type { ToHost, ToRenderer } from '../../../main/contract/index.ts';
import type { Link, LinkState } from './link.ts';
import { ServiceClient } from './service-client.ts';
import { createServices } from './services.ts';

class PairedLink implements Link {
  state: LinkState = 'connecting';
  readonly sent: ToHost[] = [];
  receive: (message: ToRenderer) => void = () => {};
  changed: (state: LinkState) => void = () => {};
  send(message: ToHost): void {
    if (this.state === 'open') this.sent.push(message);
  }
  onMessage(receive: (message: ToRenderer) => void): void {
    this.receive = receive;
  }
  onStateChange(changed: (state: LinkState) => void): void {
    this.changed = changed;
  }
  become(state: LinkState): void {
    this.state = state;
    this.changed(state);
  }
  close(): void {
    this.become('lost');
  }
}

function open() {
  const link = new PairedLink();
  const client = new ServiceClient(link);
  link.become('open');
  return { link, client, services: createServices(client) };
}

describe('ServiceClient', () => {
  it('matches results to calls by id', async () => {
    const { link, services } = open();
    const list = services.connections.list();
    const jobs = services.jobs.list();
    expect(link.sent).toEqual([
      { type: 'call', id: 1, service: 'connections', method: 'list', args: [] },
      { type: 'call', id: 2, service: 'jobs', method: 'list', args: [] },
    ]);
    link.receive({ type: 'result', id: 2, value: ['job'] });
    link.receive({ type: 'result', id: 1, value: ['connection'] });
    await expect(list).resolves.toEqual(['connection']);
    await expect(jobs).resolves.toEqual(['job']);
  });

  it('turns an error into a ContractFailure with its code', async () => {
    const { link, services } = open();
    const asked = services.domains.perform('a/b', 'create');
    link.receive({ type: 'error', id: 1, error: { code: 'operation-refused', message: 'No.', hint: 'Wait.' } });
    await expect(asked).rejects.toMatchObject({ name: 'ContractFailure', code: 'operation-refused', hint: 'Wait.' });
  });

  it('cancels a call whose signal aborts and ignores its late result', async () => {
    const { link, services } = open();
    const stop = new AbortController();
    const asked = services.connections.discover(stop.signal);
    stop.abort();
    link.receive({ type: 'result', id: 1, value: [] });
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    expect(link.sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
    expect(link.sent[0]).toMatchObject({ args: [] });
  });

  it('sends calls and subscriptions made too early once the link opens', async () => {
    const link = new PairedLink();
    const services = createServices(new ServiceClient(link));
    const asked = services.application.info();
    services.settings.onDidChange(() => {});
    link.become('open');
    expect(link.sent.map((message) => message.type)).toEqual(['call', 'listen']);
    link.receive({ type: 'result', id: 1, value: 'info' });
    await expect(asked).resolves.toBe('info');
  });

  it('rejects waiting calls when the link is lost and refuses new ones', async () => {
    const { link, services } = open();
    const asked = services.jobs.list();
    link.become('lost');
    await expect(asked).rejects.toMatchObject({ code: 'connection-lost' });
    await expect(services.jobs.list()).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('subscribes again on a new link, under a new id, with the arguments after the listener', () => {
    const { link, services } = open();
    const heard: unknown[] = [];
    const stop = services.domains.onDidChangeDetails((change) => heard.push(change), 'a/b');
    link.become('lost');
    link.become('open');
    const listens = link.sent.filter((message) => message.type === 'listen');
    expect(listens.map(({ id, args }) => ({ id, args }))).toEqual([
      { id: 1, args: ['a/b'] },
      { id: 2, args: ['a/b'] },
    ]);
    link.receive({ type: 'event', id: 1, payload: 'old' });
    link.receive({ type: 'event', id: 2, payload: 'new' });
    expect(heard).toEqual(['new']);
    stop();
    expect(link.sent.at(-1)).toEqual({ type: 'unlisten', id: 2 });
    link.receive({ type: 'event', id: 2, payload: 'late' });
    expect(heard).toEqual(['new']);
  });

  it('makes a subscription again that the host ended with a passing error, and not one that is final', () => {
    vi.useFakeTimers();
    try {
      const { link, services } = open();
      services.inventory.onDidChange(() => {});
      services.domains.onDidChangeDetails(() => {}, 'gone');
      link.receive({ type: 'end', id: 1, error: { code: 'io', message: 'broke' } });
      link.receive({ type: 'end', id: 2, error: { code: 'not-found', message: 'gone' } });
      vi.advanceTimersByTime(60_000);
      expect(link.sent.filter((message) => message.type === 'listen').map(({ service }) => service)).toEqual([
        'inventory',
        'domains',
        'inventory',
      ]);
    } finally {
      vi.useRealTimers();
    }
  });
});

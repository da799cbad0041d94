import { describe, expect, it } from 'vitest';
import { virError } from '../../drivers/error.ts';
import type { Call } from '../call.ts';
import type { Services, ToRenderer } from '../contract/index.ts';
import { HostError } from '../error.ts';
import type { MessageLink } from './link.ts';
import { serve } from './serve.ts';

class TestLink implements MessageLink {
  readonly sent: ToRenderer[] = [];
  receive: (message: unknown) => void = () => {};
  close: () => void = () => {};
  send(message: unknown): void {
    this.sent.push(message as ToRenderer);
  }
  onMessage(receive: (message: unknown) => void): void {
    this.receive = receive;
  }
  onClose(closed: () => void): void {
    this.close = closed;
  }
}

/** Serves the few methods given; anything else of a service is absent, as a bug would leave it. */
function served(services: object): { link: TestLink; bugs: unknown[] } {
  const link = new TestLink();
  const bugs: unknown[] = [];
  serve(link, services as Services, { onBug: (error) => bugs.push(error) });
  return { link, bugs };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('serve', () => {
  it('answers a call with its result, null where there is none', async () => {
    const { link } = served({ jobs: { list: async () => [1], clearEnded: async () => {} } });
    link.receive({ type: 'call', id: 1, service: 'jobs', method: 'list', args: [] });
    link.receive({ type: 'call', id: 2, service: 'jobs', method: 'clearEnded', args: [] });
    await settled();
    expect(link.sent).toEqual([
      { type: 'result', id: 1, value: [1] },
      { type: 'result', id: 2, value: null },
    ]);
  });

  it('refuses arguments that break the schema, naming the place', async () => {
    const { link } = served({ connections: { add: async () => ({}) }, domains: { perform: async () => {} } });
    const connection = { uri: 'test:///default', name: 'x', autoconnect: 'yes', readonly: false };
    link.receive({ type: 'call', id: 1, service: 'connections', method: 'add', args: [connection] });
    link.receive({ type: 'call', id: 2, service: 'domains', method: 'perform', args: ['../../etc', 'create'] });
    link.receive({ type: 'call', id: 3, service: 'domains', method: 'perform', args: [] });
    await settled();
    expect(link.sent.map((message) => (message.type === 'error' ? message.error : message))).toEqual([
      {
        code: 'invalid-argument',
        message:
          'connections.add was refused: argument 1.autoconnect: Invalid type: Expected boolean but received "yes".',
      },
      { code: 'invalid-argument', message: 'domains.perform was refused: argument 1: not the key of a guest.' },
      expect.objectContaining({ code: 'invalid-argument' }),
    ]);
  });

  it.each(['constructor', '__proto__', 'toString', 'onDidChange', 'nothing'])(
    'does not reach the member %s',
    async (method) => {
      const { link } = served({ jobs: { list: async () => [], onDidChange: () => () => {} } });
      link.receive({ type: 'call', id: 1, service: 'jobs', method, args: [] });
      link.receive({ type: 'call', id: 2, service: method, method: 'list', args: [] });
      await settled();
      expect(link.sent.map((message) => (message.type === 'error' ? message.error.code : message))).toEqual([
        'unsupported',
        'unsupported',
      ]);
    },
  );

  it('cancels a call by its id', async () => {
    const { link } = served({
      connections: {
        connect: (_id: string, call: Call) =>
          new Promise((_, reject) =>
            call.signal?.addEventListener('abort', () => reject(call.signal?.reason as Error)),
          ),
      },
    });
    link.receive({ type: 'call', id: 7, service: 'connections', method: 'connect', args: ['c1'] });
    link.receive({ type: 'cancel', id: 7 });
    await settled();
    expect(link.sent).toEqual([
      { type: 'error', id: 7, error: { code: 'cancelled', message: 'The request was cancelled.' } },
    ]);
  });

  it('ends a cancelled call at once, even where its method goes on', async () => {
    const { link } = served({ connections: { connect: () => new Promise(() => {}) } });
    link.receive({ type: 'call', id: 7, service: 'connections', method: 'connect', args: ['c1'] });
    link.receive({ type: 'cancel', id: 7 });
    await settled();
    expect(link.sent).toMatchObject([{ type: 'error', id: 7, error: { code: 'cancelled' } }]);
  });

  it('relays events until unlisten, and ends all when the link closes', () => {
    const listeners = new Map<string, (payload: unknown) => void>();
    const { link } = served({
      domains: {
        onDidChangeDetails: (listener: (payload: unknown) => void, key: string) => {
          listeners.set(key, listener);
          return () => listeners.delete(key);
        },
      },
    });
    const a = 'c1/00000000-0000-0000-0000-00000000000a';
    const b = 'c1/00000000-0000-0000-0000-00000000000b';
    link.receive({ type: 'listen', id: 1, service: 'domains', event: 'onDidChangeDetails', args: [a] });
    link.receive({ type: 'listen', id: 2, service: 'domains', event: 'onDidChangeDetails', args: [b] });
    listeners.get(a)?.('first');
    link.receive({ type: 'unlisten', id: 1 });
    expect([...listeners.keys()]).toEqual([b]);
    link.close();
    expect(listeners.size).toBe(0);
    expect(link.sent).toEqual([{ type: 'event', id: 1, payload: 'first' }]);
  });

  it('refuses an id that is in use and answers a message it cannot read', () => {
    const { link } = served({ jobs: { list: () => new Promise(() => {}) } });
    link.receive({ type: 'call', id: 1, service: 'jobs', method: 'list', args: [] });
    link.receive({ type: 'call', id: 1, service: 'jobs', method: 'list', args: [] });
    link.receive({ type: 'call', id: 2, service: 'jobs', method: 'list' });
    link.receive('nonsense');
    link.receive(null);
    expect(link.sent.map((message) => (message.type === 'error' ? [message.id, message.error.code] : message))).toEqual(
      [
        [1, 'protocol'],
        [2, 'protocol'],
      ],
    );
  });

  it('lets answers to questions through, and repeats no secret when it refuses one', async () => {
    const answered: unknown[] = [];
    const { link } = served({
      prompts: { answer: async (...args: unknown[]) => void answered.push(args.slice(0, 2)) },
    });
    const good = { texts: ['a "quoted" $password \\'], isRemembered: true };
    const secret = 'hunter2';
    const bad: unknown[] = [
      { texts: [`${secret}\n`], isRemembered: false },
      { texts: [secret.repeat(1000)], isRemembered: false },
      { texts: Array.from({ length: 17 }, () => secret), isRemembered: false },
      { texts: secret, isRemembered: false },
      { texts: [[secret]], isRemembered: false },
      { texts: [secret], isRemembered: secret },
      { texts: [secret], isRemembered: true, more: secret },
      secret,
    ];
    for (const [index, answer] of [good, null, ...bad].entries()) {
      link.receive({ type: 'call', id: index, service: 'prompts', method: 'answer', args: ['q1', answer] });
    }
    await settled();
    expect(answered).toEqual([
      ['q1', good],
      ['q1', null],
    ]);
    const refusals = link.sent.filter((message) => message.type === 'error');
    expect(refusals.map(({ error }) => error.code)).toEqual(bad.map(() => 'invalid-argument'));
    expect(JSON.stringify(refusals)).not.toContain(secret);
  });

  it('keeps every field of libvirt’s error and reports its own bugs', async () => {
    const refused = virError('VIR_ERR_OPERATION_DENIED', 'VIR_FROM_DOM', 'operation forbidden for read only access');
    const { link, bugs } = served({
      jobs: {
        list: async () => Promise.reject(refused),
        clearEnded: async () => Promise.reject(new TypeError('x is undefined')),
        cancel: async () => Promise.reject(new HostError('not-found', 'No such task.', { hint: 'Look again.' })),
      },
    });
    link.receive({ type: 'call', id: 1, service: 'jobs', method: 'list', args: [] });
    link.receive({ type: 'call', id: 2, service: 'jobs', method: 'clearEnded', args: [] });
    link.receive({ type: 'call', id: 3, service: 'jobs', method: 'cancel', args: ['j'] });
    await settled();
    expect(link.sent.map((message) => (message.type === 'error' ? message.error : message))).toEqual([
      {
        code: 'permission-denied',
        message: 'operation forbidden for read only access',
        hint: expect.stringContaining('read-only'),
        libvirt: {
          code: 29,
          domain: 6,
          name: 'VIR_ERR_OPERATION_DENIED',
          message: 'operation forbidden for read only access',
        },
      },
      { code: 'internal', message: 'Hostler met a problem of its own: x is undefined', hint: expect.any(String) },
      { code: 'not-found', message: 'No such task.', hint: 'Look again.' },
    ]);
    expect(bugs).toEqual([expect.any(TypeError)]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SavedConnection } from '../contract/index.ts';
import { HostError } from '../error.ts';
import { backOffMs } from './back-off.ts';
import { FakeHypervisor } from '../testing/fake-hypervisor.ts';
import type { Outcome } from '../prompts/prompts.ts';
import type { Hypervisor, OpenHypervisorOptions } from './hypervisor.ts';
import { ManagedConnection } from './managed-connection.ts';

const saved: SavedConnection = { id: 'c1', uri: 'test:///default', name: '', autoconnect: false, readonly: false };

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A connection whose attempts the test ends one by one. */
function setUp() {
  const attempts: (PromiseWithResolvers<Hypervisor> & OpenHypervisorOptions)[] = [];
  const questions: (PromiseWithResolvers<Outcome> & { signal: AbortSignal })[] = [];
  const heard: string[] = [];
  const connection = new ManagedConnection(
    saved,
    (_uri, options) => {
      const attempt = { ...Promise.withResolvers<Hypervisor>(), ...options };
      attempts.push(attempt);
      return attempt.promise;
    },
    {
      changed: () => {
        if (heard.at(-1) !== connection.state.kind) heard.push(connection.state.kind);
      },
      opened: () => heard.push('(opened)'),
      lost: () => heard.push('(lost)'),
      closed: () => heard.push('(closed)'),
    },
    (_asked, signal) => {
      const question = { ...Promise.withResolvers<Outcome>(), signal };
      questions.push(question);
      return question.promise;
    },
  );
  return { connection, attempts, questions, heard };
}

/** Watches the promise at once, so that its rejection is never unhandled. */
function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}

async function connected(): Promise<ReturnType<typeof setUp> & { hypervisor: FakeHypervisor }> {
  const parts = setUp();
  const hypervisor = new FakeHypervisor();
  const connecting = parts.connection.connect();
  await vi.advanceTimersByTimeAsync(0);
  parts.attempts[0]!.resolve(hypervisor);
  await connecting;
  return { ...parts, hypervisor };
}

describe('backOffMs', () => {
  it('waits 1, 2, 5, 10, then always 30 seconds, a fifth more or less', () => {
    expect([1, 2, 3, 4, 5, 6, 100].map((attempt) => backOffMs(attempt, 0.5))).toEqual([
      1000, 2000, 5000, 10_000, 30_000, 30_000, 30_000,
    ]);
    expect([backOffMs(1, 0), backOffMs(1, 1)]).toEqual([800, 1200]);
  });
});

describe('ManagedConnection', () => {
  it('connects, learns about the host and closes it at disconnect', async () => {
    const { connection, heard, hypervisor } = await connected();
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.host).toEqual({ hypervisor: 'FAKE', supported: [] });
    await connection.disconnect();
    expect(hypervisor.isClosed).toBe(true);
    expect(heard).toEqual(['connecting', 'connected', '(opened)', 'connected', 'disconnected', '(closed)']);
  });

  it('fails a first attempt with the reason and does not go on by itself', async () => {
    const { connection, attempts } = setUp();
    const connecting = connection.connect();
    const failure = failureOf(connecting);
    await vi.advanceTimersByTimeAsync(0);
    attempts[0]!.reject(new HostError('not-found', 'No socket.'));
    expect(await failure).toMatchObject({ message: 'No socket.' });
    expect(connection.state).toEqual({ kind: 'disconnected', error: { code: 'not-found', message: 'No socket.' } });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(attempts).toHaveLength(1);
  });

  it('comes back by itself after a loss, waiting longer after each failure', async () => {
    const { connection, attempts, hypervisor, heard } = await connected();
    await vi.advanceTimersByTimeAsync(20_000);
    const lostAtMs = Date.now();
    hypervisor.lose();
    expect(connection.state).toEqual({
      kind: 'waiting',
      attempt: 1,
      retryAtMs: lostAtMs + 1000,
      lostAtMs,
      error: { code: 'connection-lost', message: 'The link broke.' },
    });
    const waits: number[] = [];
    for (let n = 1; n <= 6; n++) {
      const { state } = connection;
      if (state.kind !== 'waiting') throw new Error(`is ${state.kind}`);
      waits.push(state.retryAtMs - Date.now());
      await vi.advanceTimersByTimeAsync(state.retryAtMs - Date.now());
      attempts[n]!.reject(new HostError('io', 'Still down.'));
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(waits).toEqual([1000, 2000, 5000, 10_000, 30_000, 30_000]);
    expect(connection.state).toMatchObject({ kind: 'waiting', lostAtMs });
    await vi.advanceTimersByTimeAsync(30_000);
    attempts[7]!.resolve(new FakeHypervisor());
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.state.kind).toBe('connected');
    expect(heard.filter((word) => word.startsWith('('))).toEqual(['(opened)', '(lost)', '(opened)']);
    await connection.disconnect();
  });

  it('tries at once when the user asks while it waits', async () => {
    const { connection, attempts, hypervisor } = await connected();
    hypervisor.lose();
    const connecting = connection.connect();
    await vi.advanceTimersByTimeAsync(0);
    expect(attempts).toHaveLength(2);
    attempts[1]!.resolve(new FakeHypervisor());
    await connecting;
    expect(connection.state.kind).toBe('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toHaveLength(2);
  });

  it('goes on saying what was lost and why while it tries again', async () => {
    const { connection, attempts, hypervisor } = await connected();
    const lostAtMs = Date.now();
    hypervisor.lose();
    await vi.advanceTimersByTimeAsync(1000);
    const loss = { code: 'connection-lost', message: 'The link broke.' };
    expect(connection.state).toEqual({ kind: 'connecting', attempt: 1, lostAtMs, error: loss });
    attempts[1]!.reject(new HostError('io', 'Still down.'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(connection.state).toMatchObject({ kind: 'connecting', lostAtMs, error: { message: 'Still down.' } });
    attempts[2]!.resolve(new FakeHypervisor());
    await vi.advanceTimersByTimeAsync(0);
    await connection.disconnect();
    const again = failureOf(connection.connect());
    expect(connection.state).toEqual({ kind: 'connecting', attempt: 1 });
    await connection.disconnect();
    await again;
  });

  it('tries at once when the network is back, but only what waits', async () => {
    const { connection, attempts, hypervisor } = await connected();
    connection.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(attempts).toHaveLength(1);
    hypervisor.lose();
    connection.retry();
    connection.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(attempts).toHaveLength(2);
    attempts[1]!.reject(new HostError('io', 'Not yet.'));
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.state).toMatchObject({ kind: 'waiting', attempt: 2 });
    await connection.disconnect();
    connection.retry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toHaveLength(2);
  });

  it('gives an attempt up when its caller cancels, and closes a host that answers too late', async () => {
    const { connection, attempts } = setUp();
    const controller = new AbortController();
    const connecting = connection.connect(controller.signal);
    const failure = failureOf(connecting);
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    expect(await failure).toMatchObject({ name: 'AbortError' });
    expect(attempts[0]!.signal.aborted).toBe(true);
    expect(connection.state).toEqual({ kind: 'disconnected' });
    const late = new FakeHypervisor();
    attempts[0]!.resolve(late);
    await vi.advanceTimersByTimeAsync(0);
    expect(late.isClosed).toBe(true);
    expect(connection.hypervisor).toBe(null);
  });

  it('fails an attempt that gets no answer within 30 seconds', async () => {
    const { connection } = setUp();
    const failure = failureOf(connection.connect());
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await failure).toMatchObject({ name: 'TimeoutError' });
    expect(connection.state).toMatchObject({ kind: 'disconnected', error: { code: 'timeout' } });
  });

  it('stops coming back when the host wants another login, and when the user disconnects', async () => {
    const first = await connected();
    first.hypervisor.lose();
    await vi.advanceTimersByTimeAsync(1000);
    first.attempts[1]!.reject(new HostError('authentication-failed', 'No.'));
    await vi.advanceTimersByTimeAsync(0);
    expect(first.connection.state).toMatchObject({ kind: 'disconnected', error: { code: 'authentication-failed' } });

    const second = await connected();
    second.hypervisor.lose();
    await second.connection.disconnect();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(second.attempts).toHaveLength(1);
  });

  it('does not hurry after a connection that held only for a moment', async () => {
    const { connection, attempts, hypervisor } = await connected();
    hypervisor.lose();
    await vi.advanceTimersByTimeAsync(1000);
    const second = new FakeHypervisor();
    attempts[1]!.resolve(second);
    await vi.advanceTimersByTimeAsync(500);
    second.lose();
    expect(connection.state).toMatchObject({ kind: 'waiting', attempt: 2, retryAtMs: Date.now() + 2000 });
    await connection.disconnect();
  });
});

describe('ManagedConnection with questions', () => {
  const password = { kind: 'password', user: 'root', host: 'kvm1' } as const;

  it('does not count the time in which a person thinks', async () => {
    const { connection, attempts, questions } = setUp();
    const failure = failureOf(connection.connect());
    await vi.advanceTimersByTimeAsync(20_000);
    const asked = attempts[0]!.ask(password);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(connection.state.kind).toBe('connecting');
    questions[0]!.resolve({ texts: ['secret'], isRemembered: false });
    expect(await asked).toEqual(['secret']);
    await vi.advanceTimersByTimeAsync(9000);
    expect(connection.state.kind).toBe('connecting');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await failure).toMatchObject({ name: 'TimeoutError' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends without an error when the person gives up', async () => {
    const { connection, attempts, questions } = setUp();
    const failure = failureOf(connection.connect());
    await vi.advanceTimersByTimeAsync(0);
    void attempts[0]!.ask(password);
    questions[0]!.resolve('cancelled');
    expect(await failure).toMatchObject({ code: 'cancelled' });
    expect(connection.state).toEqual({ kind: 'disconnected' });
    expect(attempts[0]!.signal.aborted).toBe(true);
  });

  it('withdraws its questions when it ends', async () => {
    const { connection, attempts, questions } = setUp();
    const failure = failureOf(connection.connect());
    await vi.advanceTimersByTimeAsync(0);
    void attempts[0]!.ask(password);
    attempts[0]!.reject(new HostError('io', 'The host hung up.'));
    expect(await failure).toMatchObject({ message: 'The host hung up.' });
    expect(questions[0]!.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('comes back with what was remembered, and stops where a person is needed', async () => {
    const { connection, attempts, questions } = setUp();
    const connecting = connection.connect();
    await vi.advanceTimersByTimeAsync(0);
    void attempts[0]!.ask(password);
    questions[0]!.resolve({ texts: ['secret'], isRemembered: true });
    await vi.advanceTimersByTimeAsync(0);
    const hypervisor = new FakeHypervisor();
    attempts[0]!.resolve(hypervisor);
    await connecting;
    hypervisor.lose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await attempts[1]!.ask(password)).toEqual(['secret']);
    expect(await attempts[1]!.ask({ kind: 'code', text: 'Code:', isEchoed: false })).toBe(null);
    attempts[1]!.reject(new HostError('cancelled', 'The log-in was cancelled.'));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(connection.state).toEqual({ kind: 'disconnected', needs: 'code' });
    expect([attempts.length, questions.length]).toEqual([2, 1]);
  });

  it('stops coming back when the person whom it asked gives up', async () => {
    const { connection, attempts, questions, hypervisor } = await connected();
    hypervisor.lose();
    const failure = failureOf(connection.connect());
    await vi.advanceTimersByTimeAsync(0);
    void attempts[1]!.ask(password);
    questions[0]!.resolve('cancelled');
    expect(await failure).toMatchObject({ code: 'cancelled' });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(connection.state).toEqual({ kind: 'disconnected' });
    expect(attempts).toHaveLength(2);
  });

  it('asks a person who joins an attempt that began by itself', async () => {
    const { connection, attempts, questions } = setUp();
    void failureOf(connection.connect(undefined, { isAttended: false }));
    await vi.advanceTimersByTimeAsync(0);
    void failureOf(connection.connect());
    void attempts[0]!.ask(password);
    expect(questions).toHaveLength(1);
    await connection.disconnect();
    expect(questions[0]!.signal.aborted).toBe(true);
  });
});

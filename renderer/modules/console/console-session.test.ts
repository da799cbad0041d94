import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConsoleEnd, ConsoleTicket } from '../../../main/contract/index.ts';
import type { BinaryChannel } from '../../shared/channel/binary-channel.ts';
import { ContractFailure } from '../../shared/link/index.ts';
import { ConsoleSession, type SessionHost } from './console-session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const serial = { id: 'serial0', kind: 'serial' } as const;
const vnc = { id: 'vnc0', kind: 'vnc' } as const;

function channelOf(): BinaryChannel {
  return {
    binaryType: 'arraybuffer',
    protocol: '',
    readyState: 1,
    onopen: null,
    onmessage: null,
    onerror: null,
    onclose: null,
    holdsCredit: false,
    send: () => {},
    close: vi.fn<() => void>(),
    taken: () => {},
  };
}

function setUp() {
  let count = 0;
  let ended: (end: ConsoleEnd) => void = () => {};
  const channels: BinaryChannel[] = [];
  const stop = vi.fn<() => void>();
  const open = vi.fn<SessionHost['consoles']['open']>(async (): Promise<ConsoleTicket> => ({
    ticket: `t${++count}`,
    protocol: 'bytes',
    needsPassword: false,
  }));
  const close = vi.fn<SessionHost['consoles']['close']>(async () => {});
  const openChannel = vi.fn<SessionHost['openChannel']>(async () => {
    const channel = channelOf();
    channels.push(channel);
    return channel;
  });
  const onDidEnd = (listener: typeof ended): (() => void) => {
    ended = listener;
    return stop;
  };
  const session = new ConsoleSession({ consoles: { open, close, onDidEnd }, openChannel });
  return { session, open, close, openChannel, channels, stop, end: (end: ConsoleEnd) => ended(end) };
}

describe('ConsoleSession', () => {
  it('opens a ticket, then its channel', async () => {
    const { session, open, openChannel } = setUp();
    const opening = session.open('a/b', serial);
    expect(session.state.value.kind).toBe('connecting');
    await opening;
    expect(open).toHaveBeenCalledWith('a/b', 'serial0', { force: false });
    expect(openChannel).toHaveBeenCalledWith('t1');
    expect(session.state.value.kind).toBe('open');
  });

  it('offers to take over a serial console that is in use, and forces then', async () => {
    const { session, open } = setUp();
    open.mockRejectedValueOnce(
      new ContractFailure({ code: 'operation-refused', message: 'Active console session exists' }),
    );
    await session.open('a/b', serial);
    expect(session.state.value).toMatchObject({ kind: 'ended', cause: 'in-use', retryAtMs: null });
    await session.open('a/b', serial, { force: true });
    expect(open).toHaveBeenLastCalledWith('a/b', 'serial0', { force: true });
    expect(session.state.value.kind).toBe('open');
  });

  it('does not take a refused graphical console for one in use', async () => {
    const { session, open } = setUp();
    open.mockRejectedValueOnce(new ContractFailure({ code: 'operation-refused', message: 'no' }));
    await session.open('a/b', vnc);
    expect(session.state.value).toMatchObject({ cause: 'refused', retryAtMs: null });
  });

  it('comes back by itself, each time later, and gives up in the end', async () => {
    const { session, open } = setUp();
    await session.open('a/b', vnc);
    const pauses: number[] = [];
    for (;;) {
      session.channelEnded();
      const state = session.state.value;
      if (state.kind !== 'ended' || state.retryAtMs === null) break;
      pauses.push(state.retryAtMs - Date.now());
      await vi.advanceTimersByTimeAsync(state.retryAtMs - Date.now());
      expect(session.state.value.kind).toBe('open');
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(open).toHaveBeenCalledTimes(6);
  });

  it('begins its retries anew after it worked for a while', async () => {
    const { session } = setUp();
    await session.open('a/b', vnc);
    session.channelEnded();
    await vi.advanceTimersByTimeAsync(500);
    await vi.advanceTimersByTimeAsync(10_000);
    session.channelEnded();
    expect(session.state.value).toMatchObject({ retryAtMs: Date.now() + 500 });
  });

  it('does not come back to a guest that stopped', async () => {
    const { session, open, end } = setUp();
    await session.open('a/b', vnc);
    session.channelEnded();
    end({ ticket: 't1', reason: 'guest-stopped', message: 'The guest was shut off.' });
    expect(session.state.value).toMatchObject({
      cause: 'guest-stopped',
      error: { message: 'The guest was shut off.' },
      retryAtMs: null,
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('ignores the end of another ticket', async () => {
    const { session, end } = setUp();
    await session.open('a/b', vnc);
    end({ ticket: 'other', reason: 'error', message: '' });
    expect(session.state.value.kind).toBe('open');
  });

  it('gives back what arrives after it was closed', async () => {
    const { session, close, openChannel } = setUp();
    const opening = session.open('a/b', vnc);
    session.close();
    await opening;
    expect(close).toHaveBeenCalledWith('t1');
    expect(openChannel).not.toHaveBeenCalled();
    expect(session.state.value.kind).toBe('idle');
  });

  it('closes the channel when another console is opened, and when disposed', async () => {
    const { session, channels, stop } = setUp();
    await session.open('a/b', vnc);
    await session.open('a/b', serial);
    expect(channels[0]!.close).toHaveBeenCalledTimes(1);
    session.dispose();
    expect(channels[1]!.close).toHaveBeenCalledTimes(1);
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it('tries again by itself when the host could not be reached', async () => {
    const { session, open } = setUp();
    open.mockRejectedValueOnce(new ContractFailure({ code: 'io', message: 'connection refused' }));
    await session.open('a/b', vnc);
    expect(session.state.value).toMatchObject({ cause: 'refused', error: { message: 'connection refused' } });
    await vi.advanceTimersByTimeAsync(500);
    expect(session.state.value.kind).toBe('open');
  });

  it('stays ended, with the reason, when the viewer cannot go on', async () => {
    const { session, channels } = setUp();
    await session.open('a/b', vnc);
    session.viewerFailed('No security type in common.');
    expect(channels[0]!.close).toHaveBeenCalledTimes(1);
    expect(session.state.value).toEqual({
      kind: 'ended',
      cause: 'error',
      error: { code: 'protocol', message: 'No security type in common.' },
      retryAtMs: null,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { fakeConnections } from '../../testing/fake-data.ts';
import { connectionLine, connectionShape, retryIn } from './connection-state.ts';

const nowMs = 1_000_000;
const [local, , lab2, sandbox] = fakeConnections(nowMs).map(({ state }) => state);
const error = { code: 'io', message: 'No.' } as const;

describe('connectionLine', () => {
  it('says the age of what a lost host shows', () => {
    expect(connectionLine(lab2!, nowMs)).toBe('offline · lost 2 min. ago');
  });

  it('keeps the age while the host is tried again', () => {
    const again = { kind: 'connecting', attempt: 2, lostAtMs: nowMs - 120_000, error } as const;
    expect(connectionLine(again, nowMs)).toBe('lost 2 min. ago · connecting…');
    expect(connectionShape(again)).toBe('lost');
  });

  it('tells a failed connection from one that was never asked for', () => {
    expect(connectionLine(sandbox!, nowMs)).toBe('not connected');
    expect(connectionLine({ kind: 'disconnected', error }, nowMs)).toBe('could not connect');
  });

  it('is silent where all is well', () => {
    expect(connectionLine(local!, nowMs)).toBe('');
  });
});

it('gives every state a shape of its own', () => {
  const states = [
    local!,
    { kind: 'connecting', attempt: 1 } as const,
    lab2!,
    sandbox!,
    { kind: 'disconnected', error } as const,
  ];
  expect(new Set(states.map(connectionShape)).size).toBe(5);
});

it('counts down to the next try', () => {
  expect(retryIn(lab2!, nowMs)).toBe('0:08');
  expect(retryIn(lab2!, nowMs + 60_000)).toBe('');
});

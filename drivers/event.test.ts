import { describe, expect, it } from 'vitest';

import { DisposableStore, Emitter, setUnexpectedErrorHandler, trackHandle, trackLeaks } from './event.ts';

describe('Emitter', () => {
  it('tells every listener until its handle is disposed', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event((value) => heard.push(`a${value}`));
    emitter.event((value) => heard.push(`b${value}`));
    emitter.fire(1);
    first.dispose();
    first.dispose();
    emitter.fire(2);
    expect(heard).toEqual(['a1', 'b1', 'b2']);
  });

  it('keeps the same function registered twice apart', () => {
    const emitter = new Emitter<number>();
    let count = 0;
    const listener = (): void => void count++;
    emitter.event(listener);
    emitter.event(listener).dispose();
    emitter.fire(1);
    expect(count).toBe(1);
  });

  it('does not tell a listener that was removed by one before it', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    emitter.event(() => second.dispose());
    const second = emitter.event(() => heard.push('second'));
    emitter.fire(1);
    expect(heard).toEqual([]);
  });

  it('reports what a listener throws and goes on', () => {
    const errors: unknown[] = [];
    const handler = setUnexpectedErrorHandler((error) => errors.push(error));
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    emitter.event(() => {
      throw new RangeError('listener');
    });
    emitter.event((value) => heard.push(value));
    emitter.fire(7);
    handler.dispose();
    expect([errors, heard]).toEqual([[new RangeError('listener')], [7]]);
  });

  it('is deaf after dispose', () => {
    const emitter = new Emitter<number>();
    emitter.dispose();
    emitter.event(() => expect.unreachable());
    emitter.fire(1);
    expect(emitter.hasListeners).toBe(false);
  });
});

describe('DisposableStore', () => {
  it('ends its handles in reverse order, once', () => {
    const ended: number[] = [];
    const store = new DisposableStore();
    store.add({ dispose: () => void ended.push(1) });
    store.add({ dispose: () => void ended.push(2) });
    store.dispose();
    store.dispose();
    expect(ended).toEqual([2, 1]);
  });

  it('ends at once what comes too late, and not what was taken out', () => {
    const ended: string[] = [];
    const store = new DisposableStore();
    const kept = store.add({ dispose: () => void ended.push('kept') });
    store.delete(kept);
    store.dispose();
    store.add({ dispose: () => void ended.push('late') });
    expect(ended).toEqual(['late']);
  });
});

describe('trackLeaks', () => {
  it('lists what is open with the place that opened it', () => {
    const tracking = trackLeaks();
    const closed = trackHandle('connection a');
    trackHandle('connection b');
    closed.dispose();
    tracking.dispose();
    trackHandle('connection c');
    expect(tracking.leaked()).toEqual([expect.stringMatching(/^connection b opened .*event\.test\.ts/s)]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketLink, webSocketUrl } from './web-socket-link.ts';

class FakeSocket extends EventTarget {
  static readonly made: FakeSocket[] = [];
  readonly url: string;
  readonly sent: string[] = [];
  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.dispatchEvent(new Event('close'));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.made.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('webSocketUrl', () => {
  it('stays on the page’s own host and keeps its security', () => {
    expect(webSocketUrl('/ws', { protocol: 'http:', host: '127.0.0.1:8080' })).toBe('ws://127.0.0.1:8080/ws');
    expect(webSocketUrl('/ws', { protocol: 'https:', host: 'lab' })).toBe('wss://lab/ws');
  });
});

describe('WebSocketLink', () => {
  it('sends only while open, as JSON', () => {
    const link = new WebSocketLink('ws://host/ws');
    const [socket] = FakeSocket.made;
    link.send({ type: 'cancel', id: 1 });
    socket!.dispatchEvent(new Event('open'));
    link.send({ type: 'cancel', id: 2 });
    expect(socket!.sent).toEqual(['{"type":"cancel","id":2}']);
  });

  it('makes the connection again with growing pauses, and starts over once it held', () => {
    const link = new WebSocketLink('ws://host/ws');
    const states: string[] = [];
    link.onStateChange((state) => states.push(state));
    FakeSocket.made[0]!.close();
    vi.advanceTimersByTime(250);
    expect(FakeSocket.made).toHaveLength(2);
    FakeSocket.made[1]!.close();
    vi.advanceTimersByTime(250);
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(250);
    FakeSocket.made[2]!.dispatchEvent(new Event('open'));
    FakeSocket.made[2]!.close();
    vi.advanceTimersByTime(250);
    expect(FakeSocket.made).toHaveLength(4);
    expect(states).toEqual(['lost', 'open', 'lost']);
  });

  it('hands on messages of the present socket only', () => {
    const link = new WebSocketLink('ws://host/ws');
    const heard: unknown[] = [];
    link.onMessage((message) => heard.push(message));
    const [first] = FakeSocket.made;
    first!.close();
    vi.advanceTimersByTime(250);
    first!.dispatchEvent(new MessageEvent('message', { data: '{"type":"end","id":1}' }));
    FakeSocket.made[1]!.dispatchEvent(new MessageEvent('message', { data: '{"type":"end","id":2}' }));
    expect(heard).toEqual([{ type: 'end', id: 2 }]);
  });

  it('stays closed once it was closed', () => {
    const link = new WebSocketLink('ws://host/ws');
    link.close();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
    expect(link.state).toBe('lost');
  });
});

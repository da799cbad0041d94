import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { consoleWindowBytes } from '../main/contract/consoles.ts';
import { binaryChannelOf, messageLinkOf, type HostPort } from './port-link.ts';

const open: MessagePort[] = [];
afterEach(() => open.splice(0).forEach((port) => port.close()));

/** A real pair of ports; Node's differs from Electron's in handing over the value instead of an event. */
function ports(): { host: HostPort; page: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const host: HostPort = {
    postMessage: (message) => port1.postMessage(message),
    on: (event: string, listener: (event: { data: unknown }) => void) =>
      event === 'message' ? port1.on('message', (data) => listener({ data })) : port1.on(event, listener),
    start: () => port1.start(),
    close: () => port1.close(),
  };
  return { host, page: port2 };
}

const next = async (page: MessagePort): Promise<unknown> => (await once(page, 'message'))[0];

describe('messageLinkOf', () => {
  it('carries messages both ways', async () => {
    const { host, page } = ports();
    const link = messageLinkOf(host);
    const received = new Promise((resolve) => link.onMessage(resolve));
    page.postMessage({ type: 'unlisten', id: 1 });
    link.send({ type: 'end', id: 1 });
    expect([await received, await next(page)]).toEqual([
      { type: 'unlisten', id: 1 },
      { type: 'end', id: 1 },
    ]);
  });

  it('tells when the page has gone, and drops what is sent later', async () => {
    const { host, page } = ports();
    const link = messageLinkOf(host);
    const closed = new Promise<void>((resolve) => link.onClose(resolve));
    page.close();
    await closed;
    expect(() => link.send({ type: 'end', id: 1 })).not.toThrow();
  });
});

describe('binaryChannelOf', () => {
  it('sends only the bytes of a view, not the buffer below it', async () => {
    const { host, page } = ports();
    binaryChannelOf(host).send(new Uint8Array([9, 1, 2, 9]).subarray(1, 3));
    const data = (await next(page)) as Uint8Array;
    expect([[...data], data.buffer.byteLength]).toEqual([[1, 2], 2]);
  });

  it('counts bytes as buffered until the page gives credit', async () => {
    const { host, page } = ports();
    const channel = binaryChannelOf(host);
    channel.onData(() => {});
    channel.send(new Uint8Array(1000));
    expect(channel.bufferedAmount).toBe(1000);
    const drained = new Promise<void>((resolve) => channel.onDrain(resolve));
    page.postMessage({ credit: 600 });
    await drained;
    expect(channel.bufferedAmount).toBe(400);
  });

  it('hands on what the page types, as view or as buffer', async () => {
    const { host, page } = ports();
    const channel = binaryChannelOf(host);
    const pieces: number[][] = [];
    const both = new Promise<void>((resolve) => channel.onData((data) => pieces.push([...data]) === 2 && resolve()));
    page.postMessage(new Uint8Array([1]));
    page.postMessage(new Uint8Array([2, 3]).buffer);
    await both;
    expect(pieces).toEqual([[1], [2, 3]]);
  });

  it.each([
    ['more credit than was sent', { credit: 1 }],
    ['negative credit', { credit: -1 }],
    ['a text', 'hello'],
    ['a piece above the window', new Uint8Array(consoleWindowBytes + 1)],
  ])('closes with a reason after %s', async (_name, message) => {
    const { host, page } = ports();
    const channel = binaryChannelOf(host);
    const closed = new Promise<void>((resolve) => channel.onClose(resolve));
    channel.onData(() => expect.unreachable());
    page.postMessage(message);
    expect(await next(page)).toEqual({
      close: { ok: false, message: expect.stringContaining('not part of the protocol') },
    });
    await closed;
  });

  it('tells the page why it closes, once', async () => {
    const { host, page } = ports();
    const channel = binaryChannelOf(host);
    channel.close({ ok: true, message: 'The guest was shut off.' });
    channel.close({ ok: false, message: 'again' });
    expect(await next(page)).toEqual({ close: { ok: true, message: 'The guest was shut off.' } });
  });
});

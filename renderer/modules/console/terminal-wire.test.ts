import { describe, expect, it } from 'vitest';
import { BufferedChannel, type ChannelClose, type ChannelWire } from '../../shared/channel/binary-channel.ts';
import { joinTerminal } from './terminal-wire.ts';

function setUp() {
  const wire = {
    sent: [] as Uint8Array[],
    credits: [] as number[],
    receive: (_data: ArrayBuffer) => {},
    end: (_end: ChannelClose) => {},
  };
  const ends: ChannelWire = {
    send: (data) => wire.sent.push(data as Uint8Array),
    sendCredit: (bytes) => wire.credits.push(bytes),
    close: () => {},
    start: (receive, ended) => Object.assign(wire, { receive, end: ended }),
  };
  const channel = new BufferedChannel(ends);
  const terminal = {
    written: [] as number[],
    pending: [] as (() => void)[],
    type: (_text: string) => {},
    report: (_bytes: string) => {},
    listeners: 2,
  };
  const reasons: string[] = [];
  const dispose = { dispose: () => void (terminal.listeners -= 1) };
  const leave = joinTerminal(
    {
      write: (data, taken) => {
        terminal.written.push(data.length);
        terminal.pending.push(taken);
      },
      onData: (listener) => ((terminal.type = listener), dispose),
      onBinary: (listener) => ((terminal.report = listener), dispose),
    },
    channel,
    (reason) => reasons.push(reason),
  );
  return { wire, terminal, reasons, leave };
}

describe('joinTerminal', () => {
  it('gives credit only once the terminal has drawn what it got', () => {
    const { wire, terminal } = setUp();
    for (let piece = 0; piece < 3; piece += 1) wire.receive(new ArrayBuffer(200_000));
    expect(wire.credits).toEqual([]);
    terminal.pending.forEach((taken) => taken());
    expect(terminal.written).toEqual([200_000, 200_000, 200_000]);
    expect(wire.credits).toEqual([400_000]);
  });

  it('sends what is typed as UTF-8 and mouse reports as bytes', () => {
    const { wire, terminal } = setUp();
    terminal.type('é\r');
    terminal.report('\u001B[M\u00FF');
    expect(wire.sent.map((bytes) => [...bytes])).toEqual([
      [0xc3, 0xa9, 0x0d],
      [0x1b, 0x5b, 0x4d, 0xff],
    ]);
  });

  it('sends a large paste in pieces, whole and in order', () => {
    const { wire, terminal } = setUp();
    terminal.type('x'.repeat(40_000));
    expect(wire.sent.map((bytes) => bytes.length)).toEqual([16_384, 16_384, 7232]);
  });

  it('tells the reason of the end, and nothing more once it was left', () => {
    const { wire, terminal, reasons, leave } = setUp();
    wire.end({ wasClean: true, code: 1000, reason: 'The guest was shut off.' });
    expect(reasons).toEqual(['The guest was shut off.']);
    leave();
    expect(terminal.listeners).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { BufferedChannel, type ChannelClose } from './binary-channel.ts';

function channel() {
  const wire = {
    sent: [] as unknown[],
    credits: [] as number[],
    closes: 0,
    receive: (_data: ArrayBuffer): void => {},
    ended: (_end: ChannelClose): void => {},
    start(receive: (data: ArrayBuffer) => void, ended: (end: ChannelClose) => void) {
      wire.receive = receive;
      wire.ended = ended;
    },
    send: (data: unknown) => void wire.sent.push(data),
    sendCredit: (bytes: number) => void wire.credits.push(bytes),
    close: () => void (wire.closes += 1),
  };
  return { wire, made: new BufferedChannel(wire) };
}

const bytes = (length: number): ArrayBuffer => new ArrayBuffer(length);

describe('BufferedChannel', () => {
  it('has every member that noVNC requires of a raw channel', () => {
    const { made } = channel();
    const members = [...Object.keys(made), ...Object.getOwnPropertyNames(Object.getPrototypeOf(made))];
    expect(members).toEqual(
      expect.arrayContaining([
        'send',
        'close',
        'binaryType',
        'onerror',
        'onmessage',
        'onopen',
        'protocol',
        'readyState',
      ]),
    );
  });

  it('keeps what arrives before there is a handler, in order', async () => {
    const { wire, made } = channel();
    const lengths: number[] = [];
    wire.receive(bytes(1));
    wire.receive(bytes(2));
    made.onmessage = ({ data }) => lengths.push(data.byteLength);
    wire.receive(bytes(3));
    await Promise.resolve();
    wire.receive(bytes(4));
    expect(lengths).toEqual([1, 2, 3, 4]);
  });

  it('tells the end only after the last bytes', async () => {
    const { wire, made } = channel();
    const seen: unknown[] = [];
    wire.receive(bytes(1));
    wire.ended({ wasClean: true, code: 1000, reason: 'shut off' });
    made.onclose = ({ reason }) => seen.push(reason);
    made.onmessage = ({ data }) => seen.push(data.byteLength);
    await Promise.resolve();
    expect(seen).toEqual([1, 'shut off']);
    expect(made.readyState).toBe(3);
  });

  it('gives credit by itself in steps, and by hand where the viewer queues', () => {
    const { wire, made } = channel();
    made.onmessage = () => {};
    wire.receive(bytes(200_000));
    wire.receive(bytes(100_000));
    expect(wire.credits).toEqual([300_000]);
    made.holdsCredit = true;
    wire.receive(bytes(400_000));
    expect(wire.credits).toEqual([300_000]);
    made.taken(400_000);
    expect(wire.credits).toEqual([300_000, 400_000]);
  });

  it('sends nothing once it has closed', () => {
    const { wire, made } = channel();
    made.send(bytes(1));
    wire.ended({ wasClean: false, code: 1006, reason: '' });
    made.send(bytes(1));
    expect(wire.sent).toHaveLength(1);
  });
});

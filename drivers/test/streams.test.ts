import { describe, expect, it } from 'vitest';
import { DataBudget, SparseData } from './sparse-data.ts';
import { BytesSource, EchoConsole, VolumeSink, VolumeSource } from './streams.ts';

const text = (bytes: Uint8Array | null): string => (bytes === null ? '(end)' : Buffer.from(bytes).toString());

describe('EchoConsole', () => {
  it('greets with the name, echoes, and prompts after Enter', async () => {
    const console = new EchoConsole('web', 'serial0', () => undefined);
    expect(text(await console.read())).toContain('web serial0');
    await console.write(Buffer.from('ro'));
    await console.write(Buffer.from('ot\r'));
    expect(text(await console.read())).toBe('ro');
    expect(text(await console.read())).toBe('ot\r\nweb login: ');
  });

  it('holds the writer back until the bytes are read', async () => {
    const console = new EchoConsole('web', 'serial0', () => undefined);
    await console.write(new Uint8Array(70_000));
    let isWritten = false;
    const second = console.write(Uint8Array.of(1)).then(() => (isWritten = true));
    await Promise.resolve();
    expect(isWritten).toBe(false);
    await console.read();
    await console.read();
    await second;
    expect(isWritten).toBe(true);
  });

  it('ends for the reader when the guest goes, after what was queued', async () => {
    const console = new EchoConsole('web', 'serial0', () => undefined);
    console.end();
    expect(text(await console.read())).toContain('web');
    expect(await console.read()).toBeNull();
    await expect(console.write(Uint8Array.of(1))).rejects.toThrow(/the stream has ended/);
  });

  it('frees a waiting reader on abort and tells its owner once', async () => {
    let closed = 0;
    const console = new EchoConsole('web', 'serial0', () => (closed += 1));
    await console.read();
    const waiting = console.read();
    await console.abort();
    await console.abort();
    await expect(waiting).rejects.toThrow(/the stream has ended/);
    expect(closed).toBe(1);
  });

  it('stops waiting when the signal says so', async () => {
    const console = new EchoConsole('web', 'serial0', () => undefined);
    await console.read();
    const controller = new AbortController();
    const waiting = console.read({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});

describe('volume streams', () => {
  it('uploads a range and downloads it again, with its hole', async () => {
    const data = new SparseData(1_000_000, new DataBudget());
    let isDone = false;
    const sink = new VolumeSink(data, 100, 0, true, () => (isDone = true));
    await sink.write(Uint8Array.of(1, 2, 3));
    await sink.writeHole(500_000n);
    await sink.write(Uint8Array.of(4));
    await sink.finish();
    expect(isDone).toBe(true);

    const plain = new VolumeSource(data, 100, 3, false);
    expect(await plain.read()).toEqual(Uint8Array.of(1, 2, 3));
    expect(await plain.read()).toBeNull();

    const sparse = new VolumeSource(data, 0, 0, true);
    const pieces: (number | string)[] = [];
    for (let piece = await sparse.read(); piece !== null; piece = await sparse.read()) {
      pieces.push('hole' in piece ? `hole ${piece.hole}` : piece.length);
    }
    expect(pieces).toEqual([65_536, 'hole 393216', 65_536, 'hole 475712']);
  });

  it('refuses what goes past the range, the wrong way or a hole where none was agreed', async () => {
    const data = new SparseData(1000, new DataBudget());
    const sink = new VolumeSink(data, 0, 10, false, () => undefined);
    await expect(sink.write(new Uint8Array(11))).rejects.toThrow(/past byte 10/);
    await expect(sink.read()).rejects.toThrow(/cannot be read/);
    await expect(sink.writeHole(1n)).rejects.toThrow(/sparse flag/);
    await expect(new VolumeSource(data, 0, 0, false).write()).rejects.toThrow(/cannot be written/);
  });
});

describe('BytesSource', () => {
  it('hands out pieces of 262,120 bytes, then the end', async () => {
    const source = new BytesSource(new Uint8Array(300_000));
    expect((await source.read())?.length).toBe(262_120);
    expect((await source.read())?.length).toBe(37_880);
    expect(await source.read()).toBeNull();
    await source.finish();
    await expect(source.read()).rejects.toThrow(/the stream has ended/);
  });
});

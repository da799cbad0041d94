/** Writes without copying. */
import type { Writable } from 'node:stream';

/** One write of two parts; settles when both are needed no more, also where the stream ends. */
export function writeParts(stream: Writable, head: Uint8Array, body: Uint8Array): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('close', done);
      resolve();
    };
    // Not every stream answers the write that was under way when it was destroyed.
    stream.once('close', done);
    stream.cork();
    stream.write(head);
    stream.write(body, done);
    stream.uncork();
  });
}

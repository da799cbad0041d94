/** Writes without copying. */
import type { Writable } from 'node:stream';

/** One write of two parts; settles when both are needed no more, also where the stream fails. */
export function writeParts(stream: Writable, head: Uint8Array, body: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.cork();
    stream.write(head);
    stream.write(body, () => resolve());
    stream.uncork();
  });
}

/** A console's bytes over a MessagePort: the desktop application. */
import type { ConsoleClose, ConsoleCredit } from '../../../main/contract/index.ts';
import type { ChannelClose, ChannelWire } from './binary-channel.ts';

/** The bytes of a view as a buffer of its own: a view is cloned together with the whole buffer below it. */
function ownBuffer(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data.slice(0);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer;
}

function isClose(message: unknown): message is ConsoleClose {
  return typeof message === 'object' && message !== null && 'close' in message;
}

function closeOf({ close: { ok, message } }: ConsoleClose): ChannelClose {
  return { wasClean: ok, code: ok ? 1000 : 1011, reason: message };
}

export function messagePortWire(port: MessagePort): ChannelWire {
  let tellEnd: ((end: ChannelClose) => void) | undefined;
  return {
    start(receive, ended) {
      tellEnd = ended;
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer) receive(data);
        else if (ArrayBuffer.isView(data)) receive(ownBuffer(data));
        else if (isClose(data)) ended(closeOf(data));
      });
      port.addEventListener('close', () => ended({ wasClean: false, code: 1006, reason: '' }));
      port.start();
    },
    // Cloned, never transferred: a message that transfers a buffer reaches Electron's main process empty
    // (https://github.com/electron/electron/issues/34905).
    send: (data) => port.postMessage(ownBuffer(data)),
    sendCredit: (bytes) => port.postMessage({ credit: bytes } satisfies ConsoleCredit),
    close() {
      port.close();
      // A port tells its far side that it closed, not its own.
      queueMicrotask(() => tellEnd?.({ wasClean: true, code: 1000, reason: '' }));
    },
  };
}

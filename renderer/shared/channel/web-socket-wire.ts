/** A console's bytes over a WebSocket: browser mode. */
import type { ConsoleCredit } from '../../../main/contract/index.ts';
import type { ChannelWire } from './binary-channel.ts';

export function webSocketWire(socket: WebSocket): ChannelWire {
  return {
    start(receive, ended) {
      socket.binaryType = 'arraybuffer';
      socket.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (event.data instanceof ArrayBuffer) receive(event.data);
      });
      socket.addEventListener('close', ({ wasClean, code, reason }) => ended({ wasClean, code, reason }));
    },
    send: (data) => socket.send(data as ArrayBufferView<ArrayBuffer>),
    sendCredit: (bytes) => socket.send(JSON.stringify({ credit: bytes } satisfies ConsoleCredit)),
    close: () => socket.close(),
  };
}

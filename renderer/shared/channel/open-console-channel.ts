/** Redeems a console ticket: the way from `consoles.open` to bytes. */
import { ContractFailure } from '../link/contract-failure.ts';
import { receivePort } from '../link/desktop-bridge.ts';
import { webSocketUrl } from '../link/web-socket-link.ts';
import { BufferedChannel, type BinaryChannel } from './binary-channel.ts';
import { messagePortWire } from './message-port-wire.ts';
import { webSocketWire } from './web-socket-wire.ts';

const openTimeoutMs = 15_000;

function failure(reason: string): ContractFailure {
  return new ContractFailure({
    code: 'io',
    message: `The console’s data channel did not open. ${reason}`.trim(),
    hint: 'Open the console again.',
  });
}

function openWebSocket(ticket: string): Promise<BinaryChannel> {
  const socket = new WebSocket(webSocketUrl(`/console/${encodeURIComponent(ticket)}`));
  // Made now and not at `open`, so that nothing that arrives at once is lost.
  const channel = new BufferedChannel(webSocketWire(socket));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.close(), openTimeoutMs);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve(channel);
    });
    socket.addEventListener('close', ({ reason }) => {
      clearTimeout(timer);
      reject(failure(reason));
    });
  });
}

async function openPort(ticket: string): Promise<BinaryChannel> {
  const stop = AbortSignal.timeout(openTimeoutMs);
  const port = receivePort(`hostler:console:${ticket}`, stop);
  try {
    await window.hostler?.openConsole(ticket);
    return new BufferedChannel(messagePortWire(await port));
  } catch (thrown) {
    port.catch(() => {});
    throw failure(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Opens the data channel of a ticket: it is open when the promise settles. A ticket serves once, within 30 seconds. */
export function openConsoleChannel(ticket: string): Promise<BinaryChannel> {
  return window.hostler?.mode === 'desktop' ? openPort(ticket) : openWebSocket(ticket);
}

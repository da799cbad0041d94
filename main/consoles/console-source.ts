/** Where a console's bytes come from: a VNC server's socket or a serial stream, both pulled in the same way. */
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Call } from '../call.ts';
import type { ConsoleStream, Hypervisor } from '../connections/hypervisor.ts';
import type { VncAddress } from '../domains/console-list.ts';
import { HostError } from '../error.ts';

const connectTimeoutMs = 10_000;

/** A VNC server's bytes. Settles once connected; an aborted signal gives up. Throws `io` saying who does not answer. */
export async function openVnc(address: VncAddress, signal?: AbortSignal): Promise<ConsoleStream> {
  const socket = connect('path' in address ? { path: address.path } : { host: address.host, port: address.port });
  socket.setNoDelay(true);
  const opened = Promise.withResolvers<void>();
  const giveUp = (): void => opened.reject(signal?.reason as Error);
  const timer = setTimeout(
    () => opened.reject(new Error(`no answer within ${connectTimeoutMs / 1000} s`)),
    connectTimeoutMs,
  );
  socket.once('connect', opened.resolve);
  socket.once('error', opened.reject);
  if (signal?.aborted) giveUp();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await opened.promise;
    socket.off('error', opened.reject);
    return new SocketStream(socket);
  } catch (error) {
    socket.destroy();
    if (signal?.aborted) throw error;
    throw unreachable(address, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

function unreachable(address: VncAddress, error: unknown): HostError {
  const place = 'path' in address ? address.path : `${address.host}, port ${address.port}`;
  const why = error instanceof Error ? error.message : String(error);
  const isRefused = error instanceof Error && 'code' in error && error.code === 'EACCES';
  return new HostError('io', `The guest’s screen at ${place} cannot be reached: ${why}.`, {
    hint: isRefused
      ? 'This user may not use that socket: let the screen listen on 127.0.0.1, or change the socket’s permissions.'
      : 'Check that the guest still runs and that its display is on.',
    cause: error,
  });
}

/** The same through the log-in to the host it is on, where nothing but that leads to it. */
export async function openVncThrough(
  hypervisor: Pick<Hypervisor, 'openTunnel'>,
  address: VncAddress,
  call: Call,
): Promise<ConsoleStream> {
  try {
    return new SocketStream(await hypervisor.openTunnel(address, call));
  } catch (error) {
    if (call.signal?.aborted) throw error;
    throw unreachable(address, error);
  }
}

/** A socket read piece by piece; unread bytes stay in the kernel, which holds the sender back. */
class SocketStream implements ConsoleStream {
  readonly #socket: Duplex;
  #wake: () => void = () => {};
  #error: Error | null = null;

  constructor(socket: Duplex) {
    this.#socket = socket;
    const wake = (): void => this.#wake();
    socket.on('readable', wake).on('end', wake).on('close', wake);
    socket.on('error', (error) => {
      this.#error = error;
      wake();
    });
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const piece = this.#socket.read() as Buffer | null;
      if (piece) return piece;
      if (this.#error) throw this.#error;
      if (this.#socket.readableEnded || this.#socket.destroyed) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#socket.destroyed || this.#socket.write(data)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once('drain', resolve).once('close', resolve);
    await promise;
    this.#socket.off('drain', resolve).off('close', resolve);
  }

  async abort(): Promise<void> {
    this.#socket.destroy();
  }
}

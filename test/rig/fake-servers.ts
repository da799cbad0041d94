/** Servers on unix sockets that misbehave, each in one way: what a client must survive and explain. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** A misbehaving server; `stop` closes it with all its connections. */
export interface FakeServer {
  readonly socket: string;
  stop(): Promise<void>;
}

/** Header of libvirt's RPC, in bytes, length word included. */
const headerBytes = 28;

async function serve(path: string, onConnection: (client: Socket) => void): Promise<FakeServer> {
  const clients = new Set<Socket>();
  const server: Server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined);
    client.on('close', () => clients.delete(client));
    onConnection(client);
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    socket: path,
    stop: async () => {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What each server does with a client. */
const behaviours = {
  /** Speaks HTTP: reads as a frame of 1.2 GB. */
  http: (client: Socket) => void client.once('data', () => client.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  /** Accepts and never says a word. */
  silent: (client: Socket) => void client.resume(),
  /** Announces a frame of 4 GiB. */
  huge: (client: Socket) => void client.once('data', () => client.write(Buffer.alloc(headerBytes, 0xff))),
  /** Announces a frame, sends half of it and hangs up. */
  truncated: (client: Socket) =>
    void client.once('data', (request: Buffer) => {
      const half = Buffer.alloc(headerBytes + 4);
      request.copy(half, 0, 0, headerBytes);
      half.writeUInt32BE(headerBytes + 64, 0);
      client.end(half);
    }),
  /** Hangs up at once. */
  closing: (client: Socket) => void client.end(),
} as const;

/** A way to misbehave. */
export type Misbehaviour = keyof typeof behaviours;

/** Starts a server that misbehaves as told, on a socket in `folder`. */
export function startFakeServer(folder: string, how: Misbehaviour): Promise<FakeServer> {
  return serve(join(folder, `${how}.sock`), behaviours[how]);
}

/**
 * A relay to a real server that rewrites its answers; `tamper` must keep the length, because the frames around the
 * text keep theirs.
 */
export function startTamperingRelay(
  folder: string,
  upstream: string,
  tamper: (data: Buffer) => Buffer,
): Promise<FakeServer> {
  return serve(join(folder, 'relay.sock'), (client) => {
    const server = connect(upstream);
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    client.pipe(server);
    server.on('data', (data) => client.write(tamper(data)));
  });
}

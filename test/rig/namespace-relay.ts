/** A port of this machine's loopback that leads to the same port of another network namespace's loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { findProgram } from './requirements.ts';

export interface NamespaceRelay {
  /** Ends it with all its connections. */
  stop(): Promise<void>;
}

/** Starts one to the network of process `pid`. A netcat in there carries each connection. Needs root. */
export async function startNamespaceRelay(pid: number, port: number): Promise<NamespaceRelay> {
  const carriers = new Set<ChildProcess>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const carrier = carry(client, pid, port);
    carriers.add(carrier);
    carrier.once('close', () => carriers.delete(carrier));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    stop: async () => {
      server.close();
      await Promise.all([...carriers].map((carrier) => (carrier.kill(), once(carrier, 'close'))));
    },
  };
}

function carry(client: Socket, pid: number, port: number): ChildProcess {
  const args = ['--target', String(pid), '--net', 'nc', '-N', '127.0.0.1', String(port)];
  const carrier = spawn(findProgram('nsenter') ?? 'nsenter', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  // Either side may go first.
  for (const stream of [client, carrier.stdin, carrier.stdout]) stream.on('error', () => undefined);
  client.pipe(carrier.stdin);
  carrier.stdout.pipe(client);
  client.once('close', () => carrier.kill());
  carrier.once('close', () => client.destroy());
  return carrier;
}

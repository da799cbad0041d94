/** Where a URI's host and port lead to, and why a host could not be reached. */
import { VirError, VirErrorDomain, VirErrorNumber } from '../../error.ts';
import type { ConnectionUri } from '../../uri.ts';
import { formatAddress } from './socket.ts';

/** A host and a port of it. */
export interface Address {
  host: string;
  port: number;
}

/** As libvirt: without a host this machine, without a port the transport's own. */
export function addressOf(uri: ConnectionUri, defaultPort: number): Address {
  return { host: uri.host === '' ? 'localhost' : uri.host, port: uri.port ?? defaultPort };
}

/** A failed connect to a port, as VIR_ERR_SYSTEM_ERROR with the errno in `int1`. `service`: what to start there. */
export function explainUnreachable(error: NodeJS.ErrnoException, address: Address, service: string): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_SYSTEM_ERROR,
    domain: VirErrorDomain.VIR_FROM_RPC,
    message: `Cannot connect to ${formatAddress(address)}: ${explanation(rootOf(error), address, service)}`,
    int1: rootOf(error).errno === undefined ? -1 : Math.abs(rootOf(error).errno!),
    cause: error,
  });
}

/** Where a name has several addresses, the first one's failure stands for all. */
function rootOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  return error instanceof AggregateError ? ((error.errors[0] as NodeJS.ErrnoException | undefined) ?? error) : error;
}

function explanation(error: NodeJS.ErrnoException, { host, port }: Address, service: string): string {
  switch (error.code) {
    case 'ENOTFOUND':
      return `there is no host called ${host}. Check its spelling, or use its IP address.`;
    case 'EAI_AGAIN':
      return `the name ${host} could not be looked up, because no name server answers. Check this machine's network.`;
    case 'ECONNREFUSED':
      return `the host is there, but nothing listens on port ${port}. ${service}`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `the host does not answer (${error.code}). Check that it is switched on, the network and its firewall.`;
    default:
      return `${error.message}.`;
  }
}

/** The tcp transport: libvirt's protocol in the clear, for networks that are trusted. */
import type { OpenOptions } from '../../driver.ts';
import type { Transport } from '../../rpc/transport.ts';
import type { ConnectionUri } from '../../uri.ts';
import { addressOf, explainUnreachable } from './address.ts';
import { bounded } from './bounded.ts';
import { formatAddress, openSocketTransport } from './socket.ts';

const TCP_PORT = 16_509;
const service =
  'Enable it with `sudo systemctl enable --now libvirtd-tcp.socket` (virtproxyd-tcp.socket with modular daemons); ' +
  'the ssh and tls transports are safer.';

/** Connects to a daemon's TCP port. */
export function openTcp(uri: ConnectionUri, options: OpenOptions): Promise<Transport> {
  const address = addressOf(uri, TCP_PORT);
  return bounded(
    `connecting to ${formatAddress(address)}`,
    options,
    (signal) => openSocketTransport(address, signal),
    (error) => explainUnreachable(error, address, service),
  );
}

/** Which address a guest's interface has on its network: computed from the guest's id, so nothing need be remembered. */
import type { NetworkDhcpLease } from '../driver-slots.gen.ts';
import { VIR_IP_ADDR_TYPE_IPV4, VIR_IP_ADDR_TYPE_IPV6 } from '../enums.gen.ts';
import type { DomainObj } from './domain-obj.ts';
import { leaseText, type NetworkLease, type NetworkObj } from './network-obj.ts';
import type { TestNode } from './node.ts';

export interface Lease {
  type: number;
  ipaddr: string;
  prefix: number;
}

/** Addresses a guest may have before it takes those of the next one, as libvirt's test driver spaces them. */
const addressesPerDomain = 20;
const leaseSeconds = 3600;

/** The address of a running guest's nth interface; null where its network hands out none. */
export function leaseOf(node: TestNode, domain: DomainObj, index: number): Lease | null {
  const name = domain.config.interfaces[index]?.network;
  const network = name ? node.networks.byName(name) : undefined;
  const lease = network?.lease(addressesPerDomain * (domain.id - 1) + index + 1);
  return lease ? { type: typeOf(lease), ipaddr: leaseText(lease), prefix: lease.prefix } : null;
}

/** The leases of every running guest on a network, or of the one interface with that MAC address. */
export function networkLeases(node: TestNode, network: NetworkObj, mac: string | null): NetworkDhcpLease[] {
  if (!network.isActive) return [];
  const expirytime = BigInt((Math.floor(node.clock.nowMs() / 1000 / leaseSeconds) + 1) * leaseSeconds);
  return [...node.domains].flatMap((domain) =>
    !domain.isActive
      ? []
      : domain.config.interfaces.flatMap((nic, index) => {
          const lease = nic.network === network.name ? leaseOf(node, domain, index) : null;
          if (!lease || (mac !== null && nic.mac.toLowerCase() !== mac.toLowerCase())) return [];
          return [
            {
              iface: network.def.bridge?.name ?? '',
              expirytime,
              type: lease.type,
              mac: nic.mac,
              iaid: null,
              ipaddr: lease.ipaddr,
              prefix: lease.prefix,
              hostname: `${domain.name}host`,
              clientid: null,
            },
          ];
        }),
  );
}

function typeOf(lease: NetworkLease): number {
  return lease.address.family === 6 ? VIR_IP_ADDR_TYPE_IPV6 : VIR_IP_ADDR_TYPE_IPV4;
}

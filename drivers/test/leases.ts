/** Which address a guest's interface has on its network: computed from the guest's id, so nothing need be remembered. */
import { VIR_IP_ADDR_TYPE_IPV4 } from '../enums.gen.ts';
import type { DomainObj } from './domain-obj.ts';
import type { TestNode } from './node.ts';

export interface Lease {
  type: number;
  ipaddr: string;
  prefix: number;
}

/** The address of a running guest's nth interface; null where its network hands out none. */
export function leaseOf(_node: TestNode, domain: DomainObj, index: number): Lease | null {
  return {
    type: VIR_IP_ADDR_TYPE_IPV4,
    ipaddr: `192.168.122.${2 + ((20 * (domain.id - 1) + index + 1) % 252)}`,
    prefix: 24,
  };
}

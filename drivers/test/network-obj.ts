/** A virtual network of the test host: its definitions and whether it runs. */
import { randomUUID } from 'node:crypto';
import { network as networkKind, type NetworkDef, type NetworkPortDef } from '../conf/index.ts';
import type { NetworkRef } from '../driver.ts';
import { VIR_NETWORK_UPDATE_AFFECT_CONFIG, VIR_NETWORK_UPDATE_AFFECT_LIVE } from '../enums.gen.ts';
import { testError } from './errors.ts';
import { formatIp, netmaskLength, parseIp, type IpAddress } from './ip-address.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

/** An address of a network, with the length of its prefix. */
export interface NetworkLease {
  address: IpAddress;
  prefix: number;
}

/** A network's definition out of XML, with the UUID it was given or a new one. */
export function parseNetwork(input: XmlInput): NetworkDef {
  const def = parseInput(networkKind, input);
  def.uuid ??= randomUUID();
  return def;
}

export class NetworkObj {
  readonly name: string;
  readonly uuid: string;
  isActive = false;
  isPersistent = false;
  isAutostart = false;
  /** What runs; while the network is inactive, what would run. */
  def: NetworkDef;
  /** While it is active: what the next start uses. */
  nextDef: NetworkDef | null = null;
  /** Ports made or changed by hand, by UUID. */
  readonly ports = new Map<string, NetworkPortDef>();

  constructor(def: NetworkDef) {
    this.name = def.name;
    this.uuid = def.uuid!;
    this.def = def;
  }

  get ref(): NetworkRef {
    return { name: this.name, uuid: this.uuid };
  }

  get persistentDef(): NetworkDef {
    return this.nextDef ?? this.def;
  }

  start(): void {
    this.isActive = true;
    if (this.isPersistent && this.nextDef === null) this.nextDef = this.def;
  }

  stop(): void {
    this.isActive = false;
    if (this.nextDef !== null) this.def = this.nextDef;
    this.nextDef = null;
    this.ports.clear();
  }

  /** Changes the definitions that `flags` mean (live where active, else the stored one). Nothing changes where `change` throws. */
  edit(flags: number, change: (def: NetworkDef) => void): void {
    const both = VIR_NETWORK_UPDATE_AFFECT_LIVE | VIR_NETWORK_UPDATE_AFFECT_CONFIG;
    const asked = flags & both || (this.isActive ? VIR_NETWORK_UPDATE_AFFECT_LIVE : VIR_NETWORK_UPDATE_AFFECT_CONFIG);
    if (asked & VIR_NETWORK_UPDATE_AFFECT_LIVE && !this.isActive) {
      throw testError('VIR_ERR_OPERATION_INVALID', 'network is not running');
    }
    if (asked & VIR_NETWORK_UPDATE_AFFECT_CONFIG && !this.isPersistent) {
      throw testError('VIR_ERR_OPERATION_INVALID', 'transient networks do not have any persistent configuration');
    }
    const live = asked & VIR_NETWORK_UPDATE_AFFECT_LIVE ? edited(this.def, change) : null;
    const stored = asked & VIR_NETWORK_UPDATE_AFFECT_CONFIG ? edited(this.persistentDef, change) : null;
    if (live !== null) this.def = live;
    if (stored === null) return;
    if (this.isActive) this.nextDef = stored;
    else this.def = stored;
  }

  /** The nth address the network hands out: from its DHCP range, else beside its own address. Null without any. */
  lease(offset: number): NetworkLease | null {
    const [ip] = this.def.ips;
    const first = ip && parseIp(ip.dhcp?.ranges[0]?.start ?? ip.address);
    if (!first) return null;
    const last = parseIp(ip.dhcp?.ranges[0]?.end ?? '');
    const room = last === null ? 250n : last.value - first.value + 1n;
    const prefix = ip.prefix ?? (ip.netmask === undefined ? (first.family === 6 ? 64 : 24) : netmaskLength(ip.netmask));
    return { address: { family: first.family, value: first.value + (BigInt(offset) % room) }, prefix };
  }
}

function edited(def: NetworkDef, change: (def: NetworkDef) => void): NetworkDef {
  const copy = structuredClone(def);
  change(copy);
  return copy;
}

/** The address of a lease as text. */
export function leaseText(lease: NetworkLease): string {
  return formatIp(lease.address);
}

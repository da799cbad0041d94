/** What a driver adds to the generic treatment of a guest's definition. Drivers register theirs; this folder knows none. */
import type { ParseContext } from '../schema/index.ts';
import type { DomainDevice } from './devices/iterate.ts';
import type { DomainDef } from './schema.ts';

/** Things a hypervisor may be able to do; without them a definition that asks for them is refused. */
export type DomainFeature =
  | 'memory-hotplug'
  | 'offline-vcpupin'
  | 'individual-vcpus'
  | 'name-slash'
  | 'net-model-string'
  | 'wide-scsi'
  | 'no-boot-order';

/**
 * A driver's own passes. They run in this order, between the generic ones:
 *
 *   basic -> (controller indexes) -> domain -> (each device: device, then generic) -> (generic) -> assignAddresses -> validate
 *
 * Each changes the definition in place or refuses through `context.refuse(message, device, code)`.
 */
export interface DomainRules {
  /** Architecture, machine, emulator: what everything else depends on. */
  basic?: (def: DomainDef, context: ParseContext) => void;
  /** Default devices and features. */
  domain?: (def: DomainDef, context: ParseContext) => void;
  /** Defaults of one device. */
  device?: (item: DomainDevice, def: DomainDef, context: ParseContext) => void;
  /** Addresses and the controllers they need. */
  assignAddresses?: (def: DomainDef, context: ParseContext) => void;
  /** Refuses what the hypervisor cannot do. */
  validate?: (def: DomainDef, context: ParseContext) => void;
  features?: ReadonlySet<DomainFeature>;
  /** First three octets of made-up MAC addresses; 52:54:00 by default. */
  macPrefix?: readonly [number, number, number];
}

/** What a definition without a driver is held to: everything generic is allowed. */
const genericRules: DomainRules = {
  features: new Set(['memory-hotplug', 'offline-vcpupin', 'individual-vcpus', 'net-model-string']),
};

const registered = new Map<string, DomainRules>();

/** Sets the rules used by `conf.domain.parse(text, { driver })`. A driver's folder calls it when it is loaded. */
export function registerDomainRules(driver: string, rules: DomainRules): void {
  registered.set(driver, rules);
}

/** The rules of a driver; the generic ones where it has registered none. */
export function domainRules(driver: string | undefined): DomainRules {
  return (driver === undefined ? undefined : registered.get(driver)) ?? genericRules;
}

/** TypeScript names derived from the protocol's: types, slots, functions. */
import type { Procedure, StructType } from '../../drivers/rpc/protocol/dsl.ts';

export function camel(name: string): string {
  return name.replace(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function pascal(name: string): string {
  const text = camel(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `domain_get_info` -> `domainGetInfo`; the other programs keep their name in front. */
export function slotName(program: string, procedure: Procedure): string {
  return camel(program === 'remote' ? procedure.name : `${program}_${procedure.name}`);
}

/** Where a struct's TypeScript type is declared. */
export type StructHome = 'driver' | 'slots' | 'codec';

export function structHome(struct: StructType): StructHome {
  if (struct.driverType !== null) return 'driver';
  return struct.name.startsWith('remote_') && !struct.name.endsWith('_msg') ? 'slots' : 'codec';
}

/** `remote_vcpu_info` -> `VcpuInfo`, `remote_x_ret` -> `XResult`, `remote_x_msg` -> `WireXMsg`. */
export function structName(struct: StructType): string {
  if (struct.driverType !== null) return struct.driverType;
  const bare = struct.name.replace(/^(remote_|vir)/, '').replace('nonnull_', '');
  if (bare.endsWith('_msg')) return `Wire${pascal(bare)}`;
  return pascal(bare.replace(/_ret$/, '_result'));
}

const acronyms = new Map(
  'xml:XML cpu:CPU cpus:CPUs uuid:UUID id:ID os:OS uri:URI nwfilter:NWFilter nwfilters:NWFilters mac:MAC pm:PM nmi:NMI io:IO fstrim:FSTrim fsfreeze:FSFreeze fsthaw:FSThaw fsinfo:FSInfo iothread:IOThread fd:FD scsi:SCSI wwn:WWN dhcp:DHCP sev:SEV ssh:SSH'
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);

/** The public C function of a call; null where it has none. */
export function apiName(procedure: Procedure): string | null {
  if (procedure.api !== undefined) return procedure.api;
  return `vir${procedure.name
    .split('_')
    .map((word) => acronyms.get(word) ?? pascal(word))
    .join('')}`;
}

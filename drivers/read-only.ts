/**
 * What a read-only connection may do. libvirt's rule, taken from the library itself (9.0.0): what looks is allowed,
 * what changes something, talks to the guest or opens a stream is not. A new slot is denied unless it reads as a look.
 */
import type { DriverSlots } from './driver-slots.gen.ts';

type SlotName = keyof DriverSlots;

/** A slot whose name has one of these words only looks. */
const looking = /(?:Get|List|Lookup|NumOf|NumChildren|Is|Has|Stats)(?:[A-Z]|$)|^domainSnapshot(?:Num|Current)$/;

/** They look, but into the guest, into files of the host, or at something secret. */
const deniedAlthoughLooking: ReadonlySet<SlotName> = new Set<SlotName>([
  'connectGetDomainCapabilities',
  'domainAuthorizedSshKeysGet',
  'domainGetFsinfo',
  'domainGetGuestInfo',
  'domainGetGuestVcpus',
  'domainGetHostname',
  'domainGetLaunchSecurityInfo',
  'domainGetTime',
  'domainMigrateGetMaxSpeed',
  'domainSaveImageGetXmlDesc',
  'domainSetMemoryStatsPeriod',
  'nodeDeviceGetAutostart',
  'nodeGetSevInfo',
  'secretGetValue',
]);

const allowedAlthoughNotLooking: ReadonlySet<SlotName> = new Set<SlotName>([
  'connectBaselineCpu',
  'connectCompareCpu',
  'connectSetIdentity',
  // Only with the guest agent as the source, which the method itself checks.
  'domainInterfaceAddresses',
]);

/** Whether the slot only looks at something, whoever may do so. */
export function isLooking(slot: SlotName): boolean {
  return looking.test(slot) && slot !== 'domainSetMemoryStatsPeriod';
}

/** Whether libvirt refuses this call on a read-only connection, whatever its arguments. */
export function isDeniedReadOnly(slot: SlotName): boolean {
  if (allowedAlthoughNotLooking.has(slot)) return false;
  return deniedAlthoughLooking.has(slot) || !looking.test(slot);
}

/** Which slot a name means: a slot's own, or that of a C function that needs one. */
import { invalidArgument } from '../arguments.ts';
import type { SlotName } from '../core.ts';
import { slotProcedures } from '../driver-slots.gen.ts';

/** C functions without a procedure of their own, by the slot that decides about them. */
const composed: Record<string, SlotName> = {
  virDomainListGetStats: 'connectGetAllDomainStats',
  virDomainLookupByUUIDString: 'domainLookupByUuid',
  virNetworkLookupByUUIDString: 'networkLookupByUuid',
  virNetworkPortLookupByUUIDString: 'networkPortLookupByUuid',
  virNWFilterLookupByUUIDString: 'nwfilterLookupByUuid',
  virSecretLookupByUUIDString: 'secretLookupByUuid',
  virStoragePoolLookupByUUIDString: 'storagePoolLookupByUuid',
  virDomainMigrate: 'domainMigrateBegin3Params',
  virDomainMigrate2: 'domainMigrateBegin3Params',
  virDomainMigrate3: 'domainMigrateBegin3Params',
  virDomainMigrateToURI: 'domainMigratePerform3Params',
  virDomainMigrateToURI2: 'domainMigratePerform3Params',
  virDomainMigrateToURI3: 'domainMigratePerform3Params',
};

const eventFunction = /^virConnect\w*Event(?:Register|Deregister)(?:Any)?$/;

let byFunction: Map<string, SlotName> | null = null;

/** The slot, or `event` for what only needs events. Throws VIR_ERR_INVALID_ARG for any other name. */
export function findSlot(name: string): SlotName | 'event' {
  if (Object.hasOwn(slotProcedures, name)) return name as SlotName;
  if (eventFunction.test(name)) return 'event';
  byFunction ??= new Map([...Object.entries(composed), ...slotsByFunction()]);
  const slot = byFunction.get(name);
  if (slot === undefined) throw invalidArgument(`'${name}' is no function that a driver can have or lack`);
  return slot;
}

function slotsByFunction(): [string, SlotName][] {
  const slots = Object.keys(slotProcedures) as SlotName[];
  return slots.flatMap((slot): [string, SlotName][] => {
    const { api } = slotProcedures[slot];
    return api === null ? [] : [[api, slot]];
  });
}

/** Refuses what libvirt refuses in every driver, then what the driver refuses, naming the element at fault. */
import type { ParseContext } from '../../schema/index.ts';
import { domainRules } from '../rules.ts';
import type { DomainDef } from '../schema.ts';
import { validateAddresses } from './addresses.ts';
import { validateChardevs } from './chardevs.ts';
import { validateDevices } from './devices.ts';
import { validateDisk, validateDiskDuplicates } from './disks.ts';
import { validateHostdevs } from './hostdevs.ts';
import { validateMachine } from './machine.ts';
import { validateResources } from './resources.ts';
import { validateTimers } from './timers.ts';

export function validateDomain(def: DomainDef, context: ParseContext): void {
  domainRules(context.options.driver).validate?.(def, context);
  validateAddresses(def, context);
  for (const disk of def.devices?.disks ?? []) validateDisk(disk, def, context);
  validateChardevs(def, context);
  validateDevices(def, context);
  validateTimers(def, context);
  validateDiskDuplicates(def, context);
  validateHostdevs(def, context);
  validateResources(def, context);
  validateMachine(def, context);
}

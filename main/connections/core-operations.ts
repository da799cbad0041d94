/** Life-cycle operations on a driver-core domain. */
import type { Domain } from '../../drivers/domain.ts';
import {
  VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA,
  VIR_DOMAIN_UNDEFINE_MANAGED_SAVE,
  VIR_DOMAIN_UNDEFINE_NVRAM,
  VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA,
} from '../../drivers/enums.gen.ts';
import type { DomainOperation } from '../contract/index.ts';
import { isUnsupported } from './core-guests.ts';

const operations: Record<DomainOperation, (domain: Domain) => Promise<void>> = {
  create: (domain) => domain.create(),
  shutdown: (domain) => domain.shutdown(),
  reboot: (domain) => domain.reboot(),
  reset: (domain) => domain.reset(),
  destroy: (domain) => domain.destroy(),
  suspend: (domain) => domain.suspend(),
  resume,
  managedSave: (domain) => domain.managedSave(),
  managedSaveRemove: (domain) => domain.managedSaveRemove(),
  undefine,
};

/** Asks the host for the operation; settles when the host did it or (shutdown, reboot) passed it on to the guest. */
export async function perform(domain: Domain, operation: DomainOperation): Promise<void> {
  await operations[operation](domain);
}

/** A guest that put itself to sleep is woken, not resumed. */
async function resume(domain: Domain): Promise<void> {
  try {
    await domain.resume();
  } catch (error) {
    await domain.pmWakeup().catch(() => {
      throw error;
    });
  }
}

/**
 * Deletes the definition together with what only makes sense with it: saved memory, the lists of snapshots and
 * checkpoints, UEFI variables. Disks stay. The flags go one by one where a driver does not know them, newest first; a
 * driver that then still refuses says why.
 */
async function undefine(domain: Domain): Promise<void> {
  const isActive = domain.getID() >= 0;
  const basic = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA;
  // A running guest still writes to its UEFI variables.
  const withNvram = isActive ? basic : basic | VIR_DOMAIN_UNDEFINE_NVRAM;
  for (const flags of [withNvram | VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA, withNvram, basic]) {
    try {
      return await domain.undefine(flags);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
    }
  }
  await domain.undefine();
}

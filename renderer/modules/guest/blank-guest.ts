/** Stands in the table's rows until there are guests: never seen, only there to have the rows made. */
import type { GuestRow } from '../../../main/contract/index.ts';

export const blankGuest: Readonly<GuestRow> = {
  key: '',
  connectionId: '',
  uuid: '',
  name: '',
  title: '',
  state: 'shutoff',
  stateReason: '',
  id: null,
  isPersistent: true,
  isAutostart: false,
  hasManagedSave: false,
  vcpus: 0,
  maxMemoryKiB: 0,
  memoryKiB: 0,
  pending: null,
  stats: null,
};

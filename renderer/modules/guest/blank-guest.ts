/**
 * Stands in the table's rows until there are guests: never seen, only there to have the rows made. Its texts are such
 * as guests have, so that the letters are ready too.
 */
import type { GuestRow } from '../../../main/contract/index.ts';

export const blankGuest: Readonly<GuestRow> = {
  key: '',
  connectionId: '',
  uuid: '',
  name: 'abcdefghijklmnopqrstuvwxyz-0123456789',
  title: '',
  state: 'shutoff',
  stateReason: '',
  id: null,
  isPersistent: true,
  isAutostart: false,
  hasManagedSave: false,
  vcpus: 1,
  maxMemoryKiB: 1 << 20,
  memoryKiB: 1 << 20,
  pending: null,
  stats: null,
};

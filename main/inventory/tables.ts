/** The three tables of the inventory, of all connections together. */
import type { GuestRow, NetworkRow, StoragePoolRow } from '../contract/index.ts';
import type { RowTable } from './row-table.ts';

export interface Tables {
  guests: RowTable<GuestRow>;
  networks: RowTable<NetworkRow>;
  storagePools: RowTable<StoragePoolRow>;
}

/** What is typed of a volume that is to be made. */
import type { ImageFormat } from '../../../main/contract/index.ts';

export interface NewVolumeForm {
  name: string;
  format: ImageFormat;
}

export const capacityUnits = ['MiB', 'GiB', 'TiB'] as const;
export type CapacityUnit = (typeof capacityUnits)[number];

const bytesOf: Record<CapacityUnit, number> = { MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** The capacity in bytes, whole ones; null where it is no size that can be meant. */
export function capacityBytes(amount: number | null, unit: CapacityUnit): number | null {
  if (amount === null || !Number.isFinite(amount) || amount <= 0) return null;
  const bytes = Math.round(amount * bytesOf[unit]);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

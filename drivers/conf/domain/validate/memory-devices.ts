/** What is refused of memory modules and shared memory. */
import type { MemoryDevice, Shmem } from '../devices/memory-device.ts';
import type { DomainDef } from '../schema.ts';
import { type Check, contradictory, illegal, unsupported } from './check.ts';

export const memoryChecks: readonly Check<MemoryDevice>[] = [
  contradictory(
    ({ model, source }) =>
      (model === 'nvdimm' || model === 'virtio-pmem') &&
      source?.path === undefined &&
      `path is required for model '${model}'`,
  ),
  unsupported(({ model, discard }) => model === 'nvdimm' && discard === true && 'discard is not supported for nvdimms'),
  unsupported(
    ({ model, discard }) =>
      model === 'virtio-pmem' && discard === true && "discard is not supported for model 'virtio-pmem'",
  ),
  unsupported(
    ({ model, target }, def) =>
      model === 'nvdimm' &&
      isPower(def) &&
      (target.label?.sizeKiB ?? 0n) === 0n &&
      'label size is required for NVDIMM device',
  ),
  unsupported(
    ({ model, uuid }, def) =>
      model === 'nvdimm' && !isPower(def) && uuid !== undefined && 'UUID is not supported for NVDIMM device',
  ),
  unsupported(
    ({ model, access }) =>
      model === 'virtio-pmem' && access !== 'shared' && 'shared access mode required for virtio-pmem device',
  ),
  unsupported(
    ({ model, target }) =>
      model === 'virtio-pmem' && target.node !== undefined && 'virtio-pmem does not support NUMA nodes',
  ),
  contradictory(
    ({ model, target }) =>
      model === 'virtio-mem' &&
      (target.requestedKiB ?? 0n) > target.sizeKiB &&
      'requested size must be smaller than or equal to @size',
  ),
  contradictory(
    ({ model, target }) => model === 'virtio-mem' && blockRefusal(target.blockKiB ?? 0n, target.requestedKiB ?? 0n),
  ),
  contradictory(
    ({ target }, def) =>
      target.node !== undefined &&
      target.node >= cellCount(def) &&
      `can't add memory backend for guest node '${target.node}' as the guest has only '${cellCount(def)}' NUMA nodes configured`,
  ),
];

const isPower = (def: DomainDef): boolean => def.os?.type?.arch?.startsWith('ppc64') === true;
const cellCount = (def: DomainDef): number => def.cpu?.numa?.cells.length ?? 0;

function blockRefusal(block: bigint, requested: bigint): string | undefined {
  if (block === 0n || (block & (block - 1n)) !== 0n) return 'block size must be a power of two';
  if (block < 2048n) return 'block size too small, must be at least 2048KiB';
  return requested % block === 0n ? undefined : 'requested size must be an integer multiple of block size';
}

export const shmemChecks: readonly Check<Shmem>[] = [
  unsupported(({ name }) => name.includes('/') && "shmem name cannot include '/' character"),
  unsupported(({ name }) => (name === '.' || name === '..') && `shmem name cannot be equal to '${name}'`),
  illegal(
    ({ msi, server }) => msi !== undefined && server === undefined && 'msi option is only supported with a server',
  ),
];

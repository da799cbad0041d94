/** Memory of a guest: amounts, limits, backing, and which host nodes it comes from. */
import {
  attr,
  child,
  cpuSet,
  element,
  flag,
  int,
  many,
  oneOf,
  onOff,
  scaledAttr,
  scaledLeaf,
  scaledText,
} from '../schema/index.ts';

export const maxMemory = element('maxMemory', 'Memory that may be reached by hot-plug', {
  slots: attr(int(), 'Slots for memory devices', { required: true }),
  valueKiB: scaledText('KiB', 'KiB', { required: true }),
});

export const memory = element('memory', 'Memory at the start', {
  dumpCore: attr(onOff(), 'Whether it is part of a core dump'),
  valueKiB: scaledText('KiB', 'KiB', { required: true }),
});

const page = element('page', 'A page size', {
  size: scaledAttr('KiB', 'Size', { required: true }),
  nodeset: attr(cpuSet(), 'Nodes of the guest it is for'),
});

const source = element('source', 'What the memory is made of', {
  type: attr(oneOf('file', 'anonymous', 'memfd'), 'Kind', { required: true }),
});

const allocation = element('allocation', 'When the memory is taken', {
  mode: attr(oneOf('immediate', 'ondemand'), 'When'),
  threads: attr(int(), 'Threads that take it'),
});

export const memoryBacking = element('memoryBacking', 'How the host holds the memory', {
  hugepages: child(element('hugepages', 'Huge pages', { pages: many(page) }, { keepEmpty: true })),
  nosharepages: flag('Pages are not merged with those of other guests'),
  locked: flag('Pages are never swapped out'),
  source: child(source),
  access: child(
    element('access', 'How it is mapped', { mode: attr(oneOf('shared', 'private'), 'Mode', { required: true }) }),
  ),
  allocation: child(allocation),
  discard: flag('Content is dropped at the end'),
});

export const memtune = element('memtune', 'Limits on the memory of the whole process', {
  hardLimitKiB: scaledLeaf('KiB', 'Never more', { name: 'hard_limit' }),
  softLimitKiB: scaledLeaf('KiB', 'Under pressure no more', { name: 'soft_limit' }),
  minGuaranteeKiB: scaledLeaf('KiB', 'Never less', { name: 'min_guarantee' }),
  swapHardLimitKiB: scaledLeaf('KiB', 'Memory and swap together', { name: 'swap_hard_limit' }),
});

const numaMode = oneOf('strict', 'preferred', 'interleave', 'restrictive');

const numaMemory = element('memory', 'For the whole guest', {
  mode: attr(numaMode, 'How strictly'),
  nodeset: attr(cpuSet(), 'Nodes of the host'),
  placement: attr(oneOf('static', 'auto'), 'Who chooses the nodes'),
});

const memnode = element('memnode', 'For one node of the guest', {
  cellid: attr(int(), 'Node of the guest', { required: true }),
  mode: attr(numaMode, 'How strictly'),
  nodeset: attr(cpuSet(), 'Nodes of the host', { required: true }),
});

export const numatune = element('numatune', 'Which nodes of the host give the memory', {
  memory: child(numaMemory),
  memnodes: many(memnode),
});

/** `<numa>` of a processor: the guest's nodes, their distances and caches. */
import { attr, child, cpuSet, element, int, many, mixed, oneOf, scaledAttr, yesNo } from '../schema/index.ts';

const sibling = element('sibling', 'Distance to a node', {
  id: attr(int(), 'Node', { required: true }),
  value: attr(int({ min: 10, max: 255 }), 'Distance; 10 is local', { required: true }),
});

const amount = (name: string, doc: string) => element(name, doc, { value: scaledAttr('KiB', doc, { required: true }) });

const lineSize = element('line', 'Line size', {
  value: scaledAttr('bytes', 'Octets of a line', { required: true, unitName: 'B' }),
});

const cellCache = element('cache', 'A cache beside the memory', {
  level: attr(int(), 'Level', { required: true }),
  associativity: attr(oneOf('none', 'direct', 'full'), 'Associativity', { required: true }),
  policy: attr(oneOf('none', 'writeback', 'writethrough'), 'Write policy', { required: true }),
  size: child(amount('size', 'Size')),
  line: child(lineSize),
});

const cell = element('cell', 'A node', {
  id: attr(int(), 'Number'),
  cpus: attr(cpuSet(), 'Its processors'),
  memory: scaledAttr('KiB', 'Its memory', { required: true }),
  memAccess: attr(oneOf('shared', 'private'), 'How the memory is mapped'),
  discard: attr(yesNo(), 'Whether its content is dropped at the end'),
  distances: child(element('distances', 'Distances to the nodes', { siblings: many(sibling, { max: 2048 }) })),
  caches: many(cellCache),
});

const link = {
  initiator: attr(int(), 'Node that asks', { required: true }),
  target: attr(int(), 'Node that answers', { required: true }),
  cache: attr(int(), 'Cache level that answers'),
  type: attr(oneOf('access', 'read', 'write'), 'Kind of access', { required: true }),
};

export const interconnects = element('interconnects', 'Speed of memory between nodes', {
  links: mixed({
    latency: element('latency', 'Nanoseconds', { ...link, value: attr(int(), 'Nanoseconds', { required: true }) }),
    bandwidth: element('bandwidth', 'Kibibytes a second', {
      ...link,
      value: scaledAttr('KiB', 'Kibibytes a second', { required: true }),
    }),
  }),
});

export const numa = element('numa', "The guest's nodes", {
  cells: many(cell, { max: 2048 }),
  interconnects: child(interconnects),
});

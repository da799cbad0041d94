/** Capability `pci` of a node device, with its sub-capabilities. */
import {
  attr,
  child,
  element,
  hex,
  int,
  leaf,
  many,
  oneOf,
  pattern,
  sint,
  string,
  text,
  u64,
  variant,
} from '../schema/index.ts';

const address = element('address', 'A PCI address', {
  domain: attr(hex(4), 'Domain', { required: true }),
  bus: attr(hex(2), 'Bus', { required: true }),
  slot: attr(hex(2), 'Slot', { required: true }),
  function: attr(hex(1), 'Function', { required: true }),
});

/** `<product id='0x0416'>Name</product>`, of PCI and USB devices. */
export const identified = (name: 'product' | 'vendor', doc: string) =>
  element(name, doc, {
    id: attr(hex(4, 0xffff), 'Number', { required: true }),
    name: text(string(), 'Name'),
  });

export const iommuGroup = element('iommuGroup', 'Devices that can only be given away together', {
  number: attr(int(), 'Number of the group', { required: true }),
  addresses: many(address),
});

/** A type of mediated device that a parent can make. */
export const mdevType = element('type', 'A type of mediated device', {
  id: attr(string(), 'Name of the type', { required: true }),
  name: leaf(string(), 'Name for people'),
  deviceAPI: leaf(oneOf('vfio-pci', 'vfio-ccw', 'vfio-ap'), 'Interface to the guest', { required: true }),
  availableInstances: leaf(int(), 'How many more can be made', { required: true }),
});

const indexed = (name: string, doc: string) =>
  element(name, doc, {
    index: attr(pattern(/^[0-9A-Z]$/, 'a digit or capital letter', 'A'), 'Which one', { required: true }),
    value: text(string(), 'Value'),
  });

const vpdFields = element('fields', 'Vital product data', {
  access: attr(oneOf('readonly', 'readwrite'), 'Whether they can be changed', { required: true }),
  changeLevel: leaf(string(), 'Engineering change level', { name: 'change_level' }),
  manufactureId: leaf(string(), 'Manufacturer', { name: 'manufacture_id' }),
  partNumber: leaf(string(), 'Part number', { name: 'part_number' }),
  serialNumber: leaf(string(), 'Serial number', { name: 'serial_number' }),
  assetTag: leaf(string(), "Owner's tag", { name: 'asset_tag' }),
  vendorFields: many(indexed('vendor_field', 'A field of the vendor')),
  systemFields: many(indexed('system_field', 'A field of the system')),
});

const capability = element(
  'capability',
  'A sub-capability',
  [
    {
      type: attr(
        oneOf('phys_function', 'virt_functions', 'pci-bridge', 'cardbus-bridge', 'mdev_types', 'vpd'),
        'Kind',
        { required: true },
      ),
    },
    variant('type', {
      phys_function: { addresses: many(address) },
      virt_functions: { maxCount: attr(int(), 'Most functions', { hide: 0 }), addresses: many(address) },
      'pci-bridge': {},
      'cardbus-bridge': {},
      mdev_types: { types: many(mdevType) },
      vpd: { name: leaf(string(), 'Name'), fields: many(vpdFields) },
    }),
  ],
  { block: (value) => value['type'] === 'virt_functions' && (value['maxCount'] ?? 0) === 0 },
);

const link = element('link', 'A PCI Express link', {
  validity: attr(oneOf('cap', 'sta'), 'What it can do, or what it does', { required: true }),
  port: attr(int(), 'Port'),
  speed: attr(oneOf('2.5', '5', '8', '16', '32', '64'), 'Gigatransfers a second'),
  width: attr(int(), 'Lanes', { required: true }),
});

export const pciCapability = {
  class: leaf(hex(6, 0xffffff), 'Class'),
  domain: leaf(int(), 'Domain', { required: true }),
  bus: leaf(int(), 'Bus', { required: true }),
  slot: leaf(int(), 'Slot', { required: true }),
  function: leaf(int(), 'Function', { required: true }),
  product: child(identified('product', 'Product'), { required: true }),
  vendor: child(identified('vendor', 'Vendor'), { required: true }),
  capabilities: many(capability),
  iommuGroup: child(iommuGroup),
  numa: child(element('numa', 'Place in the host', { node: attr(sint(), 'NUMA node', { required: true }) })),
  express: child(element('pci-express', 'PCI Express', { links: many(link) }, { keepEmpty: true })),
};

/** Sizes that disks and other media have in common. */
export const blockData = {
  logicalBlockSize: leaf(u64(), 'Octets of a block', { name: 'logical_block_size' }),
  numBlocks: leaf(u64(), 'Blocks', { name: 'num_blocks' }),
};

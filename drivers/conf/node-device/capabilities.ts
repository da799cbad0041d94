/** Capabilities of node devices other than PCI. */
import {
  attr,
  child,
  element,
  hex,
  int,
  leaf,
  many,
  oneOf,
  oneZero,
  pattern,
  string,
  u64,
  uuid,
  variant,
} from '../schema/index.ts';
import { blockData, identified, iommuGroup, mdevType } from './pci.ts';

const wwn = pattern(/^[0-9a-fA-F]{16}$/, 'a world wide name of 16 hexadecimal digits', '5000c50015ea71aa');
const deviceNumber = pattern(/^0x[0-9a-fA-F]{1,4}$/, 'a number from 0x0 to 0xffff', '0x1');

export const systemCapability = {
  product: leaf(string(), 'Product'),
  hardware: child(
    element('hardware', 'The machine', {
      vendor: leaf(string(), 'Vendor'),
      version: leaf(string(), 'Version'),
      serial: leaf(string(), 'Serial number'),
      uuid: leaf(uuid(), 'UUID'),
    }),
  ),
  firmware: child(
    element('firmware', 'Its firmware', {
      vendor: leaf(string(), 'Vendor'),
      version: leaf(string(), 'Version'),
      releaseDate: leaf(string(), 'Date', { name: 'release_date' }),
    }),
  ),
};

export const usbDeviceCapability = {
  bus: leaf(int(), 'Bus', { required: true }),
  device: leaf(int(), 'Device', { required: true }),
  product: child(identified('product', 'Product')),
  vendor: child(identified('vendor', 'Vendor')),
};

export const usbCapability = {
  number: leaf(int(), 'Number of the interface', { required: true }),
  class: leaf(int(), 'Class', { required: true }),
  subclass: leaf(int(), 'Subclass', { required: true }),
  protocol: leaf(int(), 'Protocol', { required: true }),
  description: leaf(string(), 'Description'),
};

export const netCapability = {
  interface: leaf(string(), 'Name', { required: true }),
  address: leaf(string(), 'Hardware address'),
  link: child(
    element('link', 'State of the link', {
      speed: attr(int(), 'Megabits a second'),
      state: attr(oneOf('unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'), 'State'),
    }),
  ),
  features: many(element('feature', 'An ability', { name: attr(string(), 'Name', { required: true }) })),
  capability: child(
    element('capability', 'Kind of network', { type: attr(oneOf('80203', '80211'), 'Kind', { required: true }) }),
  ),
};

const hostCapability = element('capability', 'A sub-capability', [
  { type: attr(oneOf('fc_host', 'vport_ops'), 'Kind', { required: true }) },
  variant('type', {
    fc_host: {
      wwnn: leaf(wwn, 'Node name'),
      wwpn: leaf(wwn, 'Port name'),
      fabricWwn: leaf(wwn, 'Fabric', { name: 'fabric_wwn' }),
    },
    vport_ops: {
      maxVports: leaf(int(), 'Most virtual ports', { name: 'max_vports' }),
      vports: leaf(int(), 'Virtual ports in use'),
    },
  }),
]);

export const scsiHostCapability = {
  host: leaf(int(), 'Number'),
  uniqueId: leaf(int(), 'Number within its PCI device', { name: 'unique_id' }),
  capabilities: many(hostCapability),
};

export const scsiTargetCapability = {
  target: leaf(string(), 'Name', { required: true }),
  capability: child(
    element('capability', 'A sub-capability', {
      type: attr(oneOf('fc_remote_port'), 'Kind', { required: true }),
      rport: leaf(string(), 'Remote port', { required: true }),
      wwpn: leaf(wwn, 'Port name', { required: true }),
    }),
  ),
};

export const scsiCapability = {
  host: leaf(int(), 'Host', { required: true }),
  bus: leaf(int(), 'Bus', { required: true }),
  target: leaf(int(), 'Target', { required: true }),
  lun: leaf(int(), 'Unit', { required: true }),
  type: leaf(string(), 'Type of device'),
};

const storageSubCapability = element('capability', 'A sub-capability', [
  { type: attr(oneOf('removable', 'hotpluggable'), 'Kind', { required: true }) },
  variant('type', {
    removable: {
      mediaAvailable: leaf(oneZero(), 'Whether a medium is in', { name: 'media_available' }),
      mediaSize: leaf(u64(), 'Octets of the medium', { name: 'media_size' }),
      mediaLabel: leaf(string(), 'Label of the medium', { name: 'media_label' }),
      ...blockData,
    },
    hotpluggable: {},
  }),
]);

export const storageCapability = {
  block: leaf(string(), 'Device node', { required: true }),
  bus: leaf(string(), 'Bus'),
  driveType: leaf(string(), 'Kind of drive', { name: 'drive_type' }),
  model: leaf(string(), 'Model'),
  vendor: leaf(string(), 'Vendor'),
  serial: leaf(string(), 'Serial number'),
  size: leaf(u64(), 'Octets'),
  ...blockData,
  capabilities: many(storageSubCapability),
};

export const mdevCapability = {
  mdevType: child(element('type', 'Type', { id: attr(string(), 'Name of the type', { required: true }) }), {
    required: true,
    name: 'type',
  }),
  uuid: leaf(uuid(), 'UUID'),
  parentAddr: leaf(string(), 'Address of the parent', { name: 'parent_addr' }),
  iommuGroup: child(iommuGroup),
  attributes: many(
    element('attr', 'An attribute to set', {
      name: attr(string(), 'Name', { required: true }),
      value: attr(string(), 'Value', { required: true }),
    }),
  ),
};

const channelAddress = {
  cssid: leaf(hex(1, 0xfe), 'Channel subsystem', { required: true }),
  ssid: leaf(hex(1, 3), 'Subchannel set', { required: true }),
  devno: leaf(hex(4, 0xffff), 'Device number', { required: true }),
};

const mdevTypesCapability = element('capability', 'A sub-capability', {
  type: attr(oneOf('mdev_types'), 'Kind', { required: true }),
  types: many(mdevType),
});

export const ccwCapability = channelAddress;

export const cssCapability = {
  ...channelAddress,
  channelDevAddr: child(element('channel_dev_addr', 'Address of the device behind', channelAddress)),
  capabilities: many(mdevTypesCapability),
};

export const vdpaCapability = { chardev: leaf(string(), 'Character device') };
export const drmCapability = {
  drmType: leaf(oneOf('primary', 'control', 'render'), 'Kind', { name: 'type', required: true }),
};
export const scsiGenericCapability = { char: leaf(string(), 'Character device', { required: true }) };

export const apCardCapability = { adapter: leaf(deviceNumber, 'Adapter', { name: 'ap-adapter', required: true }) };
export const apQueueCapability = {
  ...apCardCapability,
  domain: leaf(deviceNumber, 'Domain', { name: 'ap-domain', required: true }),
};
export const apMatrixCapability = { capabilities: many(mdevTypesCapability) };

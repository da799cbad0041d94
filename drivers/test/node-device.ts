/** The node device calls. Virtual fibre channel hosts and mediated devices can be made, as on a real host. */
import type { NodeDeviceDef } from '../conf/index.ts';
import type { DriverSlots } from '../driver.ts';
import {
  VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE,
  VIR_CONNECT_LIST_NODE_DEVICES_INACTIVE,
  VIR_CONNECT_LIST_NODE_DEVICES_PERSISTENT,
  VIR_CONNECT_LIST_NODE_DEVICES_TRANSIENT,
  VIR_NODE_DEVICE_CREATE_XML_VALIDATE,
  VIR_NODE_DEVICE_DEFINE_XML_VALIDATE,
  VIR_NODE_DEVICE_EVENT_CREATED,
  VIR_NODE_DEVICE_EVENT_DEFINED,
  VIR_NODE_DEVICE_EVENT_DELETED,
  VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE,
  VIR_NODE_DEVICE_EVENT_ID_UPDATE,
  VIR_NODE_DEVICE_EVENT_UNDEFINED,
  VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG,
  VIR_NODE_DEVICE_UPDATE_AFFECT_LIVE,
  VIR_NODE_DEVICE_XML_INACTIVE,
} from '../enums.gen.ts';
import { randomUUID } from 'node:crypto';
import { checkFlags, testError } from './errors.ts';
import { either, flagsOf, passes, type FilterGroup } from './filters.ts';
import { NodeDeviceObj, parseDevice } from './node-device-obj.ts';
import type { TestNode } from './node.ts';

/** Capability words in the order of libvirt's filter flags, from bit 0 up. */
const kindsByFlag = [
  'system',
  'pci',
  'usb_device',
  'usb',
  'net',
  'scsi_host',
  'scsi_target',
  'scsi',
  'storage',
  'fc_host',
  'vports',
  'scsi_generic',
  'drm',
  'mdev_types',
  'mdev',
  'ccw',
  'css',
  'vdpa',
  'ap_card',
  'ap_queue',
  'ap_matrix',
  'vpd',
  'ccwgroup_dev',
  'ccwgroup_member',
];
const filters: readonly FilterGroup<NodeDeviceObj>[] = [
  kindsByFlag.map((kind, bit) => [1 << bit, (device) => device.allKinds.includes(kind)]),
  either(
    VIR_CONNECT_LIST_NODE_DEVICES_PERSISTENT,
    VIR_CONNECT_LIST_NODE_DEVICES_TRANSIENT,
    (device) => device.isPersistent,
  ),
  either(VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE, VIR_CONNECT_LIST_NODE_DEVICES_INACTIVE, (device) => device.isActive),
];

/** Devices of the host. */
export function nodeDeviceSlots(node: TestNode): DriverSlots {
  return {
    ...listSlots(node),
    ...readSlots(node),
    ...createSlots(node),
    ...definitionSlots(node),
    ...assignSlots(node),
  };
}

function deviceNamed(node: TestNode, name: string): NodeDeviceObj {
  const found = node.devices.get(name);
  if (found) return found;
  throw testError('VIR_ERR_NO_NODE_DEVICE', `no node device with matching name '${name}'`);
}

function listSlots(node: TestNode): DriverSlots {
  const withKind = (cap: string | null): NodeDeviceObj[] =>
    [...node.devices.values()].filter((device) => cap === null || device.allKinds.includes(cap));
  return {
    connectListAllNodeDevices: async ({ flags }) => {
      checkFlags(flags, flagsOf(filters), 'connectListAllNodeDevices');
      // Defined devices that do not run are listed only where they are asked for.
      const wanted = flags & (VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE | VIR_CONNECT_LIST_NODE_DEVICES_INACTIVE);
      const asked = wanted === 0 ? flags | VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE : flags;
      return [...node.devices.values()].filter((device) => passes(device, asked, filters)).map((device) => device.ref);
    },
    nodeNumOfDevices: async ({ cap, flags }) => {
      checkFlags(flags, 0, 'nodeNumOfDevices');
      return withKind(cap).length;
    },
    nodeListDevices: async ({ cap, maxnames, flags }) => {
      checkFlags(flags, 0, 'nodeListDevices');
      return withKind(cap)
        .slice(0, maxnames)
        .map(({ name }) => name);
    },
    nodeDeviceLookupByName: async ({ name }) => deviceNamed(node, name).ref,
    nodeDeviceLookupScsiHostByWwn: async ({ wwnn, wwpn, flags }) => {
      checkFlags(flags, 0, 'nodeDeviceLookupSCSIHostByWWN');
      const found = [...node.devices.values()].find(({ wwns }) => wwns?.wwnn === wwnn && wwns.wwpn === wwpn);
      if (found) return found.ref;
      throw testError('VIR_ERR_NO_NODE_DEVICE', `no node device with matching wwnn '${wwnn}' and wwpn '${wwpn}'`);
    },
  };
}

function readSlots(node: TestNode): DriverSlots {
  return {
    nodeDeviceGetXmlDesc: async ({ name, flags }) => {
      checkFlags(flags, VIR_NODE_DEVICE_XML_INACTIVE, 'nodeDeviceGetXMLDesc');
      return deviceNamed(node, name).format();
    },
    nodeDeviceGetParent: async ({ name }) => deviceNamed(node, name).parentName,
    nodeDeviceNumOfCaps: async ({ name }) => deviceNamed(node, name).kinds.length,
    nodeDeviceListCaps: async ({ name, maxnames }) => deviceNamed(node, name).kinds.slice(0, maxnames),
    nodeDeviceIsActive: async ({ name }) => Number(deviceNamed(node, name).isActive),
    nodeDeviceIsPersistent: async ({ name }) => Number(deviceNamed(node, name).isPersistent),
    nodeDeviceGetAutostart: async ({ name }) => Number(deviceNamed(node, name).isAutostart),
    nodeDeviceSetAutostart: async ({ name, autostart }) => {
      const device = deviceNamed(node, name);
      if (!device.isPersistent) {
        throw testError(
          'VIR_ERR_OPERATION_INVALID',
          `device '${name}' is not persistent and cannot be set to autostart`,
        );
      }
      device.isAutostart = autostart !== 0;
    },
  };
}

function createSlots(node: TestNode): DriverSlots {
  return {
    nodeDeviceCreateXml: async ({ xmlDesc, flags }) => {
      checkFlags(flags, VIR_NODE_DEVICE_CREATE_XML_VALIDATE, 'nodeDeviceCreateXML');
      const def = parseDevice(xmlDesc);
      if (isMdev(def)) return addMdev(node, def, { isActive: true }).ref;
      const { wwnn, wwpn } = new NodeDeviceObj(def, 'new device').wwns ?? notFibreChannel();
      const parent = parentOf(node, def);
      if (!parent.allKinds.includes('vports')) {
        throw testError('VIR_ERR_INTERNAL_ERROR', `Parent device ${parent.name} is not capable of vport operations`);
      }
      return createVport(node, wwnn, wwpn, parent).ref;
    },
    nodeDeviceDestroy: async ({ name }) => {
      const device = deviceNamed(node, name);
      if (device.kinds.includes('mdev')) {
        stopMdev(node, device);
        return;
      }
      if (!device.wwns) notFibreChannel();
      if (!node.devices.has(device.parentName ?? '')) {
        throw testError('VIR_ERR_INTERNAL_ERROR', `cannot find parent '${device.parentName}' definition`);
      }
      node.devices.delete(name);
      emit(node, device, VIR_NODE_DEVICE_EVENT_DELETED);
    },
  };
}

function notFibreChannel(): never {
  throw testError('VIR_ERR_INTERNAL_ERROR', 'Device is not a fibre channel HBA');
}

function parentOf(node: TestNode, def: NodeDeviceDef): NodeDeviceObj {
  const { name, wwnn, wwpn } = def.parent ?? {};
  const found = [...node.devices.values()].find((device) =>
    name === undefined && wwnn !== undefined
      ? device.wwns?.wwnn === wwnn && device.wwns?.wwpn === wwpn
      : device.name === name,
  );
  if (found) return found;
  throw testError(
    'VIR_ERR_INTERNAL_ERROR',
    `Could not find parent device for '${name ?? wwnn ?? 'the device: it names none'}'`,
  );
}

/** Makes a virtual fibre channel host below `parent`, or below the first one that can have any. */
export function createVport(node: TestNode, wwnn: string, wwpn: string, parent?: NodeDeviceObj): NodeDeviceObj {
  const above = parent ?? [...node.devices.values()].find((device) => device.allKinds.includes('vports'));
  if (!above) throw testError('VIR_ERR_NO_NODE_DEVICE', 'no node device can have virtual ports');
  let host = 12;
  while (node.devices.has(`scsi_host${host}`)) host += 1;
  const device = new NodeDeviceObj(vportDef(above, wwnn, wwpn, host), `scsi_host${host}`);
  node.devices.set(device.name, device);
  emit(node, device, VIR_NODE_DEVICE_EVENT_CREATED);
  return device;
}

function vportDef(parent: NodeDeviceObj, wwnn: string, wwpn: string, host: number): NodeDeviceDef {
  return {
    devnodes: [],
    parent: { name: parent.name },
    capabilities: [
      {
        kind: 'scsi_host',
        host,
        uniqueId: host - 1,
        capabilities: [{ type: 'fc_host', wwnn, wwpn, fabricWwn: '2000000043214321' }],
      },
    ],
  };
}

/** Takes a virtual fibre channel host away again; one that is gone is no error, its pool ends all the same. */
export function destroyVport(node: TestNode, wwnn: string, wwpn: string): void {
  const device = [...node.devices.values()].find(({ wwns }) => wwns?.wwnn === wwnn && wwns.wwpn === wwpn);
  if (!device) return;
  node.devices.delete(device.name);
  emit(node, device, VIR_NODE_DEVICE_EVENT_DELETED);
}

function isMdev(def: NodeDeviceDef): boolean {
  return def.capabilities.some(({ kind }) => kind === 'mdev');
}

function addMdev(node: TestNode, def: NodeDeviceDef, { isActive }: { isActive: boolean }): NodeDeviceObj {
  parentOf(node, def);
  const capabilities = def.capabilities.map((capability) =>
    capability.kind === 'mdev' ? { ...capability, uuid: capability.uuid ?? randomUUID() } : capability,
  );
  const uuid = capabilities.find((capability) => capability.kind === 'mdev')!.uuid!;
  const name = `mdev_${uuid.replaceAll('-', '_')}_${def.parent?.name?.replace(/^[a-z]+_/, '') ?? ''}`;
  const known = node.devices.get(name);
  if (known?.isActive && isActive) {
    throw testError('VIR_ERR_OPERATION_INVALID', `mediated device '${name}' is already active`);
  }
  const device = known ?? new NodeDeviceObj({ ...def, capabilities }, name);
  if (!known) device.isActive = false;
  node.devices.set(name, device);
  if (isActive) {
    device.isActive = true;
    emit(node, device, VIR_NODE_DEVICE_EVENT_CREATED);
  }
  return device;
}

function stopMdev(node: TestNode, device: NodeDeviceObj): void {
  if (!device.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `mediated device '${device.name}' is not active`);
  device.isActive = false;
  emit(node, device, VIR_NODE_DEVICE_EVENT_DELETED);
  if (!device.isPersistent) node.devices.delete(device.name);
}

function definitionSlots(node: TestNode): DriverSlots {
  return {
    nodeDeviceDefineXml: async ({ xmlDesc, flags }) => {
      checkFlags(flags, VIR_NODE_DEVICE_DEFINE_XML_VALIDATE, 'nodeDeviceDefineXML');
      const def = parseDevice(xmlDesc);
      if (!isMdev(def))
        throw testError(
          'VIR_ERR_OPERATION_UNSUPPORTED',
          'Unsupported device type; only mediated devices can be defined',
        );
      const device = addMdev(node, def, { isActive: false });
      device.isPersistent = true;
      emit(node, device, VIR_NODE_DEVICE_EVENT_DEFINED);
      return device.ref;
    },
    nodeDeviceUndefine: async ({ name, flags }) => {
      checkFlags(flags, 0, 'nodeDeviceUndefine');
      const device = deviceNamed(node, name);
      if (!device.isPersistent) throw testError('VIR_ERR_OPERATION_INVALID', `Node device '${name}' is not defined`);
      device.isPersistent = false;
      device.isAutostart = false;
      if (!device.isActive) node.devices.delete(name);
      emit(node, device, VIR_NODE_DEVICE_EVENT_UNDEFINED);
    },
    nodeDeviceCreate: async ({ name, flags }) => {
      checkFlags(flags, 0, 'nodeDeviceCreate');
      const device = deviceNamed(node, name);
      if (device.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `Device '${name}' is already active`);
      device.isActive = true;
      emit(node, device, VIR_NODE_DEVICE_EVENT_CREATED);
    },
    nodeDeviceUpdate: async ({ name, xmlDesc, flags }) => {
      checkFlags(flags, VIR_NODE_DEVICE_UPDATE_AFFECT_LIVE | VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG, 'nodeDeviceUpdate');
      const device = deviceNamed(node, name);
      const def = parseDevice(xmlDesc);
      if (!isMdev(def) || !device.kinds.includes('mdev')) {
        throw testError('VIR_ERR_OPERATION_UNSUPPORTED', 'only mediated devices can be updated');
      }
      device.def = { ...def, name };
      node.events.emit({
        family: 'nodeDevice',
        eventId: VIR_NODE_DEVICE_EVENT_ID_UPDATE,
        payload: { dev: device.ref },
      });
    },
  };
}

/** Giving PCI devices to guests and back to the host. */
function assignSlots(node: TestNode): DriverSlots {
  const pciDevice = (name: string): NodeDeviceObj => {
    const device = deviceNamed(node, name);
    if (device.kinds.includes('pci')) return device;
    throw testError('VIR_ERR_INVALID_ARG', `device ${name} is not a PCI device`);
  };
  const detach = (name: string): void => {
    const device = pciDevice(name);
    if (device.isDetached) throw testError('VIR_ERR_OPERATION_INVALID', `device ${name} is detached already`);
    device.isDetached = true;
  };
  return {
    nodeDeviceDettach: async ({ name }) => detach(name),
    nodeDeviceDetachFlags: async ({ name, flags }) => {
      checkFlags(flags, 0, 'nodeDeviceDetachFlags');
      detach(name);
    },
    nodeDeviceReAttach: async ({ name }) => {
      pciDevice(name).isDetached = false;
    },
    nodeDeviceReset: async ({ name }) => void pciDevice(name),
  };
}

function emit(node: TestNode, device: NodeDeviceObj, event: number): void {
  node.events.emit({
    family: 'nodeDevice',
    eventId: VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE,
    payload: { dev: device.ref, event, detail: 0 },
  });
}

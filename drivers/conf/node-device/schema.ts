/** `<device>`: a device of the host. */
import { attr, child, element, type Infer, leaf, many, oneOf, string, text, variant } from '../schema/index.ts';
import {
  apCardCapability,
  apMatrixCapability,
  apQueueCapability,
  ccwCapability,
  cssCapability,
  drmCapability,
  mdevCapability,
  netCapability,
  scsiCapability,
  scsiGenericCapability,
  scsiHostCapability,
  scsiTargetCapability,
  storageCapability,
  systemCapability,
  usbCapability,
  usbDeviceCapability,
  vdpaCapability,
} from './capabilities.ts';
import { pciCapability } from './pci.ts';

const cases = {
  system: systemCapability,
  pci: pciCapability,
  usb_device: usbDeviceCapability,
  usb: usbCapability,
  net: netCapability,
  scsi_host: scsiHostCapability,
  scsi_target: scsiTargetCapability,
  scsi: scsiCapability,
  storage: storageCapability,
  scsi_generic: scsiGenericCapability,
  drm: drmCapability,
  mdev: mdevCapability,
  ccw: ccwCapability,
  css: cssCapability,
  vdpa: vdpaCapability,
  ap_card: apCardCapability,
  ap_queue: apQueueCapability,
  ap_matrix: apMatrixCapability,
};
type CapabilityKind = keyof typeof cases;

const capability = element('capability', 'What the device is', [
  { kind: attr(oneOf(...(Object.keys(cases) as CapabilityKind[])), 'Kind', { name: 'type', required: true }) },
  variant('kind', cases),
]);

const parent = element('parent', 'Device it belongs to', {
  wwnn: attr(string(), 'Node name of the parent'),
  wwpn: attr(string(), 'Port name of the parent'),
  fabricWwn: attr(string(), 'Fabric of the parent', { name: 'fabric_wwn' }),
  name: text(string(), 'Name'),
});

export const nodeDevice = element('device', 'A device of the host', {
  name: leaf(string(), 'Name'),
  path: leaf(string(), 'Place in sysfs'),
  devnodes: many(
    element('devnode', 'A file in /dev', {
      type: attr(oneOf('dev', 'link'), 'Node or link', { required: true }),
      path: text(string(), 'Path', { required: true }),
    }),
  ),
  parent: child(parent),
  driver: child(element('driver', 'Driver bound to it', { name: leaf(string(), 'Name') })),
  capabilities: many(capability),
});
export type NodeDeviceDef = Infer<typeof nodeDevice>;

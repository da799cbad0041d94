/** `<adapter>` of a SCSI pool: which host bus adapter its volumes come through. */
import { attr, child, element, hex, int, oneOf, string, yesNo } from '../schema/index.ts';

const address = element('address', 'PCI address of the parent', {
  domain: attr(hex(4), 'PCI domain'),
  bus: attr(hex(2), 'Bus'),
  slot: attr(hex(2), 'Slot'),
  function: attr(hex(1), 'Function'),
});

const parentaddr = element('parentaddr', 'The adapter by its PCI parent', {
  uniqueId: attr(int(), 'unique_id of the adapter', { name: 'unique_id' }),
  address: child(address),
});

export const adapter = element('adapter', 'A SCSI adapter', {
  type: attr(oneOf('scsi_host', 'fc_host'), 'Kind'),
  name: attr(string(), 'Name such as host0'),
  parent: attr(string(), 'Parent adapter (virtual HBA)'),
  parentWwnn: attr(string(), "Parent's node name", { name: 'parent_wwnn' }),
  parentWwpn: attr(string(), "Parent's port name", { name: 'parent_wwpn' }),
  parentFabricWwn: attr(string(), 'Fabric of the parent', { name: 'parent_fabric_wwn' }),
  managed: attr(yesNo(), 'Whether the virtual HBA is removed with the pool'),
  wwnn: attr(string(), 'Node name'),
  wwpn: attr(string(), 'Port name'),
  parentaddr: child(parentaddr),
});

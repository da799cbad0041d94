/** Elements of hypervisors' own namespaces: command lines and overrides that libvirt passes through. */
import { attr, child, element, leaf, many, oneOf, string } from '../schema/index.ts';

const value = { value: attr(string(), 'Value', { required: true }) };
const named = { name: attr(string(), 'Name', { required: true }), value: attr(string(), 'Value') };

const qemuCommandline = element('qemu:commandline', 'Arguments handed to QEMU as they are', {
  args: many(element('qemu:arg', 'An argument', value)),
  envs: many(element('qemu:env', 'An environment variable', named)),
});

const capability = { capability: attr(string(), 'Capability', { required: true }) };
const qemuCapabilities = element('qemu:capabilities', "Corrections of QEMU's capabilities", {
  adds: many(element('qemu:add', 'Taken as present', capability)),
  dels: many(element('qemu:del', 'Taken as absent', capability)),
});

const property = element('qemu:property', 'A property', {
  name: attr(string(), 'Name', { required: true }),
  type: attr(oneOf('string', 'signed', 'unsigned', 'bool', 'remove'), 'Type', { required: true }),
  value: attr(string(), 'Value'),
});
const qemuDevice = element('qemu:device', 'A device', {
  alias: attr(string(), 'Alias of the device', { required: true }),
  frontend: child(element('qemu:frontend', "The guest's side", { properties: many(property) }), {
    name: 'qemu:frontend',
  }),
});

const lxcShare = (name: string, doc: string, types: readonly string[]) =>
  child(element(name, doc, { type: attr(oneOf(...types), 'How it is named', { required: true }), ...value }), { name });
const lxcNamespace = element('lxc:namespace', 'Kernel namespaces shared with another container', {
  sharenet: lxcShare('lxc:sharenet', 'Network', ['netns', 'name', 'pid']),
  shareipc: lxcShare('lxc:shareipc', 'Interprocess communication', ['name', 'pid']),
  shareuts: lxcShare('lxc:shareuts', 'Host name', ['name', 'pid']),
});

/** Declarations of the namespaces, as they stand on `<domain>`. */
export const namespaceUris = {
  qemu: 'http://libvirt.org/schemas/domain/qemu/1.0',
  lxc: 'http://libvirt.org/schemas/domain/lxc/1.0',
  bhyve: 'http://libvirt.org/schemas/domain/bhyve/1.0',
  xen: 'http://libvirt.org/schemas/domain/xen/1.0',
  vmware: 'http://libvirt.org/schemas/domain/vmware/1.0',
} as const;

const declaration = (prefix: keyof typeof namespaceUris) =>
  attr(string(), `Namespace of ${prefix}`, { name: `xmlns:${prefix}` });

export const namespaceAttributesPart = {
  xmlnsQemu: declaration('qemu'),
  xmlnsLxc: declaration('lxc'),
  xmlnsBhyve: declaration('bhyve'),
  xmlnsXen: declaration('xen'),
  xmlnsVmware: declaration('vmware'),
};

export const namespaceElementsPart = {
  qemuCommandline: child(qemuCommandline),
  qemuCapabilities: child(qemuCapabilities),
  qemuOverride: child(element('qemu:override', 'Corrections of device properties', { devices: many(qemuDevice) })),
  qemuDeprecation: child(
    element('qemu:deprecation', 'What QEMU does with deprecated options', {
      behavior: attr(oneOf('none', 'omit', 'reject', 'crash'), 'Behaviour', { required: true }),
    }),
  ),
  lxcNamespace: child(lxcNamespace),
  bhyveCommandline: child(
    element('bhyve:commandline', 'Arguments handed to bhyve as they are', {
      args: many(element('bhyve:arg', 'An argument', value)),
    }),
  ),
  xenCommandline: child(
    element('xen:commandline', 'Arguments handed to Xen as they are', {
      args: many(element('xen:arg', 'An argument', value)),
    }),
  ),
  vmwareDatacenterpath: leaf(string(), 'Path of the datacentre', { name: 'vmware:datacenterpath' }),
};

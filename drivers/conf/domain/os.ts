/** `<os>`: what the guest boots, and with which firmware. */
import { attr, child, element, int, leaf, leaves, many, oneOf, sint, string, text, yesNo } from '../schema/index.ts';
import { diskSource, diskTypes } from './devices/disk-source.ts';

const osType = element('type', 'Kind of guest', {
  arch: attr(string(), 'Architecture'),
  machine: attr(string(), 'Machine type'),
  value: text(oneOf('hvm', 'xen', 'linux', 'exe', 'uml', 'xenpvh'), 'hvm: full virtualization, exe: container', {
    required: true,
  }),
});

const firmwareFeature = element('feature', 'Feature asked of the firmware', {
  enabled: attr(yesNo(), 'Whether it must be there', { required: true }),
  name: attr(oneOf('enrolled-keys', 'secure-boot'), 'Feature', { required: true }),
});

const loader = element('loader', 'Firmware image', {
  readonly: attr(yesNo(), 'Whether it may not be written'),
  secure: attr(yesNo(), 'Whether it supports secure boot'),
  type: attr(oneOf('rom', 'pflash'), 'How it is mapped'),
  stateless: attr(yesNo(), 'Whether it keeps no variables'),
  format: attr(string(), 'Format of the image'),
  path: text(string(), 'Path'),
});

const nvram = element('nvram', "Image with the firmware's variables", {
  template: attr(string(), 'Image to start from'),
  templateFormat: attr(string(), 'Format of that image'),
  type: attr(oneOf(...diskTypes), 'Kind of source'),
  format: attr(string(), 'Format of the image'),
  path: text(string(), 'Path'),
  source: child(diskSource),
});

const varstore = element('varstore', "Store of the firmware's variables", {
  path: attr(string(), 'Path'),
  template: attr(string(), 'Store to start from'),
});

const initenv = element('initenv', 'Environment variable of the container', {
  name: attr(string(), 'Name', { required: true }),
  value: text(string(), 'Value'),
});

const table = element('table', 'An ACPI table', {
  type: attr(oneOf('slic', 'raw', 'rawset', 'msdm'), 'Kind', { required: true }),
  path: text(string(), 'Path'),
});

const bios = element('bios', 'Options of the firmware', {
  useserial: attr(yesNo(), 'Whether it shows itself on the serial port'),
  rebootTimeout: attr(sint(), 'Milliseconds until it tries again; -1: never'),
});

const bootmenu = element('bootmenu', 'Boot menu', {
  enable: attr(yesNo(), 'Whether shown', { required: true }),
  timeout: attr(int({ max: 65535 }), 'Milliseconds it waits', { show: (_value, owner) => owner['enable'] === true }),
});

export const os = element(
  'os',
  'What the guest boots',
  {
    firmware: attr(oneOf('bios', 'efi'), 'Firmware to choose automatically'),
    type: child(osType),
    firmwareFeatures: child(
      element('firmware', 'Features asked of the firmware', { features: many(firmwareFeature) }),
      { name: 'firmware' },
    ),
    init: leaf(string(), 'First program of the container'),
    initargs: leaves(string(), 'Argument of the first program', { name: 'initarg' }),
    initenvs: many(initenv),
    initdir: leaf(string(), 'Working folder of the first program'),
    inituser: leaf(string(), 'User of the first program'),
    initgroup: leaf(string(), 'Group of the first program'),
    loader: child(loader),
    nvram: child(nvram),
    varstore: child(varstore),
    kernel: leaf(string(), 'Kernel to boot directly'),
    initrd: leaf(string(), 'Initial ram disk'),
    cmdline: leaf(string(), "The kernel's command line"),
    shim: leaf(string(), 'Shim to boot the kernel with secure boot'),
    dtb: leaf(string(), 'Device tree'),
    root: leaf(string(), 'Root device'),
    acpi: child(element('acpi', 'ACPI tables', { tables: many(table) })),
    boots: many(
      element('boot', 'Device to boot from, in order', {
        dev: attr(oneOf('fd', 'hd', 'cdrom', 'network'), 'Kind', { required: true }),
      }),
    ),
    bootmenu: child(bootmenu),
    bios: child(bios),
    smbios: child(
      element('smbios', 'System information', {
        mode: attr(oneOf('emulate', 'host', 'sysinfo'), 'Where it comes from', { required: true }),
      }),
    ),
  },
  { block: true },
);

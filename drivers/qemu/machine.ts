/** Machine types and architectures as libvirt's QEMU driver groups them, and what it takes where none is given. */
import type { DomainDef } from '../conf/index.ts';

const x86 = new Set(['i686', 'x86_64']);
const arm = new Set(['armv6l', 'armv7b', 'armv7l', 'aarch64']);
const mips = new Set(['mips', 'mipsel', 'mips64', 'mips64el']);

/** The architecture; the host's where none is given, which the basic pass has filled in. */
export function archOf(def: DomainDef): string {
  return def.os?.type?.arch ?? 'x86_64';
}

export function machineOf(def: DomainDef): string {
  return def.os?.type?.machine ?? '';
}

export const isX86 = (def: DomainDef): boolean => x86.has(archOf(def));
export const isArm = (def: DomainDef): boolean => arm.has(archOf(def));
export const isS390 = (def: DomainDef): boolean => archOf(def) === 's390' || archOf(def) === 's390x';
export const isPpc64 = (def: DomainDef): boolean => archOf(def) === 'ppc64' || archOf(def) === 'ppc64le';
export const isMips = (def: DomainDef): boolean => mips.has(archOf(def));
export const isRiscv = (def: DomainDef): boolean => archOf(def).startsWith('riscv');

const isOfFamily = (machine: string, family: string): boolean => machine === family || machine.startsWith(`${family}-`);

/** The PC with PCI Express. */
export function isQ35(def: DomainDef): boolean {
  const machine = machineOf(def);
  return isX86(def) && (machine === 'q35' || machine.startsWith('pc-q35'));
}

/** The PC with conventional PCI. */
export function isI440fx(def: DomainDef): boolean {
  const machine = machineOf(def);
  return (
    isX86(def) &&
    (machine === 'pc' ||
      /^pc-(?:0|1)\./.test(machine) ||
      machine.startsWith('pc-i440fx-') ||
      machine.startsWith('rhel'))
  );
}

export const isPSeries = (def: DomainDef): boolean => isPpc64(def) && isOfFamily(machineOf(def), 'pseries');
export const isArmVirt = (def: DomainDef): boolean => isArm(def) && isOfFamily(machineOf(def), 'virt');
export const isRiscvVirt = (def: DomainDef): boolean => isRiscv(def) && isOfFamily(machineOf(def), 'virt');
export const isS390Ccw = (def: DomainDef): boolean => isS390(def) && isOfFamily(machineOf(def), 's390-ccw');
export const isMipsMalta = (def: DomainDef): boolean => isMips(def) && machineOf(def) === 'malta';

const controllerZero = (def: DomainDef, model: string): boolean =>
  def.devices?.controllers.some((one) => one.type === 'pci' && one.index === 0 && one.model === model) === true;

export const hasPciRoot = (def: DomainDef): boolean => controllerZero(def, 'pci-root');
export const hasPcieRoot = (def: DomainDef): boolean => controllerZero(def, 'pcie-root');

/** Whether the machine has a SCSI controller of its own. */
export function hasBuiltinEsp(def: DomainDef): boolean {
  const machine = machineOf(def);
  return (archOf(def) === 'sparc' && machine.startsWith('SS-')) || (archOf(def) === 'm68k' && machine === 'q800');
}

/** QEMU's own default machine by architecture. */
const defaultMachines: Readonly<Record<string, string>> = {
  i686: 'pc',
  x86_64: 'pc',
  aarch64: 'virt',
  armv7l: 'virt',
  armv6l: 'versatilepb',
  ppc64: 'pseries',
  ppc64le: 'pseries',
  ppc: 'g3beige',
  s390x: 's390-ccw-virtio',
  riscv32: 'virt',
  riscv64: 'virt',
  mips: 'malta',
  mipsel: 'malta',
  mips64: 'malta',
  mips64el: 'malta',
  sparc: 'SS-5',
  sparc64: 'sun4u',
  alpha: 'clipper',
  loongarch64: 'virt',
};

/** The machine type to take for an architecture; undefined where there is no sensible one. */
export const defaultMachine = (arch: string): string | undefined => defaultMachines[arch];

const emulatorNames: Readonly<Record<string, string>> = {
  i686: 'i386',
  armv6l: 'arm',
  armv7l: 'arm',
  ppc64le: 'ppc64',
};

/** The path of the program that emulates an architecture. */
export const defaultEmulator = (arch: string): string => `/usr/bin/qemu-system-${emulatorNames[arch] ?? arch}`;

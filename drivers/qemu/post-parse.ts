/** The passes of the QEMU driver over a definition: what libvirt's QEMU driver fills in, without a QEMU at hand. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDef } from '../conf/index.ts';
import type { DomainRules } from '../conf/domain/rules.ts';
import { assignAddresses } from './addresses.ts';
import { cpuDefaults } from './cpu.ts';
import { addDefaultDevices } from './default-devices.ts';
import { deviceDefaults } from './device-defaults.ts';
import { featureDefaults } from './features.ts';
import { archOf, defaultEmulator, defaultMachine } from './machine.ts';
import { numaDefaults } from './numa.ts';
import { seclabelDefaults } from './seclabels.ts';
import { validate } from './validate.ts';
import { checkVcpus } from './vcpus.ts';

/** Architecture, machine type and emulator, which everything else depends on. */
function basic(def: DomainDef, context: ParseContext): void {
  const type = def.os?.type;
  if (type === undefined) return;
  type.arch ??= hostArch;
  type.machine ??= defaultMachine(type.arch);
  if (type.machine === undefined) {
    context.refuse(
      `could not get preferred machine for ${defaultEmulator(type.arch)} type=${def.type}`,
      type,
      'VIR_ERR_INVALID_ARG',
    );
  }
  if (def.devices !== undefined) def.devices.emulator ??= defaultEmulator(archOf(def));
}

/** Definitions say what they are for; where one does not, it is read the same on every host. */
const hostArch = 'x86_64';

function domain(def: DomainDef, context: ParseContext): void {
  addDefaultDevices(def, context);
  cpuDefaults(def, context);
  featureDefaults(def, context);
  seclabelDefaults(def, context);
  numaDefaults(def, context);
  checkVcpus(def, context);
}

export const qemuRules: DomainRules = {
  basic,
  domain,
  device: deviceDefaults,
  assignAddresses,
  validate,
  features: new Set(['memory-hotplug', 'offline-vcpupin', 'individual-vcpus']),
};

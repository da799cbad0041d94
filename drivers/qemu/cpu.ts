/** The processor: QEMU's own default, and how it is checked. */
import type { ParseContext } from '../conf/schema/index.ts';
import { cpu as cpuElement } from '../conf/cpu/schema.ts';
import type { CpuDef, DomainDef } from '../conf/index.ts';
import { capabilitiesFor } from './capabilities.ts';
import { archOf, isArmVirt, isPpc64, isS390, isX86 } from './machine.ts';

export function cpuDefaults(def: DomainDef, context: ParseContext): void {
  const capabilities = capabilitiesFor(def, context);
  if (capabilities.tellsDefaultCpu) setDefaultCpu(def);
  const { cpu } = def;
  if (cpu === undefined) return;
  completeSve(cpu, context);
  if (cpu.mode === 'host-passthrough' && cpu.migratable === undefined && def.id === undefined) {
    if (isX86(def)) cpu.migratable = capabilities.cpuMigratable;
  }
  // A topology alone leaves the model open, and there is nothing to check.
  if (cpu.mode === undefined || (cpu.mode === 'custom' && cpu.model?.name === undefined)) return;
  cpu.check ??= defaultCheck(cpu, def);
}

function defaultCheck({ mode }: CpuDef, def: DomainDef): 'none' | 'partial' {
  if (mode === 'host-model') return 'partial';
  // An emulated processor has nothing to do with the host's.
  return mode === 'custom' && def.type !== 'qemu' ? 'partial' : 'none';
}

function setDefaultCpu(def: DomainDef): void {
  const { cpu } = def;
  if (cpu !== undefined && ((cpu.mode !== undefined && cpu.mode !== 'custom') || cpu.model?.name !== undefined)) return;
  const name = defaultModel(def);
  if (name === undefined) return;
  const target = (def.cpu ??= cpuElement.create({}));
  if (name === 'host') {
    target.mode = isS390(def) ? 'host-model' : 'host-passthrough';
    return;
  }
  target.mode = 'custom';
  target.match = 'exact';
  target.check = 'none';
  target.model = { ...target.model, fallback: 'forbid', name };
}

/** What QEMU tells of its machine types. */
function defaultModel(def: DomainDef): string | undefined {
  if (isX86(def)) return 'qemu64';
  if (isPpc64(def)) return 'POWER9';
  if (isS390(def)) return def.type === 'kvm' ? 'host' : 'qemu';
  return archOf(def) === 'aarch64' && isArmVirt(def) && def.type === 'qemu' ? 'cortex-a15' : undefined;
}

/** Lengths of SVE vectors need SVE itself. */
function completeSve({ features }: CpuDef, context: ParseContext): void {
  if (!features.some(({ name }) => name !== 'sve' && name.startsWith('sve'))) return;
  const sve = features.find(({ name }) => name === 'sve');
  if (sve === undefined) features.push({ policy: 'require', name: 'sve' });
  else if (sve.policy === 'disable' || sve.policy === 'forbid')
    context.refuse('SVE disabled, but SVE vector lengths provided', sve, 'VIR_ERR_CONFIG_UNSUPPORTED');
  else sve.policy = 'require';
}

/** Kinds and models of serial ports. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { Serial } from '../conf/domain/devices/chardevs.ts';
import type { DomainDevice } from '../conf/domain/devices/iterate.ts';
import type { DomainDef } from '../conf/index.ts';
import { isArmVirt, isPSeries, isRiscvVirt, isS390, isX86 } from './machine.ts';

type ChardevItem = Extract<DomainDevice, { kind: 'serials' | 'parallels' | 'consoles' | 'channels' }>;
type Target = NonNullable<Serial['target']>;

/** A path that libvirt makes up at the start of a guest does not belong to the configuration. */
function isGenerated(path: string, name: string): boolean {
  return path.endsWith(`/${name}`) && /\/domain-[^/]+$/.test(path.slice(0, -name.length - 1));
}

export function chardevDefaults({ kind, device }: ChardevItem, def: DomainDef, context: ParseContext): void {
  if (kind === 'serials') serialDefaults((device.target ??= {}), def);
  if (!context.inactive || device.type !== 'unix') return;
  const source = device.sources[0];
  if (kind === 'channels' && source?.path !== undefined && isGenerated(source.path, device.target?.name ?? ''))
    delete source.path;
  if (source !== undefined && source.path === undefined) source.mode = 'bind';
}

function serialDefaults(target: Target, def: DomainDef): void {
  // Of old the ISA port was the same as saying nothing.
  if (target.type === 'isa-serial') delete target.type;
  target.type ??= defaultType(def);
  if (target.type === undefined) {
    delete target.type;
    return;
  }
  const name = target.model?.name ?? defaultModel(target.type, def);
  if (name !== undefined) target.model ??= { name };
}

function defaultType(def: DomainDef): Target['type'] {
  if (isX86(def)) return 'isa-serial';
  if (isPSeries(def)) return 'spapr-vio-serial';
  if (isArmVirt(def) || isRiscvVirt(def)) return 'system-serial';
  return isS390(def) ? 'sclp-serial' : undefined;
}

function defaultModel(
  type: NonNullable<Target['type']>,
  def: DomainDef,
): NonNullable<Target['model']>['name'] | undefined {
  switch (type) {
    case 'isa-serial':
    case 'usb-serial':
    case 'pci-serial':
      return type;
    case 'spapr-vio-serial':
      return 'spapr-vty';
    case 'system-serial':
      if (isArmVirt(def)) return 'pl011';
      return isRiscvVirt(def) ? '16550a' : undefined;
    case 'sclp-serial':
      return 'sclpconsole';
    case 'isa-debug':
      return 'isa-debugcon';
  }
}

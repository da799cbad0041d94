/** What is refused of names, firmware, boot, system information and identities. */
import type { ParseContext } from '../../schema/index.ts';
import { domainDevices, infoOf } from '../devices/iterate.ts';
import { domainRules } from '../rules.ts';
import type { DomainDef } from '../schema.ts';
import { type Check, contradictory, illegal, runChecks, unsupported, withCode } from './check.ts';

const checks: readonly Check<DomainDef>[] = [
  illegal(({ name }) => name === '' && "name must not be empty: Invalid value for element 'name'"),
  illegal(({ name }) => name.includes('\n') && `name cannot contain '\\n': Invalid value for element 'name'`),
  illegal(({ title }) => title?.includes('\n') === true && "Domain title can't contain newlines"),
  illegal(
    ({ os }) => os?.type?.value === 'exe' && os.init === undefined && 'init binary must be specified in element <os>',
  ),
  unsupported(({ os }) => {
    const delay = os?.bios?.rebootTimeout;
    return (
      delay !== undefined &&
      (delay < -1 || delay > 65535) &&
      'invalid value for rebootTimeout, must be in range [-1,65535]'
    );
  }),
  withCode('VIR_ERR_INVALID_ARG', ({ resource }) => {
    const appid = resource?.fibrechannel?.appid;
    return (
      appid !== undefined &&
      (appid.length < 1 || appid.length > 128) &&
      "Fibre Channel 'appid' string length must be between [1, 128]"
    );
  }),
  illegal(
    ({ resource }) =>
      /[^\x20-\x7e]/.test(resource?.fibrechannel?.appid ?? '') && "Fibre Channel 'appid' is not a printable string",
  ),
  unsupported(
    ({ cpu }) =>
      cpu?.mode === undefined &&
      cpu?.check !== undefined &&
      cpu.arch === undefined &&
      'check attribute specified for CPU with no model',
  ),
  illegal(
    ({ cpu }) =>
      cpu?.mode === 'custom' &&
      cpu.model?.name === undefined &&
      cpu.features.length > 0 &&
      'Non-empty feature list specified without CPU model',
  ),
  unsupported(
    ({ idmap }) =>
      idmap !== undefined && idmap.uids.length > 0 !== idmap.gids.length > 0 && 'uid and gid should be mapped both',
  ),
  unsupported(({ idmap }) => {
    const starts = [idmap?.uids, idmap?.gids].flatMap(
      (list) => list?.toSorted((a, b) => a.start - b.start)[0]?.start ?? [],
    );
    return starts.some((start) => start !== 0) && 'You must map the root user of container';
  }),
  withCode('VIR_ERR_XML_DETAIL', ({ uuid, sysinfos }) => {
    const entries = sysinfos.flatMap((info) => (info.type === 'smbios' ? (info.system?.entries ?? []) : []));
    const given = entries
      .find(({ name }) => name === 'uuid')
      ?.value?.replace(/-/g, '')
      .toLowerCase();
    return given !== undefined && given !== uuid?.replace(/-/g, '') && 'UUID mismatch between <uuid> and <sysinfo>';
  }),
];

function firmwareRefusal({ os }: DomainDef): string | undefined {
  const { firmware, loader, nvram, firmwareFeatures } = os ?? {};
  const features = new Map((firmwareFeatures?.features ?? []).map(({ name, enabled }) => [name, enabled]));
  if (features.get('enrolled-keys') === true && features.get('secure-boot') === false) {
    return "firmware feature 'enrolled-keys' cannot be enabled when firmware feature 'secure-boot' is disabled";
  }
  if (firmware === undefined) {
    if (features.size > 0)
      return 'cannot use feature-based firmware autoselection when firmware autoselection is disabled';
    if ((loader !== undefined || nvram !== undefined) && loader?.path === undefined)
      return 'no loader path specified and firmware auto selection disabled';
  } else {
    for (const name of ['readonly', 'type', 'secure'] as const) {
      if (loader?.[name] !== undefined && !(name === 'type' && loader.path !== undefined))
        return `loader attribute '${name}' cannot be specified when firmware autoselection is enabled`;
    }
    if (loader?.path !== undefined) return 'loader path cannot be specified when firmware autoselection is enabled';
    if (firmware === 'bios' && nvram !== undefined) return "firmware type 'bios' does not support nvram";
    if (firmware === 'bios' && loader?.stateless === false) return 'Only EFI firmware permits NVRAM';
  }
  if (loader?.stateless === true && nvram?.template !== undefined)
    return 'NVRAM template is not permitted when loader is stateless';
  return loader?.stateless === true && nvram !== undefined
    ? 'NVRAM is not permitted when loader is stateless'
    : undefined;
}

/** Aliases that users give must be unique. */
function validateAliases(def: DomainDef, context: ParseContext): void {
  const seen = new Set<string>();
  for (const item of domainDevices(def)) {
    const alias = infoOf(item).alias?.name;
    // A console that stands for a serial port has its alias too.
    if (alias === undefined || !alias.startsWith('ua-') || item.kind === 'consoles') continue;
    if (seen.has(alias))
      context.refuse(`non unique alias detected: ${alias}`, item.device, 'VIR_ERR_CONFIG_UNSUPPORTED');
    seen.add(alias);
  }
}

export function validateMachine(def: DomainDef, context: ParseContext): void {
  runChecks(checks, def, def, context);
  if (def.os !== undefined) runChecks([contradictory(() => firmwareRefusal(def))], def.os, def, context);
  validateAliases(def, context);
  const features = domainRules(context.options.driver).features;
  if (def.name.includes('/') && features?.has('name-slash') !== true)
    context.refuse(`name ${def.name} cannot contain '/'`, def);
  for (const item of domainDevices(def)) {
    const parameter = (infoOf(item).boot as { loadparm?: string } | undefined)?.loadparm;
    if (parameter !== undefined && !/^[A-Za-z0-9. ]{1,8}$/.test(parameter)) {
      context.refuse(
        `loadparm value '${parameter}' must be between 1 and 8 characters of A-Z, 0-9, dot and space`,
        item.device,
        'VIR_ERR_INTERNAL_ERROR',
      );
    }
  }
}

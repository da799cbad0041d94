/**
 * Fills in what a definition leaves open, as libvirt's virDomainDefPostParse does, with the driver's rules in between.
 * The order matters: later steps look at what earlier ones have filled in.
 */
import type { ParseContext } from '../../schema/index.ts';
import { makeUuid } from '../../shared/identity.ts';
import { devices } from '../devices/index.ts';
import { domainDevices } from '../devices/iterate.ts';
import { type DomainRules, domainRules } from '../rules.ts';
import type { DomainDef } from '../schema.ts';
import { chardevDefaults, consoleCompatibility, isaSerialPorts, mirrorSerials, readChardevs } from './chardevs.ts';
import { assignControllerIndexes, implicitControllers, sortControllers } from './controllers.ts';
import { deviceDefaults } from './devices.ts';
import { diskDefaults, readMirrors, sortDisks } from './disks.ts';
import { implicitVideo, primaryVideo, readGraphics, spiceWithoutPort, videoDefaults } from './graphics.ts';
import { bootOrder, readMachine } from './machine.ts';
import { sanitizeMetadata } from './metadata.ts';
import { checkMemory, readResources } from './resources.ts';

export function domainPostParse(def: DomainDef, context: ParseContext): void {
  const rules = domainRules(context.options.driver);
  readDefinition(def, context, rules);
  rules.basic?.(def, context);
  assignControllerIndexes(def);
  rules.domain?.(def, context);
  isaSerialPorts(def, context);
  for (const item of domainDevices(def)) {
    rules.device?.(item, def, context);
    commonDevice(item, def, context, rules);
  }
  checkMemory(def, context);
  bootOrder(def, context, rules);
  implicitDevices(def, context, rules);
  rules.assignAddresses?.(def, context);
  mirrorSerials(def);
}

/** What libvirt's parser itself fills in while it reads. */
function readDefinition(def: DomainDef, context: ParseContext, rules: DomainRules): void {
  def.uuid ??= makeUuid(context);
  if (def.genid !== undefined) def.genid.value ??= makeUuid(context);
  def.devices ??= devices.create({});
  readMachine(def, context);
  readResources(def, context);
  readChardevs(def, context);
  readGraphics(def, context);
  readMirrors(def);
  sortDisks(def);
  sortControllers(def);
  deviceDefaults(def, context, rules);
}

function commonDevice(
  item: Parameters<NonNullable<DomainRules['device']>>[0],
  def: DomainDef,
  context: ParseContext,
  rules: DomainRules,
): void {
  if (item.kind === 'disks') diskDefaults(item.device, def, context, rules);
  else if (item.kind === 'videos') videoDefaults(item.device, def);
  else chardevDefaults(item, def);
}

function implicitDevices(def: DomainDef, context: ParseContext, rules: DomainRules): void {
  const added = [...consoleCompatibility(def), ...implicitControllers(def), ...implicitVideo(def)];
  primaryVideo(def);
  for (const item of added) {
    rules.device?.(item, def, context);
    commonDevice(item, def, context, rules);
  }
  spiceWithoutPort(def);
  sanitizeMetadata(def, context.origins.get(def));
}

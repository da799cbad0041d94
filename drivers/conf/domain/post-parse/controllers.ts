/** Controllers: their numbers, their order, and those that other devices imply. */
import type { Address } from '../address.ts';
import { type Controller, controller } from '../devices/controller.ts';
import type { DomainDevice } from '../devices/iterate.ts';
import type { DomainDef } from '../schema.ts';

type ControllerType = Controller['type'];

const usb2 = new Set(['ich9-ehci1', 'ich9-uhci1', 'ich9-uhci2', 'ich9-uhci3']);
const isUsb2 = ({ type, model }: Controller): boolean => type === 'usb' && model !== undefined && usb2.has(model);

/** Controllers of one type are listed by number, where they stand together. */
export function sortControllers(def: DomainDef): void {
  if (def.devices === undefined) return;
  const sorted: Controller[] = [];
  for (const one of def.devices.controllers) {
    const startport = one.type === 'usb' ? startPorts[one.model ?? ''] : undefined;
    if (startport !== undefined) one.master ??= { startport };
    insertController(sorted, one);
  }
  def.devices.controllers = sorted;
}

/**
 * Before the first controller of the type with a higher number, else behind the last one of the type, else at the end;
 * a USB 2 controller before its companions.
 */
function insertController(list: Controller[], added: Controller): void {
  let place = -1;
  for (let at = list.length - 1; at >= 0; at--) {
    const other = list[at];
    if (other?.type !== added.type) continue;
    if (added.index === undefined) {
      list.splice(at + 1, 0, added);
      return;
    }
    const isCompanion = added.master === undefined && other.master !== undefined && other.index === added.index;
    if ((other.index ?? -1) > added.index || isCompanion) place = at;
    else if (place === -1) place = at + 1;
  }
  list.splice(place === -1 ? list.length : place, 0, added);
}

const startPorts: Readonly<Record<string, number>> = { 'ich9-uhci1': 0, 'ich9-uhci2': 2, 'ich9-uhci3': 4 };

/** The lowest number free for a type. */
function unusedIndex(def: DomainDef, type: ControllerType): number {
  const used = new Set(def.devices?.controllers.filter((one) => one.type === type).map(({ index }) => index));
  let index = 0;
  while (used.has(index)) index++;
  return index;
}

/** Numbers controllers that have none; the companions of a USB 2 controller share its number. */
export function assignControllerIndexes(def: DomainDef): void {
  const controllers = def.devices?.controllers ?? [];
  controllers.forEach((one, position) => {
    if (one.index !== undefined) return;
    const previous = isUsb2(one) ? controllers.slice(0, position).findLast(({ type }) => type === 'usb') : undefined;
    const isShared =
      previous !== undefined &&
      isUsb2(previous) &&
      !controllers.some(({ type, index, model }) => type === 'usb' && index === previous.index && model === one.model);
    one.index = isShared ? (previous.index ?? 0) : unusedIndex(def, one.type);
  });
}

/** Adds a controller if it is missing; answers it in that case. */
function ensure(def: DomainDef, type: ControllerType, index: number): DomainDevice[] {
  const list = def.devices?.controllers ?? [];
  if (list.some((one) => one.type === type && one.index === index)) return [];
  const made = controller.create({ type, index });
  list.push(made);
  return [{ kind: 'controllers', device: made }];
}

/** Adds all that are missing from the first to the highest that an address names. */
function ensureUpTo(
  def: DomainDef,
  type: ControllerType,
  devices: readonly { address?: Address | undefined }[],
): DomainDevice[] {
  const highest = devices.reduce(
    (top, { address }) => (address?.type === 'drive' ? Math.max(top, address.controller) : top),
    -1,
  );
  return Array.from({ length: Math.min(highest + 1, maxControllers) }, (_, index) => ensure(def, type, index)).flat();
}

/** Bound on what one address can make; hostile definitions name any number. */
const maxControllers = 4096;

/** The controllers that disks, channels, smart cards and SCSI devices of the host need. */
export function implicitControllers(def: DomainDef): DomainDevice[] {
  const { devices } = def;
  if (devices === undefined) return [];
  const disksOn = (bus: string) => devices.disks.filter(({ target }) => target?.bus === bus);
  const virtioPorts = [...devices.channels, ...devices.consoles].filter(({ target }) => target?.type === 'virtio');
  return [
    ...ensureUpTo(def, 'scsi', disksOn('scsi')),
    ...ensureUpTo(def, 'fdc', disksOn('fdc')),
    ...ensureUpTo(def, 'ide', disksOn('ide')),
    ...ensureUpTo(def, 'sata', disksOn('sata')),
    ...virtioPorts.flatMap(({ address }) =>
      ensure(def, 'virtio-serial', address?.type === 'virtio-serial' ? address.controller : 0),
    ),
    ...devices.smartcards.flatMap(({ address }) =>
      address?.type === 'ccid' ? ensure(def, 'ccid', address.controller) : [],
    ),
    ...ensureUpTo(
      def,
      'scsi',
      devices.hostdevs.filter(({ type }) => type === 'scsi'),
    ),
  ];
}

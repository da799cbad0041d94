/** Defaults of screens and graphics cards. */
import type { ParseContext } from '../../schema/index.ts';
import type { Graphics } from '../devices/graphics.ts';
import type { DomainDevice } from '../devices/iterate.ts';
import { type Video, video } from '../devices/video.ts';
import type { DomainDef } from '../schema.ts';

/** Ports and listening addresses, old attributes and new elements brought together. */
export function readGraphics(def: DomainDef, context: ParseContext): void {
  for (const screen of def.devices?.graphics ?? []) {
    if (screen.type === 'vnc' || screen.type === 'spice' || screen.type === 'rdp') {
      readListens(screen, context);
      readPorts(screen, context.inactive);
    }
  }
}

function readListens(screen: Graphics, context: ParseContext): void {
  const { listens } = screen;
  const [first] = listens;
  if (
    first !== undefined &&
    screen.listen !== undefined &&
    first.type === 'address' &&
    first.address !== undefined &&
    first.address !== screen.listen
  ) {
    context.refuse(
      `graphics 'listen' attribute '${screen.listen}' must match 'address' attribute of first listen element (found '${first.address}')`,
      screen,
    );
  }
  for (const listen of listens) checkListen(listen, context);
  if (screen.socket !== undefined && screen.type === 'vnc') {
    listens.splice(0, listens.length, { type: 'socket', socket: screen.socket });
  } else if (listens.length === 0) {
    listens.push({ type: 'address', ...(screen.listen === undefined ? {} : { address: screen.listen }) });
  } else if (first?.type === 'address' && screen.listen !== undefined) {
    first.address ??= screen.listen;
  }
}

function checkListen(listen: Graphics['listens'][number], context: ParseContext): void {
  const { type } = listen;
  if (type === 'network' && listen.network === undefined)
    context.refuse("'network' attribute is required for listen type 'network'", listen);
  if (type !== 'address' && type !== 'network' && listen.address !== undefined) {
    context.refuse(`'address' attribute is not supported for listen type '${type}'`, listen);
  }
}

function readPorts(screen: Graphics, inactive: boolean): void {
  const isOldAuto = screen.port === -1;
  if (screen.type === 'vnc') {
    if (isOldAuto || screen.port === undefined) screen.autoport ??= true;
    if (screen.port === -1) screen.port = 0;
    if (screen.autoport === true && inactive) screen.port = 0;
    screen.autoport = screen.port === undefined || screen.port === 0 ? true : (screen.autoport ?? false);
    if (screen.port === undefined) screen.port = 0;
  } else {
    if (isOldAuto && screen.tlsPort === -1) screen.autoport = true;
    if (screen.autoport === true && inactive) screen.port = screen.tlsPort = 0;
    screen.autoport ??= false;
    for (const key of ['port', 'tlsPort'] as const) if (screen[key] !== undefined && screen[key] < 0) screen[key] = 0;
  }
}

/** SPICE without a port and without choosing one listens nowhere. */
export function spiceWithoutPort(def: DomainDef): void {
  for (const screen of def.devices?.graphics ?? []) {
    const [first] = screen.listens;
    if (screen.type !== 'spice' || first?.type !== 'address') continue;
    if ((screen.port ?? 0) === 0 && (screen.tlsPort ?? 0) === 0 && screen.autoport === false)
      screen.listens[0] = { type: 'none' };
  }
}

const powerOfTwo = (value: number): number => (value <= 1 ? value : 2 ** Math.ceil(Math.log2(value)));

function defaultVram(type: string, def: DomainDef): number {
  switch (type) {
    case 'vga':
    case 'cirrus':
    case 'vmvga':
      return def.type === 'vbox' ? 8192 : def.type === 'vmware' ? 4096 : 16384;
    case 'xen':
      return 4096;
    case 'qxl':
      return 65536;
    case 'bochs':
      return 16384;
    default:
      return 0;
  }
}

/** Memory of a graphics card, in powers of two. */
export function videoDefaults(card: Video, def: DomainDef): void {
  const { model } = card;
  if (model === undefined || model.type === 'none') return;
  model.heads ??= 1;
  if (model.type === 'qxl') model.ram = powerOfTwo(model.ram ?? 65536);
  const vram = powerOfTwo(model.vram === undefined || model.vram === 0 ? defaultVram(model.type, def) : model.vram);
  if (vram > 0) model.vram = vram;
  else delete model.vram;
}

/** A guest with a screen has a graphics card. */
export function implicitVideo(def: DomainDef): DomainDevice[] {
  const { devices } = def;
  if (
    devices === undefined ||
    devices.videos.length > 0 ||
    !devices.graphics.some(({ type }) => type !== 'egl-headless')
  )
    return [];
  const card = video.create({ model: { type: 'default' } });
  devices.videos.push(card);
  return [{ kind: 'videos', device: card }];
}

/** The first card is the primary one, and stands first. */
export function primaryVideo(def: DomainDef): void {
  const { devices } = def;
  if (devices === undefined) return;
  const primary = devices.videos.findIndex(({ model }) => model?.primary === true);
  if (primary > 0) devices.videos.unshift(...devices.videos.splice(primary, 1));
  const model = devices.videos[0]?.model;
  if (model === undefined) return;
  if (model.type === 'none')
    for (const key of ['ram', 'vram', 'vram64', 'vgamem', 'heads', 'primary'] as const) delete model[key];
  else model.primary = true;
}

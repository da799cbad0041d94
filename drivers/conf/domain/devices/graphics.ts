/** `<graphics>`: a screen of the guest shown to people. */
import {
  attr,
  child,
  element,
  type FormatContext,
  type Infer,
  int,
  many,
  oneOf,
  onOff,
  sint,
  string,
  yesNo,
} from '../../schema/index.ts';
import type { Owner } from '../../schema/field.ts';
import { clipboard, mouseMode } from '../chardev.ts';

export const graphicsTypes = ['sdl', 'vnc', 'rdp', 'desktop', 'spice', 'egl-headless', 'dbus'] as const;

const listen = element('listen', 'Where to listen', {
  type: attr(oneOf('address', 'network', 'socket', 'none'), 'Kind', { required: true }),
  address: attr(string(), 'Address', {
    show: (_value, owner, context) => !(context.inactive && owner['type'] === 'network'),
  }),
  network: attr(string(), 'Virtual network whose address is taken'),
  socket: attr(string(), 'Path of a unix socket'),
});
export type GraphicsListen = Infer<typeof listen>;

/** The first `<listen>`, which the old attributes mirror. */
function firstListen(owner: Owner): GraphicsListen | undefined {
  return (owner['listens'] as GraphicsListen[])[0];
}

function listensOnNetwork(_value: unknown, owner: Owner): boolean {
  const type = firstListen(owner)?.type;
  return type === undefined || type === 'address' || type === 'network';
}

function firstSocket(owner: Owner): string | undefined {
  const listen = firstListen(owner);
  if (listen === undefined) return owner['socket'] as string | undefined;
  return listen.type === 'socket' && owner['type'] === 'vnc' ? listen.socket : undefined;
}

function firstAddress(owner: Owner, context: FormatContext): string | undefined {
  const listen = firstListen(owner);
  if (listen === undefined) return owner['listen'] as string | undefined;
  if (listen.type === 'network' && (context.inactive || context.migratable)) return undefined;
  return listen.address;
}

/** A port chosen at the start belongs to the running guest. */
function shownPort(owner: Owner, context: FormatContext): number | undefined {
  const port = owner['port'] as number | undefined;
  if (!listensOnNetwork(port, owner)) return undefined;
  const isChosen = owner['autoport'] === true && (context.inactive || port === undefined || port === 0);
  switch (owner['type']) {
    case 'vnc':
      return isChosen ? -1 : port;
    case 'rdp':
      return isChosen ? 0 : port;
    case 'spice':
      return port === 0 ? undefined : port;
    default:
      return port;
  }
}

const spiceMode = oneOf('any', 'secure', 'insecure');
const spiceChannel = element('channel', 'Security of a channel', {
  name: attr(oneOf('main', 'display', 'inputs', 'cursor', 'playback', 'record', 'smartcard', 'usbredir'), 'Channel', {
    required: true,
  }),
  mode: attr(spiceMode, 'Security', { required: true }),
});

const compression = (name: string, doc: string, ...values: string[]) =>
  element(name, doc, { compression: attr(oneOf(...values), 'Compression', { required: true }) });
const ports = sint();

export const graphics = element('graphics', 'A screen of the guest', {
  type: attr(oneOf(...graphicsTypes), 'Protocol', { required: true }),
  socket: attr(string(), 'Path of a unix socket (vnc)', { derive: firstSocket }),
  port: attr(ports, 'Port; -1: chosen at the start', { derive: shownPort }),
  tlsPort: attr(ports, 'Encrypted port (spice)', { hide: 0, show: listensOnNetwork }),
  autoport: attr(yesNo(), 'Whether the port is chosen at the start', { show: listensOnNetwork }),
  websocket: attr(ports, 'WebSocket port (vnc)', { hide: 0, show: listensOnNetwork }),
  replaceUser: attr(yesNo(), 'A second user replaces the first (rdp)', { hide: false }),
  multiUser: attr(yesNo(), 'Several users at once (rdp)', { hide: false }),
  listen: attr(string(), 'Address (old form of <listen>)', { derive: firstAddress }),
  keymap: attr(string(), 'Keyboard layout'),
  sharePolicy: attr(oneOf('allow-exclusive', 'force-shared', 'ignore'), 'Several viewers at once (vnc)'),
  wait: attr(yesNo(), 'Whether the guest waits for a viewer (vnc)'),
  powerControl: attr(yesNo(), 'Whether viewers may switch the guest off (vnc)'),
  defaultMode: attr(spiceMode, 'Security of channels not named (spice)', { hide: 'any' }),
  passwd: attr(string(), 'Password', { secret: true }),
  passwdValidTo: attr(string(), 'When the password ends, UTC'),
  connected: attr(oneOf('fail', 'disconnect', 'keep'), 'Viewers when the password changes'),
  display: attr(string(), 'X display'),
  xauth: attr(string(), 'X authority file'),
  fullscreen: attr(yesNo(), 'Whether full screen', { hide: false }),
  p2p: attr(yesNo(), 'Peer to peer (dbus)', { hide: false }),
  address: attr(string(), 'Bus address (dbus)'),
  username: attr(string(), 'User (rdp)'),
  listens: many(listen),
  channels: many(spiceChannel),
  image: child(compression('image', 'Image compression', 'auto_glz', 'auto_lz', 'quic', 'glz', 'lz', 'off')),
  jpeg: child(compression('jpeg', 'JPEG compression', 'auto', 'never', 'always')),
  zlib: child(compression('zlib', 'Compression on slow links', 'auto', 'never', 'always')),
  playback: child(
    element('playback', 'Sound', { compression: attr(onOff(), 'Whether compressed', { required: true }) }),
  ),
  streaming: child(
    element('streaming', 'Video streams', {
      mode: attr(oneOf('filter', 'all', 'off'), 'Which are found', { required: true }),
    }),
  ),
  mouse: child(mouseMode),
  clipboard: child(clipboard),
  filetransfer: child(
    element('filetransfer', 'Files dropped on the viewer', {
      enable: attr(yesNo(), 'Whether taken', { required: true }),
    }),
  ),
  gl: child(
    element('gl', 'OpenGL', {
      enable: attr(yesNo(), 'Whether used'),
      rendernode: attr(string(), 'Device of the host'),
    }),
  ),
  audio: child(
    element('audio', 'Sound of this screen', {
      id: attr(int({ min: 1, max: 255 }), 'Audio back-end', { required: true }),
    }),
  ),
});
export type Graphics = Infer<typeof graphics>;

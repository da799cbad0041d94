/** What is refused of character devices. */
import type { ParseContext } from '../../schema/index.ts';
import type { ChardevSource } from '../chardev.ts';
import type { DomainDef } from '../schema.ts';

interface Chardev {
  type?: string | undefined;
  sources: readonly ChardevSource[];
}

const noPath = 'Missing source path attribute for char device';

/** `isPathOptional`: the hypervisor makes the path of a unix socket up. */
export function validateChardev(device: Chardev, context: ParseContext, isPathOptional = false): void {
  const { type, sources } = device;
  const [source] = sources;
  const refuse = (
    message: string,
    code:
      | 'VIR_ERR_INTERNAL_ERROR'
      | 'VIR_ERR_CONFIG_UNSUPPORTED'
      | 'VIR_ERR_INVALID_ARG'
      | 'VIR_ERR_XML_ERROR' = 'VIR_ERR_INTERNAL_ERROR',
  ): never => context.refuse(message, source ?? device, code);
  checkReconnect(source, refuse);
  switch (type) {
    case 'file':
    case 'dev':
    case 'pipe':
      if (source?.path === undefined) refuse(noPath);
      break;
    case 'nmdm':
      if ((source?.master === undefined) !== (source?.slave === undefined))
        refuse('Should define both master and slave path attributes for nmdm device');
      break;
    case 'tcp':
      if (source?.host === undefined) refuse('Missing source host attribute for char device');
      if (source?.service === undefined) refuse('Missing source service attribute for char device');
      break;
    case 'udp':
      if (!sources.some(({ mode, service }) => mode !== 'bind' && service !== undefined))
        refuse('Missing source service attribute for char device');
      break;
    case 'unix':
      if (source?.path === undefined && !isPathOptional) refuse(noPath);
      break;
    case 'spiceport':
    case 'dbus':
      if (source?.channel === undefined)
        refuse('Missing source channel attribute for char device', 'VIR_ERR_CONFIG_UNSUPPORTED');
      if (!/^[A-Za-z0-9_.-]*$/.test(source?.channel ?? ''))
        refuse('Invalid character in source channel for char device', 'VIR_ERR_INVALID_ARG');
      break;
    default:
  }
}

type Refuse = (message: string, code?: 'VIR_ERR_INTERNAL_ERROR' | 'VIR_ERR_INVALID_ARG' | 'VIR_ERR_XML_ERROR') => never;

function checkReconnect(source: ChardevSource | undefined, refuse: Refuse): void {
  const reconnect = source?.reconnect;
  if (reconnect?.enabled !== true) return;
  if (reconnect.timeout === undefined)
    refuse("Missing required attribute 'timeout' in element 'reconnect'", 'VIR_ERR_XML_ERROR');
  if (source?.mode === 'bind') refuse('chardev reconnect is possible only for connect mode');
}

/** All character devices of a guest. */
export function validateChardevs(def: DomainDef, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  for (const device of [...devices.serials, ...devices.parallels, ...devices.consoles, ...devices.redirdevs])
    validateChardev(device, context);
  for (const device of devices.channels)
    validateChardev(device, context, device.target?.type === 'virtio' || device.target?.type === 'xen');
  for (const device of devices.smartcards) if (device.mode === 'passthrough') validateChardev(device, context);
  for (const { backend } of devices.rngs) if (backend.model === 'egd') validateChardev(backend, context);
  const other = devices.consoles.slice(1).find(({ target }) => target?.type === 'serial');
  if (other !== undefined)
    context.refuse('Only the first console can be a serial port', other, 'VIR_ERR_INTERNAL_ERROR');
}

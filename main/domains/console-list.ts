/** Which consoles a guest has, from its live XML, and where each can be reached; or why it cannot. */
import { attributeOf, elementsOf, type XmlElement } from '../../drivers/conf/xml/tree.ts';
import type { HostAddress, Hypervisor } from '../connections/hypervisor.ts';
import type { ConsoleInfo } from '../contract/index.ts';
import { attributeAt, find, wholeNumber } from './domain-tree.ts';

/** Where a VNC server listens: seen from its host where that is near, else from this machine. */
export type VncAddress = HostAddress;

/** A console with what it takes to open it; `info` is what the window sees. */
export interface ConsoleEntry {
  info: ConsoleInfo;
  /** How to open it; null when it cannot be used. */
  way: { kind: 'vnc'; address: VncAddress; needsPassword: boolean } | { kind: 'serial'; device: string | null } | null;
}

export type HypervisorReach = Pick<Hypervisor, 'isLocal' | 'hasTunnel' | 'hostName' | 'isReadonly' | 'canOpenConsole'>;

/** More than any guest has. */
const maximumConsoles = 64;
const notRunning = 'The guest is not running. Start it first.';

/** Every console of the guest, graphical ones first. `root` is the live XML while the guest is active. */
export function listConsoles(root: XmlElement, isActive: boolean, reach: HypervisorReach): ConsoleEntry[] {
  const devices = find(root, 'devices');
  if (!devices) return [];
  const graphics = elementsOf(devices, 'graphics').map((element, n) => graphicsEntry(element, n, isActive, reach));
  const serials = elementsOf(devices, 'serial').map((element, n) => serialEntry('serial', element, n, isActive, reach));
  const consoles = elementsOf(devices, 'console')
    .map((element, n) => ({ element, n }))
    // libvirt shows the first serial port a second time, as a console.
    .filter(({ element }) => serials.length === 0 || attributeAt(element, 'target', 'type') !== 'serial')
    .map(({ element, n }) => serialEntry('console', element, n, isActive, reach));
  return [...graphics, ...serials, ...consoles].slice(0, maximumConsoles);
}

function graphicsEntry(element: XmlElement, n: number, isActive: boolean, reach: HypervisorReach): ConsoleEntry {
  const type = attributeAt(element, '', 'type');
  const base = { id: `${type === 'vnc' || type === 'spice' ? type : 'graphics'}:${n}` };
  if (type !== 'vnc') {
    const kind = type === 'spice' ? 'spice' : 'other';
    const label = type === 'spice' ? 'SPICE' : type.slice(0, 40) || 'Graphics';
    const reason = `Hostler shows VNC screens; this one is ${label}. Add a VNC display to the guest’s definition.`;
    return unusable({ ...base, kind, label }, reason);
  }
  const info = { ...base, kind: 'vnc' as const, label: n === 0 ? 'VNC' : `VNC ${n}` };
  if (!isActive) return unusable(info, notRunning);
  const address = vncAddress(element, reach);
  if (typeof address === 'string') return unusable(info, address);
  const needsPassword = attributeOf(element, 'passwd') !== undefined;
  return { info: { ...info, usable: true }, way: { kind: 'vnc', address, needsPassword } };
}

/** Where to connect, or why that is not possible. */
function vncAddress(element: XmlElement, reach: HypervisorReach): VncAddress | string {
  const listens = elementsOf(element, 'listen');
  const socket =
    attributeAt(element, '', 'socket') ||
    listens.map((listen) => attributeAt(listen, '', 'socket')).find((path) => path !== '') ||
    '';
  if (socket !== '') return socketAddress(socket, reach);
  if (listens[0] && attributeAt(listens[0], '', 'type') === 'none') {
    return 'The guest’s screen listens nowhere (listen type none). Let it listen on an address in the guest’s definition.';
  }
  const port = wholeNumber(attributeAt(element, '', 'port'));
  if (port === null || port < 1 || port > 65535)
    return 'The host names no port for the guest’s screen. Start the guest again.';
  const listen = listens.map((entry) => attributeAt(entry, '', 'address')).find((text) => text !== '');
  return tcpAddress(listen ?? attributeAt(element, '', 'listen'), port, reach);
}

/** Whether the host's own addresses lead there: it is this machine, or its log-in carries more than calls. */
const isNear = ({ isLocal, hasTunnel }: HypervisorReach): boolean => isLocal || hasTunnel;

function socketAddress(path: string, reach: HypervisorReach): VncAddress | string {
  if (!isNear(reach)) return overSsh('a socket');
  if (!path.startsWith('/') || path.includes('\0'))
    return 'The host names a socket for the guest’s screen that is no path.';
  return { path };
}

function tcpAddress(listen: string, port: number, reach: HypervisorReach): VncAddress | string {
  const isAny = listen === '' || listen === '0.0.0.0' || listen === '::' || listen === '*';
  const isLoopback = listen === 'localhost' || listen === '::1' || listen.startsWith('127.');
  // Without an address the hypervisor listens on its own loopback.
  if (isNear(reach)) return { host: isAny ? (listen === '::' ? '::1' : '127.0.0.1') : listen, port };
  if (listen === '' || isLoopback) return overSsh('its own loopback address');
  return { host: isAny ? reach.hostName : listen, port };
}

function overSsh(where: string): string {
  return `The guest’s screen listens on ${where} of the host, which only a connection over SSH reaches. Change the connection’s URI to qemu+ssh://, or let the screen listen on an address of the network.`;
}

function serialEntry(
  kind: 'serial' | 'console',
  element: XmlElement,
  n: number,
  isActive: boolean,
  reach: HypervisorReach,
): ConsoleEntry {
  const type = attributeAt(element, '', 'type');
  const info = { id: `${kind}:${n}`, kind, label: `${kind === 'serial' ? 'Serial' : 'Console'} ${n}` };
  if (!reach.canOpenConsole) return unusable(info, 'This hypervisor offers no serial consoles.');
  if (type !== 'pty' && type !== 'unix') {
    return unusable(
      info,
      `It is connected to ‘${type.slice(0, 40)}’ on the host, not to a terminal. Change its type to pty.`,
    );
  }
  if (!isActive) return unusable(info, notRunning);
  if (reach.isReadonly) {
    return unusable(info, 'The connection is read-only. Allow changes in the connection’s settings to use it.');
  }
  const device = attributeAt(element, 'alias', 'name');
  if (device === '' && n > 0) return unusable(info, 'The host gives it no name, so only the first one can be opened.');
  return { info: { ...info, usable: true }, way: { kind: 'serial', device: device === '' ? null : device } };
}

function unusable(info: Omit<ConsoleInfo, 'usable'>, reason: string): ConsoleEntry {
  return { info: { ...info, usable: false, reason }, way: null };
}

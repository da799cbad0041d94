/** The verdict on a URI while it is being typed: what it means here, or why it cannot be used. Touches no network. */
import { offeredSchemes } from '../../drivers/connect.ts';
import { VirError } from '../../drivers/error.ts';
import { type ConnectionUri, parseUri } from '../../drivers/uri.ts';
import type { UriVerdict } from '../contract/index.ts';

const driverNames: Record<string, string> = {
  test: 'Test hypervisor',
  qemu: 'QEMU/KVM',
  xen: 'Xen',
  lxc: 'LXC',
  bhyve: 'bhyve',
  vz: 'Virtuozzo',
  openvz: 'OpenVZ',
  esx: 'VMware ESX',
  gsx: 'VMware Server',
  vpx: 'VMware vCenter',
  vmwareplayer: 'VMware Player',
  vmwarews: 'VMware Workstation',
  vmwarefusion: 'VMware Fusion',
  vbox: 'VirtualBox',
  hyperv: 'Hyper-V',
  ch: 'Cloud Hypervisor',
};

/** Whether the driver's objects live on this machine, as far as the URI tells. */
export function isLocalUri(uri: ConnectionUri): boolean {
  return uri.host === '' && (uri.transport === '' || uri.transport === 'unix');
}

/** Whether the way to the host is an SSH log-in, by OpenSSH or by a library. */
export function isSshUri({ transport }: ConnectionUri): boolean {
  return /^(?:lib)?ssh2?$/.test(transport);
}

/** How the driver is reached: libvirt's name of the transport, '' for a driver that is part of Hostler. */
function transportOf({ driver, transport, host }: ConnectionUri): string {
  if (transport !== '') return transport;
  if (driver === 'test') return '';
  return host === '' ? 'unix' : 'tls';
}

/** A name for people: `lab1 (QEMU/KVM)`, `QEMU/KVM (user session)`. */
export function nameOfUri(uri: ConnectionUri): string {
  const driver = driverNames[uri.driver] ?? uri.driver;
  if (uri.host !== '') return `${uri.host} (${driver})`;
  if (uri.driver === 'test' && uri.path !== '/default') return `${driver} (${uri.path.split('/').at(-1) ?? ''})`;
  return uri.path === '/session' ? `${driver} (user session)` : driver;
}

/** Never throws: a URI that cannot be used is an answer. */
export function checkUri(text: string): UriVerdict {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: false, message: 'Type the address of a host, for example qemu:///system.' };
  let uri: ConnectionUri;
  try {
    uri = parseUri(trimmed);
  } catch (error) {
    if (error instanceof VirError) return { ok: false, message: sentence(error.message) };
    throw error;
  }
  const refusal = refusalOf(uri);
  if (refusal !== null) return { ok: false, message: refusal };
  const warning = warningOf(uri);
  return {
    ok: true,
    uri: trimmed,
    driver: driverNames[uri.driver] ?? uri.driver,
    transport: transportOf(uri),
    ...(uri.host === '' ? {} : { host: uri.host }),
    suggestedName: nameOfUri(uri),
    ...(warning === null ? {} : { warning }),
  };
}

function refusalOf(uri: ConnectionUri): string | null {
  if (!Object.hasOwn(driverNames, uri.driver)) {
    const known = Object.keys(driverNames).slice(0, 6).join(', ');
    return `No hypervisor is called '${uri.driver}'. The address starts with one of ${known}, …, for example qemu:///system.`;
  }
  const secret = uri.params.find(([name]) => /^(?:password|passwd|secret|token)$/i.test(name));
  if (secret) {
    return `The address holds a secret ('${secret[0]}'). Leave it out: addresses are saved as plain text. Use a key, an agent or libvirt’s auth.conf instead.`;
  }
  if (uri.host === '' && isSshUri(uri)) {
    return 'Name the host to log in to, for example qemu+ssh://root@host.example.org/system.';
  }
  if (uri.transport === '' && !offeredSchemes.includes(uri.driver)) {
    return `${driverNames[uri.driver]} is not in this version of Hostler; it looks after ${offeredSchemes.join(', ')}, for example qemu:///system.`;
  }
  return null;
}

function warningOf(uri: ConnectionUri): string | null {
  if (uri.driver === 'test' && uri.transport === '') {
    return 'This is a make-believe host inside Hostler: nothing in it is real, and it is fresh at each start.';
  }
  if (uri.transport === 'tcp') {
    return 'Nothing is encrypted on the way, passwords included: whoever is on the network can listen. Use TLS where you can.';
  }
  return uri.path === '' ? 'The address has no path: most hypervisors want /system or /session.' : null;
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?)]$/.test(text) ? text : `${text}.`;
}

/** Made-up hosts, guests, networks and pools for tests and for work on the looks. Never part of a build. */
import type {
  ConnectionStatus,
  DomainDetails,
  DomainState,
  FoundHypervisor,
  GuestRow,
  GuestStats,
  NetworkRow,
  StoragePoolRow,
  StorageVolRow,
} from '../../main/contract/index.ts';

const GiB = 1024 * 1024;
const roles = ['web', 'build', 'db', 'cache', 'mail', 'ci-runner', 'router', 'desktop', 'backup', 'registry'];
const stateCycle: DomainState[] = [
  'running',
  'running',
  'shutoff',
  'running',
  'paused',
  'running',
  'shutoff',
  'crashed',
  'running',
  'pmsuspended',
];
const reasons: Partial<Record<DomainState, string>> = {
  running: 'booted',
  shutoff: 'shutdown',
  paused: 'user',
  crashed: 'panicked',
};

/** Same numbers every time, so that screenshots and tests compare. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A guest's UUID from its number. */
export function uuidOf(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}

export function isActive(state: DomainState): boolean {
  return state !== 'shutoff' && state !== 'unknown';
}

export function statsOf(random: () => number, memoryKiB: number): GuestStats {
  return {
    cpuPercent: Math.round(random() ** 3 * 1000) / 10,
    memoryUsedKiB: Math.round(memoryKiB * (0.2 + 0.6 * random())),
    diskReadBytesPerSecond: Math.round(random() ** 4 * 4e7),
    diskWriteBytesPerSecond: Math.round(random() ** 4 * 2e7),
    netReceiveBytesPerSecond: Math.round(random() ** 4 * 1e7),
    netTransmitBytesPerSecond: Math.round(random() ** 4 * 5e6),
  };
}

export function fakeGuest(index: number, connectionId: string, changes: Partial<GuestRow> = {}): GuestRow {
  const random = randomOf(index + 1);
  const state = changes.state ?? stateCycle[index % stateCycle.length] ?? 'shutoff';
  const memoryKiB = GiB * 2 ** (index % 5);
  const uuid = uuidOf(index);
  return {
    key: `${connectionId}/${uuid}`,
    connectionId,
    uuid,
    name: `${roles[index % roles.length]}-${String(Math.floor(index / roles.length) + 1).padStart(2, '0')}`,
    title: index % 7 === 3 ? 'Nightly jobs' : '',
    state,
    stateReason: reasons[state] ?? '',
    id: isActive(state) ? index + 1 : null,
    isPersistent: index % 13 !== 12,
    isAutostart: index % 3 === 0,
    hasManagedSave: state === 'shutoff' && index % 4 === 2,
    vcpus: 2 ** (index % 4),
    maxMemoryKiB: memoryKiB,
    memoryKiB,
    pending: null,
    stats: isActive(state) ? statsOf(random, memoryKiB) : null,
    ...changes,
  };
}

const supported = [
  'domainCreate',
  'domainShutdown',
  'domainReboot',
  'domainReset',
  'domainDestroy',
  'domainSuspend',
  'domainResume',
  'domainManagedSave',
  'domainManagedSaveRemove',
  'domainUndefine',
  'domainScreenshot',
  'storageVolCreateXml',
  'storageVolDelete',
  'storageVolDownload',
  'storageVolUpload',
];

function status(id: string, uri: string, name: string, state: ConnectionStatus['state']): ConnectionStatus {
  const host = {
    hostname: `${id}.example.org`,
    hypervisor: 'QEMU',
    hypervisorVersion: '10.1.0',
    libvirtVersion: '11.9.0',
    cpuModel: 'x86_64',
    cpus: 32,
    memoryKiB: 128 * GiB,
    supported,
  };
  return {
    connection: { id, uri, name, autoconnect: true, readonly: false },
    state,
    ...(state.kind === 'connected' ? { host } : {}),
  };
}

export function fakeConnections(nowMs: number): ConnectionStatus[] {
  const error = {
    code: 'connection-lost',
    message: 'The connection to qemu+ssh://root@lab2/system was lost: the server closed it.',
    hint: 'Hostler tries again by itself. Check that libvirtd runs on lab2.',
    libvirt: {
      code: 38,
      domain: 7,
      name: 'VIR_ERR_SYSTEM_ERROR',
      message: 'End of file while reading data: Input/output error',
    },
  } as const;
  return [
    status('local', 'qemu:///system', 'This computer', {
      kind: 'connected',
      sinceMs: nowMs - 3_600_000,
      readonly: false,
    }),
    status('lab1', 'qemu+ssh://root@lab1/system', 'lab1', {
      kind: 'connected',
      sinceMs: nowMs - 60_000,
      readonly: false,
    }),
    status('lab2', 'qemu+ssh://root@lab2/system', 'lab2', {
      kind: 'waiting',
      attempt: 3,
      retryAtMs: nowMs + 8000,
      lostAtMs: nowMs - 130_000,
      error,
    }),
    status('sandbox', 'test:///default', 'Sandbox', { kind: 'disconnected' }),
  ];
}

export function fakeNetworks(connectionId: string): NetworkRow[] {
  return ['default', 'isolated', 'lab-bridge'].map((name, index) => ({
    key: `${connectionId}/${uuidOf(9000 + index)}`,
    connectionId,
    uuid: uuidOf(9000 + index),
    name,
    bridge: index === 2 ? 'br0' : `virbr${index}`,
    isActive: index !== 1,
    isPersistent: true,
    isAutostart: index === 0,
  }));
}

export function fakePools(connectionId: string): StoragePoolRow[] {
  return ['default', 'images', 'scratch'].map((name, index) => ({
    key: `${connectionId}/${uuidOf(9500 + index)}`,
    connectionId,
    uuid: uuidOf(9500 + index),
    name,
    state: index === 2 ? 'inactive' : 'running',
    isAutostart: index !== 2,
    capacityBytes: 2 ** 40 * (index + 1),
    allocationBytes: 2 ** 39 * (index + 0.6),
    availableBytes: 2 ** 40 * (index + 1) - 2 ** 39 * (index + 0.6),
  }));
}

export const fakeFound: FoundHypervisor[] = [
  { uri: 'qemu:///system', name: 'QEMU/KVM, system', usable: true, evidence: '/run/libvirt/libvirt-sock' },
  {
    uri: 'qemu:///session',
    name: 'QEMU/KVM, your session',
    usable: false,
    reason: 'The socket is not there. Start it with: systemctl --user start virtqemud.socket',
    evidence: '/usr/bin/qemu-system-x86_64',
  },
  {
    uri: 'test:///default',
    name: 'Embedded test hypervisor',
    usable: true,
    evidence: 'part of Hostler; nothing real is touched',
  },
];

export function fakeDetails(guest: GuestRow): DomainDetails {
  const running = isActive(guest.state);
  const device = (kind: DomainDetails['devices'][number]['kind'], label: string, detail: string) => ({
    kind,
    element: kind,
    label,
    detail,
  });
  return {
    key: guest.key,
    uuid: guest.uuid,
    name: guest.name,
    title: guest.title,
    description: 'Serves the internal web site.\nAsk Robin before restarting it.',
    virtType: 'kvm',
    osType: 'hvm',
    architecture: 'x86_64',
    machine: 'pc-q35-10.1',
    firmware: 'UEFI',
    emulator: '/usr/bin/qemu-system-x86_64',
    bootDevices: ['hd', 'cdrom'],
    vcpus: guest.vcpus,
    maxVcpus: guest.vcpus * 2,
    memoryKiB: guest.memoryKiB,
    maxMemoryKiB: guest.maxMemoryKiB,
    devices: [
      device('disk', 'vda', '/var/lib/libvirt/images/web-01.qcow2 · qcow2 · virtio'),
      device('disk', 'sda', 'CD-ROM · empty'),
      device('interface', '52:54:00:12:34:56', 'network default · virtio'),
      device('graphics', 'VNC', '127.0.0.1:5900'),
      device('video', 'virtio', '1 head'),
      device('sound', 'ich9', ''),
      device('serial', 'pty', 'port 0'),
    ],
    consoles: [
      {
        id: 'vnc0',
        kind: 'vnc',
        label: 'VNC',
        usable: running,
        ...(running ? {} : { reason: 'The guest is shut off. Start it to open its console.' }),
      },
      { id: 'serial0', kind: 'serial', label: 'Serial 0', usable: running },
    ],
  };
}

/** So many volumes, of several kinds. */
export function fakeVolumes(count: number): StorageVolRow[] {
  const random = randomOf(11);
  return Array.from({ length: count }, (_, index) => {
    const role = roles[index % roles.length] ?? '';
    const kind = index % 5;
    const name =
      kind === 4 ? `debian-${10 + (index % 4)}-${index + 1}.iso` : `${role}-${index + 1}.${kind < 3 ? 'qcow2' : 'img'}`;
    const capacityBytes = kind === 4 ? 7e8 : 2 ** 30 * (8 + 4 * (index % 9));
    return {
      name,
      type: 'file',
      path: `/var/lib/libvirt/images/${name}`,
      format: kind === 4 ? 'iso' : kind < 3 ? 'qcow2' : 'raw',
      capacityBytes,
      allocationBytes: Math.round(capacityBytes * (kind === 4 ? 1 : random())),
    };
  });
}

/**
 * Where Hostler's test driver answers otherwise than libvirt 9.0's, one named entry each. Whatever is not here is the
 * same. The suite fails where an entry is never met, so that none outlives its reason.
 */

interface Difference {
  hostler: string;
  libvirtd: string;
  why: string;
}

/** Functions that libvirt's test driver does not have at all. */
const beyond = (why: string, hostler = 'ok'): Difference => ({ hostler, libvirtd: 'VIR_ERR_NO_SUPPORT', why });
/** Flags that libvirt's test driver refuses. */
const flag = (why: string, hostler = 'ok'): Difference => ({ hostler, libvirtd: 'VIR_ERR_INVALID_ARG', why });

export const differences = {
  'network-destroy-inactive': {
    hostler: 'VIR_ERR_OPERATION_INVALID',
    libvirtd: 'ok',
    why: "libvirt's test driver stops a network that does not run without a word; its bridge driver refuses, and so do we",
  },
  'network-autostart-transient': {
    hostler: 'VIR_ERR_OPERATION_INVALID',
    libvirtd: 'ok',
    why: "libvirt's test driver marks a transient network for autostart, which nothing could act on; its bridge driver refuses",
  },
  'revert-to-inactive-and-run': {
    hostler: '1 4',
    libvirtd: '5 7',
    why: "libvirt's test driver tells that the guest started but does not start it; its QEMU driver does",
  },
  'bad-uuid': {
    hostler: 'VIR_ERR_XML_ERROR',
    libvirtd: 'VIR_ERR_INTERNAL_ERROR',
    why: 'here every value that a definition cannot have is an XML error, with line and column; libvirt has several codes for them',
  },
  'unknown-domain-type': {
    hostler: 'VIR_ERR_XML_ERROR',
    libvirtd: 'VIR_ERR_CONFIG_UNSUPPORTED',
    why: 'as bad-uuid',
  },
  'unknown-forward-mode': {
    hostler: 'VIR_ERR_XML_ERROR',
    libvirtd: 'VIR_ERR_CONFIG_UNSUPPORTED',
    why: 'as bad-uuid',
  },
  'nodedev-destroy-computer': {
    hostler: 'VIR_ERR_INTERNAL_ERROR',
    libvirtd: 'ok',
    why: "libvirt's test driver reports success for a device that it cannot destroy",
  },
  'block-resize': beyond('virtual disks can be resized'),
  'capabilities-of-guests': beyond('libvirt 9.8 added domain capabilities to its test driver; 9.0 has none'),
  'checkpoint-size': {
    hostler: 'true',
    libvirtd: 'false',
    why: "libvirt 9.0's test driver fills in a size but does not mark it as known, so that it is never shown",
  },
  'cpu-time-of-inactive': {
    hostler: '0',
    libvirtd: 'the time of day',
    why: "libvirt's test driver answers the time of day as CPU time, also for a guest that is off",
  },
  'create-paused': flag('guests can be started paused'),
  'create-paused-state': { hostler: '3', libvirtd: '5', why: 'follows from create-paused' },
  'dhcp-leases': beyond('guests have leases on their networks'),
  'device-attach': beyond('devices can be attached, as in libvirt 10.0 and later'),
  'device-detach': beyond('devices can be detached, as in libvirt 10.0 and later'),
  'device-update': beyond('devices can be changed, as in libvirt 10.0 and later'),
  'disk-only-snapshot': flag('snapshots of the disks alone can be taken'),
  'guest-info': beyond('the guest agent tells of the guest'),
  'job-info': beyond('there is an answer: no job', '0'),
  'live-and-configured-at-once': {
    hostler: 'ok',
    libvirtd: 'VIR_ERR_INVALID_ARG',
    why: "most calls of libvirt's test driver take only one of the two; its QEMU driver takes both at once, and so do we",
  },
  'configured-with-live': { hostler: '300000', libvirtd: '524288', why: 'follows from live-and-configured-at-once' },
  'managed-save-xml': beyond('the definition in the managed image can be read', 'true'),
  'memory-stats-of-node': beyond("the host's memory can be read"),
  'network-ports': beyond('networks have ports'),
  nwfilters: beyond('network filters are kept', ''),
  'open-console': beyond('consoles echo'),
  'pm-suspend': beyond('guests can sleep'),
  secrets: beyond('secrets are kept', ''),
  'shutdown-acpi': flag('the ways to ask a guest to shut down are taken as equal'),
  'vol-download': beyond('volumes have content'),
  'vol-resize': beyond('volumes can be resized'),
  'vol-upload': beyond('volumes have content'),
  'vol-wipe': beyond('volumes can be wiped'),
} as const satisfies Record<string, Difference>;

export type DifferenceKey = keyof typeof differences;

const used = new Set<DifferenceKey>();

export function useDifference(key: DifferenceKey): void {
  used.add(key);
}

/** Entries that no step has met since the process began. */
export function unusedDifferences(): DifferenceKey[] {
  return (Object.keys(differences) as DifferenceKey[]).filter((key) => !used.has(key));
}

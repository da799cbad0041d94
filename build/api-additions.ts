/**
 * What came after the API description of libvirt 9.0.0 and is spoken on the wire: enum values and field names, by hand.
 * A value that the installed description knows too is taken from there.
 */
import type { ApiEnumValue, ApiFieldName } from './api-xml.ts';

const values: Record<string, Record<string, [value: number, info: string]>> = {
  virErrorNumber: {
    VIR_ERR_NO_NETWORK_METADATA: [111, 'network metadata is not present'],
    VIR_ERR_AGENT_COMMAND_TIMEOUT: [112, 'guest agent did not answer a command in time'],
    VIR_ERR_AGENT_COMMAND_FAILED: [113, 'guest agent refused a command'],
  },
  virDomainPausedReason: { VIR_DOMAIN_PAUSED_API_ERROR: [14, 'an operation failed half way'] },
  virConnectGetDomainCapabilitiesFlags: {
    VIR_CONNECT_GET_DOMAIN_CAPABILITIES_DISABLE_DEPRECATED_FEATURES: [1, 'leave deprecated CPU features out'],
  },
  virConnectBaselineCPUFlags: { VIR_CONNECT_BASELINE_CPU_IGNORE_HOST: [4, 'do not look at the host CPU'] },
  virDomainBlockResizeFlags: { VIR_DOMAIN_BLOCK_RESIZE_CAPACITY: [2, 'grow to the full size of the device'] },
  virDomainEventStartedDetailType: {
    VIR_DOMAIN_EVENT_STARTED_RECREATED: [5, 'started again after a reboot by recreation'],
  },
  virDomainEventStoppedDetailType: { VIR_DOMAIN_EVENT_STOPPED_RECREATED: [7, 'stopped to be created again'] },
  virDomainEventID: { VIR_DOMAIN_EVENT_ID_NIC_MAC_CHANGE: [27, 'the guest changed the MAC of a network interface'] },
  virDomainGuestInfoTypes: { VIR_DOMAIN_GUEST_INFO_LOAD: [128, 'load averages'] },
  virDomainMessageType: { VIR_DOMAIN_MESSAGE_IOERRORS: [4, 'I/O errors of disks'] },
  virDomainGraphicsReloadType: {
    VIR_DOMAIN_GRAPHICS_RELOAD_TYPE_ANY: [0, 'every kind of graphics device'],
    VIR_DOMAIN_GRAPHICS_RELOAD_TYPE_VNC: [1, 'VNC only'],
  },
  virNetworkEventID: { VIR_NETWORK_EVENT_ID_METADATA_CHANGE: [1, 'metadata changed'] },
  virNetworkMetadataType: {
    VIR_NETWORK_METADATA_DESCRIPTION: [0, 'the description'],
    VIR_NETWORK_METADATA_TITLE: [1, 'the title'],
    VIR_NETWORK_METADATA_ELEMENT: [2, 'an element with a namespace of its own'],
  },
  virConnectListAllNodeDeviceFlags: {
    VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCWGROUP_DEV: [1 << 22, 'CCW group device'],
    VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCWGROUP_MEMBER: [1 << 23, 'member of a CCW group'],
    VIR_CONNECT_LIST_NODE_DEVICES_PERSISTENT: [1 << 28, 'persistent devices'],
    VIR_CONNECT_LIST_NODE_DEVICES_TRANSIENT: [1 << 29, 'transient devices'],
  },
  virNodeDeviceXMLFlags: { VIR_NODE_DEVICE_XML_INACTIVE: [1, 'the inactive configuration'] },
  virNodeDeviceUpdateFlags: {
    VIR_NODE_DEVICE_UPDATE_AFFECT_CURRENT: [0, 'the current state'],
    VIR_NODE_DEVICE_UPDATE_AFFECT_LIVE: [1, 'the running device'],
    VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG: [2, 'the persistent configuration'],
  },
};

export const addedEnumValues: ApiEnumValue[] = Object.entries(values).flatMap(([type, members]) =>
  Object.entries(members).map(([name, [value, info]]) => ({ name, type, value, info })),
);

export const addedFieldNames: ApiFieldName[] = [
  {
    name: 'VIR_MIGRATE_PARAM_BANDWIDTH_AVAIL_SWITCHOVER',
    value: 'bandwidth.avail.switchover',
    info: 'as VIR_TYPED_PARAM_ULLONG',
  },
  {
    name: 'VIR_MIGRATE_PARAM_MIGRATE_DISKS_DETECT_ZEROES',
    value: 'migrate_disks_detect_zeroes',
    info: 'as VIR_TYPED_PARAM_STRING',
  },
  { name: 'VIR_MIGRATE_PARAM_COMPRESSION_ZLIB_LEVEL', value: 'compression.zlib.level', info: 'as VIR_TYPED_PARAM_INT' },
  { name: 'VIR_MIGRATE_PARAM_COMPRESSION_ZSTD_LEVEL', value: 'compression.zstd.level', info: 'as VIR_TYPED_PARAM_INT' },
  { name: 'VIR_DOMAIN_SAVE_PARAM_IMAGE_FORMAT', value: 'image_format', info: 'as VIR_TYPED_PARAM_STRING' },
  { name: 'VIR_DOMAIN_SAVE_PARAM_PARALLEL_CHANNELS', value: 'parallel.channels', info: 'as VIR_TYPED_PARAM_INT' },
  { name: 'VIR_DOMAIN_JOB_VFIO_DATA_TRANSFERRED', value: 'vfio_data_transferred', info: 'as VIR_TYPED_PARAM_ULLONG' },
  { name: 'VIR_DOMAIN_LAUNCH_SECURITY_SEV_SNP_POLICY', value: 'sev-snp-policy', info: 'as VIR_TYPED_PARAM_ULLONG' },
];

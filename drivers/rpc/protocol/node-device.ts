/** Devices of the host. */
import { array, call, highCall, int, optionalString, string, uint, type TableFile } from './dsl.ts';
import { REMOTE_NODE_DEVICE_CAPS_LIST_MAX, REMOTE_NODE_DEVICE_LIST_MAX } from './limits.ts';
import { nodeDevice } from './refs.ts';

export const nodeDeviceTable: TableFile = {
  file: 'node-device',
  program: 'remote',
  structs: [],
  procedures: [
    highCall(111, 'node_num_of_devices', { cap: optionalString, flags: uint }, { num: int }),
    highCall(
      112,
      'node_list_devices',
      { cap: optionalString, maxnames: int, flags: uint },
      { names: array(string, REMOTE_NODE_DEVICE_LIST_MAX) },
    ),
    highCall(113, 'node_device_lookup_by_name', { name: string }, { dev: nodeDevice }),
    call(114, 'node_device_get_xml_desc', { name: string, flags: uint }, { xml: string }),
    highCall(115, 'node_device_get_parent', { name: string }, { parentName: optionalString }),
    highCall(116, 'node_device_num_of_caps', { name: string }, { num: int }),
    highCall(
      117,
      'node_device_list_caps',
      { name: string, maxnames: int },
      { names: array(string, REMOTE_NODE_DEVICE_CAPS_LIST_MAX) },
    ),
    call(118, 'node_device_dettach', { name: string }),
    call(119, 'node_device_re_attach', { name: string }),
    call(120, 'node_device_reset', { name: string }),
    call(123, 'node_device_create_xml', { xml_desc: string, flags: uint }, { dev: nodeDevice }),
    highCall(124, 'node_device_destroy', { name: string }),
    highCall(
      297,
      'node_device_lookup_scsi_host_by_wwn',
      { wwnn: string, wwpn: string, flags: uint },
      { dev: nodeDevice },
    ),
    call(301, 'node_device_detach_flags', { name: string, driverName: optionalString, flags: uint }),
    call(428, 'node_device_define_xml', { xml_desc: string, flags: uint }, { dev: nodeDevice }),
    highCall(429, 'node_device_undefine', { name: string, flags: uint }),
    highCall(430, 'node_device_create', { name: string, flags: uint }),
    highCall(433, 'node_device_get_autostart', { name: string }, { autostart: int }),
    highCall(434, 'node_device_set_autostart', { name: string, autostart: int }),
    highCall(435, 'node_device_is_persistent', { name: string }, { persistent: int }),
    highCall(436, 'node_device_is_active', { name: string }, { active: int }),
    highCall(447, 'node_device_update', { name: string, xml_desc: string, flags: uint }, {}, { since: '10.1.0' }),
  ],
};

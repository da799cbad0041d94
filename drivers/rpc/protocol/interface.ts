/** Network interfaces of the host. */
import { call, highCall, int, string, uint, type TableFile } from './dsl.ts';
import { hostInterface } from './refs.ts';

export const interfaceTable: TableFile = {
  file: 'interface',
  program: 'remote',
  structs: [],
  procedures: [
    highCall(128, 'interface_lookup_by_name', { name: string }, { iface: hostInterface }),
    highCall(129, 'interface_lookup_by_mac_string', { mac: string }, { iface: hostInterface }),
    call(130, 'interface_get_xml_desc', { iface: hostInterface, flags: uint }, { xml: string }),
    highCall(131, 'interface_define_xml', { xml: string, flags: uint }, { iface: hostInterface }),
    highCall(132, 'interface_undefine', { iface: hostInterface }),
    call(133, 'interface_create', { iface: hostInterface, flags: uint }),
    highCall(134, 'interface_destroy', { iface: hostInterface, flags: uint }),
    highCall(156, 'interface_is_active', { iface: hostInterface }, { active: int }),
    call(220, 'interface_change_begin', { flags: uint }),
    call(221, 'interface_change_commit', { flags: uint }),
    call(222, 'interface_change_rollback', { flags: uint }),
  ],
};

/** Network filters and their bindings. */
import { highCall, string, uint, uuid, type TableFile } from './dsl.ts';
import { nwfilter, nwfilterBinding } from './refs.ts';

export const nwfilterTable: TableFile = {
  file: 'nwfilter',
  program: 'remote',
  structs: [],
  procedures: [
    highCall(175, 'nwfilter_lookup_by_name', { name: string }, { nwfilter }),
    highCall(176, 'nwfilter_lookup_by_uuid', { uuid }, { nwfilter }),
    highCall(177, 'nwfilter_get_xml_desc', { nwfilter, flags: uint }, { xml: string }),
    highCall(180, 'nwfilter_define_xml', { xml: string }, { nwfilter }),
    highCall(181, 'nwfilter_undefine', { nwfilter }),
    highCall(397, 'nwfilter_binding_lookup_by_port_dev', { name: string }, { nwfilter: nwfilterBinding }),
    highCall(398, 'nwfilter_binding_get_xml_desc', { nwfilter: nwfilterBinding, flags: uint }, { xml: string }),
    highCall(399, 'nwfilter_binding_create_xml', { xml: string, flags: uint }, { nwfilter: nwfilterBinding }),
    highCall(400, 'nwfilter_binding_delete', { nwfilter: nwfilterBinding }),
    highCall(431, 'nwfilter_define_xml_flags', { xml: string, flags: uint }, { nwfilter }),
  ],
};

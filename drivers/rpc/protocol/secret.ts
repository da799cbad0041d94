/** Secrets. */
import { highCall, int, opaque, string, uint, uuid, type TableFile } from './dsl.ts';
import { REMOTE_SECRET_VALUE_MAX } from './limits.ts';
import { secret } from './refs.ts';

export const secretTable: TableFile = {
  file: 'secret',
  program: 'remote',
  structs: [],
  procedures: [
    highCall(141, 'secret_lookup_by_uuid', { uuid }, { secret }),
    highCall(142, 'secret_define_xml', { xml: string, flags: uint }, { secret }),
    highCall(143, 'secret_get_xml_desc', { secret, flags: uint }, { xml: string }),
    highCall(144, 'secret_set_value', { secret, value: opaque(REMOTE_SECRET_VALUE_MAX), flags: uint }),
    highCall(145, 'secret_get_value', { secret, flags: uint }, { value: opaque(REMOTE_SECRET_VALUE_MAX) }),
    highCall(146, 'secret_undefine', { secret }),
    highCall(147, 'secret_lookup_by_usage', { usageType: int, usageID: string }, { secret }),
  ],
};

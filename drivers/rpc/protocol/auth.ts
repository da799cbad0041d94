/** Authentication: the only calls a server takes before it knows who is asking. */
import { array, chars, highCall, int, string, type TableFile } from './dsl.ts';
import { REMOTE_AUTH_SASL_DATA_MAX, REMOTE_AUTH_TYPE_LIST_MAX } from './limits.ts';

export const authTable: TableFile = {
  file: 'auth',
  program: 'remote',
  structs: [],
  procedures: [
    highCall(66, 'auth_list', {}, { types: array(int, REMOTE_AUTH_TYPE_LIST_MAX) }, { api: null }),
    highCall(67, 'auth_sasl_init', {}, { mechlist: string }, { api: null }),
    highCall(
      68,
      'auth_sasl_start',
      { mech: string, nil: int, data: chars(REMOTE_AUTH_SASL_DATA_MAX) },
      { complete: int, nil: int, data: chars(REMOTE_AUTH_SASL_DATA_MAX) },
      { api: null },
    ),
    highCall(
      69,
      'auth_sasl_step',
      { nil: int, data: chars(REMOTE_AUTH_SASL_DATA_MAX) },
      { complete: int, nil: int, data: chars(REMOTE_AUTH_SASL_DATA_MAX) },
      { api: null },
    ),
    highCall(70, 'auth_polkit', {}, { complete: int }, { api: null }),
  ],
};

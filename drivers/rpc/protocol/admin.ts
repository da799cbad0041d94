/** The admin program: the daemon's own servers, clients and logging. */
import { array, call, hyper, optionalString, string, struct, typedParam, uhyper, uint, type TableFile } from './dsl.ts';
import {
  ADMIN_CLIENT_INFO_PARAMETERS_MAX,
  ADMIN_CLIENT_LIST_MAX,
  ADMIN_SERVER_CLIENT_LIMITS_MAX,
  ADMIN_SERVER_LIST_MAX,
  ADMIN_SERVER_THREADPOOL_PARAMETERS_MAX,
} from './limits.ts';

const server = struct('admin_nonnull_server', { name: string });
const client = struct('admin_nonnull_client', { srv: server, id: uhyper, timestamp: hyper, transport: uint });

export const adminTable: TableFile = {
  file: 'admin',
  program: 'admin',
  structs: [server, client],
  procedures: [
    call(1, 'connect_open', { flags: uint }),
    call(2, 'connect_close'),
    call(3, 'connect_get_lib_version', {}, { libVer: uhyper }),
    call(
      4,
      'connect_list_servers',
      { need_results: uint, flags: uint },
      { servers: array(server, ADMIN_SERVER_LIST_MAX), ret: uint },
    ),
    call(5, 'connect_lookup_server', { name: string, flags: uint }, { srv: server }),
    call(
      6,
      'server_get_threadpool_parameters',
      { srv: server, flags: uint },
      { params: array(typedParam, ADMIN_SERVER_THREADPOOL_PARAMETERS_MAX) },
    ),
    call(7, 'server_set_threadpool_parameters', {
      srv: server,
      params: array(typedParam, ADMIN_SERVER_THREADPOOL_PARAMETERS_MAX),
      flags: uint,
    }),
    call(
      8,
      'server_list_clients',
      { srv: server, need_results: uint, flags: uint },
      { clients: array(client, ADMIN_CLIENT_LIST_MAX), ret: uint },
    ),
    call(9, 'server_lookup_client', { srv: server, id: uhyper, flags: uint }, { clnt: client }),
    call(
      10,
      'client_get_info',
      { clnt: client, flags: uint },
      { params: array(typedParam, ADMIN_CLIENT_INFO_PARAMETERS_MAX) },
    ),
    call(11, 'client_close', { clnt: client, flags: uint }),
    call(
      12,
      'server_get_client_limits',
      { srv: server, flags: uint },
      { params: array(typedParam, ADMIN_SERVER_CLIENT_LIMITS_MAX) },
    ),
    call(13, 'server_set_client_limits', {
      srv: server,
      params: array(typedParam, ADMIN_SERVER_CLIENT_LIMITS_MAX),
      flags: uint,
    }),
    call(14, 'connect_get_logging_outputs', { flags: uint }, { outputs: string, noutputs: uint }),
    call(15, 'connect_get_logging_filters', { flags: uint }, { filters: optionalString, nfilters: uint }),
    call(16, 'connect_set_logging_outputs', { outputs: optionalString, flags: uint }),
    call(17, 'connect_set_logging_filters', { filters: optionalString, flags: uint }),
    call(18, 'server_update_tls_files', { srv: server, flags: uint }),
    call(19, 'connect_set_daemon_timeout', { timeout: uint, flags: uint }),
  ],
};

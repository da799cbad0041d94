/** The lxc program: file descriptors of a container's namespaces. */
import { call, uint, type TableFile } from './dsl.ts';
import { domain } from './refs.ts';

export const lxcTable: TableFile = {
  file: 'lxc',
  program: 'lxc',
  structs: [],
  procedures: [
    call(
      1,
      'domain_open_namespace',
      { dom: domain, flags: uint },
      {},
      { fds: 'reply', api: 'virDomainLxcOpenNamespace' },
    ),
  ],
};

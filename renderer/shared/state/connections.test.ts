import { expect, it } from 'vitest';
import type { ConnectionStatus } from '../../../main/contract/index.ts';
import { Connections } from './connections.ts';

function status(id: string, name: string, uri: string): ConnectionStatus {
  const connection = { id, name, uri, autoconnect: true, readonly: false };
  return { connection, state: { kind: 'disconnected' } };
}

it('tells hosts that are called alike apart by their URI', () => {
  const connections = new Connections({} as ConstructorParameters<typeof Connections>[0]);
  connections.all.value = [
    status('a', 'lab', 'qemu:///system'),
    status('b', 'lab', 'lxc:///'),
    status('c', '', 'x:///'),
  ];
  expect(['a', 'b', 'c', 'd'].map((id) => connections.nameOf(id))).toEqual([
    'lab · qemu:///system',
    'lab · lxc:///',
    'x:///',
    '',
  ]);
});

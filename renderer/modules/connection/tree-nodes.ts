/** The host tree as a flat list of what is open, which is what a keyboard walks over. */
import type { ConnectionStatus } from '../../../main/contract/index.ts';
import type { RouteLocationRaw } from 'vue-router';

export interface TreeNode {
  id: string;
  level: 1 | 2;
  kind: 'all' | 'host' | 'guests' | 'networks' | 'storage-pools';
  to: RouteLocationRaw;
  /** Position among its siblings, from 1. */
  position: number;
  siblings: number;
  /** Undefined: nothing to open. */
  isOpen?: boolean;
  status?: ConnectionStatus;
}

const childKinds = [
  ['guests', 'host-guests'],
  ['networks', 'networks'],
  ['storage-pools', 'storage-pools'],
] as const;

/** `closed` has the ids of the hosts that are folded; `known` those something is known of. */
export function treeNodes(
  all: readonly ConnectionStatus[],
  closed: readonly string[],
  known: ReadonlyMap<string, unknown>,
): TreeNode[] {
  const siblings = all.length + 1;
  const nodes: TreeNode[] = [{ id: 'all', level: 1, kind: 'all', to: { name: 'guests' }, position: 1, siblings }];
  all.forEach((status, index) => {
    const { id } = status.connection;
    const params = { connectionId: id };
    const isKnown = status.state.kind === 'connected' || known.has(id);
    const isOpen = isKnown && !closed.includes(id);
    const to = { name: 'host-guests', params };
    nodes.push({
      id,
      level: 1,
      kind: 'host',
      to,
      position: index + 2,
      siblings,
      status,
      ...(isKnown ? { isOpen } : {}),
    });
    if (!isOpen) return;
    childKinds.forEach(([kind, name], child) => {
      const position = child + 1;
      nodes.push({
        id: `${id}/${kind}`,
        level: 2,
        kind,
        to: { name, params },
        position,
        siblings: childKinds.length,
        status,
      });
    });
  });
  return nodes;
}

/** Keyboard of an ARIA tree: one tab stop, arrows walk, right opens, left closes or goes to the parent. */
import { nextTick, ref, type Ref } from 'vue';
import { moveCursor, TypeAhead } from '../../shared/grid-keys.ts';
import type { TreeNode } from './tree-nodes.ts';

export interface TreeKeys {
  /** Id of the node that has the tab stop. */
  focused: Ref<string>;
  press(event: KeyboardEvent): void;
}

export interface TreeHandlers {
  element: Ref<HTMLElement | null>;
  nodes: Ref<readonly TreeNode[]>;
  labelOf(node: TreeNode): string;
  toggle(node: TreeNode): void;
  activate(node: TreeNode): void;
}

export function useTreeKeys({ element, nodes, labelOf, toggle, activate }: TreeHandlers): TreeKeys {
  const focused = ref('all');
  const typeAhead = new TypeAhead();

  async function focus(node: TreeNode | undefined): Promise<void> {
    if (node === undefined) return;
    focused.value = node.id;
    await nextTick();
    element.value?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  function step(event: KeyboardEvent, index: number, node: TreeNode): boolean {
    const isRtl = document.documentElement.dir === 'rtl';
    const inward = isRtl ? 'ArrowLeft' : 'ArrowRight';
    const outward = isRtl ? 'ArrowRight' : 'ArrowLeft';
    if (event.key === inward) {
      if (node.isOpen === false) toggle(node);
      else if (node.isOpen === true) void focus(nodes.value[index + 1]);
      return true;
    }
    if (event.key === outward) {
      if (node.isOpen === true) toggle(node);
      else if (node.level === 2) void focus(nodes.value.findLast((one, at) => at < index && one.level === 1));
      return true;
    }
    return false;
  }

  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = nodes.value.findIndex(({ id }) => id === focused.value);
    const node = nodes.value[index];
    if (node === undefined) return;
    const cursor = { index, count: nodes.value.length, page: 10 };
    if (event.key === 'Enter' || event.key === ' ') activate(node);
    else if (!step(event, index, node)) {
      const next =
        moveCursor(event.key, cursor) ??
        typeAhead.find(event.key, cursor, (at) => labelOf(nodes.value[at]!).toLowerCase());
      if (next === null) return;
      void focus(nodes.value[next]);
    }
    event.preventDefault();
  }

  return { focused, press };
}

/** The tree of one guest's snapshots or checkpoints: parents, children, the current one. It knows no XML. */

/** A snapshot or checkpoint as a node of the tree. `parentName` may name one that is not there (then it is a root). */
export interface Moment {
  name: string;
  parentName: string | null;
}

/** Which moments to list: all or only one's children; `isTopological` puts parents before their children. */
export interface MomentListOptions<M> {
  /** Only descendants of this one; absent: of the whole tree. */
  from?: M | undefined;
  /** Below `from`, not only direct children. Without `from`: everything rather than only the roots. */
  isDeep: boolean;
  isTopological: boolean;
}

/** Moments by name, in the order they were added. */
export class MomentTree<M extends Moment> {
  readonly #moments = new Map<string, M>();
  /** The one that the guest's next moment becomes a child of. */
  current: M | null = null;

  get size(): number {
    return this.#moments.size;
  }

  get(name: string): M | undefined {
    return this.#moments.get(name);
  }

  /** Adds or, where the name is taken, replaces. */
  put(moment: M): void {
    const old = this.#moments.get(moment.name);
    this.#moments.set(moment.name, moment);
    if (old !== undefined && this.current === old) this.current = moment;
  }

  parentOf(moment: M): M | undefined {
    return moment.parentName === null ? undefined : this.#moments.get(moment.parentName);
  }

  childrenOf(moment: M | undefined): M[] {
    return [...this.#moments.values()].filter((other) => this.parentOf(other) === moment);
  }

  /** Below `moment`, parents first. Without recursion: a chain may be thousands long. */
  descendantsOf(moment: M | undefined): M[] {
    const children = Map.groupBy(this.#moments.values(), (child) => this.parentOf(child));
    const found: M[] = [];
    const open = [...(children.get(moment) ?? [])].toReversed();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      found.push(next);
      open.push(...(children.get(next) ?? []).toReversed());
    }
    return found;
  }

  isLeaf(moment: M): boolean {
    return this.childrenOf(moment).length === 0;
  }

  list({ from, isDeep, isTopological }: MomentListOptions<M>): M[] {
    if (!isDeep) return this.childrenOf(from);
    if (from === undefined && !isTopological) return [...this.#moments.values()];
    return this.descendantsOf(from);
  }

  /** Whether making `parentName` the parent of `name` closes a circle. */
  wouldLoop(name: string, parentName: string | null): boolean {
    for (let next = parentName, steps = 0; next !== null && steps <= this.#moments.size; steps += 1) {
      if (next === name) return true;
      next = this.#moments.get(next)?.parentName ?? null;
    }
    return false;
  }

  /** Removes one; its children become its parent's, and the current one moves up to the parent. */
  remove(moment: M): void {
    for (const child of this.childrenOf(moment)) child.parentName = moment.parentName;
    if (this.current === moment) this.current = this.parentOf(moment) ?? null;
    this.#moments.delete(moment.name);
  }

  /** Removes everything below; if the current one was there, `moment` becomes it. Answers what was removed. */
  removeDescendants(moment: M): M[] {
    const gone = this.descendantsOf(moment);
    for (const one of gone) {
      if (this.current === one) this.current = moment;
      this.#moments.delete(one.name);
    }
    return gone;
  }

  clear(): void {
    this.#moments.clear();
    this.current = null;
  }
}

/** Problems that the user should know of, kept until dismissed. */
import type { Notice } from '../contract/index.ts';

export class Notices {
  readonly #notices = new Map<string, Notice>();

  /** Adds a notice; one with the same id is replaced. */
  add(id: string, level: Notice['level'], message: string): void {
    const safeId = id.replaceAll(/[^\w-]/g, '-').slice(0, 64);
    this.#notices.set(safeId, { id: safeId, level, message });
  }

  dismiss(id: string): void {
    this.#notices.delete(id);
  }

  list(): Notice[] {
    return [...this.#notices.values()];
  }
}

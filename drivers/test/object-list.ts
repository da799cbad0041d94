/** The objects of one kind on a node, found by name and by UUID, in the order they came. */
import { testError } from './errors.ts';

/** What every listed object has. Both are unique within a list. */
export interface Named {
  name: string;
  uuid: string;
}

export class ObjectList<T extends Named> implements Iterable<T> {
  readonly #byUuid = new Map<string, T>();
  readonly #byName = new Map<string, T>();
  /** The kind in libvirt's words, for messages: `domain`, `network`, `pool`. */
  readonly #kind: string;

  constructor(kind: string) {
    this.#kind = kind;
  }

  get size(): number {
    return this.#byUuid.size;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#byUuid.values();
  }

  byName(name: string): T | undefined {
    return this.#byName.get(name);
  }

  byUuid(uuid: string): T | undefined {
    return this.#byUuid.get(uuid);
  }

  add(object: T): void {
    this.#byUuid.set(object.uuid, object);
    this.#byName.set(object.name, object);
  }

  remove(object: T): void {
    this.#byUuid.delete(object.uuid);
    this.#byName.delete(object.name);
  }

  /** Gives a listed object another name; the caller sees to it that the name is free. */
  rename(object: T, name: string): void {
    this.#byName.delete(object.name);
    object.name = name;
    this.#byName.set(name, object);
  }

  filter(keep: (object: T) => boolean): T[] {
    return [...this.#byUuid.values()].filter(keep);
  }

  /**
   * The object that a definition of this name and UUID is for, if there is one already.
   * Throws OPERATION_FAILED where name and UUID belong to two different objects.
   */
  claim(name: string, uuid: string): T | undefined {
    const sameUuid = this.#byUuid.get(uuid);
    if (sameUuid && sameUuid.name !== name) {
      throw testError(
        'VIR_ERR_OPERATION_FAILED',
        `${this.#kind} '${sameUuid.name}' is already defined with uuid ${uuid}`,
      );
    }
    const sameName = this.#byName.get(name);
    if (sameName && sameName.uuid !== uuid) {
      throw testError('VIR_ERR_OPERATION_FAILED', `${this.#kind} '${name}' already exists with uuid ${sameName.uuid}`);
    }
    return sameUuid;
  }
}

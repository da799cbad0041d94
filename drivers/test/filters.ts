/** libvirt's list filters: flags in groups, where an object must fit every group of which some flag is set. */

/** Flags that exclude each other, with what each asks of an object. */
export type FilterGroup<T> = readonly (readonly [flag: number, fits: (object: T) => boolean])[];

/** Whether an object passes the filters in `flags`; a group without any of its flags lets everything pass. */
export function passes<T>(object: T, flags: number, groups: readonly FilterGroup<T>[]): boolean {
  return groups.every((group) => {
    const asked = group.filter(([flag]) => (flags & flag) !== 0);
    return asked.length === 0 || asked.some(([, fits]) => fits(object));
  });
}

/** Every flag of all groups, for `checkFlags`. */
export function flagsOf<T>(groups: readonly FilterGroup<T>[]): number {
  return groups.flat().reduce((all, [flag]) => all | flag, 0);
}

/** The two-flag group that most filters are: the first flag asks for `fits`, the second for its opposite. */
export function either<T>(yes: number, no: number, fits: (object: T) => boolean): FilterGroup<T> {
  return [
    [yes, fits],
    [no, (object) => !fits(object)],
  ];
}

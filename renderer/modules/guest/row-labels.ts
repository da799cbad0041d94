/** Names of a row's controls, made for thousands of rows from one look-up each. */

export interface RowLabels {
  select: string;
  more: string;
}

/** Stands for the guest's name until a row puts it in. */
export const namePlace = '\u{fffc}';

export function named(label: string, name: string): string {
  return label.replace(namePlace, () => name);
}

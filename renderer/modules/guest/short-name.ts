/** A guest's name where a sentence has room for this much of it. */

const longest = 64;

export function shortName(name: string): string {
  return name.length > longest ? `${name.slice(0, longest)}…` : name;
}

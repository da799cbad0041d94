/** Names come from guests and may be kilobytes long; a tooltip shows this much of them. */

const longest = 512;

export function tooltip(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

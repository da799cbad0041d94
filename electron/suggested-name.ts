/** The name that a save dialog begins with. It comes from a host, so it may be anything. */

/** `name` as one that any file system takes, without a way into another folder; never empty. */
export function suggestedName(name: string): string {
  const safe = name
    .replaceAll(/[\p{C}<>:"/\\|?*]+/gu, '_')
    .slice(0, 200)
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  return safe === '' ? 'volume' : safe;
}

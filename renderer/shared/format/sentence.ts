/** A host's message as a sentence: many begin small and end without a stop. */

/** Begins with a capital, unless with a name as in `virDomainCreate`, and ends with a stop. */
export function sentence(message: string): string {
  const text = message.trim();
  if (text === '') return '';
  const [word = ''] = text.split(/\s/, 1);
  const isPlainWord = /^\p{Ll}+[,:;.]?$/u.test(word);
  const begun = isPlainWord ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…]['’"”)]?$/.test(begun) ? begun : `${begun}.`;
}

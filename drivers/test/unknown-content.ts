/** Refuses definitions with content that the schema does not know, where the caller asked for that (`…_VALIDATE`). */
import type { Extra } from '../conf/schema/index.ts';
import { testError } from './errors.ts';

/** Throws XML_INVALID_SCHEMA naming the first unknown attribute or element of a definition of that kind. */
export function assertKnown(def: object, kind: string): void {
  const open: [value: object, path: string][] = [[def, kind]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, path] = next;
    const unknown = 'extra' in value && value.extra ? unknownIn(value.extra as Extra) : null;
    if (unknown !== null) {
      throw testError(
        'VIR_ERR_XML_INVALID_SCHEMA',
        `XML document failed to validate against schema: ${unknown} is unknown in ${path}`,
      );
    }
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null && key !== 'extra')
        open.push([inner as object, Array.isArray(value) ? path : key]);
    }
  }
}

function unknownIn({ attributes = [], children = [], within = {} }: Extra): string | null {
  if (attributes[0]) return `attribute '${attributes[0][0]}'`;
  const child = children.find(({ xml }) => xml.trim() !== '');
  if (child) return `'${child.xml.trim().slice(0, 60)}'`;
  for (const [name, inner] of Object.entries(within)) {
    const found = unknownIn(inner);
    if (found !== null) return `${found} of <${name}>`;
  }
  return null;
}

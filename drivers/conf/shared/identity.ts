/** Makes up what identifies an object where the definition does not say: UUIDs and MAC addresses. */
import { randomBytes } from 'node:crypto';
import type { ParseContext } from '../schema/index.ts';

/** A random version 4 UUID in canonical text, from the parse's own source of random octets where it has one. */
export function makeUuid(context: ParseContext): string {
  const octets = Uint8Array.from((context.options.randomBytes ?? randomBytes)(16));
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x40;
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80;
  const text = Buffer.from(octets).toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

/** A random MAC address with the given first octets. */
export function makeMac(context: ParseContext, prefix: readonly [number, number, number]): string {
  const octets = (context.options.randomBytes ?? randomBytes)(3);
  return [...prefix, ...octets].map((octet) => octet.toString(16).padStart(2, '0')).join(':');
}

/** Gives the definition a UUID where it has none. */
export function fillUuid(definition: { uuid?: string | undefined }, context: ParseContext): void {
  definition.uuid ??= makeUuid(context);
}

/** A path without repeated or trailing slashes; a leading double slash, which POSIX gives a meaning, stays. */
export function tidyPath(path: string): string {
  const lead = /^\/\/(?!\/)/.test(path) ? '/' : '';
  const tidy = lead + path.replace(/^\/\/(?!\/)/, '/').replace(/\/+/g, '/');
  return tidy.length > 1 && tidy.endsWith('/') ? tidy.slice(0, -1) : tidy;
}

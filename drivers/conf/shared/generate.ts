/** Made-up identities: UUIDs and MAC addresses, from a source of randomness that a test can replace. */
import { randomBytes as secureRandomBytes } from 'node:crypto';
import type { ParseContext } from '../schema/index.ts';

/** `count` octets from the context's source. */
function octets(context: ParseContext, count: number): Uint8Array {
  return context.options.randomBytes?.(count) ?? secureRandomBytes(count);
}

/** A random UUID (version 4) in canonical text form. */
export function generateUuid(context: ParseContext): string {
  const bytes = Uint8Array.from(octets(context, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = Buffer.from(bytes).toString('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/** A random MAC address with the given prefix. */
export function generateMac(context: ParseContext, prefix: readonly [number, number, number]): string {
  return [...prefix, ...octets(context, 3)].map((octet) => octet.toString(16).padStart(2, '0')).join(':');
}

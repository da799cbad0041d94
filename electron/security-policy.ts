/** What a page of the application may do; everything not named here is refused. Pure, so that each rule has a test. */
import { appOrigin, isAppOrigin, isAppUrl } from './app-url.ts';

/**
 * The pages' content security policy. `connect-src 'none'`: a page has no network of its own, it talks to the host over
 * its MessagePort. Inline styles are allowed because the component library and the terminal make style elements.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer on the application's scheme. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Copy and paste in a console, and the full-screen console with its keys. */
const allowedPermissions = new Set(['clipboard-read', 'clipboard-sanitized-write', 'fullscreen', 'keyboardLock']);

/** Whether a page asking from `origin` gets a permission. */
export function isPermissionAllowed(permission: string, origin: string, isMainFrame: boolean): boolean {
  return isMainFrame && isAppOrigin(origin) && allowedPermissions.has(permission);
}

/**
 * Whether a page may load an address at all. The content security policy says the same to the page; this is said to the
 * network below it.
 */
export function isRequestAllowed(address: string, isDevelopment: boolean): boolean {
  if (isAppUrl(address) || address.startsWith('data:') || address.startsWith(`blob:${appOrigin}/`)) return true;
  return isDevelopment && address.startsWith('devtools:');
}

export type ExternalVerdict = { ok: true; url: string; host: string } | { ok: false; reason: string };

/**
 * Whether an address may be handed to the system's browser. Only https, no credentials, of a bearable length: other
 * schemes start programs of their own (file:, smb:, ms-*:, vnc:, ...).
 */
export function externalVerdict(address: string): ExternalVerdict {
  if (address.length > 2048) return { ok: false, reason: 'the address is longer than 2048 characters' };
  const url = URL.parse(address);
  if (url === null) return { ok: false, reason: 'it is not an address' };
  if (url.protocol !== 'https:') return { ok: false, reason: `${url.protocol} addresses are not opened, only https:` };
  if (url.username !== '' || url.password !== '')
    return { ok: false, reason: 'the address holds a user name or password' };
  return { ok: true, url: url.href, host: url.host };
}

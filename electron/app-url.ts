/** The addresses of the application's own pages, `app://hostler/...`, and the files they stand for. */
import { posix } from 'node:path';

/** A scheme of our own instead of `file:`: pages get one origin, and no file outside the bundle has an address. */
export const appScheme = 'app';
export const appOrigin = 'app://hostler';
/** The first page of a window. */
export const startUrl = `${appOrigin}/`;

/** Whether an address is one of the application's own. */
export function isAppUrl(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null &&
    url.protocol === `${appScheme}:` &&
    url.host === 'hostler' &&
    url.username === '' &&
    url.password === ''
  );
}

/** Whether an origin, as Chromium writes it in permission checks (with or without the final slash), is the application. */
export function isAppOrigin(origin: string): boolean {
  return origin === appOrigin || origin === startUrl;
}

/**
 * The bundle's file for an address, relative to the renderer's folder, or null where there can be none.
 * A path without an extension is a route of the application, so it is the start page.
 */
export function assetOf(address: string): string | null {
  if (!isAppUrl(address)) return null;
  const path = decoded(new URL(address).pathname);
  if (path === null || /[\\\0]/.test(path)) return null;
  const segments = path.split('/').slice(1);
  // URL has resolved plain `..`; what is left was written `%2e%2e%2f` to get past it.
  if (segments.some((segment) => segment === '..' || segment === '.')) return null;
  const relative = segments.join('/');
  return posix.extname(relative) === '' ? 'index.html' : relative;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/**
 * Which requests may come in at all, judged by headers that a page cannot forge. A name that was re-bound to 127.0.0.1
 * shows in Host; another page's script shows in Origin and Sec-Fetch-Site.
 */
import type { IncomingHttpHeaders } from 'node:http';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The request's own host as `name:port`, or null when it is none of this machine's loopback names. */
export function hostOf(headers: IncomingHttpHeaders): string | null {
  const host = headers.host ?? '';
  const match = /^(127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.exec(host);
  return match && loopbackNames.has((match[1] ?? '').toLowerCase()) ? host.toLowerCase() : null;
}

/** Whether the request comes from a page of this very origin, or from no page at all (address bar, link of a program). */
export function isOwnOrigin(headers: IncomingHttpHeaders, host: string): boolean {
  return headers.origin === undefined || headers.origin.toLowerCase() === `http://${host}`;
}

/** For sockets: a page of this origin must be named, for no other check keeps another page's script out. */
export function isOwnPage(headers: IncomingHttpHeaders, host: string): boolean {
  return headers.origin !== undefined && isOwnOrigin(headers, host);
}

/** Whether the browser says that another site led here. */
export function isFromOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

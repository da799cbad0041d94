/** Serves the built renderer on the application's own scheme, and nothing else. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { protocol, type Session } from 'electron';
import { appScheme, assetOf } from './app-url.ts';
import { securityHeaders } from './security-policy.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** Makes the scheme one with an origin and a secure context. Has to be called before the application is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers the scheme's requests from the built renderer's folder. */
export function serveAppScheme(session: Session, folder: string): void {
  session.protocol.handle(appScheme, async (request) => {
    const asset = request.method === 'GET' ? assetOf(request.url) : null;
    const body = asset === null ? null : await readFile(join(folder, asset)).catch(() => null);
    if (asset === null || body === null) return new Response('Not found', { status: 404, headers: securityHeaders });
    const type = contentTypes[extname(asset)] ?? 'application/octet-stream';
    return new Response(body, { headers: { ...securityHeaders, 'Content-Type': type } });
  });
}

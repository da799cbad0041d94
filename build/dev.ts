/**
 * `npm run dev`: browser mode from the sources. The interface comes from vite (changes show at once), the host runs
 * beside it and is restarted when its sources change; each start prints a new link.
 *
 *   browser --> vite (5173) --/ws, /console, /?token=--> host (a free port, `node --watch main/web/main.ts`)
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createServer as createVite, type ProxyOptions, type ViteDevServer } from 'vite';
import { buildOrExit } from './build.ts';
import { root } from './run-tool.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The cookie that a token is turned into is SameSite=Strict, so no other page can use the relay. */
async function startVite(hostPort: number): Promise<ViteDevServer> {
  const relay: ProxyOptions = { target: `http://127.0.0.1:${hostPort}`, changeOrigin: true };
  const sockets: ProxyOptions = { ...relay, ws: true, rewriteWsOrigin: true };
  const vite = await createVite({
    configFile: join(root, 'renderer/vite.config.ts'),
    server: { proxy: { '^/\\?token=': relay, '/ws': sockets, '/console': sockets } },
  });
  return vite.listen();
}

function startHost(port: number, viteUrl: string, flags: string[]): () => void {
  const script = join(root, 'main/web/main.ts');
  const child = spawn(process.execPath, ['--watch', script, '--no-open', '--port', String(port), ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(line.replace(`http://127.0.0.1:${port}/`, viteUrl));
  });
  return () => child.kill();
}

// The host wants a built interface to serve, though here it is not the one that is looked at.
await buildOrExit();
const port = await freePort();
const vite = await startVite(port);
const stopHost = startHost(port, vite.resolvedUrls?.local[0] ?? '', process.argv.slice(2));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stopHost();
    void vite.close().then(() => process.exit(0));
  });
}

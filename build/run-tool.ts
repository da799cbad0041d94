/** Runs the project's tools (vite, tsc, ...) from node_modules on this very Node, and says how they ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's folder. */
export const root = dirname(import.meta.dirname);

/** How a tool ended; `output` is what it printed on both streams. */
export interface ToolResult {
  code: number;
  output: string;
  seconds: number;
}

/** The script behind the command `name` of the npm package `packageName`. */
export function toolScript(packageName: string, name: string): string {
  const folder = join(root, 'node_modules', packageName);
  if (!existsSync(folder)) throw new Error(`${packageName} is not installed: npm ci`);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const script = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[name];
  if (script === undefined) throw new Error(`${packageName} has no command ${name}`);
  return join(folder, script);
}

/** Tools that run now: they end when this process does. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill();
});

/** Runs a Node script to its end. With `show`, its output goes straight to the terminal and is not collected. */
export async function runNode(
  script: string,
  args: string[],
  options: { show?: boolean; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<ToolResult> {
  const started = performance.now();
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: options.show === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const output: Buffer[] = [];
  child.stdout?.on('data', (data: Buffer) => output.push(data));
  child.stderr?.on('data', (data: Buffer) => output.push(data));
  const [code] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return { code: code ?? 1, output: Buffer.concat(output).toString(), seconds: (performance.now() - started) / 1000 };
}

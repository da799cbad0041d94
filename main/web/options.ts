/** The command line of browser mode. */
import { parseArgs } from 'node:util';

export interface WebOptions {
  /** 0: any free one. */
  port: number;
  /** Open the user's browser once ready. */
  open: boolean;
  /** Null: the usual folder. */
  configDir: string | null;
  help: boolean;
}

export const usage = `Hostler in the browser

  --port PORT        listen on this port of 127.0.0.1; 0 takes any free one (default)
  --no-open          do not open the browser
  --config-dir DIR   keep settings and connections in DIR
  --help             show this
`;

/** Reads the arguments; throws an Error whose message names the wrong one. */
export function parseOptions(args: string[]): WebOptions {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      port: { type: 'string', default: '0' },
      open: { type: 'boolean', default: true },
      'config-dir': { type: 'string' },
      // Taken and ignored: the start script hands its own arguments on.
      browser: { type: 'boolean' },
      help: { type: 'boolean', default: false },
    },
  });
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
  if (!(port <= 65535)) throw new Error(`--port '${values.port}' is not a number from 0 to 65535`);
  return { port, open: values.open, configDir: values['config-dir'] ?? null, help: values.help };
}

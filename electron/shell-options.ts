/** What the desktop program was told on its command line. Pure. */

export interface ShellOptions {
  /** `--config-dir`: folder of the configuration instead of the system's place for it. */
  configDir: string | null;
}

const flag = '--config-dir';

/** Reads the options. Others are Electron's and Chromium's, so unknown ones are left alone. Throws on a flag without its value. */
export function shellOptions(args: readonly string[]): ShellOptions {
  const index = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  if (index === -1) return { configDir: null };
  const value = args[index] === flag ? args[index + 1] : args[index]!.slice(flag.length + 1);
  if (value === undefined || value === '' || value.startsWith('--')) {
    throw new Error(`${flag} was given without a folder. Write it as ${flag} FOLDER.`);
  }
  return { configDir: value };
}

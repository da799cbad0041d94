/** The machine's own Chromium, driven headless by Playwright, told not to talk to anybody but the page's host. */
import { chromium, type Browser } from 'playwright-core';
import { findProgram } from './requirements.ts';

/** Flags that keep Chromium quiet, and able to run as root in a container. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is: CHROMIUM in the environment, else PATH. Fails with the command that installs it. */
export function chromiumProgram(): string {
  const program = process.env['CHROMIUM'] ?? findProgram('chromium') ?? findProgram('google-chrome');
  if (program === null) throw new Error('Chromium not found: sudo apt-get install --no-install-recommends chromium');
  return program;
}

/** Starts Chromium with an empty profile of its own; `close()` ends it and removes the profile. */
export async function startChromium(extraFlags: string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumProgram(), args: [...chromiumFlags, ...extraFlags] });
}

/** `npm run e2e`: builds what changed and drives Hostler in Chromium (and Electron, where its runtime is installed). */
import { buildIfNeeded } from '../../build/build.ts';
import { runPlaywright } from './step.ts';

await buildIfNeeded();
const { code } = await runPlaywright(process.argv.slice(2), { show: true });
process.exitCode = code;

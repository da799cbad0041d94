/** `npm run e2e`: builds what changed and drives Hostler in Chromium (and Electron, where its runtime is installed). */
import { buildOrExit } from '../../build/build.ts';
import { runPlaywright } from './step.ts';

await buildOrExit();
const { code } = await runPlaywright(process.argv.slice(2), { show: true });
process.exitCode = code;

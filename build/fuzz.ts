/** `npm run fuzz [SECONDS]`: the long, nightly run of the damaged definitions; ten minutes unless told otherwise. */
import { join } from 'node:path';
import { root, runNode, toolScript } from './run-tool.ts';

const [seconds = '600'] = process.argv.slice(2);
if (!/^[1-9]\d{0,4}$/.test(seconds)) {
  console.error(`npm run fuzz takes a number of seconds from 1 to 99999, not '${seconds}'.`);
  process.exit(1);
}
const { code } = await runNode(
  toolScript('vitest', 'vitest'),
  ['run', '--project', 'golden', join(root, 'test/golden/fuzz.test.ts')],
  { show: true, env: { HOSTLER_FUZZ_SECONDS: seconds } },
);
process.exitCode = code;

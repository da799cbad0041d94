import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { keeperScript } from './arguments.ts';

/** Ends when it was told twice, as an ssh does that was told in an unlucky moment. */
const hardOfHearing = 'n=0; trap "n=\\$((n + 1))" TERM; echo started; while [ $n -lt 2 ]; do sleep 0.01; done; exit 7';

it('the keeper ends ssh for certain once its input ends, and ends as ssh did', { timeout: 10_000 }, async () => {
  const keeper = spawn('/bin/sh', ['-c', keeperScript, 'keeper', 'sh', '-c', hardOfHearing], {
    env: { ...process.env, HOSTLER_SSH_DIR: '/nonexistent/hostler-keeper' },
  });
  await once(keeper.stdout, 'data');
  keeper.stdin.destroy();
  expect(await once(keeper, 'close')).toEqual([7, null]);
});

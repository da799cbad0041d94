import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { virError } from '../../drivers/error.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { fakeDaemon } from '../../drivers/remote/testing/fake-daemon.ts';
import { procedures } from '../../drivers/rpc/generated/procedures.gen.ts';
import { type FakePeer, listen } from '../../drivers/rpc/testing/fake-peer.ts';
import type { ContractError } from '../contract/index.ts';
import { toContractError } from '../ipc/contract-error.ts';
import { hypervisorOpener } from './core-hypervisor.ts';

failOnLeaks();

const open = hypervisorOpener(() => ({ intervalSeconds: 5, count: 5 }));
const polkit = { none: 0, polkit: 2 };

let socket: string;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-remedy-'));
  socket = join(folder, 'sock');
});
afterEach(() => rm(folder, { recursive: true }));

/** Polkit refuses everybody, or those who want to change something: whom it lets look is not asked. */
function daemon(letsLook: boolean): () => FakePeer {
  let count = 0;
  return () => {
    const isSecond = ++count > 1;
    return fakeDaemon({ authTypes: [isSecond && letsLook ? polkit.none : polkit.polkit] }).on(
      procedures.authPolkit,
      () => virError('VIR_ERR_AUTH_FAILED', 'VIR_FROM_POLKIT', 'authentication failed: access denied by policy'),
    );
  };
}

async function failureWith(letsLook: boolean, readonly = false): Promise<ContractError> {
  await using server = await listen(socket, daemon(letsLook));
  const { signal } = new AbortController();
  const uri = `qemu+unix:///system?socket=${socket}`;
  const failure = await open(uri, { readonly, signal, ask: async () => null }).then(
    () => new Error('it opened'),
    (error: unknown) => error,
  );
  expect(server.server.listening).toBe(true);
  return toContractError(failure);
}

describe('a host that refuses this user', () => {
  it('is offered read-only where that was tried and works', async () => {
    expect(await failureWith(true)).toMatchObject({
      code: 'authentication-failed',
      message: expect.stringContaining('access denied by policy'),
      remedy: 'connect-readonly',
    });
  });

  it('is not offered so where it refuses that as well, or where that was what was asked for', async () => {
    expect(await failureWith(false)).not.toHaveProperty('remedy');
    expect(await failureWith(true, true)).not.toHaveProperty('remedy');
  });
});

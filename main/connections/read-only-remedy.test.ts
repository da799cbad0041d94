import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type VirError, virError } from '../../drivers/error.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { fakeDaemon } from '../../drivers/remote/testing/fake-daemon.ts';
import { procedures } from '../../drivers/rpc/generated/procedures.gen.ts';
import { type FakePeer, listen } from '../../drivers/rpc/testing/fake-peer.ts';
import type { ContractError } from '../contract/index.ts';
import { toContractError } from '../ipc/contract-error.ts';
import { hypervisorOpener } from './core-hypervisor.ts';
import { explainOpen } from './open-error.ts';
import { withReadOnlyRemedy } from './read-only-remedy.ts';

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

describe('a host behind SSH that refuses this user', () => {
  const remedyOf = async (error: VirError, uri: string): Promise<unknown> => {
    const explained = explainOpen(error, uri);
    const failure = await withReadOnlyRemedy(explained, uri, new AbortController().signal);
    return toContractError(failure).remedy;
  };
  const socket = virError('VIR_ERR_ACCESS_DENIED', 'VIR_FROM_SSH', 'The user on ada@lab may not use libvirt');
  const polkit = virError('VIR_ERR_AUTH_FAILED', 'VIR_FROM_POLKIT', 'access denied by policy');
  const login = virError('VIR_ERR_AUTH_FAILED', 'VIR_FROM_SSH', 'ada@lab: permission denied');

  it('is offered read-only where it was libvirt that refused', async () => {
    for (const transport of ['ssh', 'libssh', 'libssh2']) {
      const uri = `qemu+${transport}://ada@lab/system`;
      expect([await remedyOf(socket, uri), await remedyOf(polkit, uri)]).toEqual(Array(2).fill('connect-readonly'));
    }
  });

  it('is not where the log-in was refused, or where there is nothing to look at without the right', async () => {
    expect(await remedyOf(login, 'qemu+ssh://ada@lab/system')).toBeUndefined();
    expect(await remedyOf(socket, 'qemu+ssh://ada@lab/session')).toBeUndefined();
    expect(await remedyOf(polkit, 'qemu+tls://lab/system')).toBeUndefined();
    const gone = virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_SSH', 'There is no libvirt on lab');
    expect(await remedyOf(gone, 'qemu+ssh://ada@lab/system')).toBeUndefined();
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { type Misbehaviour, startFakeServer } from '../../test/rig/fake-servers.ts';
import { toContractError } from '../ipc/contract-error.ts';
import { virError, VirErrorNumber } from '../../drivers/error.ts';
import { HostKeyChangedError } from '../../drivers/remote/ssh/changed-key.ts';
import { sshError } from '../../drivers/remote/ssh/login.ts';
import { hypervisorOpener } from './core-hypervisor.ts';
import { changedKeyOf, explainOpen } from './open-error.ts';

failOnLeaks();

const open = hypervisorOpener(() => ({ intervalSeconds: 5, count: 5 }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-open-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('opening a connection', () => {
  it.each<[Misbehaviour, string]>([
    ['http', 'is not a libvirt daemon'],
    ['huge', 'is not a libvirt daemon'],
    ['truncated', 'in the middle of a packet'],
    ['closing', 'was ended by the other side'],
  ])('to a server that is not libvirt (%s) says so, without the protocol’s words', async (how, what) => {
    const server = await startFakeServer(folder, how);
    const uri = `qemu+unix:///system?socket=${server.socket}`;
    const signal = new AbortController().signal;
    const error = await open(uri, { readonly: false, signal, ask: async () => null }).then(
      () => null,
      (reason: unknown) => toContractError(reason),
    );
    await server.stop();
    expect(error).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining(what),
      hint: expect.stringContaining('libvirt'),
      libvirt: { name: 'VIR_ERR_RPC' },
    });
    expect(error?.message).not.toContain('auth_list');
    expect(error?.mayHaveActed ?? false).toBe(false);
  });

  it('to a server that says nothing can be given up', async () => {
    const server = await startFakeServer(folder, 'silent');
    const signal = AbortSignal.timeout(50);
    const uri = `qemu+unix:///system?socket=${server.socket}`;
    await expect(open(uri, { readonly: false, signal, ask: async () => null })).rejects.toMatchObject({
      code: VirErrorNumber.VIR_ERR_OPERATION_ABORTED,
    });
    await server.stop();
  });

  it('over SSH says what the host showed, without advice about groups', () => {
    const facts = { host: 'kvm1', keyType: 'ED25519', fingerprint: 'SHA256:new', known: [] };
    const error = explainOpen(new HostKeyChangedError('root@kvm1', facts), 'qemu+ssh://root@kvm1/system');
    expect(changedKeyOf(error)).toEqual({ ...facts, command: 'ssh-keygen -R kvm1' });
    expect(toContractError(error)).toMatchObject({
      code: 'authentication-failed',
      hint: 'Nothing was sent to the host.',
    });
    const refused = toContractError(explainOpen(sshError('refused', 'No.'), 'qemu+ssh://root@kvm1/system'));
    expect(refused).toMatchObject({ message: 'No.', hint: expect.stringContaining('`ssh`') });
    expect(changedKeyOf(sshError('refused', 'No.'))).toBe(undefined);
  });

  it('names the host in place of the request that got no answer', () => {
    const timeout = virError('VIR_ERR_OPERATION_TIMEOUT', 'VIR_FROM_RPC', 'No answer within 15 s: auth_list.');
    expect(toContractError(explainOpen(timeout, 'qemu:///system'))).toMatchObject({
      code: 'timeout',
      message: 'Connecting to qemu:///system: something listens there, but it does not answer.',
      libvirt: { message: 'No answer within 15 s: auth_list.' },
    });
  });
});

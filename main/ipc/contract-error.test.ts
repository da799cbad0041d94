import { describe, expect, it } from 'vitest';
import { VirError, VirErrorDomain, VirErrorNumber } from '../../drivers/error.ts';
import { HostError } from '../error.ts';
import { toContractError } from './contract-error.ts';

function virError(code: keyof typeof VirErrorNumber, more: { maybeDone?: boolean; linkLost?: boolean }): VirError {
  const { VIR_FROM_RPC } = VirErrorDomain;
  return new VirError({ code: VirErrorNumber[code], domain: VIR_FROM_RPC, message: 'what happened', ...more });
}

describe('a request without an answer', () => {
  it.each([
    ['that was sent', virError('VIR_ERR_RPC', { linkLost: true, maybeDone: true }), 'connection-lost', true],
    ['that was not sent', virError('VIR_ERR_INVALID_CONN', { linkLost: true }), 'connection-lost', false],
    ['that was given up', virError('VIR_ERR_OPERATION_TIMEOUT', { maybeDone: true }), 'timeout', true],
  ])('%s says whether the host may have acted', (_, error, code, mayHaveActed) => {
    expect(toContractError(error)).toMatchObject({ code, mayHaveActed });
    const wrapped = new HostError('connection-lost', 'Starting it failed.', { cause: error });
    expect(toContractError(wrapped)).toMatchObject({ message: 'Starting it failed.', mayHaveActed });
  });

  it('that was answered with an error has no such doubt', () => {
    expect(toContractError(virError('VIR_ERR_NO_DOMAIN', {}))).not.toHaveProperty('mayHaveActed');
    expect(toContractError(virError('VIR_ERR_INVALID_CONN', {}))).toMatchObject({ code: 'not-connected' });
  });

  it('is told from one that the host itself gave up', () => {
    const { VIR_ERR_OPERATION_ABORTED: code } = VirErrorNumber;
    const own = new VirError({ code, domain: VirErrorDomain.VIR_FROM_RPC, message: 'Cancelled.', maybeDone: true });
    expect(toContractError(own)).toMatchObject({ code: 'cancelled', mayHaveActed: true });
    const hosts = new VirError({ code, domain: VirErrorDomain.VIR_FROM_QEMU, message: 'migration job: canceled' });
    expect(toContractError(hosts)).toMatchObject({ code: 'operation-refused', message: 'migration job: canceled' });
  });

  it('that changes nothing has none either', () => {
    const read = virError('VIR_ERR_RPC', { linkLost: true, maybeDone: true }).withoutEffect();
    expect(toContractError(read)).toMatchObject({ code: 'connection-lost', mayHaveActed: false });
    expect(read.message).toBe('what happened');
  });
});

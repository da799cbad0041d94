/** The error that a refused request becomes in the renderer. */
import type { ContractError, ErrorCode } from '../../../main/contract/index.ts';

/** A `ContractError` as something that can be thrown. Match `code`; show `message`, then `hint`. */
export class ContractFailure extends Error {
  override readonly name = 'ContractFailure';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly mayHaveActed: boolean | undefined;
  readonly remedy: ContractError['remedy'];
  readonly libvirt: ContractError['libvirt'];

  constructor(error: ContractError) {
    super(error.message);
    this.code = error.code;
    this.hint = error.hint;
    this.mayHaveActed = error.mayHaveActed;
    this.remedy = error.remedy;
    this.libvirt = error.libvirt;
  }
}

/** Any thrown value as a `ContractError`: what is not a contract failure is a fault of this program. */
export function toContractError(thrown: unknown): ContractError {
  if (thrown instanceof ContractFailure) {
    const { code, message, hint, mayHaveActed, remedy, libvirt } = thrown;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(mayHaveActed === undefined ? {} : { mayHaveActed }),
      ...(remedy === undefined ? {} : { remedy }),
      ...(libvirt === undefined ? {} : { libvirt }),
    };
  }
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** True where the caller itself gave up, which is nothing to tell anybody about. */
export function isCancelled(thrown: unknown): boolean {
  return thrown instanceof ContractFailure && thrown.code === 'cancelled';
}

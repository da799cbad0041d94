/**
 * VirError: the one error of the driver core, with libvirt's numbers. Match `code` (and `domain`), never the text.
 * Source of the fields: libvirt's virError and the wire's virNetMessageError.
 */
import { VirErrorDomain, VirErrorLevel, VirErrorNumber } from './error-numbers.gen.ts';

export { VirErrorDomain, VirErrorLevel, VirErrorNumber };

export interface VirErrorFields {
  /** libvirt's virErrorNumber. */
  code: number;
  /** libvirt's virErrorDomain: which part reported it. */
  domain: number;
  /** What was asked, what happened, what to do. */
  message: string;
  /** libvirt's virErrorLevel; an error unless said otherwise. */
  level?: number;
  str1?: string | null;
  str2?: string | null;
  str3?: string | null;
  int1?: number;
  int2?: number;
  cause?: unknown;
  /**
   * No answer came, because the link ended or the caller gave up, and the request was on its way: the server may have
   * acted on it all the same. False where it was never sent, or only asked for something to read.
   */
  maybeDone?: boolean;
  /** The link ended: before the call was sent, or before its answer came. */
  linkLost?: boolean;
}

export class VirError extends Error {
  override readonly name = 'VirError';
  readonly code: number;
  readonly domain: number;
  readonly level: number;
  readonly str1: string | null;
  readonly str2: string | null;
  readonly str3: string | null;
  readonly int1: number;
  readonly int2: number;
  readonly maybeDone: boolean;
  readonly linkLost: boolean;

  constructor(fields: VirErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.domain = fields.domain;
    this.level = fields.level ?? VirErrorLevel.VIR_ERR_ERROR;
    this.str1 = fields.str1 ?? null;
    this.str2 = fields.str2 ?? null;
    this.str3 = fields.str3 ?? null;
    this.int1 = fields.int1 ?? -1;
    this.int2 = fields.int2 ?? -1;
    this.maybeDone = fields.maybeDone ?? false;
    this.linkLost = fields.linkLost ?? false;
  }

  /** The same of a call that changes nothing: whether the server worked on it makes no difference. */
  withoutEffect(): VirError {
    if (!this.maybeDone) return this;
    return new VirError({ ...this, message: this.message, cause: this.cause, maybeDone: false });
  }

  /** libvirt's name of the code (`VIR_ERR_NO_DOMAIN`), or `VIR_ERR_<n>` for one newer than this build. */
  get codeName(): string {
    return nameOf(VirErrorNumber, this.code) ?? `VIR_ERR_${this.code}`;
  }

  /** libvirt's name of the reporting part (`VIR_FROM_QEMU`). */
  get domainName(): string {
    return nameOf(VirErrorDomain, this.domain) ?? `VIR_FROM_${this.domain}`;
  }
}

/** A VirError with the code `number`, the usual way to raise one. */
export function virError(
  number: keyof typeof VirErrorNumber,
  domain: keyof typeof VirErrorDomain,
  message: string,
  cause?: unknown,
): VirError {
  return new VirError({ code: VirErrorNumber[number], domain: VirErrorDomain[domain], message, cause });
}

/** The error of a call whose caller gave it up; the signal's reason is its cause. */
export function cancelledError(what: string, signal: AbortSignal): VirError {
  return virError('VIR_ERR_OPERATION_ABORTED', 'VIR_FROM_NONE', `Cancelled: ${what}.`, signal.reason);
}

function nameOf(numbers: Record<string, number>, wanted: number): string | undefined {
  for (const [name, number] of Object.entries(numbers)) if (number === wanted) return name;
  return undefined;
}

/**
 * Builds one packet's XDR in a buffer that grows. Limits of the protocol are enforced here too, so that an over-long
 * value fails at its caller (VIR_ERR_INVALID_ARG) and not as a dropped connection.
 */
import { unencodable } from './errors.ts';
import { SHORT_TEXT, writeShortText } from './short-text.ts';
import { writeUuid } from './uuid.ts';
import { highHalf, lowHalf, splitSigned, splitUnsigned } from './wide.ts';

const STRING_MAX = 4_194_304;

export class XdrWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(initialSize = 4096) {
    this.#bytes = Buffer.allocUnsafe(initialSize);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** What was written, as a view that the next `reset` invalidates. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Drops what was written from `length` on. */
  truncate(length: number): void {
    this.#at = length;
  }

  /** Starts over in the same memory. */
  reset(): void {
    this.#at = 0;
  }

  #reserve(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) this.#grow(at + count);
    this.#at = at + count;
    return at;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }

  int(value: number): void {
    if (value !== (value | 0)) throw unencodable(`${value} is not a signed 32-bit integer`);
    this.#word(value);
  }

  uint(value: number): void {
    if (value !== value >>> 0) throw unencodable(`${value} is not an unsigned 32-bit integer`);
    this.#word(value);
  }

  #word(value: number): void {
    const at = this.#reserve(4);
    const b = this.#bytes;
    b[at] = value >>> 24;
    b[at + 1] = value >>> 16;
    b[at + 2] = value >>> 8;
    b[at + 3] = value;
  }

  /** Overwrites the word at `at`: a length that is known only at the end. */
  patchUint(at: number, value: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  hyper(value: bigint): void {
    if (!splitSigned(value)) throw unencodable(`${value} is not a signed 64-bit integer`);
    this.#word(highHalf());
    this.#word(lowHalf());
  }

  uhyper(value: bigint): void {
    if (!splitUnsigned(value)) throw unencodable(`${value} is not an unsigned 64-bit integer`);
    this.#word(highHalf());
    this.#word(lowHalf());
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  /** The flag of an XDR pointer; answers it, so that the value can follow. */
  flag(isPresent: boolean): boolean {
    this.#word(isPresent ? 1 : 0);
    return isPresent;
  }

  string(value: string, max: number = STRING_MAX): void {
    if (value.length <= SHORT_TEXT && value.length <= max && this.#shortText(value)) return;
    const length = Buffer.byteLength(value);
    if (length > max) throw unencodable(`a text of ${length} bytes exceeds the limit of ${max}`);
    this.#word(length);
    const at = this.#padded(length);
    this.#bytes.write(value, at);
  }

  /** False, and nothing written, where the text is not ASCII. */
  #shortText(value: string): boolean {
    const start = this.#at;
    this.#word(value.length);
    const at = this.#padded(value.length);
    if (writeShortText(this.#bytes, at, value)) return true;
    this.#at = start;
    return false;
  }

  opaque(value: Uint8Array, max: number): void {
    if (value.length > max) throw unencodable(`${value.length} bytes exceed the limit of ${max}`);
    this.#word(value.length);
    const at = this.#padded(value.length);
    this.#bytes.set(value, at);
  }

  /** Bytes as they are, without length and padding: the content of a stream packet. */
  raw(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  #padded(length: number): number {
    const padded = (length + 3) & ~3;
    const at = this.#reserve(padded);
    for (let i = at + length; i < at + padded; i++) this.#bytes[i] = 0;
    return at;
  }

  /** `char x<max>`. */
  chars(value: Uint8Array, max: number): void {
    if (value.length > max) throw unencodable(`${value.length} bytes exceed the limit of ${max}`);
    this.#word(value.length);
    this.#charElements(value);
  }

  /** `char x<max>` with a C string and its NUL in it. */
  text(value: string, max: number): void {
    this.chars(Buffer.from(`${value}\0`), max);
  }

  /** `char x[length]`: a C string, padded with NUL. */
  fixedText(value: string, length: number): void {
    const bytes = new Uint8Array(length);
    const text = Buffer.from(value);
    if (text.length >= length) throw unencodable(`a text of ${text.length} bytes exceeds the limit of ${length - 1}`);
    bytes.set(text);
    this.#charElements(bytes);
  }

  /** libvirt's `char` is signed, so a byte above 127 fills its element's upper bytes. */
  #charElements(value: Uint8Array): void {
    for (const byte of value) this.#word((byte << 24) >> 24);
  }

  uuid(value: string): void {
    const at = this.#reserve(16);
    writeUuid(this.#bytes, at, value);
  }

  ints(values: readonly number[], max: number): void {
    this.array(values, max, writeInt);
  }

  uints(values: readonly number[], max: number): void {
    this.array(values, max, writeUint);
  }

  uhypers(values: readonly bigint[], max: number): void {
    this.array(values, max, writeUhyper);
  }

  strings(values: readonly string[], max: number): void {
    this.array(values, max, writeString);
  }

  array<T>(values: readonly T[], max: number, writeItem: (w: XdrWriter, value: T) => void): void {
    if (values.length > max) throw unencodable(`a list of ${values.length} exceeds the limit of ${max}`);
    this.#word(values.length);
    for (const value of values) writeItem(this, value);
  }
}

const writeInt = (w: XdrWriter, value: number): void => w.int(value);
const writeUint = (w: XdrWriter, value: number): void => w.uint(value);
const writeUhyper = (w: XdrWriter, value: bigint): void => w.uhyper(value);
const writeString = (w: XdrWriter, value: string): void => w.string(value);

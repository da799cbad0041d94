/**
 * A cursor over one packet's XDR (RFC 4506: big endian, units of four bytes). Every length is checked against its limit
 * and against what is left of the packet before anything is allocated; errors are VirError with VIR_ERR_RPC.
 * What it returns never refers to the packet's memory.
 */
import { malformed } from './errors.ts';
import { readShortText, SHORT_TEXT } from './short-text.ts';
import { uuidText } from './uuid.ts';
import { signedOf, unsignedOf } from './wide.ts';

const STRING_MAX = 4_194_304;

export class XdrReader {
  #bytes: Buffer;
  #at: number;
  #end: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#end - this.#at;
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) throw malformed(`it ends ${count - (this.#end - at)} bytes too early`);
    this.#at = at + count;
    return at;
  }

  int(): number {
    const at = this.#take(4);
    const b = this.#bytes;
    return (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;
  }

  uint(): number {
    return this.int() >>> 0;
  }

  hyper(): bigint {
    const high = this.int();
    return signedOf(high, this.int());
  }

  uhyper(): bigint {
    const high = this.int();
    return unsignedOf(high, this.int());
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** The flag of an XDR pointer. */
  flag(): boolean {
    const value = this.uint();
    if (value > 1) throw malformed(`${value} where only 0 or 1 may stand`);
    return value === 1;
  }

  /** UTF-8; bytes that are not become U+FFFD. */
  string(max: number = STRING_MAX): string {
    const length = this.#length(max, 'a string');
    const at = this.#take((length + 3) & ~3);
    const short = length <= SHORT_TEXT ? readShortText(this.#bytes, at, length) : null;
    return short ?? this.#bytes.toString('utf8', at, at + length);
  }

  /** A copy. */
  opaque(max: number): Uint8Array {
    const length = this.#length(max, 'a buffer');
    const at = this.#take((length + 3) & ~3);
    return this.#copy(at, at + length);
  }

  /** `char x<max>`: the low byte of each four-byte element. */
  chars(max: number): Uint8Array {
    return this.#charBytes(this.#count(max, 4));
  }

  /** `char x<max>` with a C string in it; what follows its NUL is dropped. */
  text(max: number): string {
    return untilNul(this.#charBytes(this.#count(max, 4)));
  }

  /** `char x[length]` with a C string in it. */
  fixedText(length: number): string {
    return untilNul(this.#charBytes(length));
  }

  #charBytes(length: number): Uint8Array {
    const at = this.#take(length * 4);
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.#bytes[at + 4 * i + 3]!;
    return bytes;
  }

  /** 16 bytes as canonical text. */
  uuid(): string {
    return uuidText(this.#bytes, this.#take(16));
  }

  ints(max: number): number[] {
    return this.array(max, 4, readInt);
  }

  uints(max: number): number[] {
    return this.array(max, 4, readUint);
  }

  uhypers(max: number): bigint[] {
    return this.array(max, 8, readUhyper);
  }

  strings(max: number): string[] {
    return this.array(max, 4, readString);
  }

  /** At most `max` items that take at least `minSize` bytes each. */
  array<T>(max: number, minSize: number, readItem: (r: XdrReader) => T): T[] {
    const count = this.#count(max, minSize);
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(readItem(this));
    return items;
  }

  /** Everything that is left, as a copy: the content of a stream packet. */
  rest(): Uint8Array {
    const at = this.#take(this.left);
    return this.#copy(at, this.#end);
  }

  #copy(from: number, to: number): Uint8Array {
    const copy = new Uint8Array(to - from);
    copy.set(this.#bytes.subarray(from, to));
    return copy;
  }

  /** Fails where the packet holds more than was read. */
  end(): void {
    if (this.#at !== this.#end) throw malformed(`${this.left} bytes too many`);
  }

  #length(max: number, what: string): number {
    const length = this.uint();
    if (length > max) throw malformed(`${what} of ${length} bytes exceeds the limit of ${max}`);
    if (length > this.left) throw malformed(`${what} of ${length} bytes where ${this.left} are left`);
    return length;
  }

  #count(max: number, minSize: number): number {
    const count = this.uint();
    if (count > max) throw malformed(`a list of ${count} exceeds the limit of ${max}`);
    if (count * minSize > this.left) throw malformed(`a list of ${count} where ${this.left} bytes are left`);
    return count;
  }
}

const readInt = (r: XdrReader): number => r.int();
const readUint = (r: XdrReader): number => r.uint();
const readUhyper = (r: XdrReader): bigint => r.uhyper();
const readString = (r: XdrReader): string => r.string();

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

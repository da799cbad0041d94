/** What travels with one parse and one format: the options, the source text and where each value came from. */
import type { VirErrorNumber } from '../../error.ts';
import { xmlError } from '../xml/position.ts';
import type { XmlElement } from '../xml/tree.ts';

/** How a definition is read. The names are those of libvirt's flags. */
export interface ParseOptions {
  /** As VIR_DOMAIN_DEF_PARSE_INACTIVE: what only a running object has (ids, aliases, ...) is left out. */
  inactive?: boolean | undefined;
  /** The driver whose own post-parse and checks run on top of the generic ones: `qemu`, `test`, ... */
  driver?: string | undefined;
  /** Parses only: no defaults are filled in and nothing is checked beyond the single values. */
  skipPostParse?: boolean | undefined;
  /**
   * For texts of a newer host: a value that is not understood is kept as unknown, by itself or, where the definition
   * cannot do without it, with the element it is in. Nothing is filled in or checked, as with `skipPostParse`.
   */
  lenient?: boolean | undefined;
  /** Fills defaults but does not run the cross-value checks (VIR_DOMAIN_DEF_PARSE_SKIP_VALIDATE). */
  skipValidate?: boolean | undefined;
  /** Defines something new (VIR_DOMAIN_DEF_PARSE_ABI_UPDATE): defaults may be today's, not those of old guests. */
  abiUpdate?: boolean | undefined;
  /** What a driver takes its hypervisor to know, where defaults depend on that; by default the driver guesses. */
  capabilities?: 'minimal' | 'latest' | undefined;
  /** Source of the UUIDs and MAC addresses that post-parse makes up; `count` random octets. Cryptographic by default. */
  randomBytes?: ((count: number) => Uint8Array) | undefined;
}

/** How a definition is written (virDomainXMLFlags). */
export interface FormatOptions {
  /** VIR_DOMAIN_XML_INACTIVE: as it will be at the next start. */
  inactive?: boolean | undefined;
  /** VIR_DOMAIN_XML_SECURE: with passwords. */
  secure?: boolean | undefined;
  /** VIR_DOMAIN_XML_MIGRATABLE: without what an older libvirt would not understand. */
  migratable?: boolean | undefined;
  /** The driver whose own output rules apply. */
  driver?: string | undefined;
  /** Everything the definition holds is written, also what libvirt leaves out as a default, as derived or as empty. */
  complete?: boolean | undefined;
  /** What the schema does not know: kept by default, whatever the other options say. */
  unknown?: 'keep' | 'drop' | undefined;
  /** Levels of two spaces to start from. */
  indent?: number | undefined;
}

/** Thrown instead of a refusal where nobody will see it: finding the line takes time. */
const notUnderstood = new Error('not understood');

export class ParseContext {
  readonly source: string;
  readonly options: ParseOptions;
  readonly inactive: boolean;
  readonly lenient: boolean;
  /** The element each object of the definition was read from; lives as long as the parse. */
  readonly origins = new Map<object, XmlElement>();

  constructor(source: string, options: ParseOptions) {
    this.source = source;
    this.options = options;
    this.inactive = options.inactive === true;
    this.lenient = options.lenient === true;
  }

  /** What `read` answers; false where it refuses. */
  attempt(read: () => boolean): boolean {
    this.attempts++;
    try {
      return read();
    } catch (error) {
      if (error !== notUnderstood) throw error;
      return false;
    } finally {
      this.attempts--;
    }
  }

  private attempts = 0;

  /** Refuses, pointing at an offset or at the start of an element. */
  fail(message: string, at: XmlElement | number, code: keyof typeof VirErrorNumber = 'VIR_ERR_XML_ERROR'): never {
    if (this.attempts > 0) throw notUnderstood;
    const place = typeof at === 'number' ? { offset: at } : { offset: at.start, element: at.name };
    throw xmlError(message, { source: this.source, ...place }, code);
  }

  /** Refuses because of an object of the definition; points at the element it came from, where it came from one. */
  refuse(message: string, subject: object, code: keyof typeof VirErrorNumber = 'VIR_ERR_XML_ERROR'): never {
    const origin = this.origins.get(subject);
    throw xmlError(
      message,
      { source: this.source, offset: origin?.start ?? 0, ...(origin === undefined ? {} : { element: origin.name }) },
      code,
    );
  }
}

export class FormatContext {
  readonly inactive: boolean;
  readonly secure: boolean;
  readonly migratable: boolean;
  readonly driver: string | undefined;
  readonly keepUnknown: boolean;
  readonly complete: boolean;
  private readonly options: FormatOptions;

  constructor(options: FormatOptions = {}) {
    this.options = options;
    this.inactive = options.inactive === true;
    this.secure = options.secure === true;
    this.migratable = options.migratable === true;
    this.driver = options.driver;
    this.keepUnknown = options.unknown !== 'drop';
    this.complete = options.complete === true;
  }

  /** The same for an object that does not run. */
  asInactive(): FormatContext {
    return this.inactive ? this : new FormatContext({ ...this.options, inactive: true });
  }
}

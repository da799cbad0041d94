/**
 * Reads guests again after something happened to them: many wishes of one moment are one round, and an answer that was
 * overtaken by an event is thrown away.
 *
 *   want(uuid) ... --frame--> few: read each | many: list all --> apply(facts) unless touched meanwhile
 */
import type { GuestFacts, Hypervisor } from '../connections/hypervisor.ts';

const gatherMs = 16;
/** From here one bulk listing costs less than single reads. */
const fewAtMost = 16;
/** No host of libvirt lists more guests; events of more come from a broken one, and what they say is not kept. */
const guestsAtMost = 16_384;

export interface GuestReaderOptions {
  hypervisor: Hypervisor;
  /** A guest as it is; null: it is gone. */
  apply(uuid: string, facts: GuestFacts | null): void;
  failed(error: unknown): void;
}

export class GuestReader {
  readonly #options: GuestReaderOptions;
  #wanted = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;
  #isPaused = true;
  #isEnded = false;
  /** When each guest was last touched by an event, counted in events; kept only while a read is under way. */
  readonly #touched = new Map<string, number>();
  #clock = 0;

  constructor(options: GuestReaderOptions) {
    this.#options = options;
  }

  /** Wants the guest read soon. */
  want(uuid: string): void {
    if (this.#isEnded || this.#wanted.size >= guestsAtMost) return;
    this.#wanted.add(uuid);
    this.#schedule();
  }

  /** An event told something newer about the guest than any answer still on its way. */
  touch(uuid: string): void {
    this.#clock += 1;
    if (this.#isReading && this.#touched.size < guestsAtMost) this.#touched.set(uuid, this.#clock);
  }

  /** Begins (or, after `pause`, goes on) to read what is wanted. */
  resume(): void {
    this.#isPaused = false;
    if (this.#wanted.size > 0) this.#schedule();
  }

  /** Wishes are kept until `resume`: a listing under way would be older than the answers. */
  pause(): void {
    this.#isPaused = true;
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isReading || this.#isPaused) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isPaused) void this.#round();
    }, gatherMs);
  }

  async #round(): Promise<void> {
    const uuids = this.#wanted;
    this.#wanted = new Set();
    const sinceClock = this.#clock;
    this.#isReading = true;
    try {
      const read = uuids.size <= fewAtMost ? await this.#readEach(uuids) : await this.#readFrom(uuids);
      if (this.#isEnded) return;
      for (const [uuid, facts] of read) if (!this.#isOvertaken(uuid, sinceClock)) this.#options.apply(uuid, facts);
    } catch (error) {
      if (!this.#isEnded) this.#options.failed(error);
    } finally {
      this.#isReading = false;
      this.#touched.clear();
      if (!this.#isEnded && this.#wanted.size > 0) this.#schedule();
    }
  }

  async #readEach(uuids: Set<string>): Promise<[string, GuestFacts | null][]> {
    const { hypervisor } = this.#options;
    return await Promise.all(
      [...uuids].map(async (uuid) => [uuid, await hypervisor.readGuest(uuid)] as [string, GuestFacts | null]),
    );
  }

  async #readFrom(uuids: Set<string>): Promise<[string, GuestFacts | null][]> {
    const all = new Map((await this.#options.hypervisor.listGuests()).map((facts) => [facts.uuid, facts]));
    return [...uuids].map((uuid) => [uuid, all.get(uuid) ?? null]);
  }

  #isOvertaken(uuid: string, sinceClock: number): boolean {
    if ((this.#touched.get(uuid) ?? 0) <= sinceClock) return false;
    this.want(uuid);
    return true;
  }
}

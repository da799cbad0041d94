/**
 * The questions of one attempt to connect: which of them are put to a person, which are answered from memory, and what
 * that means for the attempt.
 *
 *   driver asks --> remembered? --yes--> that one (once; asked again, it was wrong and is forgotten)
 *                      | no
 *                   is somebody there who wants this connection? --no--> given up, `needs` says what for
 *                      | yes
 *                   person --> answer | gives the attempt up
 */
import type { QuestionFacts, QuestionKind } from '../contract/index.ts';
import type { AskPerson } from './prompts.ts';

/** Answers by what was asked, in memory only. Belongs to one connection. */
export type Remembered = Map<string, string[]>;

export interface InterviewOptions {
  person: AskPerson;
  remembered: Remembered;
  /** A person is asked (true), or has answered (false): their time is not the host's. */
  onAsking: (isAsking: boolean) => void;
  /** The person gave up. */
  onCancel: () => void;
}

export class Interview {
  /** Whether a person wants this connection now. Nobody is bothered by an attempt that began by itself. */
  isAttended = false;
  /** What a person would have had to answer. */
  needs: QuestionKind | null = null;
  readonly #options: InterviewOptions;
  readonly #over = new AbortController();
  readonly #counts = new Map<string, number>();
  /** Typed in this attempt and to be remembered if it was right. */
  readonly #fresh: Remembered = new Map();
  #asking = 0;

  constructor(options: InterviewOptions) {
    this.#options = options;
  }

  /** Settles with the texts, or null where there is no answer. `signal`: the question does not matter any more. */
  readonly ask = async (facts: QuestionFacts, signal?: AbortSignal): Promise<string[] | null> => {
    const { remembered } = this.#options;
    const key = keyOf(facts);
    const attempt = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, attempt);
    const known = remembered.get(key);
    if (known && attempt === 1) return known;
    remembered.delete(key);
    this.#fresh.delete(key);
    // A key that blinks can be touched by whoever sees it; everything else has to be typed somewhere.
    if (!this.isAttended && facts.kind !== 'touch') {
      this.needs ??= facts.kind;
      // A key that stays locked is left out, and the next way in is tried.
      return facts.kind === 'passphrase' ? [''] : null;
    }
    return await this.#askPerson(key, facts, attempt, signal);
  };

  /** The host took what was typed. */
  keep(): void {
    for (const [key, texts] of this.#fresh) this.#options.remembered.set(key, texts);
    this.#fresh.clear();
  }

  /** The attempt is over: so are its questions. */
  end(): void {
    this.#over.abort();
  }

  async #askPerson(
    key: string,
    facts: QuestionFacts,
    attempt: number,
    signal: AbortSignal | undefined,
  ): Promise<string[] | null> {
    const { person, onAsking, onCancel } = this.#options;
    const { signal: over } = this.#over;
    const either = signal === undefined ? over : AbortSignal.any([signal, over]);
    if (++this.#asking === 1) onAsking(true);
    const outcome = await person({ ...facts, attempt, isBackground: !this.isAttended }, either);
    if (--this.#asking === 0 && !over.aborted) onAsking(false);
    if (outcome === 'unattended') this.needs = facts.kind;
    if (outcome === 'cancelled') onCancel();
    if (typeof outcome === 'string') return null;
    if (outcome.isRemembered && isRememberable(facts)) this.#fresh.set(key, outcome.texts);
    return outcome.texts;
  }
}

function isRememberable({ kind }: QuestionFacts): boolean {
  return kind === 'password' || kind === 'passphrase' || kind === 'credentials';
}

/** The same question, asked again, has the same key. */
function keyOf(facts: QuestionFacts): string {
  switch (facts.kind) {
    case 'host-key':
      return `host-key ${facts.host} ${facts.fingerprint}`;
    case 'password':
      return `password ${facts.user}@${facts.host}`;
    case 'passphrase':
      return `passphrase ${facts.key}`;
    case 'code':
    case 'touch':
      return `${facts.kind} ${facts.text}`;
    case 'credentials':
      return `credentials ${facts.host} ${facts.fields.map(({ type, text }) => `${type}=${text}`).join(' ')}`;
  }
}

/** The prompts service: open questions of all attempts to connect, and what windows answer. Keeps no answer. */
import type { PromptAnswer, PromptsService, Question, QuestionFacts } from '../contract/index.ts';
import { Emitter, type Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';

/** How long a question waits for a window, as while one is reloaded. */
const unattendedMs = 30_000;

/** `cancelled`: the person gave up; `unattended`: there is no window; `withdrawn`: it does not matter any more. */
export type Outcome = PromptAnswer | 'cancelled' | 'unattended' | 'withdrawn';

/** A question before it has an id. */
export type NewQuestion = QuestionFacts & Pick<Question, 'attempt' | 'isBackground'>;

/** Puts a question to a person. Never rejects; `signal` withdraws it. */
export type AskPerson = (question: NewQuestion, signal: AbortSignal) => Promise<Outcome>;

interface OpenQuestion {
  question: Question;
  settle: (outcome: Outcome) => void;
}

export class Prompts implements PromptsService {
  readonly #open = new Map<string, OpenQuestion>();
  readonly #changed = new Emitter<Question[]>(() => this.#watchWindows());
  #nextId = 1;
  #unattended: ReturnType<typeof setTimeout> | undefined;

  /** Asks for a connection, and settles with how the question ended. */
  async ask(connectionId: string, asked: NewQuestion, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return 'withdrawn';
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const id = `q${this.#nextId++}`;
    const withdraw = (): void => resolve('withdrawn');
    signal.addEventListener('abort', withdraw, { once: true });
    this.#open.set(id, { question: { ...asked, id, connectionId }, settle: resolve });
    this.#tell();
    this.#watchWindows();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', withdraw);
      this.#open.delete(id);
      this.#tell();
      this.#watchWindows();
    }
  }

  async answer(id: string, answer: PromptAnswer | null): Promise<void> {
    const open = this.#open.get(id);
    if (!open)
      throw new HostError('not-found', 'This question is over: it was answered elsewhere, or the log-in ended.');
    if (answer === null) return open.settle('cancelled');
    if (open.question.kind === 'touch')
      throw new HostError('invalid-argument', 'Touching a key is not typed: touch it.');
    const count = textCount(open.question);
    if (answer.texts.length !== count) {
      throw new HostError('invalid-argument', `The question wants ${count} texts, ${answer.texts.length} came.`);
    }
    open.settle(answer);
  }

  onDidChange(listener: (open: Question[]) => void): Unlisten {
    listener(this.#all());
    return this.#changed.on(listener);
  }

  dispose(): void {
    clearTimeout(this.#unattended);
    for (const { settle } of this.#open.values()) settle('withdrawn');
  }

  #all(): Question[] {
    return [...this.#open.values()].map(({ question }) => question);
  }

  #tell(): void {
    this.#changed.emit(this.#all());
  }

  /** Where no window has shown up in time, nobody will answer. */
  #watchWindows(): void {
    clearTimeout(this.#unattended);
    if (this.#changed.count > 0 || this.#open.size === 0) return;
    this.#unattended = setTimeout(() => {
      for (const { settle } of this.#open.values()) settle('unattended');
    }, unattendedMs);
  }
}

function textCount(question: Question): number {
  if (question.kind === 'host-key') return 0;
  return question.kind === 'credentials' ? question.fields.length : 1;
}

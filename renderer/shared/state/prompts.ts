/** Open questions of log-ins, the oldest first. Answers pass through and are kept nowhere. */
import { shallowRef } from 'vue';
import type { PromptAnswer, Question } from '../../../main/contract/index.ts';
import type { RemoteServices } from '../link/services.ts';

export class Prompts {
  readonly #service: RemoteServices['prompts'];
  readonly open = shallowRef<readonly Question[]>([]);

  constructor(service: RemoteServices['prompts']) {
    this.#service = service;
  }

  start(): void {
    this.#service.onDidChange((open) => (this.open.value = open));
  }

  /** What the log-in of a connection waits for. */
  of(connectionId: string | undefined): Question | undefined {
    return this.open.value.find((question) => question.connectionId === connectionId);
  }

  /** Null gives the log-in up. */
  async answer(id: string, answer: PromptAnswer | null): Promise<void> {
    await this.#service.answer(id, answer);
  }
}

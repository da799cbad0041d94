/**
 * Answers the questions of ssh. ssh starts a program of ours for each (SSH_ASKPASS); program and host meet in a folder
 * that nobody else can enter. A shell script and named pipes, because a packaged Electron is no Node.
 *
 *   ssh --starts--> askpass "question"     writes   ask.PID         --seen by--> this host --> prompt callback
 *                                          reads    answer.PID      <--written-- "ok\nTEXT\n" or "no\n"
 *   ssh gave up or the key was touched     removes  ask.PID         --> the question is taken back
 */
import { constants } from 'node:fs';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PromptCallback } from '../../../driver.ts';
import { understand } from './questions.ts';

const script = `#!/bin/sh
# Passes a question of ssh on to the program that started ssh, and repeats its answer.
umask 077
d=\${0%/*} n=$$
over() { rm -f "$d/ask.$n" "$d/answer.$n"; }
trap 'over; exit 1' HUP INT TERM
mkfifo "$d/answer.$n" || exit 1
printf '%s\\n%s' "\${SSH_ASKPASS_PROMPT:-}" "$1" >"$d/new.$n" && mv "$d/new.$n" "$d/ask.$n" || exit 1
{ IFS= read -r verdict; IFS= read -r answer; } <"$d/answer.$n"
over
[ "$verdict" = ok ] || exit 1
printf '%s\\n' "$answer"
`;

const MAX_QUESTION = 8192;
const OPEN_TRIES = 100;
const OPEN_RETRY_MS = 10;

export class Askpass {
  readonly #dir: string;
  readonly #prompt: PromptCallback;
  readonly #onCancel: () => void;
  /** By process id of the asking program. */
  readonly #open = new Map<string, AbortController>();

  /** `onCancel`: the person gave up; the log-in is not to go on. */
  constructor(dir: string, prompt: PromptCallback, onCancel: () => void) {
    this.#dir = dir;
    this.#prompt = prompt;
    this.#onCancel = onCancel;
  }

  hasAsked = false;

  /** A person is thinking. */
  get isAsking(): boolean {
    return this.#open.size > 0;
  }

  /** Puts the program in place; settles with the environment that makes ssh start it. */
  async prepare(): Promise<Record<string, string>> {
    const program = join(this.#dir, 'askpass');
    await writeFile(program, script, { mode: 0o700 });
    // Before 8.4 ssh asks a program only where it believes in a display.
    return { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: process.env['DISPLAY'] || ':0' };
  }

  /** Looks for new questions and for those that were taken back. */
  async scan(): Promise<void> {
    const files = await readdir(this.#dir).catch(() => [] as string[]);
    const asked = new Set(files.filter((file) => /^ask\.\d+$/.test(file)).map((file) => file.slice('ask.'.length)));
    for (const [id, controller] of this.#open) if (!asked.has(id)) controller.abort();
    for (const id of asked) if (!this.#open.has(id)) void this.#ask(id);
  }

  /** Takes all questions back. */
  dispose(): void {
    for (const controller of this.#open.values()) controller.abort();
  }

  async #ask(id: string): Promise<void> {
    const controller = new AbortController();
    this.hasAsked = true;
    this.#open.set(id, controller);
    try {
      const text = (await readFile(join(this.#dir, `ask.${id}`), 'utf8')).slice(0, MAX_QUESTION);
      const lineEnd = text.indexOf('\n');
      const question = understand(text.slice(lineEnd + 1), text.slice(0, lineEnd));
      const answer = await this.#prompt(question, controller.signal).catch(() => null);
      if (controller.signal.aborted || question.kind === 'touch') return;
      // One line is what ssh reads.
      const isAnswer = answer !== null && !/[\n\0]/.test(answer);
      await this.#reply(id, isAnswer ? `ok\n${answer}\n` : 'no\n');
      if (!isAnswer || (question.kind === 'hostKey' && answer !== 'yes')) this.#onCancel();
    } catch {
      // The program that asked is gone, and the question with it.
    } finally {
      this.#open.delete(id);
    }
  }

  /** The program opens its end a moment after it asked; never wait in `open` for one that died. */
  async #reply(id: string, text: string): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        const file = await open(join(this.#dir, `answer.${id}`), constants.O_WRONLY | constants.O_NONBLOCK);
        await file.writeFile(text).finally(() => file.close());
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENXIO' || tries === OPEN_TRIES) throw error;
        await delay(OPEN_RETRY_MS);
      }
    }
  }
}

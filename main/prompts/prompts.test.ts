import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Question } from '../contract/index.ts';
import { type NewQuestion, Prompts } from './prompts.ts';

const password: NewQuestion = { kind: 'password', user: 'root', host: 'kvm1', attempt: 1, isBackground: false };
const touch: NewQuestion = { kind: 'touch', text: 'Confirm user presence', attempt: 1, isBackground: true };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A service with a window that watches it. */
function setUp() {
  const prompts = new Prompts();
  let open: Question[] = [];
  const close = prompts.onDidChange((questions) => (open = questions));
  const ask = (asked = password, connectionId = 'c1', controller = new AbortController()) => ({
    outcome: prompts.ask(connectionId, asked, controller.signal),
    controller,
  });
  return { prompts, ask, close, open: () => open };
}

describe('Prompts', () => {
  it('shows a question to who comes, and takes the first answer', async () => {
    const { prompts, ask, open } = setUp();
    const { outcome } = ask();
    expect(open()).toEqual([{ ...password, id: 'q1', connectionId: 'c1' }]);
    const late: Question[][] = [];
    prompts.onDidChange((questions) => late.push(questions));
    expect(late).toEqual([open()]);
    const answer = { texts: ['secret'], isRemembered: true };
    await prompts.answer('q1', answer);
    await expect(prompts.answer('q1', { texts: ['other'], isRemembered: false })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await outcome).toEqual(answer);
    expect([open(), late.at(-1)]).toEqual([[], []]);
  });

  it('keeps the questions of two connections to one host apart, the oldest first', async () => {
    const { prompts, ask, open } = setUp();
    const first = ask(password, 'c1');
    const second = ask(password, 'c2');
    expect(open().map(({ id, connectionId }) => [id, connectionId])).toEqual([
      ['q1', 'c1'],
      ['q2', 'c2'],
    ]);
    await prompts.answer('q2', { texts: ['two'], isRemembered: false });
    await prompts.answer('q1', null);
    expect([await first.outcome, await second.outcome]).toEqual(['cancelled', { texts: ['two'], isRemembered: false }]);
  });

  it('ends with its attempt', async () => {
    const { ask, open } = setUp();
    const { outcome, controller } = ask();
    controller.abort();
    expect(await outcome).toBe('withdrawn');
    expect(open()).toEqual([]);
    expect(await ask(password, 'c1', controller).outcome).toBe('withdrawn');
  });

  it('refuses answers that do not fit, and repeats nothing of them', async () => {
    const { prompts, ask } = setUp();
    const { outcome } = ask();
    const wrong = prompts.answer('q1', { texts: ['secret', 'more'], isRemembered: false });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(wrong).rejects.not.toThrow(/secret|more/);
    void ask(touch);
    await expect(prompts.answer('q2', { texts: [''], isRemembered: false })).rejects.toThrow('touch it');
    prompts.dispose();
    expect(await outcome).toBe('withdrawn');
  });

  it('waits for a window that reloads, and not for one that does not come', async () => {
    const { prompts, ask, close } = setUp();
    const { outcome } = ask();
    close();
    await vi.advanceTimersByTimeAsync(20_000);
    const closeAgain = prompts.onDidChange(() => {});
    await vi.advanceTimersByTimeAsync(60_000);
    closeAgain();
    await vi.advanceTimersByTimeAsync(29_000);
    let isOver = false;
    void outcome.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(0);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await outcome).toBe('unattended');
    expect(vi.getTimerCount()).toBe(0);
  });
});

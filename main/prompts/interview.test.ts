import { describe, expect, it } from 'vitest';
import type { QuestionFacts } from '../contract/index.ts';
import { Interview, type Remembered } from './interview.ts';
import type { NewQuestion, Outcome } from './prompts.ts';

const password: QuestionFacts = { kind: 'password', user: 'root', host: 'kvm1' };
const typed = (text: string, isRemembered = false): Outcome => ({ texts: [text], isRemembered });

/** An attempt that a person watches, who answers with `outcomes` one after the other. */
function setUp(outcomes: Outcome[], { remembered = new Map() as Remembered, isAttended = true } = {}) {
  const asked: NewQuestion[] = [];
  const heard: string[] = [];
  const interview = new Interview({
    person: async (question) => {
      asked.push(question);
      return outcomes.shift() ?? 'withdrawn';
    },
    remembered,
    onAsking: (isAsking) => heard.push(isAsking ? 'asking' : 'answered'),
    onCancel: () => heard.push('cancelled'),
  });
  interview.isAttended = isAttended;
  return { interview, asked, heard, remembered };
}

describe('Interview', () => {
  it('counts how often the same was asked, each user and host for itself', async () => {
    const { interview, asked, heard } = setUp([typed('a'), typed('b'), typed('c')]);
    const jump: QuestionFacts = { kind: 'password', user: 'root', host: 'jump' };
    expect([await interview.ask(jump), await interview.ask(password), await interview.ask(password)]).toEqual([
      ['a'],
      ['b'],
      ['c'],
    ]);
    expect(asked).toEqual([
      { ...jump, attempt: 1, isBackground: false },
      { ...password, attempt: 1, isBackground: false },
      { ...password, attempt: 2, isBackground: false },
    ]);
    expect(heard).toEqual(['asking', 'answered', 'asking', 'answered', 'asking', 'answered']);
  });

  it('remembers what was right, on wish, and asks nobody the next time', async () => {
    const first = setUp([typed('wrong', true), typed('right', true)]);
    await first.interview.ask(password);
    await first.interview.ask(password);
    expect(first.remembered.size).toBe(0);
    first.interview.keep();
    const { remembered } = first;
    const second = setUp([], { remembered, isAttended: false });
    expect(await second.interview.ask(password)).toEqual(['right']);
    expect([second.asked, second.interview.needs]).toEqual([[], null]);
  });

  it('forgets a remembered answer that is wrong, and asks', async () => {
    const remembered: Remembered = new Map();
    const first = setUp([typed('old', true)], { remembered });
    await first.interview.ask(password);
    first.interview.keep();
    const second = setUp([typed('new')], { remembered });
    expect([await second.interview.ask(password), await second.interview.ask(password)]).toEqual([['old'], ['new']]);
    expect(second.asked).toMatchObject([{ attempt: 2 }]);
    second.interview.keep();
    expect(remembered.size).toBe(0);
  });

  it('remembers neither codes nor what nobody wished', async () => {
    const { interview, remembered } = setUp([typed('123456', true), typed('secret')]);
    await interview.ask({ kind: 'code', text: 'Verification code:', isEchoed: false });
    await interview.ask(password);
    interview.keep();
    expect(remembered.size).toBe(0);
  });

  it('asks nobody in an attempt of its own, and says what it needs', async () => {
    const { interview, asked } = setUp([typed('never')], { isAttended: false });
    expect(await interview.ask(password)).toBe(null);
    expect([asked, interview.needs]).toEqual([[], 'password']);
  });

  it('leaves a locked key out in an attempt of its own, and says so only if nothing else helps', async () => {
    const { interview, asked } = setUp([], { isAttended: false });
    expect(await interview.ask({ kind: 'passphrase', key: '/k', isPin: false })).toEqual(['']);
    expect(await interview.ask(password)).toBe(null);
    expect([asked, interview.needs]).toEqual([[], 'passphrase']);
  });

  it('shows that a key waits to be touched, whoever began', async () => {
    const { interview, asked } = setUp([], { isAttended: false });
    expect(await interview.ask({ kind: 'touch', text: 'Touch' })).toBe(null);
    expect(asked).toEqual([{ kind: 'touch', text: 'Touch', attempt: 1, isBackground: true }]);
    expect(interview.needs).toBe(null);
  });

  it('ends the attempt when the person gives up, and only then', async () => {
    const { interview, heard } = setUp(['cancelled', 'withdrawn', 'unattended']);
    await interview.ask(password);
    expect(heard).toContain('cancelled');
    expect([await interview.ask(password), interview.needs]).toEqual([null, null]);
    expect([await interview.ask(password), interview.needs]).toEqual([null, 'password']);
    expect(heard.filter((word) => word === 'cancelled')).toHaveLength(1);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick } from 'vue';
import type { ConnectionState, Question } from '../../../main/contract/index.ts';
import { openHost } from '../../shared/link/index.ts';
import { startHostState } from '../../shared/state/index.ts';
import { FakeHost } from '../../testing/fake-host.ts';
import { usePrompt } from './use-prompt.ts';

const connecting: ConnectionState = { kind: 'connecting', attempt: 1 };

function question(id: string, connectionId: string, changes: Partial<Question> = {}): Question {
  return {
    kind: 'password',
    user: 'root',
    host: 'kvm1',
    attempt: 1,
    isBackground: false,
    id,
    connectionId,
    ...changes,
  } as Question;
}

async function started() {
  const host = new FakeHost({ guests: 0 });
  const state = startHostState(openHost(host));
  await vi.waitUntil(() => state.connections.isReady.value);
  const become = (id: string, next: ConnectionState): void =>
    host.setConnections(host.connections.map((one) => (one.connection.id === id ? { ...one, state: next } : one)));
  const prompt = effectScope().run(usePrompt)!;
  const ask = async (...questions: Question[]): Promise<void> => {
    host.setQuestions(questions);
    await nextTick();
  };
  return { host, prompt, ask, become };
}

const typed = { texts: ['secret'], isRemembered: false };

describe('usePrompt', () => {
  it('shows the oldest question, and leaves log-ins alone that began by themselves', async () => {
    const { prompt, ask } = await started();
    const touch = question('q1', 'local', { kind: 'touch', text: 'Touch', isBackground: true } as Partial<Question>);
    await ask(touch, question('q2', 'lab1'), question('q3', 'lab2'));
    expect([prompt.question.value?.id, prompt.waiting.value]).toEqual(['q2', 1]);
  });

  it('stays while the answer is checked, and gives way to what the same log-in asks next', async () => {
    const { host, prompt, ask, become } = await started();
    become('lab1', connecting);
    await ask(question('q1', 'lab1'));
    await prompt.answer(typed);
    expect(host.answers).toEqual([typed]);
    expect([prompt.question.value?.id, prompt.isChecking.value]).toEqual(['q1', true]);
    await ask(question('q2', 'lab2'), question('q3', 'lab1', { attempt: 2 }));
    expect([prompt.question.value?.id, prompt.isChecking.value]).toEqual(['q3', false]);
  });

  it('goes away when the log-in has ended', async () => {
    const { prompt, ask, become } = await started();
    become('lab1', connecting);
    await ask(question('q1', 'lab1'));
    await prompt.answer(typed);
    become('lab1', { kind: 'connected', sinceMs: 0, readonly: false });
    await nextTick();
    expect(prompt.question.value).toBe(null);
    await ask(question('q2', 'lab1'));
    await ask();
    expect(prompt.question.value).toBe(null);
  });

  it('gives the log-in up, also while the answer is checked', async () => {
    const { host, prompt, ask, become } = await started();
    become('lab1', connecting);
    await ask(question('q1', 'lab1'));
    await prompt.cancel();
    expect(host.answers).toEqual([null]);
    await ask(question('q2', 'lab1'));
    await prompt.answer(typed);
    await prompt.cancel();
    const calls = host.received.flatMap((sent) => (sent.type === 'call' ? [sent.method] : []));
    expect(calls.slice(-3)).toEqual(['answer', 'answer', 'disconnect']);
    expect(prompt.question.value).toBe(null);
  });

  it('says when an answer did not arrive, and asks on', async () => {
    const { host, prompt, ask, become } = await started();
    become('lab1', connecting);
    await ask(question('q1', 'lab1'));
    host.failAnswers = { code: 'invalid-argument', message: 'Too long.' };
    await prompt.answer(typed);
    await nextTick();
    expect([prompt.question.value?.id, prompt.error.value]).toEqual([
      'q1',
      { code: 'invalid-argument', message: 'Too long.' },
    ]);
    host.failAnswers = { code: 'not-found', message: 'This question is over.' };
    await prompt.answer(typed);
    expect(prompt.error.value).toBe(null);
  });
});

import { describe, expect, it } from 'vitest';
import type { SshPrompt } from '../../drivers/driver.ts';
import type { QuestionFacts } from '../contract/index.ts';
import { questionsOf } from './core-questions.ts';

const { signal } = new AbortController();

/** Callbacks over somebody who answers `texts`, and what was asked. */
function asking(texts: string[] | null) {
  const asked: QuestionFacts[] = [];
  const callbacks = questionsOf('kvm1', async (facts) => {
    asked.push(facts);
    return texts;
  });
  return { asked, ...callbacks };
}

describe('questionsOf', () => {
  it.each<[SshPrompt, QuestionFacts]>([
    [
      { kind: 'hostKey', text: 'long', host: 'kvm1', keyType: 'RSA', fingerprint: 'SHA256:x', isOtherKnown: true },
      { kind: 'host-key', host: 'kvm1', keyType: 'RSA', fingerprint: 'SHA256:x', isOtherKnown: true },
    ],
    [
      { kind: 'password', text: 'long', user: 'root', host: 'kvm1' },
      { kind: 'password', user: 'root', host: 'kvm1' },
    ],
    [
      { kind: 'passphrase', text: 'long', key: '/k', isPin: true },
      { kind: 'passphrase', key: '/k', isPin: true },
    ],
    [
      { kind: 'code', text: 'Code:', isEchoed: true },
      { kind: 'code', text: 'Code:', isEchoed: true },
    ],
    [
      { kind: 'touch', text: 'Touch' },
      { kind: 'touch', text: 'Touch' },
    ],
  ])('puts %j in the contract’s words', async (prompt, facts) => {
    const { prompt: ask, asked } = asking(null);
    expect(await ask(prompt, signal)).toBe(null);
    expect(asked).toEqual([facts]);
  });

  it('accepts a host key by answering at all, and passes on what was typed', async () => {
    const key = { kind: 'hostKey', text: '', host: '', keyType: '', fingerprint: '', isOtherKnown: false } as const;
    expect(await asking([]).prompt(key, signal)).toBe('yes');
    expect(await asking(['secret']).prompt({ kind: 'password', text: '', user: '', host: '' }, signal)).toBe('secret');
  });

  it('asks for all credentials at once, and hides what is secret', async () => {
    const { auth, asked } = asking(['me', 'secret']);
    const request = { challenge: null, defaultResult: null };
    const answers = await auth([
      { type: 'authname', prompt: 'User', ...request },
      { type: 'passphrase', prompt: 'Password', ...request },
    ]);
    expect(answers).toEqual(['me', 'secret']);
    expect(asked).toEqual([
      {
        kind: 'credentials',
        host: 'kvm1',
        fields: [
          { type: 'authname', text: 'User', isEchoed: true },
          { type: 'passphrase', text: 'Password', isEchoed: false },
        ],
      },
    ]);
  });
});

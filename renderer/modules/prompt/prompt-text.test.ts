import { describe, expect, it } from 'vitest';
import type { Question, QuestionFacts } from '../../../main/contract/index.ts';
import { isRememberable, promptFields, promptTitle } from './prompt-text.ts';

const asked = (facts: QuestionFacts): Question => ({
  ...facts,
  id: 'q',
  connectionId: 'c',
  attempt: 1,
  isBackground: false,
});
const long = 'h'.repeat(4000);

describe('texts of questions', () => {
  it.each<[QuestionFacts, string, string[], boolean]>([
    [{ kind: 'password', user: 'root', host: 'kvm1' }, 'Password of root@kvm1', ['Password hidden'], true],
    [{ kind: 'passphrase', key: '/k', isPin: false }, 'Passphrase of your key', ['Passphrase hidden'], true],
    [{ kind: 'passphrase', key: '/k', isPin: true }, 'PIN of your security key', ['PIN hidden'], true],
    [{ kind: 'code', text: 'Code:', isEchoed: true }, 'lab asks', ['Answer shown'], false],
    [{ kind: 'touch', text: '' }, 'Touch your security key', [], false],
    [
      { kind: 'host-key', host: 'kvm1', keyType: 'RSA', fingerprint: 'SHA256:x', isOtherKnown: false },
      'Is this the right host?',
      [],
      false,
    ],
    [
      {
        kind: 'credentials',
        host: '',
        fields: [
          { type: 'authname', text: 'User', isEchoed: true },
          { type: 'passphrase', text: 'Pass', isEchoed: false },
          { type: 'noechoprompt', text: 'Token', isEchoed: false },
        ],
      },
      'Log in to libvirt on this computer',
      ['User name shown', 'Password hidden', 'Token hidden'],
      true,
    ],
  ])('%j', (facts, title, fields, isKept) => {
    const question = asked(facts);
    expect(promptTitle(question, 'lab')).toBe(title);
    expect(promptFields(question).map(({ label, isSecret }) => `${label} ${isSecret ? 'hidden' : 'shown'}`)).toEqual(
      fields,
    );
    expect(isRememberable(question)).toBe(isKept);
  });

  it('bounds what a host says', () => {
    expect(promptTitle(asked({ kind: 'password', user: long, host: long }), '').length).toBeLessThan(200);
    const [field] = promptFields(
      asked({ kind: 'credentials', host: long, fields: [{ type: 'echoprompt', text: long, isEchoed: true }] }),
    );
    expect(field!.label.length).toBeLessThan(100);
  });
});

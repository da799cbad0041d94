/** What a question is called and what is to be typed. */
import type { Question } from '../../../main/contract/index.ts';
import { t } from '../../i18n/index.ts';

/** One thing to type. */
export interface PromptField {
  label: string;
  isSecret: boolean;
  /** For the browser's own helpers: none may offer or keep anything but codes. */
  autocomplete: 'off' | 'one-time-code';
}

/** Longer texts of a host are cut; they are whole below. */
const longestName = 80;

export function short(text: string): string {
  return text.length > longestName ? `${text.slice(0, longestName)}…` : text;
}

/** Texts below `prompt.` of this question: a hardware key has a PIN where others have a passphrase. */
export function promptKey(question: Question): string {
  return `prompt.${question.kind === 'passphrase' && question.isPin ? 'pin' : question.kind}`;
}

/** `connection` is the name that the connection has in the list. */
export function promptTitle(question: Question, connection: string): string {
  const key = `${promptKey(question)}.title`;
  switch (question.kind) {
    case 'password':
      return t(key, { login: `${short(question.user)}@${short(question.host)}` });
    case 'code':
      return t(key, { host: short(connection) });
    case 'credentials':
      return t(key, { host: question.host === '' ? t('prompt.credentials.here') : short(question.host) });
    default:
      return t(key);
  }
}

export function promptFields(question: Question): PromptField[] {
  const label = `${promptKey(question)}.label`;
  switch (question.kind) {
    case 'password':
    case 'passphrase':
      return [{ label: t(label), isSecret: true, autocomplete: 'off' }];
    case 'code':
      return [{ label: t(label), isSecret: !question.isEchoed, autocomplete: 'one-time-code' }];
    case 'credentials':
      return question.fields.map(({ type, text, isEchoed }) => ({
        label: credentialLabel(type) ?? short(text),
        isSecret: !isEchoed,
        autocomplete: 'off',
      }));
    default:
      return [];
  }
}

function credentialLabel(type: string): string | null {
  if (type === 'username' || type === 'authname') return t('prompt.credentials.user');
  return type === 'passphrase' ? t('prompt.credentials.password') : null;
}

export function isRememberable({ kind }: Question): boolean {
  return kind === 'password' || kind === 'passphrase' || kind === 'credentials';
}

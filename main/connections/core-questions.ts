/** What the driver core's log-ins ask, in the contract's words. */
import type { CredentialRequest, OpenOptions, SshPrompt } from '../../drivers/driver.ts';
import type { CredentialField, QuestionFacts } from '../contract/index.ts';
import type { OpenHypervisorOptions } from './hypervisor.ts';

/** The callbacks of an opening; `host` is the URI's, '' for this machine. */
export function questionsOf(
  host: string,
  ask: OpenHypervisorOptions['ask'],
): Required<Pick<OpenOptions, 'auth' | 'prompt'>> {
  return {
    prompt: async (prompt, signal) => {
      const texts = await ask(factsOf(prompt), signal);
      if (texts === null) return null;
      return prompt.kind === 'hostKey' ? 'yes' : (texts[0] ?? '');
    },
    auth: async (requests) => await ask({ kind: 'credentials', host, fields: requests.map(fieldOf) }),
  };
}

function factsOf(prompt: SshPrompt): QuestionFacts {
  switch (prompt.kind) {
    case 'hostKey': {
      const { host, keyType, fingerprint, isOtherKnown } = prompt;
      return { kind: 'host-key', host, keyType, fingerprint, isOtherKnown };
    }
    case 'password':
      return { kind: 'password', user: prompt.user, host: prompt.host };
    case 'passphrase':
      return { kind: 'passphrase', key: prompt.key, isPin: prompt.isPin };
    case 'code':
      return { kind: 'code', text: prompt.text, isEchoed: prompt.isEchoed };
    case 'touch':
      return { kind: 'touch', text: prompt.text };
  }
}

const echoed: ReadonlySet<CredentialRequest['type']> = new Set(['username', 'authname', 'echoprompt', 'realm']);

function fieldOf({ type, prompt }: CredentialRequest): CredentialField {
  return { type, text: prompt, isEchoed: echoed.has(type) };
}

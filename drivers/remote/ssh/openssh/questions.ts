/** What OpenSSH asks, from the words it asks in to a typed question. */
import type { SshPrompt } from '../../../driver.ts';

/** `hint` is SSH_ASKPASS_PROMPT: `none` for a notice, `confirm` for yes or no. */
export function understand(text: string, hint: string): SshPrompt {
  if (hint === 'none' || /confirm user presence/i.test(text)) return { kind: 'touch', text };
  const [, host, others, keyType, fingerprint] =
    /The authenticity of host '(.*?)' can't be established(\s+but keys of different type are already known for this host)?\.\s+(\S+) key fingerprint is:?\s+(\S+?)\.?\s/s.exec(
      text,
    ) ?? [];
  if (host !== undefined) {
    return {
      kind: 'hostKey',
      text,
      // ssh names the address behind the name, also where they are the same.
      host: host.replace(/^(.*) \(\1\)$/, '$1'),
      keyType: keyType!,
      fingerprint: fingerprint!,
      isOtherKnown: others !== undefined,
    };
  }
  const [, what, key] = /^\s*Enter (passphrase|PIN) for (?:key )?'?(.*?)'?:\s*$/s.exec(text) ?? [];
  if (key !== undefined) return { kind: 'passphrase', text, key, isPin: what === 'PIN' };
  const [, user, where] = /^(.*)@(.*?)'s password:\s*$/s.exec(text) ?? [];
  if (user !== undefined) return { kind: 'password', text, user, host: where! };
  // A server's dialogue that asks for nothing but the password is no other question for a person.
  const [, asUser, asHost] = /^\((.*)@(.*?)\) Password:\s*$/s.exec(text) ?? [];
  if (asUser !== undefined) return { kind: 'password', text, user: asUser, host: asHost! };
  return { kind: 'code', text, isEchoed: false };
}

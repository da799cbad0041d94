/** Who we are, to the ssh2 library: agent, keys, password and the server's dialogue, in the order that was asked for. */
import { readFile, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type AuthenticationType, type ParsedKey, type Prompt } from 'ssh2';
import type { SshPrompt } from '../../../driver.ts';
import { virError } from '../../../error.ts';
import type { SshTarget } from '../target.ts';

const ATTEMPTS = 3;
const maximumKeyBytes = 1024 * 1024;
const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa', 'identity'];
const defaultMethods = ['agent', 'privkey', 'password', 'keyboard-interactive'];

/** Asks the person; null where there is nobody. Rejects where the person gives up. */
export type Ask = ((question: SshPrompt) => Promise<string>) | null;

/** Yields one attempt after the other; `offered` answers what the server takes at that moment. */
export async function* attempts(
  target: SshTarget,
  ask: Ask,
  offered: () => readonly string[],
): AsyncGenerator<AnyAuthMethod> {
  const username = userOf(target);
  // Takes no log-in, but tells what the server would take.
  yield { type: 'none', username };
  for (const method of target.methods ?? methodsFor(target)) {
    const has = (name: AuthenticationType): boolean => offered().includes(name);
    if (method === 'agent' && has('publickey')) yield* agentAttempt(username);
    else if (method === 'privkey' && has('publickey')) yield* keyAttempts(target, username, ask, has);
    else if (method === 'password' && ask !== null) {
      for (let count = 0; count < ATTEMPTS && has('password'); count++) {
        const text = `${username}@${target.host}'s password:`;
        yield {
          type: 'password',
          username,
          password: await ask({ kind: 'password', text, user: username, host: target.host }),
        };
      }
    } else if (method === 'keyboard-interactive' && ask !== null) {
      for (let count = 0; count < ATTEMPTS && has('keyboard-interactive'); count++)
        yield dialogue(target, username, ask);
    }
  }
}

/** Who logs in: the user of this machine where nobody else is named. */
export function userOf({ user }: SshTarget): string {
  return user === '' ? userInfo().username : user;
}

/** A key that was named goes first: a full agent exhausts the server's patience. */
function methodsFor({ keyfile }: SshTarget): string[] {
  return keyfile === null ? defaultMethods : ['privkey', ...defaultMethods.filter((method) => method !== 'privkey')];
}

function* agentAttempt(username: string): Generator<AnyAuthMethod> {
  const agent = process.platform === 'win32' ? String.raw`\\.\pipe\openssh-ssh-agent` : process.env['SSH_AUTH_SOCK'];
  if (agent !== undefined && agent !== '') yield { type: 'agent', username, agent };
}

async function* keyAttempts(
  { keyfile }: SshTarget,
  username: string,
  ask: Ask,
  has: (name: AuthenticationType) => boolean,
): AsyncGenerator<AnyAuthMethod> {
  const files = keyfile === null ? defaultKeys.map((name) => join(homedir(), '.ssh', name)) : [expandHome(keyfile)];
  for (const file of files) {
    if (!has('publickey')) return;
    const key = await readKey(file, keyfile !== null, ask);
    if (key !== null) yield { type: 'publickey', username, key };
  }
}

async function readKey(file: string, isNamed: boolean, ask: Ask): Promise<ParsedKey | null> {
  const found = await stat(file).catch(() => null);
  if (found === null && !isNamed) return null;
  if (found === null || !found.isFile() || found.size > maximumKeyBytes) {
    throw virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_SSH', `There is no key in ${file}. Check the keyfile parameter.`);
  }
  const text = await readFile(file);
  let key = ssh2.utils.parseKey(text);
  const tries = ask === null ? 0 : ATTEMPTS;
  for (let count = 0; key instanceof Error && isEncrypted(key) && count < tries; count++) {
    key = ssh2.utils.parseKey(
      text,
      await ask!({ kind: 'passphrase', text: `Enter passphrase for key '${file}':`, key: file, isPin: false }),
    );
  }
  // A key that cannot be opened is left out, as ssh does: there may be another way in.
  return key instanceof Error ? null : ([key].flat()[0] ?? null);
}

function isEncrypted({ message }: Error): boolean {
  return /encrypted|passphrase|integrity|decrypt/i.test(message);
}

function dialogue(target: SshTarget, username: string, ask: NonNullable<Ask>): AnyAuthMethod {
  const answer = async (prompts: Prompt[]): Promise<string[]> => {
    const answers: string[] = [];
    for (const { prompt, echo } of prompts) {
      const isPassword = echo !== true && /^\s*password\s*:?\s*$/i.test(prompt);
      const question: SshPrompt = isPassword
        ? { kind: 'password', text: prompt, user: username, host: target.host }
        : { kind: 'code', text: prompt, isEchoed: echo === true };
      answers.push(await ask(question));
    }
    return answers;
  };
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) => {
      // Whoever gave up has ended the log-in; the server's question needs no answer any more.
      void answer(prompts).then(finish, () => undefined);
    },
  };
}

function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/** Whether the host that answers is the one that is meant, for the ssh2 library. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { fingerprintOf, HostKeyChangedError, keyTypeName } from '../changed-key.ts';
import { cancelledLogin, sshError } from '../login.ts';
import { describeTarget, type SshTarget } from '../target.ts';
import type { Ask } from './authentication.ts';
import { wantsHashedNames } from './hash-names.ts';
import {
  appendKnownHost,
  judge,
  keyTypeOf,
  knownKeys,
  type KnownHost,
  knownKeyTypes,
  nameOf,
  readKnownHosts,
} from './known-hosts.ts';

/** The administrator's; read, never written. */
const systemFile = '/etc/ssh/ssh_known_hosts';
const SSH_PORT = 22;

/** What is known of one host. */
export class HostKeys {
  readonly #target: SshTarget;
  readonly #known: readonly KnownHost[];
  /** Where new keys are written. */
  readonly #file: string;

  /** Reads the file of the URI, or the user's and the system's. */
  static async read(target: SshTarget): Promise<HostKeys> {
    const own = target.knownHosts ?? join(homedir(), '.ssh', 'known_hosts');
    const files = target.knownHosts === null ? [own, systemFile] : [own];
    return new HostKeys(target, await readKnownHosts(files), own);
  }

  private constructor(target: SshTarget, known: readonly KnownHost[], file: string) {
    this.#target = target;
    this.#known = known;
    this.#file = file;
  }

  /** Types to ask the server for, so that it shows the key that is known. */
  preferredTypes(): ServerHostKeyAlgorithm[] {
    return preferKnown(knownKeyTypes(this.#known, this.#target.host, this.#port));
  }

  /** Settles where the key is to be believed. Rejects with an error of `sshError` otherwise. */
  async check(key: Buffer, ask: Ask): Promise<void> {
    const { host, hostKeys } = this.#target;
    const verdict = judge(this.#known, host, this.#port, key);
    if (verdict === 'known' || hostKeys === 'ignore') return;
    const fingerprint = fingerprintOf(key);
    if (verdict === 'revoked') throw revoked(describeTarget(this.#target), fingerprint);
    if (verdict === 'changed') throw this.#changed(key, fingerprint);
    if (hostKeys === 'ask') await this.#askAbout(key, fingerprint, ask);
    if (this.#file === systemFile) return;
    await appendKnownHost(this.#file, { host, port: this.#port, key, isHashed: await wantsHashedNames() });
  }

  #changed(key: Buffer, fingerprint: string): HostKeyChangedError {
    const { host } = this.#target;
    return new HostKeyChangedError(describeTarget(this.#target), {
      host: nameOf(host, this.#port),
      keyType: keyTypeName(keyTypeOf(key)),
      fingerprint,
      known: knownKeys(this.#known, host, this.#port).map((entry) => ({
        file: entry.file,
        line: entry.line,
        keyType: keyTypeName(entry.keyType),
        fingerprint: fingerprintOf(entry.key),
      })),
    });
  }

  async #askAbout(key: Buffer, fingerprint: string, ask: Ask): Promise<void> {
    const peer = describeTarget(this.#target);
    if (ask === null) {
      const unknown = `The host ${peer} is not known yet (${fingerprint}), and nobody said that its key is right.`;
      throw sshError('host-key-unknown', `${unknown} Compare the fingerprint with the host's and accept it.`);
    }
    const keyType = keyTypeName(keyTypeOf(key));
    const text = `The authenticity of host '${peer}' can't be established. ${keyType} key fingerprint is ${fingerprint}.`;
    const host = nameOf(this.#target.host, this.#port);
    const answer = await ask({ kind: 'hostKey', text, host, keyType, fingerprint, isOtherKnown: false });
    if (answer !== 'yes') throw cancelledLogin(this.#target);
  }

  get #port(): number {
    return this.#target.port ?? SSH_PORT;
  }
}

function revoked(peer: string, fingerprint: string): Error {
  return sshError(
    'host-key-changed',
    `The key of ${peer} was revoked: it shows ${fingerprint}, which a file of known hosts says must not be used any more. Ask whoever runs the host.`,
  );
}

/** The library's usual types of host keys, those that are known of the host first. */
function preferKnown(known: readonly string[]): ServerHostKeyAlgorithm[] {
  const usual: ServerHostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const isKnown = (type: string): boolean =>
    known.includes(type) || (type.startsWith('rsa-') && known.includes('ssh-rsa'));
  return [...usual.filter(isKnown), ...usual.filter((type) => !isKnown(type))];
}

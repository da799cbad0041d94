/** A host that shows another key than the one that is known of it: the error, with what a person needs to judge it. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { VirError, VirErrorDomain, VirErrorNumber } from '../../error.ts';
import type { SshVerdict } from './login.ts';

/** A line of a file of known hosts that is about the host; `line` from 1. */
export interface KnownKeyLine {
  file: string;
  line: number;
  keyType: string;
  /** Null where the line could not be read. */
  fingerprint: string | null;
}

/** What the host shows and what is known of it. Key types as ssh names them (`ED25519`). */
export interface ChangedKeyFacts {
  /** As files of known hosts have it: `[kvm1]:2222`. */
  host: string;
  keyType: string;
  fingerprint: string;
  known: KnownKeyLine[];
  /** Forgets the host, for the user to type. */
  command: string;
}

/** VIR_ERR_AUTH_FAILED with the verdict `host-key-changed`. */
export class HostKeyChangedError extends VirError {
  readonly facts: ChangedKeyFacts;

  /** `peer` as in messages. */
  constructor(peer: string, facts: Omit<ChangedKeyFacts, 'command'>) {
    const files = [...new Set(facts.known.map(({ file }) => file))];
    const command = forgetCommand(facts.host, files[0]);
    super({
      code: VirErrorNumber.VIR_ERR_AUTH_FAILED,
      domain: VirErrorDomain.VIR_FROM_SSH,
      str1: 'host-key-changed' satisfies SshVerdict,
      message:
        `The key of ${peer} has changed: it now shows ${facts.fingerprint}. Either the host was set up anew, or something ` +
        `else answers in its place. Ask whoever runs the host; if it is right, forget the old key with \`${command}\` and connect again.`,
    });
    this.facts = { ...facts, command };
  }
}

/** The command that removes a host's keys from a file. */
function forgetCommand(host: string, file: string | undefined): string {
  const isDefault = file === undefined || file === join(homedir(), '.ssh', 'known_hosts');
  return `ssh-keygen ${isDefault ? '' : `-f ${quoted(file)} `}-R ${quoted(host)}`;
}

/** For the user's own shell. */
function quoted(text: string): string {
  if (/^[\w./:,@~+-]+$/.test(text)) return text;
  return process.platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** As ssh writes it: `SHA256:...`. `key` in the wire's form. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The protocol's name of a key type in ssh's words: `ssh-ed25519` is ED25519. */
export function keyTypeName(type: string): string {
  const [, token, family] = /^(sk-)?(?:ssh-)?(ed25519|ecdsa|rsa|dss)/.exec(type) ?? [];
  if (family === undefined) return type;
  return `${family === 'dss' ? 'DSA' : family.toUpperCase()}${token === undefined ? '' : '-SK'}`;
}

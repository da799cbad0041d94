/**
 * Questions that a log-in puts to a person. They belong to an attempt to connect and end with it; whoever answers first,
 * in whichever window, has answered. Answers are secrets: neither side writes them down or repeats them.
 */
import type { Unlisten } from './connections.ts';

/** One thing to type of `credentials` (SASL): `username`, `passphrase`, ... as virConnectCredential has them. */
export interface CredentialField {
  type: string;
  /** The question as the host put it. */
  text: string;
  /** May be seen while it is typed. */
  isEchoed: boolean;
}

/** What is asked. */
export type QuestionFacts =
  /**
   * The host is not known yet. `fingerprint` as ssh writes it (`SHA256:...`), `keyType` as `ED25519`. `isOtherKnown`:
   * keys of another type are known of this host, which is how a machine in the middle would look, too.
   */
  | { kind: 'host-key'; host: string; keyType: string; fingerprint: string; isOtherKnown: boolean }
  | { kind: 'password'; user: string; host: string }
  /** Of the key in the file `key`; with `isPin` the PIN of a hardware key. */
  | { kind: 'passphrase'; key: string; isPin: boolean }
  /** One line of a server's own dialogue, as for one-time codes. */
  | { kind: 'code'; text: string; isEchoed: boolean }
  | { kind: 'credentials'; host: string; fields: CredentialField[] }
  /** Nothing to type: a hardware key waits to be touched. `text` is ssh's own. */
  | { kind: 'touch'; text: string };

export type QuestionKind = QuestionFacts['kind'];

/** An open question. */
export type Question = QuestionFacts & {
  id: string;
  connectionId: string;
  /** From 1; above it, what was answered before was not accepted. */
  attempt: number;
  /** Nobody asked for this log-in just now: it is shown without taking the keyboard away. */
  isBackground: boolean;
};

/**
 * `texts`: one for each thing to type, none to accept a host key. `isRemembered`: kept in memory until Hostler quits, so
 * that coming back after a lost link asks nobody; only for passwords, passphrases and credentials.
 */
export interface PromptAnswer {
  texts: string[];
  isRemembered: boolean;
}

/**
 * A host key that is not the one known of the host. Never a question: it is refused, and the line has to be removed by
 * the user (`command`) before the host can become known anew.
 */
export interface ChangedHostKey {
  host: string;
  keyType: string;
  /** What the host shows now. */
  fingerprint: string;
  /** What is known: where it stands (`line` from 1), and its fingerprint where the line could be read. */
  known: { file: string; line: number; keyType: string; fingerprint: string | null }[];
  /** Removes what is known, to be typed by the user. */
  command: string;
}

export interface PromptsService {
  /** Answers a question; null gives the attempt up. One that is over already fails with `not-found`. */
  answer(id: string, answer: PromptAnswer | null): Promise<void>;
  /** First event: all open questions. Later events: all of them again, the oldest first. */
  onDidChange: (listener: (open: Question[]) => void) => Unlisten;
}

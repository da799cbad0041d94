/** A procedure as client and server see it at run time: its numbers and its codec. Generated; see procedures.gen.ts. */
import type { EventFamily } from '../driver.ts';
import type { XdrReader } from './xdr/reader.ts';
import type { XdrWriter } from './xdr/writer.ts';

export interface Procedure<Args = unknown, Ret = unknown> {
  program: number;
  version: number;
  number: number;
  /** `domain_get_info`. */
  name: string;
  kind: 'call' | 'event' | 'message';
  /** `high` may also run on a server's priority workers. */
  priority: 'low' | 'high';
  /** Which way the call's stream flows, seen from the client. */
  stream: 'up' | 'down' | 'both' | null;
  /** Which packets carry file descriptors. */
  fds: 'call' | 'reply' | 'both' | null;
  /** Of an event: the registration it answers. */
  event: { family: EventFamily; id: number } | null;
  /** Arguments of a call; the message of an event. */
  readArgs(r: XdrReader): Args;
  writeArgs(w: XdrWriter, args: Args): void;
  readRet(r: XdrReader): Ret;
  writeRet(w: XdrWriter, ret: Ret): void;
}

export function readNothing(): void {}

export function writeNothing(): void {}

/** Finds procedures by what a packet's header says. */
export class ProcedureIndex {
  readonly #programs = new Map<number, { version: number; procedures: Procedure[] }>();

  constructor(procedures: Iterable<Procedure>) {
    for (const procedure of procedures) {
      const program = this.#programs.get(procedure.program) ?? { version: procedure.version, procedures: [] };
      program.procedures[procedure.number] = procedure as Procedure;
      this.#programs.set(procedure.program, program);
    }
  }

  /** Undefined for an unknown program, version or procedure. */
  find(program: number, version: number, number: number): Procedure | undefined {
    const known = this.#programs.get(program);
    return known?.version === version ? known.procedures[number] : undefined;
  }
}

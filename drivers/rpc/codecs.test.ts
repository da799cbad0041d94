/** The generated codecs, by law over arbitrary values made from the protocol table, and by byte. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirError } from '../error.ts';
import { procedures } from './generated/procedures.gen.ts';
import { slotCalls } from './generated/slot-calls.gen.ts';
import { slotProcedures } from '../driver-slots.gen.ts';
import { ProcedureIndex, type Procedure } from './procedure.ts';
import { programs } from './protocol/index.ts';
import { record } from './testing/arbitrary-values.ts';
import { XdrReader } from './xdr/reader.ts';
import { XdrWriter } from './xdr/writer.ts';

/** One direction of a procedure with its generated codec. */
interface WirePart {
  name: string;
  procedure: Procedure;
  part: 'args' | 'ret';
  value: fc.Arbitrary<unknown>;
}

const index = new ProcedureIndex(Object.values(procedures));

/** All parts of all procedures of all programs that carry anything. */
function wireParts(): WirePart[] {
  return programs.flatMap((program) =>
    program.procedures.flatMap((declared) => {
      const procedure = index.find(program.number, program.version, declared.number)!;
      return (['args', 'ret'] as const)
        .filter((part) => declared[part] !== null)
        .map((part) => ({
          name: `${program.name} ${declared.name} ${part}`,
          procedure,
          part,
          value: record(declared[part]!),
        }));
    }),
  );
}

const parts = wireParts();

function write({ procedure, part }: WirePart, value: unknown): Buffer {
  const w = new XdrWriter();
  if (part === 'args') procedure.writeArgs(w, value);
  else procedure.writeRet(w, value);
  return w.bytes;
}

function read({ procedure, part }: WirePart, bytes: Buffer): unknown {
  const r = new XdrReader(bytes);
  const value = part === 'args' ? procedure.readArgs(r) : procedure.readRet(r);
  r.end();
  return value;
}

/** What an attempt to read throws; null where it succeeds. */
function failureOf(part: WirePart, bytes: Buffer): unknown {
  try {
    read(part, bytes);
    return null;
  } catch (error) {
    return error;
  }
}

const isRpcError = (error: unknown): boolean => error instanceof VirError && error.codeName === 'VIR_ERR_RPC';

describe('the protocol table', () => {
  it('has every procedure of every program, without a gap', () => {
    const counts = programs.map(({ name, procedures: list }) => [name, list.length, list.at(-1)!.number]);
    expect(counts).toEqual([
      ['keepalive', 2, 2],
      ['remote', 453, 453],
      ['qemu', 7, 7],
      ['lxc', 1, 1],
      ['admin', 19, 19],
    ]);
    for (const { procedures: list } of programs) list.forEach(({ number }, i) => expect(number).toBe(i + 1));
  });

  it('counts calls, events, streams and priorities as libvirt 9.0 and later do', () => {
    const remote = programs.find(({ name }) => name === 'remote')!.procedures;
    expect(remote.filter(({ kind }) => kind === 'call')).toHaveLength(400);
    expect(remote.filter(({ kind }) => kind === 'event')).toHaveLength(53);
    expect(remote.filter(({ priority }) => priority === 'high')).toHaveLength(185);
    expect(remote.filter(({ stream }) => stream !== null)).toHaveLength(8);
  });

  it('gives every slot its procedure', () => {
    for (const [name, { number, name: procedureName }] of Object.entries(slotProcedures)) {
      const { procedure } = slotCalls[name as keyof typeof slotCalls];
      expect([procedure.number, procedure.name]).toEqual([number, procedureName]);
    }
    expect(Object.keys(slotCalls)).toHaveLength(Object.keys(slotProcedures).length);
  });
});

describe('every codec', () => {
  it('reads what it wrote', () => {
    for (const part of parts) {
      const law = fc.property(part.value, (value) => {
        expect(read(part, write(part, value))).toEqual(value);
      });
      fc.assert(law, { numRuns: 5 });
    }
  });

  it('refuses every truncation, and a byte too many', () => {
    for (const part of parts) {
      const [value] = fc.sample(part.value, { numRuns: 1, seed: 7 });
      const bytes = write(part, value);
      for (let end = 0; end < bytes.length; end += 4) expect(failureOf(part, bytes.subarray(0, end))).not.toBeNull();
      expect(isRpcError(failureOf(part, Buffer.concat([bytes, Buffer.alloc(4)])))).toBe(true);
    }
  });

  it('answers any bytes with a value or VIR_ERR_RPC', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    for (const part of parts) {
      fc.assert(
        fc.property(bytes, (input) => {
          const failure = failureOf(part, input);
          expect(failure === null || isRpcError(failure)).toBe(true);
        }),
        { numRuns: 5 },
      );
    }
  });
});

describe('a slot call', () => {
  const shapes = parts.filter(({ part, procedure }) => part === 'args' && procedure.kind === 'call');

  it('turns arguments into the wire and back', () => {
    for (const call of Object.values(slotCalls)) {
      const part = shapes.find(({ procedure }) => procedure === call.procedure);
      if (part === undefined) continue;
      const law = fc.property(part.value, (wireArgs) => {
        const args = call.argsFromWire(wireArgs);
        expect(call.argsFromWire(call.argsToWire(args))).toEqual(args);
      });
      fc.assert(law, { numRuns: 5 });
    }
  });

  it('turns results into the wire and back', () => {
    for (const call of Object.values(slotCalls)) {
      const part = parts.find((candidate) => candidate.procedure === call.procedure && candidate.part === 'ret');
      if (part === undefined) continue;
      const law = fc.property(part.value, (wireRet) => {
        const result = call.resultFromWire(wireRet);
        const wire = call.resultToWire(result, { needResults: 1, nparams: 16 });
        expect(call.resultFromWire(wire)).toEqual(result);
      });
      fc.assert(law, { numRuns: 5 });
    }
  });

  it('answers only the length where the caller wants no list', () => {
    const domains = [{ name: 'a', uuid: '00000000-0000-0000-0000-000000000001', id: 1 }];
    expect(slotCalls.connectListAllDomains.resultToWire(domains, { needResults: 0 })).toEqual({ domains: [], ret: 1 });
    const params = [{ field: 'weight', type: 'uint', value: 1 }];
    const { resultToWire } = slotCalls.domainGetMemoryParameters;
    expect(resultToWire(params, { nparams: 0 })).toEqual({ params: [], nparams: 1 });
    expect(resultToWire(params, { nparams: 3 })).toEqual({ params, nparams: 0 });
  });
});

describe('wire fixtures', () => {
  const hexOf = (part: (w: XdrWriter) => void): string => {
    const w = new XdrWriter();
    part(w);
    return w.bytes.toString('hex');
  };

  it('a domain reference', () => {
    const dom = { name: 'fedora', uuid: '04d008b5-99ee-483c-9eab-9d2065cc990d', id: -1 };
    expect(hexOf((w) => procedures.domainCreate.writeArgs(w, { dom }))).toBe(
      ['000000066665646f72610000', '04d008b599ee483c9eab9d2065cc990d', 'ffffffff'].join(''),
    );
  });

  it('typed parameters of all seven types', () => {
    const field = 'f';
    const params = [
      { field, type: 'int', value: -2 },
      { field, type: 'uint', value: 0xffff_ffff },
      { field, type: 'llong', value: -(2n ** 63n) },
      { field, type: 'ullong', value: 2n ** 64n - 1n },
      { field, type: 'double', value: 1.5 },
      { field, type: 'boolean', value: true },
      { field, type: 'string', value: 'ä' },
    ] as const;
    const name = '0000000166000000';
    expect(hexOf((w) => procedures.domainRestoreParams.writeArgs(w, { params: [...params], flags: 0 }))).toBe(
      '00000007' +
        `${name}00000001fffffffe` +
        `${name}00000002ffffffff` +
        `${name}000000038000000000000000` +
        `${name}00000004ffffffffffffffff` +
        `${name}000000053ff8000000000000` +
        `${name}0000000600000001` +
        `${name}0000000700000002c3a40000` +
        '00000000',
    );
  });

  it('char arrays: four bytes an element, NUL at the end, sign extended', () => {
    expect(hexOf((w) => procedures.nodeGetSecurityModel.writeRet(w, { model: 'no', doi: '' }))).toBe(
      ['00000003', '0000006e', '0000006f', '00000000', '00000001', '00000000'].join(''),
    );
    const data = Uint8Array.of(0x7f, 0x80);
    expect(hexOf((w) => procedures.authSaslStep.writeArgs(w, { nil: 0, data }))).toBe(
      ['00000000', '00000002', '0000007f', 'ffffff80'].join(''),
    );
  });

  it('an absent and a present optional', () => {
    expect(hexOf((w) => procedures.connectGetMaxVcpus.writeArgs(w, { type: null }))).toBe('00000000');
    expect(hexOf((w) => procedures.connectGetMaxVcpus.writeArgs(w, { type: 'kvm' }))).toBe('00000001000000036b766d00');
  });
});

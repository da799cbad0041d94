/** Generates the procedure descriptors and the table of slot calls: what client and server look up at run time. */
import type { Procedure, Program, TableFile } from '../../drivers/rpc/protocol/dsl.ts';
import { header, partNames, type PartNames } from './codecs.ts';
import { camel, slotName } from './names.ts';
import { slotShape, type SlotShape } from './shapes.ts';
import { argsTypeName, slotsOf } from './slots.ts';

const alias = (table: TableFile): string => `${camel(table.file.replaceAll('-', '_'))}Codec`;

/** The text of procedures.gen.ts. */
export function proceduresFile(tables: TableFile[], programs: Program[]): string {
  const used = tables.filter(({ procedures }) => procedures.some(({ args, ret }) => args !== null || ret !== null));
  const importLines = used.map((table) => `import * as ${alias(table)} from './${table.file}.gen.ts';\n`).join('');
  const constants = programs.map(
    ({ name, number, version }) =>
      `export const ${name.toUpperCase()}_PROGRAM = 0x${number.toString(16).padStart(8, '0')};\nexport const ${name.toUpperCase()}_VERSION = ${version};\n`,
  );
  const tableOf = (procedure: Procedure): TableFile => tables.find(({ procedures }) => procedures.includes(procedure))!;
  const lines = programs.flatMap(({ procedures }) =>
    procedures.map((procedure) => descriptor(tableOf(procedure), procedure)),
  );
  return `${header}import { readNothing, writeNothing, type Procedure } from '../procedure.ts';
${importLines}
${constants.join('')}
export const procedures = {
${lines.join('')}};
`;
}

function descriptor(table: TableFile, procedure: Procedure): string {
  const { kind, number, name, priority, stream, fds, event } = procedure;
  const program = table.program.toUpperCase();
  const args = codecPair(table, partNames(table, procedure, 'args'), 'Args');
  const ret = codecPair(table, partNames(table, procedure, 'ret'), 'Ret');
  const parts = [
    `program: ${program}_PROGRAM, version: ${program}_VERSION, number: ${number}, name: '${name}', kind: '${kind}', priority: '${priority}'`,
    `stream: ${quoted(stream)}, fds: ${quoted(fds)}`,
    `event: ${event === null ? 'null' : `{ family: '${event.family}', id: ${event.id} }`}`,
    args.text,
    ret.text,
  ];
  return `  ${slotName(table.program, procedure)}: { ${parts.join(', ')} } as Procedure<${args.type}, ${ret.type}>,\n`;
}

function codecPair(table: TableFile, names: PartNames | null, part: string): { type: string; text: string } {
  if (names === null) return { type: 'void', text: `read${part}: readNothing, write${part}: writeNothing` };
  const from = alias(table);
  const type = names.type.startsWith('Wire') ? `${from}.${names.type}` : `ReturnType<typeof ${from}.${names.read}>`;
  return { type, text: `read${part}: ${from}.${names.read}, write${part}: ${from}.${names.write}` };
}

const quoted = (text: string | null): string => (text === null ? 'null' : `'${text}'`);

/** The text of slot-calls.gen.ts: from a slot's arguments and result to the wire's and back. */
export function slotCallsFile(tables: TableFile[]): string {
  const lines = slotsOf(tables).map((slot) => {
    const table = tables.find(({ procedures }) => procedures.includes(slot.procedure))!;
    return slotCall(table, slot.procedure, slot.name, argsTypeName(slot));
  });
  return `${header}import { procedures } from './procedures.gen.ts';
import { same, emptyArgs, nothing, type AnySlotCall } from '../slot-call.ts';
import type { DriverSlots } from '../../driver-slots.gen.ts';

/* Values are checked by the codec on their way out; in here they only change shape. */
/* eslint-disable @typescript-eslint/no-explicit-any */
export const slotCalls: Readonly<Record<keyof DriverSlots, AnySlotCall>> = {
${lines.join('')}};
`;
}

function slotCall(table: TableFile, procedure: Procedure, name: string, argsType: string): string {
  const shape = slotShape(procedure);
  const parts = [
    `procedure: procedures.${slotName(table.program, procedure)}`,
    `argsToWire: ${argsToWire(procedure, shape)}`,
    `argsFromWire: ${argsType === 'NoArgs' ? 'emptyArgs' : argsFromWire(shape)}`,
    `resultFromWire: ${resultFromWire(procedure, shape)}`,
    `resultToWire: ${resultToWire(procedure, shape)}`,
    `counted: ${counted(procedure, shape)}`,
    `stringParams: ${procedure.stringParams}`,
  ];
  return `  ${name}: { ${parts.join(', ')} },\n`;
}

function argsToWire(procedure: Procedure, { dropped }: SlotShape): string {
  if (procedure.args === null) return 'nothing';
  if (dropped.length === 0) return 'same';
  const fixed: Record<string, string> = { need_results: '1', nparams: '0' };
  const values = Object.keys(procedure.args).map((name) =>
    dropped.includes(name as 'nparams') ? `${camel(name)}: ${fixed[name]}` : `${camel(name)}: a.${camel(name)}`,
  );
  return `(a: any) => ({ ${values.join(', ')} })`;
}

function argsFromWire({ args, dropped }: SlotShape): string {
  return dropped.length === 0 ? 'same' : `(a: any) => ({ ${pick(Object.keys(args), 'a')} })`;
}

const isBare = (procedure: Procedure, { result }: SlotShape): boolean =>
  Object.keys(result).length === 1 &&
  procedure.stream === null &&
  procedure.fds !== 'reply' &&
  procedure.fds !== 'both';

function resultFromWire(procedure: Procedure, shape: SlotShape): string {
  if (procedure.ret === null) return 'nothing';
  const fields = Object.keys(shape.result);
  if (isBare(procedure, shape)) return `(r: any) => r.${camel(fields[0]!)}`;
  return shape.count === null ? 'same' : `(r: any) => ({ ${pick(fields, 'r')} })`;
}

function resultToWire(procedure: Procedure, shape: SlotShape): string {
  if (procedure.ret === null) return 'nothing';
  const bare = isBare(procedure, shape);
  const value = (name: string): string => (bare ? 'v' : `v.${camel(name)}`);
  const field = (name: string): string => {
    if (name === shape.list && shape.dropped.includes('need_results')) return `a.needResults ? ${value(name)} : []`;
    if (name === shape.list && shape.dropped.includes('nparams')) return `${value(name)}.slice(0, a.nparams)`;
    if (name !== shape.count) return value(name);
    const length = `${value(shape.list!)}.length`;
    return name === 'nparams' ? `a.nparams === 0 ? ${length} : 0` : length;
  };
  if (!bare && shape.count === null) return 'same';
  const values = Object.keys(procedure.ret).map((name) => `${camel(name)}: ${field(name)}`);
  return `(v: any${shape.dropped.length === 0 ? '' : ', a: any'}) => ({ ${values.join(', ')} })`;
}

/** How the client asks for a list whose length it must name: see SlotCall.counted. */
function counted(procedure: Procedure, shape: SlotShape): string {
  if (!shape.dropped.includes('nparams')) return 'null';
  const list = procedure.ret![shape.list!]!;
  if (list.kind !== 'array') throw new Error(`${procedure.name}: nparams without a list`);
  return shape.count === null ? `{ max: ${list.max}, asksFirst: false }` : `{ max: ${list.max}, asksFirst: true }`;
}

const pick = (names: string[], from: string): string =>
  names.map((name) => `${camel(name)}: ${from}.${camel(name)}`).join(', ');

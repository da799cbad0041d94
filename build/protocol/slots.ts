/** Generates drivers/driver-slots.gen.ts: the slot table's type, the structs in it, and which procedure each slot is. */
import type { Fields, Procedure, StructType, TableFile } from '../../drivers/rpc/protocol/dsl.ts';
import { fieldsOf, header, typeOf } from './codecs.ts';
import { apiName, pascal, slotName, structHome, structName } from './names.ts';
import { isSlot, slotShape } from './shapes.ts';

interface Slot {
  program: string;
  procedure: Procedure;
  name: string;
}

/** All slots, by program and number. */
export function slotsOf(tables: TableFile[]): Slot[] {
  const slots = tables.flatMap(({ program, procedures }) =>
    procedures
      .filter((procedure) => isSlot(program, procedure))
      .map((procedure) => ({ program, procedure, name: slotName(program, procedure) })),
  );
  const order = ['remote', 'qemu', 'lxc'];
  return slots.toSorted(
    (a, b) => order.indexOf(a.program) - order.indexOf(b.program) || a.procedure.number - b.procedure.number,
  );
}

/** The type of a slot's arguments. */
export function argsTypeName(slot: Slot): string {
  const isEmpty = Object.keys(slotShape(slot.procedure).args).length === 0 && !carriesFiles(slot, 'call');
  return isEmpty ? 'NoArgs' : `${pascal(slot.name)}Args`;
}

function carriesFiles({ procedure }: Slot, direction: 'call' | 'reply'): boolean {
  return procedure.fds === direction || procedure.fds === 'both';
}

const isObjectResult = (slot: Slot): boolean => slot.procedure.stream !== null || carriesFiles(slot, 'reply');

/** The type a slot's promise has. */
export function resultTypeName(slot: Slot): string {
  const fields = Object.values(slotShape(slot.procedure).result);
  if (fields.length === 0) {
    if (slot.procedure.stream !== null) return 'DriverStream';
    return carriesFiles(slot, 'reply') ? '{ files: number[] }' : 'void';
  }
  return fields.length === 1 && !isObjectResult(slot) ? typeOf(fields[0]!) : `${pascal(slot.name)}Result`;
}

function declarations(slot: Slot, structs: StructType[]): string {
  const { args, result } = slotShape(slot.procedure);
  const lines: string[] = [];
  const argsName = argsTypeName(slot);
  if (argsName !== 'NoArgs') {
    lines.push(
      `export interface ${argsName} { ${fieldsOf(args)}${carriesFiles(slot, 'call') ? '; files: readonly number[]' : ''} }`,
    );
  }
  const resultName = `${pascal(slot.name)}Result`;
  if (resultTypeName(slot) === resultName && !structs.some((struct) => structName(struct) === resultName)) {
    const extra = [
      slot.procedure.stream === null ? '' : '; stream: DriverStream',
      carriesFiles(slot, 'reply') ? '; files: number[]' : '',
    ];
    lines.push(`export interface ${resultName} { ${fieldsOf(result)}${extra.join('')} }`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function slotLine(slot: Slot): string {
  const { procedure, program, name } = slot;
  const since = procedure.since === null ? '' : `, since ${procedure.since}`;
  const doc = `${apiName(procedure) ?? 'Internal'} (${program} ${procedure.number}${since}).`;
  return `  /** ${doc} */\n  ${name}?: (args: ${argsTypeName(slot)}, options?: CallOptions) => Promise<${resultTypeName(slot)}>;\n`;
}

function procedureLine({ name, program, procedure }: Slot): string {
  const api = apiName(procedure);
  const parts = [`program: '${program}'`, `number: ${procedure.number}`, `name: '${procedure.name}'`];
  parts.push(`api: ${api === null ? 'null' : `'${api}'`}`);
  if (procedure.stream !== null) parts.push(`stream: '${procedure.stream}'`);
  if (procedure.fds !== null) parts.push(`fds: '${procedure.fds}'`);
  return `  ${name}: { ${parts.join(', ')} },\n`;
}

/** An event's payload: its message without callbackID, and with an inner message taken apart. */
export function payloadFields(message: Fields): Fields {
  const { callbackID: _, msg, ...rest } = message;
  return msg?.kind === 'struct' ? { ...msg.fields, ...rest } : rest;
}

interface EventSlot {
  family: string;
  id: number;
  name: string;
  fields: Fields;
}

/** Of the two generations of a domain event the newer one is the payload. */
function eventsOf(tables: TableFile[]): EventSlot[] {
  const events = new Map<string, EventSlot>();
  for (const { program, procedures } of tables) {
    for (const procedure of procedures) {
      if (procedure.event === null || procedure.args === null) continue;
      const name = `${pascal(slotName(program, procedure).replace('Callback', ''))}Payload`;
      const fields = payloadFields(procedure.args);
      events.set(`${procedure.event.family} ${procedure.event.id}`, { ...procedure.event, name, fields });
    }
  }
  return [...events.values()];
}

function eventTypes(tables: TableFile[]): string {
  const events = eventsOf(tables);
  const types = events.map(({ name, fields }) => `export interface ${name} { ${fieldsOf(fields)} }\n`).join('');
  const families = [...new Set(events.map(({ family }) => family))].map((family) => {
    const lines = events.filter((event) => event.family === family).map(({ id, name }) => `    ${id}: ${name};\n`);
    return `  ${family}: {\n${lines.join('')}  };\n`;
  });
  return `${types}
/** Payload of each event, by family and libvirt's event id. */
export interface EventPayloads {
${families.join('')}}
`;
}

/** The text of drivers/driver-slots.gen.ts. */
export function slotsFile(tables: TableFile[]): string {
  const slots = slotsOf(tables);
  const structs = tables.flatMap((table) => table.structs).filter((struct) => structHome(struct) === 'slots');
  const body = `/** A call without arguments takes \`{}\`. */
export type NoArgs = Record<never, never>;

${structs.map((struct) => `export interface ${structName(struct)} { ${fieldsOf(struct.fields)} }\n`).join('')}
${slots.map((slot) => declarations(slot, structs)).join('')}
${eventTypes(tables)}
/** What a driver can do: one optional slot per call of libvirt's remote, qemu and lxc programs. */
export interface DriverSlots {
${slots.map(slotLine).join('')}}

/** Which procedure a slot is, for a daemon that dispatches by number. */
export interface SlotProcedure {
  program: 'remote' | 'qemu' | 'lxc';
  number: number;
  name: string;
  /** The public C function; null where the procedure is internal. */
  api: string | null;
  stream?: 'up' | 'down' | 'both';
  fds?: 'call' | 'reply' | 'both';
}

export const slotProcedures: Readonly<Record<keyof DriverSlots, SlotProcedure>> = {
${slots.map(procedureLine).join('')}};
`;
  return `${header}${driverImports(body)}\n${body}`;
}

function driverImports(body: string): string {
  const names = ['CallOptions', 'DriverStream', 'TypedParam', ...refNames].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(body),
  );
  return `import type { ${names.join(', ')} } from './driver.ts';\n`;
}

const refNames = [
  'DomainCheckpointRef',
  'DomainRef',
  'DomainSnapshotRef',
  'InterfaceRef',
  'NWFilterBindingRef',
  'NWFilterRef',
  'NetworkPortRef',
  'NetworkRef',
  'NodeDeviceRef',
  'SecretRef',
  'StoragePoolRef',
  'StorageVolRef',
];

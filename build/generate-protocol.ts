/** Generates codecs, procedure descriptors and driver slots from the protocol table in drivers/rpc/protocol/. */
import type { StructType } from '../drivers/rpc/protocol/dsl.ts';
import { programs, tableFiles } from '../drivers/rpc/protocol/index.ts';
import { codecFile } from './protocol/codecs.ts';
import { proceduresFile, slotCallsFile } from './protocol/descriptors.ts';
import { slotsFile } from './protocol/slots.ts';

export function generateProtocol(): Map<string, string> {
  const structFiles = new Map<StructType, string>();
  for (const table of tableFiles) for (const struct of table.structs) structFiles.set(struct, table.file);
  const files = new Map<string, string>([['drivers/driver-slots.gen.ts', slotsFile(tableFiles)]]);
  for (const table of tableFiles) {
    if (table.structs.length === 0 && table.procedures.every(({ args, ret }) => args === null && ret === null))
      continue;
    files.set(`drivers/rpc/generated/${table.file}.gen.ts`, codecFile(table, structFiles));
  }
  files.set('drivers/rpc/generated/procedures.gen.ts', proceduresFile(tableFiles, programs));
  files.set('drivers/rpc/generated/slot-calls.gen.ts', slotCallsFile(tableFiles));
  return files;
}

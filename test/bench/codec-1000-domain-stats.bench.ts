/** The generated XDR codec alone: bulk statistics of 1,000 guests, 60 values each, read and written. */
import type { DomainStatsRecord } from '../../drivers/driver-slots.gen.ts';
import type { TypedParam } from '../../drivers/driver.ts';
import {
  readConnectGetAllDomainStatsRet,
  writeConnectGetAllDomainStatsRet,
} from '../../drivers/rpc/generated/connect.gen.ts';
import { XdrReader } from '../../drivers/rpc/xdr/reader.ts';
import { XdrWriter } from '../../drivers/rpc/xdr/writer.ts';
import { median, type BenchRow } from './report.ts';

const rounds = process.argv.includes('--smoke') ? 3 : 200;

function params(index: number): TypedParam[] {
  return Array.from({ length: 60 }, (_, field): TypedParam => {
    if (field % 10 === 0) return { field: `block.${field}.path`, type: 'string', value: `/guests/${index}.qcow2` };
    if (field % 3 === 0) return { field: `vcpu.${field}.state`, type: 'int', value: field };
    return { field: `net.${field}.rx.bytes`, type: 'ullong', value: 2n ** 33n + BigInt(index * field) };
  });
}

const retStats = Array.from({ length: 1000 }, (_, index): DomainStatsRecord => ({
  dom: { name: `guest-${index}`, uuid: `0e8f0000-0000-4000-8000-${String(index).padStart(12, '0')}`, id: index },
  params: params(index),
}));

function encode(): Uint8Array {
  const writer = new XdrWriter();
  writeConnectGetAllDomainStatsRet(writer, { retStats });
  return writer.bytes;
}

function timedMs(work: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    work();
    times.push(performance.now() - started);
  }
  return median(times);
}

const bytes = Buffer.from(encode());
const decode = (): unknown => readConnectGetAllDomainStatsRet(new XdrReader(bytes));
const mib = bytes.length / 2 ** 20;
const rows: BenchRow[] = [
  { name: `codec: write statistics of 1000 guests (${mib.toFixed(1)} MiB)`, value: timedMs(encode), unit: 'ms' },
  { name: 'codec: read them', value: timedMs(decode), unit: 'ms' },
];
console.log(JSON.stringify(rows));

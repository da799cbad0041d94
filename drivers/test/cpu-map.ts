/** Sets of CPUs: as libvirt's byte maps (lowest CPU in the lowest bit of the first byte) and as text (`0-3,^1`). */
import { testError } from './errors.ts';

/** More CPUs than any host has; bounds what a text such as `0-4000000000` may allocate. */
const maxCpus = 16_384;

/** The map with the first `count` CPUs in it. */
export function allCpus(count: number): Uint8Array {
  return mapOf(Array.from({ length: count }, (_unused, cpu) => cpu));
}

export function mapOf(cpus: readonly number[]): Uint8Array {
  const map = new Uint8Array(Math.ceil((Math.max(-1, ...cpus) + 1) / 8));
  for (const cpu of cpus) map[cpu >> 3]! |= 1 << (cpu & 7);
  return map;
}

export function cpusOf(map: Uint8Array): number[] {
  const cpus: number[] = [];
  for (let cpu = 0; cpu < map.length * 8; cpu += 1) if (map[cpu >> 3]! & (1 << (cpu & 7))) cpus.push(cpu);
  return cpus;
}

/** The highest CPU of a map, -1 for none. */
export function lastCpu(map: Uint8Array): number {
  return cpusOf(map).at(-1) ?? -1;
}

/** The CPUs of a text like `0-3,^1,7`. Throws INVALID_ARG. */
export function parseCpus(text: string): number[] {
  const cpus = new Set<number>();
  for (const part of text.split(',')) {
    const [, not, from = '', to = from] = /^\s*(\^?)(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part) ?? [];
    if (from === '' || Number(from) > Number(to) || Number(to) >= maxCpus) {
      throw testError('VIR_ERR_INVALID_ARG', `Failed to parse bitmap '${text.slice(0, 80)}'`);
    }
    for (let cpu = Number(from); cpu <= Number(to); cpu += 1) {
      if (not) cpus.delete(cpu);
      else cpus.add(cpu);
    }
  }
  return [...cpus].toSorted((a, b) => a - b);
}

/** The CPUs as libvirt writes them: ranges with commas. */
export function formatCpus(cpus: readonly number[]): string {
  const ranges: string[] = [];
  for (let index = 0; index < cpus.length;) {
    let end = index;
    while (cpus[end + 1] === cpus[end]! + 1) end += 1;
    ranges.push(end === index ? `${cpus[index]}` : `${cpus[index]}-${cpus[end]}`);
    index = end + 1;
  }
  return ranges.join(',');
}

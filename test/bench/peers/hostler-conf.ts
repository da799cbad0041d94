/** Our side of the XML benchmark: parses and formats guests. Prints one JSON object; times in ms, memory in octets. */
import { typicalDomainXml } from '../typical-domain.ts';
import { drivers } from './built-drivers.ts';

const { conf } = drivers;

const [count = 1000, kept = 10_000] = process.argv.slice(2).map(Number);

const texts = Array.from({ length: count }, (_, index) => typicalDomainXml(index));
function work(): number {
  let size = 0;
  for (const text of texts) size += conf.domain.format(conf.domain.parse(text)).length;
  return size;
}
work();
const times = Array.from({ length: 5 }, () => {
  const started = performance.now();
  work();
  return performance.now() - started;
});

const collect = (globalThis as { gc?: () => void }).gc;
collect?.();
const before = process.memoryUsage().heapUsed;
const definitions = Array.from({ length: kept }, (_, index) => conf.domain.parse(typicalDomainXml(index)));
collect?.();
const memory = process.memoryUsage().heapUsed - before;
console.log(JSON.stringify({ times, memory, kept: definitions.length }));

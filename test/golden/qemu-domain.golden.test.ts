/** The QEMU driver's definitions against libvirt's: each input must come out byte for byte as libvirt writes it. */
import { describe, expect, it } from 'vitest';
import { conf, VirError } from '../../drivers/index.ts';
import { corpusFiles, corpusText, reportShare, skipReason } from './corpus.ts';
import { accepted, always, told, untold } from './qemu-domain.exceptions.ts';

const folder = 'domain-qemu';
const leastShare = 0.9;

interface Case {
  /** Name of the expected file, without ending and flavour's suffix kept. */
  name: string;
  input: string;
  expected: string;
  inactive: boolean;
  /** What libvirt's test takes QEMU to know. */
  capabilities: 'latest' | 'minimal';
}

const inputPath = (name: string): string => `${folder}/qemuxml2argvdata/${name}.xml`;

function casesOf(path: string): Case[] {
  const name = path.slice(`${folder}/qemuxml2xmloutdata/`.length, -'.xml'.length);
  const expected = corpusText(path) ?? '';
  const [, whole = name, capabilities = ''] = /^(.*?)(?:\.([a-z0-9_]+-latest))?$/.exec(name) ?? [];
  const flavour = /-(active|inactive)$/.exec(whole);
  const make = (base: string, flavours: readonly string[]): Case[] => {
    const input = corpusText(inputPath(base));
    if (input === undefined) return [];
    return flavours.map((one) => ({
      name,
      input,
      expected,
      inactive: one === 'inactive',
      capabilities: capabilities === '' ? ('minimal' as const) : ('latest' as const),
    }));
  };
  // A name may end in a flavour without being one: then its input has the same name.
  const both = make(whole, ['inactive', 'active']);
  return both.length > 0 || flavour === null ? both : make(whole.slice(0, flavour.index), [flavour[1] ?? '']);
}

const cases = corpusFiles(`${folder}/qemuxml2xmloutdata`).flatMap(casesOf);

/** Made-up identifiers count upwards, as in libvirt's tests. */
const countingBytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => index);

function outputOf({ input, inactive, capabilities }: Case, isTold: boolean): string {
  try {
    const definition = conf.domain.parse(input, {
      driver: 'qemu',
      inactive,
      randomBytes: countingBytes,
      ...(isTold ? { capabilities } : {}),
    });
    return conf.domain.format(definition, { driver: 'qemu', inactive, secure: true });
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}

for (const [title, isTold, listed] of [
  ['with the definition alone', false, { ...always, ...untold }],
  ["with the capabilities of libvirt's test", true, { ...always, ...told }],
] as const) {
  describe.skipIf(skipReason !== undefined)(`QEMU domains, ${title}`, () => {
    const failed = cases.filter((one) => outputOf(one, isTold) !== one.expected);

    it.each(['inactive', 'active'])('%s ones come out as libvirt writes them in nine of ten cases', (flavour) => {
      const inactive = flavour === 'inactive';
      const total = cases.filter((one) => one.inactive === inactive).length;
      const passed = total - failed.filter((one) => one.inactive === inactive).length;
      reportShare(`QEMU domains, ${flavour}, ${title}`, passed, total);
      expect(passed / total).toBeGreaterThanOrEqual(leastShare);
    });

    it('differ only where the reason is listed, and no listed case passes', () => {
      const names = new Set(failed.map(({ name }) => name));
      const present = new Set(cases.map(({ name }) => name));
      expect([...names].toSorted()).toEqual(
        Object.keys(listed)
          .filter((name) => present.has(name))
          .toSorted(),
      );
    });
  });
}

/** What libvirt's command line test says of each input: refused, or started. */
function verdicts(): { name: string; input: string; isRefused: boolean; capabilities: 'latest' | 'minimal' }[] {
  const answers = new Map<string, { isRefused: boolean; capabilities: 'latest' | 'minimal' }>();
  for (const ending of ['.args', '.err']) {
    for (const path of corpusFiles(`${folder}/qemuxml2argvdata`, ending)) {
      const [, name = '', suffix = ''] = /([^/]+?)(\.[a-z0-9_]+-(?:latest|[0-9.]*[0-9]))?\.[a-z]+$/.exec(path) ?? [];
      if (!answers.has(name))
        answers.set(name, { isRefused: ending === '.err', capabilities: suffix === '' ? 'minimal' : 'latest' });
    }
  }
  return [...answers].flatMap(([name, answer]) => {
    const input = corpusText(inputPath(name));
    return input === undefined ? [] : [{ name, input, ...answer }];
  });
}

function isRefusedHere(input: string, capabilities: 'latest' | 'minimal'): boolean {
  try {
    conf.domain.parse(input, { driver: 'qemu', inactive: true, capabilities });
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(VirError);
    return true;
  }
}

describe.skipIf(skipReason !== undefined)('refusals of QEMU domains', () => {
  const all = verdicts();

  it('take every definition that libvirt starts', () => {
    const started = all.filter(({ isRefused }) => !isRefused);
    const wrong = started.filter(({ input, capabilities }) => isRefusedHere(input, capabilities));
    reportShare('QEMU domains that libvirt starts, taken', started.length - wrong.length, started.length);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('refuse what libvirt refuses, but for what is listed with a reason', () => {
    const refused = all.filter(({ isRefused }) => isRefused);
    const wrong = refused.filter(({ input, capabilities }) => !isRefusedHere(input, capabilities));
    reportShare('QEMU domains that libvirt refuses, refused', refused.length - wrong.length, refused.length);
    const listed = Object.keys(accepted).filter((name) => refused.some((one) => one.name === name));
    expect(wrong.map(({ name }) => name).toSorted()).toEqual(listed.toSorted());
  });
});

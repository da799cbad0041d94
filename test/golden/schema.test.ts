/** The vocabulary is whole: every element and attribute of libvirt's schemas is declared; what is formatted is valid. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as conf from '../../drivers/conf/index.ts';
import type { ElementModel } from '../../drivers/conf/schema/index.ts';
import { corpusFiles, corpusText, reportShare, skipReason } from './corpus.ts';
import { VirError } from '../../drivers/error.ts';
import { kindOfText, schemaFiles } from './kinds.ts';
import { type RngElement, rngRoots, schemaDir, schemaSkipReason } from './rng.ts';

/** Parts of the grammar that are not written by any declaration, with the reason. */
const undeclared: readonly { path: RegExp; reason: string }[] = [
  { path: /\/metadata\/|@\*|\/\*$/, reason: 'open content: kept as it is' },
  {
    path: /(serial|parallel)\/@tty$|console\/target\/model$|parallel\/target\/(@type|model)$|smartcard\/target$/,
    reason: 'the grammar has one pattern for all character devices; no parser reads these',
  },
  { path: /\/privateData$/, reason: 'internal state of libvirtd, never shown' },
];

function undeclaredIn(element: RngElement, model: ElementModel, path: string, seen: Set<string>): string[] {
  const key = `${element.name} ${path.split('/').slice(-3).join('/')}`;
  if (seen.has(key) || model.open === true) return [];
  seen.add(key);
  const attributes = new Set(model.attributes.map(({ name }) => name));
  const gaps = [...element.attributes].filter((name) => !attributes.has(name)).map((name) => `${path}/@${name}`);
  for (const child of element.children()) {
    const found = model.children.filter(({ name }) => name === child.name);
    if (found.length === 0) gaps.push(`${path}/${child.name}`);
    else gaps.push(...undeclaredIn(child, merged(found.map((one) => one.element())), `${path}/${child.name}`, seen));
  }
  return gaps;
}

/** Variants of one element together. */
function merged(models: readonly ElementModel[]): ElementModel {
  const [first = { name: '', doc: '', attributes: [], children: [] }] = models;
  return {
    ...first,
    attributes: models.flatMap(({ attributes }) => attributes),
    children: models.flatMap(({ children }) => children),
    open: models.some(({ open }) => open === true),
  };
}

const kinds: Readonly<Record<string, { describe(): ElementModel }>> = {
  domain: conf.domain,
  network: conf.network,
  networkport: conf.networkPort,
  pool: conf.storagePool,
  volume: conf.storageVol,
  device: conf.nodeDevice,
  filter: conf.nwfilter,
  filterbinding: conf.nwfilterBinding,
  secret: conf.secret,
  interface: conf.interface,
  domainsnapshot: conf.domainSnapshot,
  domaincheckpoint: conf.domainCheckpoint,
  domainbackup: conf.domainBackup,
  domainCapabilities: conf.domainCapabilities,
  capabilities: conf.capabilities,
};

if (schemaSkipReason !== undefined) console.log(`schema tests not run: ${schemaSkipReason}`);

describe.skipIf(schemaSkipReason !== undefined)('declarations', () => {
  it.each(Object.keys(kinds))('cover every element and attribute of <%s>', (root) => {
    const model = kinds[root]?.describe();
    const gaps = rngRoots(schemaFiles[root] ?? '')
      .filter(({ name }) => name === root)
      .flatMap((element) =>
        undeclaredIn(element, model ?? { name: root, doc: '', attributes: [], children: [] }, root, new Set()),
      );
    expect([...new Set(gaps)].filter((gap) => !undeclared.some(({ path }) => path.test(gap)))).toEqual([]);
  });
});

/** Which of the texts a schema does not accept. */
function invalid(texts: ReadonlyMap<string, string>, schema: string): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'hostler-schema-'));
  try {
    const names = [...texts.keys()];
    names.forEach((name, index) => writeFileSync(join(folder, `${index}.xml`), texts.get(name) ?? ''));
    const { stderr } = spawnSync(
      'xmllint',
      ['--noout', '--relaxng', join(schemaDir, schema), ...names.map((_, index) => `${index}.xml`)],
      { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    const refused = new Map<string, string>();
    for (const line of stderr.split('\n')) {
      const match = /^(\d+)\.xml fails to validate/.exec(line);
      const name = match === null ? undefined : names[Number(match[1])];
      if (name !== undefined)
        refused.set(name, stderr.split('\n').find((other) => other.startsWith(`${match?.[1]}.xml:`)) ?? '');
    }
    return refused;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A text as libvirt would show it; undefined for one that is refused. */
function formatted(kind: NonNullable<ReturnType<typeof kindOfText>>['kind'], source: string): string | undefined {
  try {
    return kind.format(kind.parse(source), { secure: true });
  } catch (error) {
    if (error instanceof VirError) return undefined;
    throw error;
  }
}

const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
if (!hasXmllint) console.log('validation of formatted texts not run: xmllint is not installed (Debian: libxml2-utils)');

describe.skipIf(skipReason !== undefined || schemaSkipReason !== undefined || !hasXmllint)('formatted texts', () => {
  it('are valid wherever the text they come from is', { timeout: 120_000 }, () => {
    const groups = new Map<string, { before: Map<string, string>; after: Map<string, string> }>();
    for (const file of corpusFiles()) {
      const source = corpusText(file) ?? '';
      const found = kindOfText(source);
      const schema = found === undefined ? undefined : schemaFiles[found.root];
      if (found === undefined || schema === undefined || file.endsWith('-invalid.xml')) continue;
      const group = groups.get(schema) ?? { before: new Map(), after: new Map() };
      groups.set(schema, group);
      const text = formatted(found.kind, source);
      if (text === undefined) continue;
      group.before.set(file, source);
      group.after.set(file, text);
    }
    const bad: Record<string, string> = {};
    let total = 0;
    for (const [schema, { before, after }] of groups) {
      total += after.size;
      const knownBad = invalid(before, schema);
      for (const [file, why] of invalid(after, schema)) if (!knownBad.has(file)) bad[file] = why;
    }
    reportShare('formatted texts valid', total - Object.keys(bad).length, total);
    expect(bad).toEqual({});
  });
});

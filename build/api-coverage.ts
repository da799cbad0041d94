/**
 * `npm run api-coverage`: compares the driver core with libvirt's API description. Every function is a method by the
 * naming rule, is named in the doc comment of the method that stands for it, or is declared absent with a reason.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Connection } from '../drivers/connection.ts';
import { DomainCheckpoint } from '../drivers/domain-checkpoint.ts';
import { DomainSnapshot } from '../drivers/domain-snapshot.ts';
import { Domain } from '../drivers/domain.ts';
import { slotProcedures } from '../drivers/driver-slots.gen.ts';
import { Interface } from '../drivers/interface.ts';
import { NetworkPort } from '../drivers/network-port.ts';
import { Network } from '../drivers/network.ts';
import { NodeDevice } from '../drivers/node-device.ts';
import { NWFilterBinding } from '../drivers/nwfilter-binding.ts';
import { NWFilter } from '../drivers/nwfilter.ts';
import { Secret } from '../drivers/secret.ts';
import { StoragePool } from '../drivers/storage-pool.ts';
import { StorageVol } from '../drivers/storage-vol.ts';
import { Stream } from '../drivers/stream.ts';
import * as functions from '../drivers/connect.ts';
import { absences } from './api-absences.ts';
import { type ApiFunction, apiFolder, hasApiDescription, readApiDescription } from './api-xml.ts';

interface ObjectKind {
  name: string;
  prototype: object;
  /** What a function's name loses, the longest that fits. */
  prefixes: string[];
}

/** By the C type of a function's first argument. */
const kinds: Record<string, ObjectKind> = {
  virConnectPtr: { name: 'Connection', prototype: Connection.prototype, prefixes: ['virConnect', 'vir'] },
  virDomainPtr: { name: 'Domain', prototype: Domain.prototype, prefixes: ['virDomain', 'vir'] },
  virDomainSnapshotPtr: {
    name: 'DomainSnapshot',
    prototype: DomainSnapshot.prototype,
    prefixes: ['virDomainSnapshot', 'virDomain'],
  },
  virDomainCheckpointPtr: {
    name: 'DomainCheckpoint',
    prototype: DomainCheckpoint.prototype,
    prefixes: ['virDomainCheckpoint'],
  },
  virNetworkPtr: { name: 'Network', prototype: Network.prototype, prefixes: ['virNetwork'] },
  virNetworkPortPtr: { name: 'NetworkPort', prototype: NetworkPort.prototype, prefixes: ['virNetworkPort'] },
  virStoragePoolPtr: { name: 'StoragePool', prototype: StoragePool.prototype, prefixes: ['virStoragePool', 'vir'] },
  virStorageVolPtr: { name: 'StorageVol', prototype: StorageVol.prototype, prefixes: ['virStorageVol', 'vir'] },
  virNodeDevicePtr: { name: 'NodeDevice', prototype: NodeDevice.prototype, prefixes: ['virNodeDevice'] },
  virNWFilterPtr: { name: 'NWFilter', prototype: NWFilter.prototype, prefixes: ['virNWFilter'] },
  virNWFilterBindingPtr: {
    name: 'NWFilterBinding',
    prototype: NWFilterBinding.prototype,
    prefixes: ['virNWFilterBinding'],
  },
  virSecretPtr: { name: 'Secret', prototype: Secret.prototype, prefixes: ['virSecret'] },
  virInterfacePtr: { name: 'Interface', prototype: Interface.prototype, prefixes: ['virInterface'] },
  virStreamPtr: { name: 'Stream', prototype: Stream.prototype, prefixes: ['virStream'] },
};

/** Functions without an object as the first argument, by the function or method that stands for them. */
const standIns: Record<string, object> = {
  virConnectOpen: functions.open,
  virConnectOpenReadOnly: functions.openReadOnly,
  virConnectOpenAuth: functions.openAuth,
  virGetVersion: functions.getVersion,
  virDomainListGetStats: Connection.prototype.domainListGetStats,
};

interface ObjectCoverage {
  object: string;
  present: number;
  absent: number;
}

export interface Coverage {
  objects: ObjectCoverage[];
  /** Function and reason. */
  absent: [name: string, reason: string][];
  /** Neither there nor declared absent. */
  missing: string[];
  /** There, but no doc comment names them. */
  undocumented: string[];
  /** Reasons for an absence that no function needs any more, or that is there all the same. */
  needless: string[];
}

/** Compares the installed description, and what the protocol has beyond it, with the classes. */
export async function measureCoverage(): Promise<Coverage> {
  const described = (await readApiDescription()).functions;
  const documented = await readDocumented();
  const coverage: Coverage = { objects: [], absent: [], missing: [], undocumented: [], needless: [] };
  for (const each of described) count(coverage, each, documented);
  const names = new Set(described.map(({ name }) => name));
  for (const { api } of Object.values(slotProcedures)) {
    // Newer than the installed description: the doc comments are the only witness.
    if (api !== null && !names.has(api) && !documented.has(api)) coverage.missing.push(api);
  }
  for (const [pattern] of absences) {
    if (!described.some(({ name }) => pattern.test(name))) coverage.needless.push(String(pattern));
  }
  return coverage;
}

function count(coverage: Coverage, each: ApiFunction, documented: ReadonlySet<string>): void {
  const kind = kinds[each.args[0]?.type ?? ''];
  const object = kind?.name ?? '(library)';
  let row = coverage.objects.find((found) => found.object === object);
  if (!row) coverage.objects.push((row = { object, present: 0, absent: 0 }));
  const reason = absences.find(([pattern]) => pattern.test(each.name))?.[1];
  if (isPresent(each, kind, documented)) {
    row.present++;
    if (!documented.has(each.name)) coverage.undocumented.push(each.name);
    if (reason !== undefined) coverage.needless.push(each.name);
  } else if (reason === undefined) coverage.missing.push(each.name);
  else {
    row.absent++;
    coverage.absent.push([each.name, reason]);
  }
}

/** By the naming rule, or folded into another method whose doc comment says so. */
function isPresent({ name }: ApiFunction, kind: ObjectKind | undefined, documented: ReadonlySet<string>): boolean {
  if (Object.hasOwn(standIns, name)) return true;
  if (!kind) return false;
  const folded = name.replace(/(?:With)?Flags$|\d$/, '');
  const isFolded = folded !== name && documented.has(name) && hasMethod(kind, folded);
  return hasMethod(kind, name) || isFolded;
}

function hasMethod({ prototype, prefixes }: ObjectKind, name: string): boolean {
  const prefix = prefixes.find((candidate) => name.startsWith(candidate)) ?? 'vir';
  const method = methodName(name.slice(prefix.length));
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found: unknown = Object.getOwnPropertyDescriptor(at, method)?.value;
    if (found !== undefined) return typeof found === 'function';
  }
  return false;
}

/** The first word in lower case: `GetXMLDesc` -> `getXMLDesc`, `FSFreeze` -> `fsFreeze`. */
export function methodName(rest: string): string {
  const start = rest.replace(/^NWFilter/, 'Nwfilter');
  return start.replace(/^(?:[A-Z]+(?=[A-Z][a-z])|[A-Z])/, (word) => word.toLowerCase());
}

/** The C functions that doc comments of the driver core name, as `(virA, virB)`. */
async function readDocumented(): Promise<Set<string>> {
  const root = join(import.meta.dirname, '../drivers');
  const found = new Set<string>();
  for (const folder of ['.', 'connection', 'domain']) {
    for (const file of await readdir(join(root, folder))) {
      if (!file.endsWith('.ts') || /\.(?:gen|test)\.ts$/.test(file)) continue;
      const text = await readFile(join(root, folder, file), 'utf8');
      for (const [, names = ''] of text.matchAll(/\((vir\w+(?:,[\s*]+vir\w+)*)\)/g)) {
        for (const [name] of names.matchAll(/vir\w+/g)) found.add(name);
      }
    }
  }
  return found;
}

function print(coverage: Coverage): void {
  console.log('object              present   absent');
  for (const { object, present, absent } of coverage.objects.toSorted((a, b) => b.present - a.present)) {
    console.log(`${object.padEnd(20)}${String(present).padStart(7)}${String(absent).padStart(9)}`);
  }
  const reasons = Map.groupBy(coverage.absent, ([, reason]) => reason);
  console.log('\nDeliberately absent:');
  for (const [reason, found] of reasons) console.log(`  ${reason}:\n    ${found.map(([name]) => name).join(' ')}`);
  const present = coverage.objects.reduce((sum, row) => sum + row.present, 0);
  const wanted = present + coverage.missing.length;
  console.log(
    `\n${present} of ${wanted} functions that are not deliberately absent (${((100 * present) / wanted).toFixed(1)} %).`,
  );
  for (const key of ['missing', 'undocumented', 'needless'] as const) {
    if (coverage[key].length > 0) console.log(`${key}: ${coverage[key].join(' ')}`);
  }
}

if (import.meta.main) {
  if (hasApiDescription()) {
    const coverage = await measureCoverage();
    print(coverage);
    const faults = coverage.missing.length + coverage.undocumented.length + coverage.needless.length;
    process.exitCode = faults === 0 ? 0 : 1;
  } else {
    console.log(`Not compared: no libvirt-api.xml in ${apiFolder} (package libvirt-dev).`);
  }
}

/**
 * Migration as libvirt's client leads it (protocol version 3 with parameters, every server since 1.1).
 *
 *   source: begin ----xml, cookie---> destination: prepare ----uri, cookie---> source: perform
 *   source: confirm <---cookie------- destination: finish  <---cookie--------- (memory moves host to host)
 *
 * From begin on the source holds the guest for this migration; whatever fails afterwards must be told to both.
 */
import { invalidArgument } from '../arguments.ts';
import { type ConnectionCore, notSupported } from '../core.ts';
import type { DomainMigrateFinish3ParamsResult } from '../driver-slots.gen.ts';
import type { CallOptions, DomainRef, TypedParam } from '../driver.ts';
import {
  VIR_MIGRATE_ABORT_ON_ERROR,
  VIR_MIGRATE_AUTO_CONVERGE,
  VIR_MIGRATE_CHANGE_PROTECTION,
  VIR_MIGRATE_NON_SHARED_DISK,
  VIR_MIGRATE_NON_SHARED_INC,
  VIR_MIGRATE_OFFLINE,
  VIR_MIGRATE_PEER2PEER,
  VIR_MIGRATE_TUNNELLED,
} from '../enums.gen.ts';
import { virError } from '../error.ts';
import { VIR_MIGRATE_PARAM_DEST_NAME, VIR_MIGRATE_PARAM_DEST_XML, VIR_MIGRATE_PARAM_URI } from '../typed-params.gen.ts';
import { type TypedParamsInput, toTypedParams } from '../typed-params.ts';
import { parseUri } from '../uri.ts';

/** libvirt's internal numbers of what a driver can do in a migration. */
const feature = { p2p: 4, direct: 5, v3: 6, changeProtection: 7, offline: 12, params: 13 };
const noCookie = new Uint8Array(0);

/** Source, guest and settings of one migration. */
interface Migration {
  source: ConnectionCore;
  destination: ConnectionCore;
  dom: DomainRef;
  params: TypedParam[];
  /** For the source: with protection against changes where it has that. */
  flags: number;
  /** For the destination: without what only the source does. */
  destinationFlags: number;
}

/** virDomainMigrate3. Answers with how the destination knows the guest. */
export async function migrateManaged(
  source: ConnectionCore,
  destination: ConnectionCore,
  dom: DomainRef,
  input: TypedParamsInput,
  flags: number,
  options?: CallOptions,
): Promise<DomainRef> {
  const asked = await check(source, destination, dom, input, flags);
  const beginArgs = { dom, params: asked.params, flags: asked.flags };
  const { xml, cookieOut } = await source.call('domainMigrateBegin3Params', beginArgs, options);
  const withXml = { ...asked, params: replace(asked.params, VIR_MIGRATE_PARAM_DEST_XML, xml) };
  const { cookie, migration } = await orRelease(withXml, () => prepare(withXml, cookieOut, options));
  const performed = await perform(migration, cookie, options).catch(async (error: unknown) => {
    // The source has taken the guest back already, so only the destination hears of it.
    await finish(migration, noCookie, 1).catch(() => undefined);
    throw error;
  });
  const finished = await orRelease(migration, () => finish(migration, performed, 0));
  await confirm(migration, finished.cookieOut, 0);
  return finished.dom;
}

/** virDomainMigrateToURI3. */
export async function migrateToUri(
  source: ConnectionCore,
  dom: DomainRef,
  dconnuri: string | null,
  input: TypedParamsInput,
  flags: number,
  options?: CallOptions,
): Promise<void> {
  const api = 'virDomainMigrateToURI3';
  source.checkReadOnly(api, true);
  const isPeerToPeer = (flags & VIR_MIGRATE_PEER2PEER) !== 0;
  if (isPeerToPeer && dconnuri === null)
    throw invalidArgument(`${api} needs the destination's URI with VIR_MIGRATE_PEER2PEER`);
  if (!isPeerToPeer && dconnuri !== null) {
    throw invalidArgument(
      `${api} takes a destination's URI only with VIR_MIGRATE_PEER2PEER; without, give the parameter migrate_uri`,
    );
  }
  if (dconnuri !== null) parseUri(dconnuri);
  for (const needed of [isPeerToPeer ? feature.p2p : feature.direct, feature.v3, feature.params]) {
    if (!(await source.hasFeature(needed))) throw notSupported(api);
  }
  const args = { dom, dconnuri, params: toTypedParams(input), cookieIn: noCookie, flags };
  await source.call('domainMigratePerform3Params', args, options);
}

async function check(
  source: ConnectionCore,
  destination: ConnectionCore,
  dom: DomainRef,
  input: TypedParamsInput,
  flags: number,
): Promise<Migration> {
  const api = 'virDomainMigrate3';
  for (const core of [source, destination]) {
    core.checkOpen(api);
    core.checkReadOnly(api, true);
    const isAble = (await core.hasFeature(feature.v3)) && (await core.hasFeature(feature.params));
    if (!isAble) throw notSupported(api);
    if ((flags & VIR_MIGRATE_OFFLINE) !== 0 && !(await core.hasFeature(feature.offline))) {
      const side = core === source ? 'source' : 'destination';
      throw virError(
        'VIR_ERR_ARGUMENT_UNSUPPORTED',
        'VIR_FROM_DOMAIN',
        `the ${side} host cannot migrate a guest that is shut off`,
      );
    }
  }
  if ((flags & (VIR_MIGRATE_PEER2PEER | VIR_MIGRATE_TUNNELLED)) !== 0) {
    throw invalidArgument(`${api} does not migrate peer to peer or tunnelled; use migrateToURI`);
  }
  const bothCopies = VIR_MIGRATE_NON_SHARED_DISK | VIR_MIGRATE_NON_SHARED_INC;
  if ((flags & bothCopies) === bothCopies) {
    throw invalidArgument(`${api} takes one of VIR_MIGRATE_NON_SHARED_DISK and VIR_MIGRATE_NON_SHARED_INC`);
  }
  const isProtected = await source.hasFeature(feature.changeProtection);
  if (!isProtected && (flags & VIR_MIGRATE_CHANGE_PROTECTION) !== 0) {
    throw virError(
      'VIR_ERR_ARGUMENT_UNSUPPORTED',
      'VIR_FROM_DOMAIN',
      'the source host cannot protect the guest from changes while it migrates',
    );
  }
  return {
    source,
    destination,
    dom,
    params: toTypedParams(input),
    flags: isProtected ? flags | VIR_MIGRATE_CHANGE_PROTECTION : flags,
    destinationFlags: flags & ~(VIR_MIGRATE_ABORT_ON_ERROR | VIR_MIGRATE_AUTO_CONVERGE),
  };
}

async function prepare(
  migration: Migration,
  cookieIn: Uint8Array,
  options?: CallOptions,
): Promise<{ cookie: Uint8Array; migration: Migration }> {
  const { destination, params, destinationFlags: flags } = migration;
  const { cookieOut, uriOut } = await destination.call(
    'domainMigratePrepare3Params',
    { params, cookieIn, flags },
    options,
  );
  if (uriOut === null && !has(params, VIR_MIGRATE_PARAM_URI)) {
    const message = 'the destination did not say where to migrate to; give the parameter migrate_uri';
    throw virError('VIR_ERR_INTERNAL_ERROR', 'VIR_FROM_DOMAIN', message);
  }
  const known = uriOut === null ? params : replace(params, VIR_MIGRATE_PARAM_URI, uriOut);
  return { cookie: cookieOut, migration: { ...migration, params: known } };
}

/** Moves the memory; a guest that is shut off has none, and the destination takes its own cookie for that of its twin. */
async function perform(migration: Migration, cookieIn: Uint8Array, options?: CallOptions): Promise<Uint8Array> {
  const { source, dom, params, flags } = migration;
  if ((flags & VIR_MIGRATE_OFFLINE) !== 0) return noCookie;
  return source.call('domainMigratePerform3Params', { dom, dconnuri: null, params, cookieIn, flags }, options);
}

/** Not to be cancelled, as `confirm`: the two decide on which host the guest lives. */
function finish(
  migration: Migration,
  cookieIn: Uint8Array,
  cancelled: number,
): Promise<DomainMigrateFinish3ParamsResult> {
  const { destination, dom, destinationFlags: flags } = migration;
  const isNamed = has(migration.params, VIR_MIGRATE_PARAM_DEST_NAME);
  const params = isNamed ? migration.params : replace(migration.params, VIR_MIGRATE_PARAM_DEST_NAME, dom.name);
  return destination.call('domainMigrateFinish3Params', { params, cookieIn, flags, cancelled });
}

/** A failure leaves at worst a paused guest on the source, and the migration is as it is: it is not reported. */
async function confirm(migration: Migration, cookieIn: Uint8Array, cancelled: number): Promise<void> {
  const { source, dom, params, flags } = migration;
  await source.call('domainMigrateConfirm3Params', { dom, params, cookieIn, flags, cancelled }).catch(() => undefined);
}

/** Where the step fails, the source is told that the guest stays with it. */
async function orRelease<T>(migration: Migration, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    await confirm(migration, noCookie, 1);
    throw error;
  }
}

function has(params: readonly TypedParam[], wanted: string): boolean {
  return params.some(({ field }) => field === wanted);
}

function replace(params: readonly TypedParam[], field: string, value: string): TypedParam[] {
  return [...params.filter((param) => param.field !== field), { field, type: 'string', value }];
}

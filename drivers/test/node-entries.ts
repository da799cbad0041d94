/** The objects of a node file, by element name: how each is put on the host. */
import { elementsOf, textOf, type XmlElement } from '../conf/xml/tree.ts';
import { xmlError } from '../conf/xml/position.ts';
import { VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED, VIR_DOMAIN_SHUTOFF } from '../enums.gen.ts';
import { DomainConfig } from './domain-config.ts';
import type { DomainObj } from './domain-obj.ts';
import { startDomain } from './domain-run.ts';
import { testError } from './errors.ts';
import { defineInterface } from './interface.ts';
import { stateNames } from './life-cycle.ts';
import { defineNetwork } from './network.ts';
import { NodeDeviceObj, parseDevice } from './node-device-obj.ts';
import type { Entry } from './node-file.ts';
import type { TestNode } from './node.ts';
import { defineFilter } from './nwfilter.ts';
import { defineSecret } from './secret.ts';
import { assertParent, redefinedSnapshot } from './snapshot-def.ts';
import { definePool } from './storage-pool.ts';
import { addVolume } from './storage-vol.ts';
import type { PlacedElement } from './xml-input.ts';

/** What is not named here is left alone, as libvirt leaves it. */
export const entryReaders: Record<string, (node: TestNode, entry: Entry) => void> = {
  domain: readDomain,
  network: (node, entry) => defineNetwork(node, entry).start(),
  interface: readInterface,
  pool: readPool,
  device: readDevice,
  secret: (node, entry) => void defineSecret(node, entry),
  filter: (node, entry) => void defineFilter(node, entry),
};

function readDomain(node: TestNode, entry: Entry): void {
  const { element, source } = entry;
  const state = runState(element, source);
  const { domain } = node.claimDefinition(DomainConfig.parse(entry, { validates: false }).withInterfaceNames());
  domain.isPersistent = !testElement(element, 'transient');
  if (testElement(element, 'hasmanagedsave')) domain.managedSave = domain.config;
  readSnapshots(domain, entry.nested, element, source);
  if (state === VIR_DOMAIN_SHUTOFF) return;
  startDomain(node, domain, VIR_DOMAIN_RUNNING_BOOTED);
  domain.setState({ state, reason: 0 });
  domain.resetRunTime(domain.load.uptimeSeconds);
}

/** Snapshots in a node file are as redefined ones; at most one says that it is the current one. */
function readSnapshots(domain: DomainObj, nested: readonly Entry[], element: XmlElement, source: string): void {
  const inline = elementsOf(element, 'test:domainsnapshot').map((snapshot) => ({ element: snapshot, source }));
  const placed: readonly PlacedElement[] = nested.length > 0 ? nested : inline;
  for (const entry of placed) {
    const snap = redefinedSnapshot(domain, {
      element: { ...entry.element, name: 'domainsnapshot' },
      source: entry.source,
    });
    if (snap.def.active === 1 && domain.snapshots.current) {
      const at = { source: entry.source, offset: entry.element.start, element: entry.element.name };
      throw xmlError('more than one snapshot claims to be active', at, 'VIR_ERR_INTERNAL_ERROR');
    }
    domain.snapshots.put(snap);
    if (snap.def.active === 1) domain.snapshots.current = snap;
  }
  const all = domain.snapshots.list({ isDeep: true, isTopological: false });
  for (const snap of all) assertParent(domain, snap);
}

function testElement(domain: XmlElement, name: string): XmlElement | undefined {
  return elementsOf(domain, `test:${name}`)[0];
}

/** The state a guest of a node file is found in: running, or what `<test:runstate>` says, by number. */
function runState(domain: XmlElement, source: string): number {
  const element = testElement(domain, 'runstate');
  const refuse = (message: string): Error =>
    xmlError(message, { source, offset: (element ?? domain).start, element: 'test:runstate' });
  const text = element ? textOf(element).trim() : String(VIR_DOMAIN_RUNNING);
  const state = Number(text);
  if (!/^\d{1,9}$/.test(text)) throw refuse(`invalid runstate '${text.slice(0, 40)}'`);
  if (state >= stateNames.length)
    throw refuse(`runstate '${state}' out of range; allowed: 0 to ${stateNames.length - 1}`);
  if (state === VIR_DOMAIN_SHUTOFF && testElement(domain, 'transient')) {
    throw refuse("transient domain cannot have runstate 'shutoff'");
  }
  if (state !== VIR_DOMAIN_SHUTOFF && testElement(domain, 'hasmanagedsave')) {
    throw refuse("domain with managedsave data can only have runstate 'shutoff'");
  }
  return state;
}

function readInterface(node: TestNode, entry: Entry): void {
  const { def } = defineInterface(node, entry);
  node.interfaces.set(def.name, { def, isActive: true });
}

function readDevice(node: TestNode, entry: Entry): void {
  const def = parseDevice(entry);
  if (def.name === undefined) throw testError('VIR_ERR_XML_ERROR', 'a device of a node file needs a <name>');
  node.devices.set(def.name, new NodeDeviceObj(def, def.name));
}

/** A pool may have its volumes inside it; the pool's own definition does not know them. */
function readPool(node: TestNode, { element, source, nested }: Entry): void {
  const volumes = elementsOf(element, 'volume');
  const children = element.children.filter((child) => child.type === 'element' && child.name !== 'volume');
  const pool = definePool(node, { element: { ...element, children }, source });
  pool.start();
  const placed = nested.length > 0 ? nested : volumes.map((volume) => ({ element: volume, source }));
  for (const volume of placed) addVolume(node, pool, volume);
}

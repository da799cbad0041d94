/** Network filters and their bindings: kept, listed and given back; no rule is ever applied. */
import {
  nwfilter as filterKind,
  nwfilterBinding as bindingKind,
  type NWFilterBindingDef,
  type NWFilterDef,
} from '../conf/index.ts';
import type { DriverSlots, NWFilterBindingRef, NWFilterRef } from '../driver.ts';
import { VIR_NWFILTER_BINDING_CREATE_VALIDATE, VIR_NWFILTER_DEFINE_VALIDATE } from '../enums.gen.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

export interface NWFilterObj {
  name: string;
  uuid: string;
  def: NWFilterDef;
}

/** Filters and bindings. */
export function nwfilterSlots(node: TestNode): DriverSlots {
  return { ...filterSlots(node), ...bindingSlots(node) };
}

const refOf = ({ name, uuid }: NWFilterObj): NWFilterRef => ({ name, uuid });

function filterOf(node: TestNode, ref: NWFilterRef): NWFilterObj {
  const found = node.nwfilters.byUuid(ref.uuid);
  if (found) return found;
  throw testError('VIR_ERR_NO_NWFILTER', `no nwfilter with matching uuid '${ref.uuid}' (${ref.name})`);
}

/** Defines a filter; one of the same name and UUID is replaced. */
export function defineFilter(node: TestNode, input: XmlInput): NWFilterObj {
  const def = parseInput(filterKind, input);
  const filter = { name: def.name, uuid: def.uuid!, def };
  const known = node.nwfilters.claim(filter.name, filter.uuid);
  assertNoCircle(node, filter);
  if (known) node.nwfilters.remove(known);
  node.nwfilters.add(filter);
  return filter;
}

/** A filter may refer to others, but not back to itself. */
function assertNoCircle(node: TestNode, filter: NWFilterObj): void {
  const seen = new Set<string>();
  const open = referencesOf(filter);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === filter.name) throw testError('VIR_ERR_OPERATION_FAILED', 'filter would introduce a loop');
    if (seen.has(name)) continue;
    seen.add(name);
    const next = node.nwfilters.byName(name);
    if (next) open.push(...referencesOf(next));
  }
}

function referencesOf({ def }: NWFilterObj): string[] {
  return def.entries.flatMap((entry) => (entry.kind === 'filterref' ? [entry.value.filter] : []));
}

function filterSlots(node: TestNode): DriverSlots {
  const { nwfilters } = node;
  const define = (xml: string, flags: number): NWFilterRef => {
    checkFlags(flags, VIR_NWFILTER_DEFINE_VALIDATE, 'nwfilterDefineXMLFlags');
    return refOf(defineFilter(node, xml));
  };
  return {
    connectListAllNwfilters: async ({ flags }) => {
      checkFlags(flags, 0, 'connectListAllNWFilters');
      return [...nwfilters].map(refOf);
    },
    connectNumOfNwfilters: async () => nwfilters.size,
    connectListNwfilters: async ({ maxnames }) => [...nwfilters].slice(0, maxnames).map(({ name }) => name),
    nwfilterLookupByName: async ({ name }) => {
      const found = nwfilters.byName(name);
      if (found) return refOf(found);
      throw testError('VIR_ERR_NO_NWFILTER', `no nwfilter with matching name '${name}'`);
    },
    nwfilterLookupByUuid: async ({ uuid }) => refOf(filterOf(node, { name: '', uuid })),
    nwfilterDefineXml: async ({ xml }) => define(xml, 0),
    nwfilterDefineXmlFlags: async ({ xml, flags }) => define(xml, flags),
    nwfilterGetXmlDesc: async ({ nwfilter, flags }) => {
      checkFlags(flags, 0, 'nwfilterGetXMLDesc');
      return filterKind.format(filterOf(node, nwfilter).def);
    },
    nwfilterUndefine: async ({ nwfilter }) => {
      const filter = filterOf(node, nwfilter);
      const isReferred = [...nwfilters].some((other) => referencesOf(other).includes(filter.name));
      const isBound = [...node.nwfilterBindings.values()].some(({ filterref }) => filterref.filter === filter.name);
      if (isReferred || isBound) throw testError('VIR_ERR_OPERATION_INVALID', 'nwfilter is in use');
      nwfilters.remove(filter);
    },
  };
}

const bindingRef = ({ portdev, filterref }: NWFilterBindingDef): NWFilterBindingRef => ({
  portdev: portdev.name,
  filtername: filterref.filter,
});

function bindingOf(node: TestNode, portdev: string): NWFilterBindingDef {
  const found = node.nwfilterBindings.get(portdev);
  if (found) return found;
  throw testError('VIR_ERR_NO_NWFILTER_BINDING', `no nwfilter binding for port dev '${portdev}'`);
}

function bindingSlots(node: TestNode): DriverSlots {
  return {
    connectListAllNwfilterBindings: async ({ flags }) => {
      checkFlags(flags, 0, 'connectListAllNWFilterBindings');
      return [...node.nwfilterBindings.values()].map(bindingRef);
    },
    nwfilterBindingLookupByPortDev: async ({ name }) => bindingRef(bindingOf(node, name)),
    nwfilterBindingGetXmlDesc: async ({ nwfilter, flags }) => {
      checkFlags(flags, 0, 'nwfilterBindingGetXMLDesc');
      return bindingKind.format(bindingOf(node, nwfilter.portdev));
    },
    nwfilterBindingCreateXml: async ({ xml, flags }) => {
      checkFlags(flags, VIR_NWFILTER_BINDING_CREATE_VALIDATE, 'nwfilterBindingCreateXML');
      const def = bindingKind.parse(xml, { driver: 'test' });
      if (node.nwfilterBindings.has(def.portdev.name)) {
        throw testError('VIR_ERR_OPERATION_FAILED', `binding '${def.portdev.name}' already exists`);
      }
      if (!node.nwfilters.byName(def.filterref.filter)) {
        throw testError('VIR_ERR_INTERNAL_ERROR', `referenced filter '${def.filterref.filter}' is missing`);
      }
      node.nwfilterBindings.set(def.portdev.name, def);
      return bindingRef(def);
    },
    nwfilterBindingDelete: async ({ nwfilter }) => {
      bindingOf(node, nwfilter.portdev);
      node.nwfilterBindings.delete(nwfilter.portdev);
    },
  };
}

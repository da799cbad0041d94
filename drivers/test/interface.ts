/** The host's own network interfaces, with the transaction that changes to them can be put in. */
import { interface as interfaceKind, type InterfaceDef } from '../conf/index.ts';
import type { DriverSlots, InterfaceRef } from '../driver.ts';
import {
  VIR_CONNECT_LIST_INTERFACES_ACTIVE,
  VIR_CONNECT_LIST_INTERFACES_INACTIVE,
  VIR_INTERFACE_DEFINE_VALIDATE,
  VIR_INTERFACE_XML_INACTIVE,
} from '../enums.gen.ts';
import { checkFlags, testError } from './errors.ts';
import { either, flagsOf, passes, type FilterGroup } from './filters.ts';
import type { TestNode } from './node.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

/** One interface. Its definition is never changed in place, so that a transaction's copy stays as it was. */
export interface InterfaceObj {
  def: InterfaceDef;
  isActive: boolean;
}

const filters: readonly FilterGroup<InterfaceObj>[] = [
  either(VIR_CONNECT_LIST_INTERFACES_ACTIVE, VIR_CONNECT_LIST_INTERFACES_INACTIVE, ({ isActive }) => isActive),
];

const macOf = ({ def }: InterfaceObj): string => def.mac?.address ?? '';
const refOf = (one: InterfaceObj): InterfaceRef => ({ name: one.def.name, mac: macOf(one) });

/** Defines an interface, replacing one of the same name; that one keeps running if it did. */
export function defineInterface(node: TestNode, input: XmlInput): InterfaceObj {
  const def = parseInput(interfaceKind, input);
  const one = { def, isActive: node.interfaces.get(def.name)?.isActive ?? false };
  node.interfaces.set(def.name, one);
  return one;
}

/** Host interfaces. */
export function interfaceSlots(node: TestNode): DriverSlots {
  return { ...listSlots(node), ...changeSlots(node), ...transactionSlots(node) };
}

function interfaceNamed(node: TestNode, name: string): InterfaceObj {
  const found = node.interfaces.get(name);
  if (found) return found;
  throw testError('VIR_ERR_NO_INTERFACE', `no interface with matching name '${name}'`);
}

function listSlots(node: TestNode): DriverSlots {
  const names = (isActive: boolean): string[] =>
    [...node.interfaces.values()].filter((one) => one.isActive === isActive).map(({ def }) => def.name);
  return {
    connectListAllInterfaces: async ({ flags }) => {
      checkFlags(flags, flagsOf(filters), 'connectListAllInterfaces');
      return [...node.interfaces.values()].filter((one) => passes(one, flags, filters)).map(refOf);
    },
    connectListInterfaces: async ({ maxnames }) => names(true).slice(0, maxnames),
    connectNumOfInterfaces: async () => names(true).length,
    connectListDefinedInterfaces: async ({ maxnames }) => names(false).slice(0, maxnames),
    connectNumOfDefinedInterfaces: async () => names(false).length,
    interfaceLookupByName: async ({ name }) => refOf(interfaceNamed(node, name)),
    interfaceLookupByMacString: async ({ mac }) => {
      const found = [...node.interfaces.values()].filter((one) => macOf(one).toLowerCase() === mac.toLowerCase());
      if (found.length > 1) throw testError('VIR_ERR_MULTIPLE_INTERFACES', '');
      if (found[0]) return refOf(found[0]);
      throw testError('VIR_ERR_NO_INTERFACE', `no interface with matching mac '${mac}'`);
    },
    interfaceIsActive: async ({ iface }) => Number(interfaceNamed(node, iface.name).isActive),
    interfaceGetXmlDesc: async ({ iface, flags }) => {
      checkFlags(flags, VIR_INTERFACE_XML_INACTIVE, 'interfaceGetXMLDesc');
      return interfaceKind.format(interfaceNamed(node, iface.name).def, {
        inactive: (flags & VIR_INTERFACE_XML_INACTIVE) !== 0,
      });
    },
  };
}

function changeSlots(node: TestNode): DriverSlots {
  const switchTo = (name: string, isActive: boolean): void => {
    const one = interfaceNamed(node, name);
    if (one.isActive === isActive) {
      throw testError(
        'VIR_ERR_OPERATION_INVALID',
        `interface '${name}' is ${isActive ? 'already running' : 'not running'}`,
      );
    }
    node.interfaces.set(name, { ...one, isActive });
  };
  return {
    interfaceDefineXml: async ({ xml, flags }) => {
      checkFlags(flags, VIR_INTERFACE_DEFINE_VALIDATE, 'interfaceDefineXML');
      return refOf(defineInterface(node, xml));
    },
    interfaceUndefine: async ({ iface }) => {
      interfaceNamed(node, iface.name);
      node.interfaces.delete(iface.name);
    },
    interfaceCreate: async ({ iface, flags }) => {
      checkFlags(flags, 0, 'interfaceCreate');
      switchTo(iface.name, true);
    },
    interfaceDestroy: async ({ iface, flags }) => {
      checkFlags(flags, 0, 'interfaceDestroy');
      switchTo(iface.name, false);
    },
  };
}

function transactionSlots(node: TestNode): DriverSlots {
  const end = (what: string): Map<string, InterfaceObj> => {
    const before = node.interfacesBefore;
    if (before === null) throw testError('VIR_ERR_OPERATION_INVALID', `no transaction running, nothing to ${what}.`);
    node.interfacesBefore = null;
    return before;
  };
  return {
    interfaceChangeBegin: async ({ flags }) => {
      checkFlags(flags, 0, 'interfaceChangeBegin');
      if (node.interfacesBefore !== null) {
        throw testError('VIR_ERR_OPERATION_INVALID', 'there is another transaction running.');
      }
      node.interfacesBefore = new Map(node.interfaces);
    },
    interfaceChangeCommit: async ({ flags }) => {
      checkFlags(flags, 0, 'interfaceChangeCommit');
      end('be committed');
    },
    interfaceChangeRollback: async ({ flags }) => {
      checkFlags(flags, 0, 'interfaceChangeRollback');
      node.interfaces = end('rollback');
    },
  };
}

/** What is refused of network interfaces. */
import type { InterfaceDevice } from '../devices/interface.ts';
import { type Check, illegal, internal, unsupported } from './check.ts';
import { isVirtioModel, virtioOptionGiven } from './virtio.ts';

export const interfaceChecks: readonly Check<InterfaceDevice>[] = [
  unsupported(
    ({ type, source }) =>
      type !== 'ethernet' &&
      source !== undefined &&
      (source.ips.length > 0 || source.routes.length > 0) &&
      `Invalid attempt to set network interface host-side IP route and/or address info on interface of type '${type}'. This is only supported on interfaces of type 'ethernet'`,
  ),
  unsupported(
    ({ type, target }) =>
      target?.managed === false &&
      type !== 'ethernet' &&
      `unmanaged target dev is not supported on interfaces of type '${type}'; allowed: ethernet`,
  ),
  unsupported(
    ({ teaming }) =>
      teaming?.type === 'transient' &&
      teaming.persistent === undefined &&
      "teaming persistent attribute must be set if teaming type is 'transient'",
  ),
  unsupported(
    ({ teaming }) =>
      teaming?.type === 'persistent' &&
      teaming.persistent !== undefined &&
      "teaming persistent attribute not allowed if teaming type is 'persistent'",
  ),
  unsupported(
    ({ mac, type, port }) =>
      port?.isolated === true &&
      type !== 'network' &&
      type !== 'bridge' &&
      `interface ${mac?.address} - <port isolated='yes'/> is not supported for network interfaces with type='${type}'`,
  ),
  unsupported(
    ({ mac, virtualport, port }) =>
      port?.isolated === true &&
      virtualport?.type !== undefined &&
      virtualport.type !== 'none' &&
      `interface ${mac?.address} - <port isolated='yes'/> is not supported for network interfaces with virtualport type='${virtualport.type}'`,
  ),
  unsupported(({ model, driver }) => !isVirtioModel(model?.type) && virtioOptionGiven(driver)),
  internal(
    ({ type, source }) =>
      type === 'network' &&
      source?.network === undefined &&
      "No <source> 'network' attribute specified with <interface type='network'/>",
  ),
  internal(
    ({ type, source }) =>
      type === 'bridge' &&
      source?.bridge === undefined &&
      "No <source> 'bridge' attribute specified with <interface type='bridge'/>",
  ),
  internal(
    ({ type, source }) =>
      type === 'direct' &&
      source?.dev === undefined &&
      "No <source> 'dev' attribute specified with <interface type='direct'/>",
  ),
  internal(
    ({ type, source }) =>
      type === 'internal' &&
      source?.name === undefined &&
      "No <source> 'name' attribute specified with <interface type='internal'/>",
  ),
  illegal(
    ({ type, source }) =>
      (type === 'mcast' || type === 'server' || type === 'client' || type === 'udp') &&
      source?.port === undefined &&
      `No <source> 'port' attribute specified with socket interface of type '${type}'`,
  ),
  illegal(
    ({ mac }) =>
      mac !== undefined &&
      (Number.parseInt(mac.address.slice(0, 2), 16) & 1) === 1 &&
      `expected unicast mac address, found multicast '${mac.address}'`,
  ),
];

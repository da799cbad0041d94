/** What is asked of the guest itself: its agent, its keyboard, its screen, its consoles, its memory. */
import { netmaskLength } from './ip-address.ts';
import type { DriverSlots, DriverStream } from '../driver.ts';
import type { DomainInterface } from '../driver-slots.gen.ts';
import {
  VIR_DOMAIN_CHANNEL_FORCE,
  VIR_DOMAIN_CONSOLE_FORCE,
  VIR_DOMAIN_CONSOLE_SAFE,
  VIR_DOMAIN_PASSWORD_ENCRYPTED,
  VIR_DOMAIN_PROCESS_SIGNAL_RT32,
  VIR_DOMAIN_TIME_SYNC,
  VIR_IP_ADDR_TYPE_IPV4,
  VIR_MEMORY_PHYSICAL,
  VIR_MEMORY_VIRTUAL,
} from '../enums.gen.ts';
import { assertKeycodes } from './keycodes.ts';
import type { DomainObj } from './domain-obj.ts';
import { leaseOf } from './leases.ts';
import { checkFlags, testError } from './errors.ts';
import { guestInfoParams } from './guest-info.ts';
import type { TestNode } from './node.ts';
import { drawScreen } from './screenshot.ts';
import { BytesSource, EchoConsole } from './streams.ts';

const interfaceSources = 3;
const sshAppend = 1;
const sshRemove = 2;

/** The slots that need a running guest and its agent. */
export function domainGuestSlots(node: TestNode): DriverSlots {
  return { ...agentSlots(node), ...clockSlots(node), ...deviceSlots(node), ...consoleSlots(node) };
}

function agentSlots(node: TestNode): DriverSlots {
  const running = (dom: Parameters<TestNode['domainOf']>[0]): DomainObj => {
    const domain = node.domainOf(dom);
    domain.assertActive();
    return domain;
  };
  return {
    domainFsfreeze: async ({ dom, mountpoints, flags }) => {
      checkFlags(flags, 0, 'domainFSFreeze');
      return running(dom).agent.freeze(mountpoints);
    },
    domainFsthaw: async ({ dom, mountpoints, flags }) => {
      checkFlags(flags, 0, 'domainFSThaw');
      return running(dom).agent.thaw(mountpoints);
    },
    domainFstrim: async ({ dom, mountPoint, flags }) => {
      checkFlags(flags, 0, 'domainFSTrim');
      const { agent } = running(dom);
      if (mountPoint !== null) agent.assertMountpoint(mountPoint);
    },
    domainGetFsinfo: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainGetFSInfo');
      const disk = running(dom).config.disks.find(({ device }) => device === 'disk');
      if (!disk) return [];
      const { target } = disk;
      return [
        { mountpoint: '/', name: `${target}1`, fstype: 'ext4', devAliases: [target] },
        { mountpoint: '/boot', name: `${target}2`, fstype: 'ext4', devAliases: [target] },
      ];
    },
    domainSetUserPassword: async ({ dom, flags }) => {
      checkFlags(flags, VIR_DOMAIN_PASSWORD_ENCRYPTED, 'domainSetUserPassword');
      running(dom);
    },
    domainGetGuestInfo: async ({ dom, types, flags }) => {
      checkFlags(flags, 0, 'domainGetGuestInfo');
      return guestInfoParams(running(dom), types);
    },
    domainAgentSetResponseTimeout: async ({ dom, timeout, flags }) => {
      checkFlags(flags, 0, 'domainAgentSetResponseTimeout');
      if (timeout < -2) {
        throw testError('VIR_ERR_INVALID_ARG', `guest agent timeout '${timeout}' is less than the minimum '-2'`);
      }
      node.domainOf(dom).agent.responseTimeoutSeconds = timeout;
      return 0;
    },
    domainAuthorizedSshKeysGet: async ({ dom, user, flags }) => {
      checkFlags(flags, 0, 'domainAuthorizedSSHKeysGet');
      return running(dom).agent.sshKeys(user);
    },
    domainAuthorizedSshKeysSet: async ({ dom, user, keys, flags }) => {
      checkFlags(flags, sshAppend | sshRemove, 'domainAuthorizedSSHKeysSet');
      const { agent } = running(dom);
      const before = agent.sshKeys(user);
      if (flags & sshAppend) agent.setSshKeys(user, [...new Set([...before, ...keys])]);
      else if (flags & sshRemove)
        agent.setSshKeys(
          user,
          before.filter((key) => !keys.includes(key)),
        );
      else agent.setSshKeys(user, keys);
    },
    domainInterfaceAddresses: async ({ dom, source, flags }) => {
      checkFlags(flags, 0, 'domainInterfaceAddresses');
      if (source >= interfaceSources) {
        throw testError('VIR_ERR_ARGUMENT_UNSUPPORTED', `Unknown IP address data source ${source}`);
      }
      const domain = running(dom);
      return domain.config.interfaces.map((_nic, index) => interfaceAddress(node, domain, index));
    },
    domainSendProcessSignal: async ({ dom, pidValue, signum, flags }) => {
      checkFlags(flags, 0, 'domainSendProcessSignal');
      if (pidValue !== 1n) throw testError('VIR_ERR_INVALID_ARG', 'only sending a signal to pid 1 is supported');
      if (signum > VIR_DOMAIN_PROCESS_SIGNAL_RT32) {
        throw testError('VIR_ERR_INVALID_ARG', `signum value ${signum} is out of range`);
      }
      node.domainOf(dom);
    },
  };
}

function interfaceAddress(node: TestNode, domain: DomainObj, index: number): DomainInterface {
  const nic = domain.config.interfaces[index]!;
  const lease = nic.network === null ? null : leaseOf(node, domain, index);
  const addr = lease?.ipaddr ?? `192.168.0.${1 + index}`;
  return {
    name: nic.target ?? '',
    hwaddr: nic.mac,
    addrs: [
      { type: lease?.type ?? VIR_IP_ADDR_TYPE_IPV4, addr, prefix: lease?.prefix ?? netmaskLength('255.255.255.0') },
    ],
  };
}

function clockSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainGetTime: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainGetTime');
      const domain = domainOf(dom);
      domain.assertActive();
      return { ...domain.agent.time };
    },
    domainSetTime: async ({ dom, seconds, nseconds, flags }) => {
      checkFlags(flags, VIR_DOMAIN_TIME_SYNC, 'domainSetTime');
      const domain = domainOf(dom);
      domain.assertActive();
      domain.agent.time = { seconds, nseconds };
    },
  };
}

function deviceSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainSendKey: async ({ dom, codeset, keycodes, flags }) => {
      checkFlags(flags, 0, 'domainSendKey');
      domainOf(dom).assertActive();
      assertKeycodes(codeset, keycodes);
    },
    domainScreenshot: async ({ dom, screen, flags }) => {
      checkFlags(flags, 0, 'domainScreenshot');
      const domain = domainOf(dom);
      domain.assertActive();
      const image = await drawScreen(domain.name, domain.uuid, Math.floor(domain.ranSeconds), screen);
      return { mime: 'image/png', stream: new BytesSource(image) };
    },
    domainMemoryPeek: async ({ dom, offset, size, flags }) => {
      checkFlags(flags, VIR_MEMORY_VIRTUAL | VIR_MEMORY_PHYSICAL, 'domainMemoryPeek');
      if (flags !== VIR_MEMORY_VIRTUAL && flags !== VIR_MEMORY_PHYSICAL) {
        throw testError('VIR_ERR_INVALID_ARG', 'flags parameter must be VIR_MEMORY_VIRTUAL or VIR_MEMORY_PHYSICAL');
      }
      domainOf(dom).assertActive();
      if (size > 4_194_304)
        throw testError('VIR_ERR_INVALID_ARG', `cannot peek ${size} bytes at once, at most 4194304`);
      const first = Number(offset & 0xffn);
      return Uint8Array.from({ length: size }, (_unused, index) => first + index);
    },
  };
}

function consoleSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainOpenConsole: async ({ dom, devName, flags }) => {
      checkFlags(flags, VIR_DOMAIN_CONSOLE_FORCE | VIR_DOMAIN_CONSOLE_SAFE, 'domainOpenConsole');
      return openConsole(domainOf(dom), devName, (flags & VIR_DOMAIN_CONSOLE_FORCE) !== 0);
    },
    domainOpenChannel: async ({ dom, name, flags }) => {
      checkFlags(flags, VIR_DOMAIN_CHANNEL_FORCE, 'domainOpenChannel');
      const domain = domainOf(dom);
      domain.assertActive();
      const channel = domain.config.channels.find((target) => name === null || target === name);
      if (channel === undefined) {
        throw testError('VIR_ERR_INTERNAL_ERROR', `cannot find channel ${name ?? '(the first)'}`);
      }
      return attach(domain, channel, (flags & VIR_DOMAIN_CHANNEL_FORCE) !== 0);
    },
  };
}

/** Opens the console of that alias; a guest defined without one still has its first, so that every guest can be typed at. */
function openConsole(domain: DomainObj, devName: string | null, isForced: boolean): DriverStream {
  domain.assertActive();
  const { consoles } = domain.config;
  const device = devName === null ? (consoles[0] ?? 'serial0') : consoles.find((alias) => alias === devName);
  if (device === undefined) {
    throw testError(
      'VIR_ERR_INTERNAL_ERROR',
      `cannot find character device ${devName}; this guest has: ${consoles.join(', ') || 'none'}`,
    );
  }
  return attach(domain, device, isForced);
}

function attach(domain: DomainObj, device: string, isForced: boolean): DriverStream {
  const before = domain.consoles.get(device);
  if (before && !isForced) {
    throw testError('VIR_ERR_OPERATION_FAILED', 'Active console session exists for this domain');
  }
  before?.end();
  const console = new EchoConsole(domain.name, device, () => {
    if (domain.consoles.get(device) === console) domain.consoles.delete(device);
  });
  domain.consoles.set(device, console);
  return console;
}

/** Defaults of a network, as libvirt fills them in, and what it refuses. */
import type { ParseContext } from '../schema/index.ts';
import { fillUuid } from '../shared/identity.ts';
import type { NetworkDef } from './schema.ts';

type Forward = NonNullable<NetworkDef['forward']>;

/** Ways of forwarding for which libvirt makes the bridge itself. */
const ownBridge: readonly (string | undefined)[] = [undefined, 'none', 'nat', 'route', 'open'];

export function networkPostParse(network: NetworkDef, context: ParseContext): void {
  fillUuid(network, context);
  if (network.ipv6 === false) delete network.ipv6;
  if (network.forward?.mode === 'none') delete network.forward;
  fillForward(network);
  if (ownBridge.includes(network.forward?.mode)) {
    network.bridge ??= {};
    network.bridge.stp ??= true;
    network.bridge.delay ??= 0;
  }
}

/** The device of `<forward dev=…>` and the first `<interface>` are one and the same. */
function fillForward({ forward }: NetworkDef): void {
  if (forward === undefined || forward.pf !== undefined) return;
  if (forward.dev !== undefined && forward.interfaces.length === 0) forward.interfaces = [{ dev: forward.dev }];
  const [first] = forward.interfaces;
  if (first !== undefined) forward.dev = first.dev;
}

export function networkValidate(network: NetworkDef, context: ParseContext): void {
  const { forward } = network;
  if (network.name.includes('/')) {
    context.refuse(`name '${network.name}' of a network cannot contain '/'`, network);
  }
  if (forward !== undefined) {
    refuseForward(network, forward, context);
    refuseDuplicates(network, forward, context);
  }
  refusePortgroups(network, context);
}

function refuseForward(network: NetworkDef, forward: Forward, context: ParseContext): void {
  if (forward.interfaces.length > 0 && forward.addresses.length > 0) {
    context.refuse(
      `<forward> of network '${network.name}' has both <address> and <interface>; allowed: one kind`,
      forward,
    );
  }
  if (forward.nat !== undefined && forward.mode !== 'nat') {
    context.refuse(
      `<nat> in <forward mode='${forward.mode}'> of network '${network.name}'; allowed: only with mode nat`,
      forward,
    );
  }
  if (['private', 'vepa', 'passthrough', 'hostdev'].includes(forward.mode) && network.bridge?.name !== undefined) {
    context.refuse(`bridge name not allowed in ${forward.mode} mode (network '${network.name}')`, network.bridge);
  }
  if (forward.mode === 'bridge' && (network.bridge?.stp !== undefined || network.bridge?.delay !== undefined)) {
    context.refuse(
      `bridge delay/stp options only allowed in route, nat, open and isolated mode, not in bridge (network '${network.name}')`,
      network.bridge,
    );
  }
}

/** A device or virtual function can be given to one guest only, so it is listed once. */
function refuseDuplicates(network: NetworkDef, forward: Forward, context: ParseContext): void {
  const seen = new Set<string>();
  const listed = [
    ...forward.interfaces.map((item) => ({ item, what: `interface '${item.dev}'` })),
    ...forward.addresses.map((item) => ({
      item,
      what: `address '${[item.domain, item.bus, item.slot, item.function].map((part) => (part ?? 0).toString(16)).join(':')}'`,
    })),
  ];
  for (const { item, what } of listed) {
    if (seen.has(what)) {
      context.refuse(`duplicate ${what} in <forward> of network '${network.name}'; allowed: once`, item);
    }
    seen.add(what);
  }
}

function refusePortgroups(network: NetworkDef, context: ParseContext): void {
  const names = new Set<string>();
  let defaults = 0;
  for (const portgroup of network.portgroups) {
    if (names.has(portgroup.name)) {
      context.refuse(
        `multiple <portgroup> elements with the same name '${portgroup.name}' in network '${network.name}'`,
        portgroup,
      );
    }
    names.add(portgroup.name);
    if (portgroup.default === true && ++defaults > 1) {
      context.refuse(`multiple default <portgroup> elements in network '${network.name}'; allowed: one`, portgroup);
    }
  }
}

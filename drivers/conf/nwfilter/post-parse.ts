/** Defaults of a network filter, as libvirt fills them in, and what it refuses. */
import type { ParseContext } from '../schema/index.ts';
import { fillUuid } from '../shared/identity.ts';
import type { NWFilterDef } from './schema.ts';

/** Default priority by the beginning of the chain's name. */
const chainPriorities: readonly [prefix: string, priority: number][] = [
  ['root', 0],
  ['stp', 0],
  ['mac', -800],
  ['vlan', 0],
  ['ipv4', -700],
  ['ipv6', -600],
  ['arp', -500],
  ['rarp', -400],
];

export function nwfilterPostParse(filter: NWFilterDef, context: ParseContext): void {
  fillUuid(filter, context);
  filter.priority ??= chainPriorities.find(([prefix]) => filter.chain.startsWith(prefix))?.[1] ?? 0;
  for (const entry of filter.entries) if (entry.kind === 'filterref') sortParameters(entry.value);
}

/** Values of one variable keep their order; variables are sorted. */
function sortParameters(reference: { parameters: { name: string; value: string }[] }): void {
  reference.parameters.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

export function nwfilterValidate(filter: NWFilterDef, context: ParseContext): void {
  refuseChain(filter, context);
  if (filter.priority !== undefined && Math.abs(filter.priority) > 1000) {
    context.refuse(
      `Priority '${filter.priority}' of filter '${filter.name}' is outside valid range of [-1000,1000]`,
      filter,
      'VIR_ERR_INVALID_ARG',
    );
  }
  for (const entry of filter.entries) {
    if (entry.kind !== 'rule') continue;
    for (const protocol of entry.value.protocols) refusePorts(protocol, context);
  }
}

function refuseChain({ chain, ...filter }: NWFilterDef, context: ParseContext): void {
  const prefixes = chainPriorities.map(([prefix]) => prefix);
  const isKnown = chain === 'root' || prefixes.some((prefix) => prefix !== 'root' && chain.startsWith(prefix));
  if (isKnown && /^[A-Za-z0-9_.:-]{1,16}$/.test(chain)) return;
  context.refuse(
    `Invalid chain name '${chain}' in filter '${filter.name}'; allowed: root, or up to 16 letters, digits and -_.: that begin with ${prefixes.slice(1).join(', ')}`,
    filter,
    'VIR_ERR_INVALID_ARG',
  );
}

/** Protocols that have ports. */
const withPorts = ['tcp', 'udp', '33', 'sctp'];

function refusePorts({ kind, value }: { kind: string; value: object }, context: ParseContext): void {
  if (kind !== 'ip' && kind !== 'ipv6') return;
  const given = value as Record<string, unknown>;
  const hasPorts = ['srcportstart', 'srcportend', 'dstportstart', 'dstportend'].some(
    (name) => given[name] !== undefined,
  );
  if (hasPorts && !withPorts.includes(String(given['protocol']))) {
    context.refuse(
      `<${kind}> rule with port specification requires protocol specification with protocol to be either one of tcp(6), udp(17), dccp(33), or sctp(132)`,
      value,
      'VIR_ERR_INTERNAL_ERROR',
    );
  }
}

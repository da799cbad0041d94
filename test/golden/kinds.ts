/** Which kind of object a text defines, by its root element. */
import * as conf from '../../drivers/conf/index.ts';
import type { Kind } from '../../drivers/conf/index.ts';
import { parseXml } from '../../drivers/conf/xml/parse.ts';

/** Any kind: a test only takes a definition from one method to the other. */
type AnyKind = Kind<never>;

const kinds = {
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
  cpu: conf.cpu,
};

/** The RNG schema of each root element. */
export const schemaFiles: Readonly<Record<string, string>> = {
  domain: 'domain.rng',
  network: 'network.rng',
  networkport: 'networkport.rng',
  pool: 'storagepool.rng',
  volume: 'storagevol.rng',
  device: 'nodedev.rng',
  filter: 'nwfilter.rng',
  filterbinding: 'nwfilterbinding.rng',
  secret: 'secret.rng',
  interface: 'interface.rng',
  domainsnapshot: 'domainsnapshot.rng',
  domaincheckpoint: 'domaincheckpoint.rng',
  domainbackup: 'domainbackup.rng',
  domainCapabilities: 'domaincaps.rng',
  capabilities: 'capability.rng',
  cpu: 'cpu.rng',
};

export function kindOfText(text: string): { root: string; kind: AnyKind } | undefined {
  const { name } = parseXml(text).root;
  return Object.hasOwn(kinds, name)
    ? { root: name, kind: kinds[name as keyof typeof kinds] as unknown as AnyKind }
    : undefined;
}

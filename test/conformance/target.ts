/** What the conformance suite runs against: something that speaks libvirt's API, with hosts made from node files. */
import type { Connection } from '../../drivers/index.ts';

export interface Target {
  /** As named in the table of differences. */
  name: 'hostler' | 'libvirtd';
  /** What connections say of the way to it; a link that nobody else can read where this is left out. */
  link?: Link;
  /** Opens a host of its own that is as the node file's text says. The caller closes it. */
  connect(nodeXml: string): Promise<Connection>;
}

/** virConnectIsSecure and virConnectIsEncrypted. */
export interface Link {
  isSecure: boolean;
  isEncrypted: boolean;
}

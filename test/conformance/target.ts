/** What the conformance suite runs against: something that speaks libvirt's API, with hosts made from node files. */
import type { Connection } from '../../drivers/index.ts';

export interface Target {
  /** As named in the table of differences. */
  name: 'hostler' | 'libvirtd';
  /** Opens a host of its own that is as the node file's text says. The caller closes it. */
  connect(nodeXml: string): Promise<Connection>;
}

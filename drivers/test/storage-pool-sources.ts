/** What a test host finds when asked for sources of pools, and which pools it says it can have. */
import { storagePool as poolKind } from '../conf/index.ts';
import { escapeAttribute } from '../conf/xml/escape.ts';
import { testError } from './errors.ts';

const logicalSources = `<sources>
  <source>
    <device path='/dev/sda20'/>
    <name>testvg1</name>
    <format type='lvm2'/>
  </source>
  <source>
    <device path='/dev/sda21'/>
    <name>testvg2</name>
    <format type='lvm2'/>
  </source>
</sources>
`;

/** Two volume groups, or one share of the server that `srcSpec` names. Throws NO_SUPPORT for other types. */
export function poolSourcesXml(type: string, srcSpec: string | null): string {
  switch (type) {
    case 'logical':
      return logicalSources;
    case 'netfs':
      return `<sources>
  <source>
    <host name='${escapeAttribute(hostOf(srcSpec))}'/>
    <dir path='/testshare'/>
    <format type='nfs'/>
  </source>
</sources>
`;
    default:
      throw testError('VIR_ERR_NO_SUPPORT', `pool type '${type}' does not support source discovery`);
  }
}

function hostOf(srcSpec: string | null): string {
  const wrapped = `<pool type='netfs'><name>x</name>${srcSpec ?? ''}<target><path>/x</path></target></pool>`;
  const host = poolKind.parse(wrapped, { skipPostParse: true }).source?.hosts[0]?.name;
  if (host !== undefined) return host;
  throw testError('VIR_ERR_INVALID_ARG', 'hostname must be specified for netfs sources');
}

/** `<storagepoolCapabilities>` with every type. */
export function poolCapabilitiesXml(types: readonly string[]): string {
  const pools = types.map((type) => `  <pool type='${type}' supported='yes'/>\n`).join('');
  return `<storagepoolCapabilities>\n${pools}</storagepoolCapabilities>\n`;
}

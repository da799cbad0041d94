/** `<filesystem>`: a folder of the host in the guest. */
import {
  attr,
  child,
  element,
  flag,
  type Infer,
  int,
  oneOf,
  onOff,
  pattern,
  scaledAttr,
  scaledLeaf,
  string,
  u64,
} from '../../schema/index.ts';
import { bootInfoPart, virtioOptions } from '../address.ts';
import { idmap } from '../clock.ts';
import { storageFormats } from './disk-source.ts';

const octal = pattern(/^0?[0-7]{1,3}$/, 'a file mode in octal such as 0755', '0755');
const mode: typeof octal = { ...octal, format: (value) => value.replace(/^0?/, '').padStart(4, '0') };

const driver = element('driver', 'How it is provided', {
  type: attr(oneOf('path', 'handle', 'loop', 'nbd', 'ploop', 'virtiofs', 'mtp'), 'Driver'),
  format: attr(oneOf(...storageFormats), 'Format of an image'),
  name: attr(string(), 'Name of the driver'),
  wrpolicy: attr(oneOf('immediate'), 'When writes reach the host'),
  queue: attr(u64(), 'Entries of a virtqueue'),
  ...virtioOptions,
});

const moded = (name: string, doc: string, ...modes: string[]) =>
  element(name, doc, { mode: attr(oneOf(...modes), 'Mode', { required: true }) });

const binary = element('binary', 'The daemon of virtiofs', {
  path: attr(string(), 'Path'),
  xattr: attr(onOff(), 'Extended attributes'),
  cache: child(moded('cache', 'Caching', 'none', 'always')),
  sandbox: child(moded('sandbox', 'Confinement', 'namespace', 'chroot')),
  lock: child(element('lock', 'Locks', { posix: attr(onOff(), 'POSIX locks'), flock: attr(onOff(), 'flock') })),
  threadPool: child(
    element('thread_pool', 'Worker threads', { size: attr(int(), 'Most threads', { required: true }) }),
  ),
  openfiles: child(element('openfiles', 'Open files', { max: attr(int(), 'Most files', { required: true }) })),
});

const source = element('source', 'What is shown to the guest', {
  dir: attr(string(), 'Folder'),
  socket: attr(string(), 'Socket of an external daemon'),
  dev: attr(string(), 'Device'),
  file: attr(string(), 'Image'),
  name: attr(string(), 'Template'),
  pool: attr(string(), 'Storage pool'),
  volume: attr(string(), 'Volume of the pool'),
  usageKiB: scaledAttr('KiB', 'Memory (ram)', { name: 'usage', unit: 'units' }),
});

export const filesystem = element(
  'filesystem',
  'A folder of the host in the guest',
  {
    type: attr(oneOf('mount', 'block', 'file', 'template', 'ram', 'bind', 'volume'), 'Kind of source', {
      fill: 'mount',
    }),
    accessmode: attr(oneOf('passthrough', 'mapped', 'squash'), 'Whose rights count'),
    model: attr(oneOf('virtio', 'virtio-transitional', 'virtio-non-transitional'), 'Model of the device'),
    multidevs: attr(oneOf('default', 'remap', 'forbid', 'warn'), 'Several devices below the folder'),
    fmode: attr(mode, 'Mode of new files'),
    dmode: attr(mode, 'Mode of new folders'),
    driver: child(driver),
    binary: child(binary),
    source: child(source),
    target: child(
      element('target', 'Where the guest finds it', { dir: attr(string(), 'Folder or tag', { required: true }) }),
    ),
    readonly: flag('The guest may only read'),
    idmap: child(idmap),
    ...bootInfoPart,
    spaceHardLimitBytes: scaledLeaf('bytes', 'Most octets', { name: 'space_hard_limit', hide: 0n }),
    spaceSoftLimitBytes: scaledLeaf('bytes', 'Octets that should not be passed', {
      name: 'space_soft_limit',
      hide: 0n,
    }),
  },
  { block: true },
);
export type Filesystem = Infer<typeof filesystem>;

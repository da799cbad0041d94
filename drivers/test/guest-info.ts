/** What a guest's agent tells of its system, as libvirt's typed parameters. */
import type { TypedParam } from '../driver.ts';
import {
  VIR_DOMAIN_GUEST_INFO_DISKS,
  VIR_DOMAIN_GUEST_INFO_FILESYSTEM,
  VIR_DOMAIN_GUEST_INFO_HOSTNAME,
  VIR_DOMAIN_GUEST_INFO_INTERFACES,
  VIR_DOMAIN_GUEST_INFO_OS,
  VIR_DOMAIN_GUEST_INFO_TIMEZONE,
  VIR_DOMAIN_GUEST_INFO_USERS,
} from '../enums.gen.ts';
import type { DomainObj } from './domain-obj.ts';
import { mountpoints } from './guest-agent.ts';

const text = (field: string, value: string): TypedParam => ({ field, type: 'string', value });
const uint = (field: string, value: number): TypedParam => ({ field, type: 'uint', value });
const int = (field: string, value: number): TypedParam => ({ field, type: 'int', value });
const ullong = (field: string, value: bigint): TypedParam => ({ field, type: 'ullong', value });

const filesystemBytes = 20n * 1024n ** 3n;

const parts: readonly (readonly [type: number, params: (domain: DomainObj) => TypedParam[]])[] = [
  [
    VIR_DOMAIN_GUEST_INFO_USERS,
    (domain) => [
      uint('user.count', 1),
      text('user.0.name', 'root'),
      ullong('user.0.login-time', BigInt(Math.floor(domain.bootTimeMs)) + 60_000n),
    ],
  ],
  [
    VIR_DOMAIN_GUEST_INFO_OS,
    () => [
      text('os.id', 'hostler-test'),
      text('os.name', 'Hostler test guest'),
      text('os.pretty-name', 'Hostler test guest 1'),
      text('os.version', '1'),
      text('os.version-id', '1'),
      text('os.machine', 'i686'),
      text('os.kernel-release', '1.0.0-test'),
      text('os.kernel-version', '#1 test'),
    ],
  ],
  [VIR_DOMAIN_GUEST_INFO_TIMEZONE, () => [text('timezone.name', 'UTC'), int('timezone.offset', 0)]],
  [VIR_DOMAIN_GUEST_INFO_HOSTNAME, (domain) => [text('hostname', `${domain.name}host`)]],
  [VIR_DOMAIN_GUEST_INFO_FILESYSTEM, filesystemParams],
  [
    VIR_DOMAIN_GUEST_INFO_DISKS,
    (domain) => [
      uint('disk.count', domain.config.disks.length),
      ...domain.config.disks.map(({ target }, index) => text(`disk.${index}.name`, `/dev/${target}`)),
    ],
  ],
  [
    VIR_DOMAIN_GUEST_INFO_INTERFACES,
    (domain) => [
      uint('if.count', domain.config.interfaces.length),
      ...domain.config.interfaces.flatMap(({ mac }, index) => [
        text(`if.${index}.name`, `eth${index}`),
        text(`if.${index}.hwaddr`, mac),
      ]),
    ],
  ],
];

function filesystemParams(domain: DomainObj): TypedParam[] {
  const disk = domain.config.disks.find(({ device }) => device === 'disk');
  if (!disk) return [uint('fs.count', 0)];
  return [
    uint('fs.count', mountpoints.length),
    ...mountpoints.flatMap((mountpoint, index) => [
      text(`fs.${index}.mountpoint`, mountpoint),
      text(`fs.${index}.name`, `${disk.target}${index + 1}`),
      text(`fs.${index}.fstype`, 'ext4'),
      ullong(`fs.${index}.total-bytes`, filesystemBytes),
      ullong(`fs.${index}.used-bytes`, filesystemBytes / 4n),
      uint(`fs.${index}.disk.count`, 1),
      text(`fs.${index}.disk.0.alias`, disk.target),
    ]),
  ];
}

/** The parameters of the types asked for (VIR_DOMAIN_GUEST_INFO_*); 0 asks for all. */
export function guestInfoParams(domain: DomainObj, types: number): TypedParam[] {
  return parts.filter(([type]) => types === 0 || (types & type) !== 0).flatMap(([, params]) => params(domain));
}

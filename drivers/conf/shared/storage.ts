/** What storage pools, volumes and disks have in common: encryption, secrets, permissions, iSCSI initiators. */
import { attr, child, element, type Infer, int, leaf, many, oneOf, pattern, string, uuid } from '../schema/index.ts';

const encryptionSecret = element('secret', 'The passphrase', {
  type: attr(oneOf('passphrase'), 'Kind', { required: true }),
  uuid: attr(uuid(), "The secret's UUID"),
  usage: attr(string(), "The secret's usage"),
});

const cipher = element('cipher', 'Cipher', {
  name: attr(string(), 'Name', { required: true }),
  size: attr(int(), 'Key bits', { required: true }),
  mode: attr(string(), 'Mode'),
  hash: attr(string(), 'Hash'),
});

const ivgen = element('ivgen', 'Initialisation vectors', {
  name: attr(string(), 'Name', { required: true }),
  hash: attr(string(), 'Hash'),
});

export const encryption = element('encryption', 'Encryption of the content', {
  format: attr(oneOf('default', 'qcow', 'luks', 'luks2', 'luks-any'), 'Format', { required: true }),
  engine: attr(oneOf('qemu', 'librbd'), 'Who encrypts'),
  secrets: many(encryptionSecret),
  cipher: child(cipher),
  ivgen: child(ivgen),
});
export type Encryption = Infer<typeof encryption>;

/** The secret of an `<auth>` element. */
const authSecret = element('secret', 'The key', {
  type: attr(oneOf('iscsi', 'ceph', 'chap', 'none'), 'Kind'),
  usage: attr(string(), "The secret's usage"),
  uuid: attr(uuid(), "The secret's UUID"),
});

export const auth = element('auth', 'Who logs in to the storage', {
  type: attr(oneOf('chap', 'ceph'), 'Kind (storage pools)'),
  username: attr(string(), 'User', { required: true }),
  secret: child(authSecret),
});

/** libvirt's way to say that an owner is not given. */
const nobody = 0xffffffff;
const shown = (id: number): boolean => id !== -1 && id !== nobody;
const rights = pattern(/^\s*0*[0-7]{1,4}\s*$/, 'an octal number up to 07777', '0755');
const octal: typeof rights = { ...rights, format: (value) => `0${value.trim().replace(/^0+(?=.)/, '')}` };

export const permissions = element('permissions', 'Owner and rights of the file', {
  mode: leaf(octal, 'Rights in octal'),
  owner: leaf(int({ min: -1 }), 'User number', { show: shown }),
  group: leaf(int({ min: -1 }), 'Group number', { show: shown }),
  label: leaf(string(), 'Security label'),
});

export const initiator = element('initiator', 'iSCSI initiator', {
  iqn: child(element('iqn', 'Name', { name: attr(string(), 'Qualified name', { required: true }) })),
});

export const refreshVolume = element('volume', 'How volumes are looked at', {
  allocation: attr(oneOf('default', 'capacity'), 'Where the allocation comes from', { required: true }),
});

/** `<secret>`: what is told of a secret; never its value. */
import { attr, child, element, type Infer, leaf, oneOf, string, uuid, variant, yesNo } from '../schema/index.ts';

const named = { name: leaf(string(), 'Name that users of the secret give', { required: true }) };

const usage = element('usage', 'What the secret opens', [
  { type: attr(oneOf('volume', 'ceph', 'iscsi', 'tls', 'vtpm'), 'Kind of use', { required: true }) },
  variant('type', {
    volume: { volume: leaf(string(), 'Path of the volume', { required: true }) },
    ceph: named,
    iscsi: { target: leaf(string(), 'Name of the iSCSI target', { required: true }) },
    tls: named,
    vtpm: named,
  }),
]);

export const secret = element('secret', 'A secret', {
  ephemeral: attr(yesNo(), 'Kept in memory only', { fill: false }),
  private: attr(yesNo(), 'Its value is told to no caller', { fill: false }),
  uuid: leaf(uuid(), 'UUID'),
  description: leaf(string(), 'Description'),
  usage: child(usage),
});
export type SecretDef = Infer<typeof secret>;

/** The definition of a guest that a snapshot or checkpoint carries along: whole, or (from old libvirt) just its UUID. */
import { domain, domainFields, type DomainDef } from '../domain/schema.ts';
import { element, type ElementDecl, type Infer, leaf, string, uuid } from '../schema/index.ts';
import { attributeOf } from '../xml/tree.ts';

const domainIdentity = element('domain', 'A guest by its UUID', {
  name: leaf(string(), 'Name'),
  uuid: leaf(uuid(), 'UUID'),
});

/** Told apart by `type`, which every whole definition has. */
export type SavedDomain = DomainDef | Infer<typeof domainIdentity>;

export function isWholeDomain(saved: SavedDomain): saved is DomainDef {
  return 'type' in saved;
}

/** `<domain>`, whole or by its UUID. */
export const savedDomain: ElementDecl<SavedDomain> = {
  name: 'domain',
  doc: domain.doc,
  isKeptEmpty: false,
  parse: (found, context) =>
    attributeOf(found, 'type') === undefined ? domainIdentity.parse(found, context) : domain.parse(found, context),
  format: (value, out, context) =>
    isWholeDomain(value) ? domain.format(value, out, context) : domainIdentity.format(value, out, context),
  create: (given) => domainIdentity.create(given),
  model: domain.model,
};

/** `<inactiveDomain>`: what the guest's next start would have used, where that differed. */
export const inactiveDomain = element('inactiveDomain', 'The guest as configured', domainFields);

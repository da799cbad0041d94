/** `<filterbinding>`: a network filter in force on one interface of a guest. */
import { attr, child, element, type Infer, leaf, mac, many, string, uuid } from '../schema/index.ts';

const owner = element('owner', 'Guest the interface belongs to', {
  name: leaf(string(), 'Name', { required: true }),
  uuid: leaf(uuid(), 'UUID', { required: true }),
});

/** A value for a variable of the filter; several of one name make a list. */
export const filterParameter = element('parameter', 'A value of a variable', {
  name: attr(string(), 'Variable', { required: true }),
  value: attr(string(), 'Value', { required: true }),
});

const filterref = element('filterref', 'The filter', {
  filter: attr(string(), 'Name of the filter', { required: true }),
  parameters: many(filterParameter),
});

export const nwfilterBinding = element('filterbinding', 'A network filter on an interface', {
  owner: child(owner, { required: true }),
  portdev: child(element('portdev', 'Device of the host', { name: attr(string(), 'Name', { required: true }) }), {
    required: true,
  }),
  linkdev: child(element('linkdev', 'Device the port stands on', { name: attr(string(), 'Name', { required: true }) })),
  mac: child(element('mac', "The interface's address", { address: attr(mac(), 'Address', { required: true }) }), {
    required: true,
  }),
  filterref: child(filterref, { required: true }),
});
export type NWFilterBindingDef = Infer<typeof nwfilterBinding>;

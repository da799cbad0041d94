/** `<filter>`: a network filter, rules and references in order. */
import { attr, element, type Infer, int, leaf, many, mixed, oneOf, sint, string, uuid } from '../schema/index.ts';
import { filterParameter } from '../nwfilter-binding/schema.ts';
import { protocols } from './protocols.ts';

const filterref = element('filterref', 'Another filter, taken in here', {
  filter: attr(string(), 'Name of the filter', { required: true }),
  parameters: many(filterParameter),
});

const rule = element('rule', 'What is done with which packets', {
  action: attr(oneOf('drop', 'accept', 'reject', 'return', 'continue'), 'What is done', { required: true }),
  direction: attr(oneOf('in', 'out', 'inout'), 'Direction, seen from the guest', { required: true }),
  priority: attr(int({ min: -1000, max: 1000 }), 'Lower comes first', { fill: 500 }),
  statematch: attr(
    { ...oneOf('false', 'true'), parse: (raw) => (/^(0|false)$/i.test(raw) ? 'false' : 'true') },
    'With false, connections are not tracked',
    { hide: 'true' },
  ),
  protocols: mixed(protocols),
});

export const nwfilter = element('filter', 'A network filter', {
  name: attr(string(), 'Name', { required: true }),
  chain: attr(string(), 'Chain of the host it belongs to', { fill: 'root' }),
  priority: attr(sint(), 'Lower comes first', { hide: 0 }),
  uuid: leaf(uuid(), 'UUID'),
  entries: mixed({ filterref, rule }),
});
export type NWFilterDef = Infer<typeof nwfilter>;

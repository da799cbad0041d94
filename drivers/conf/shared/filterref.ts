/** `<filterref>`: a network filter with the values of its variables. */
import { attr, element, type Infer, many, string } from '../schema/index.ts';

const parameter = element('parameter', 'Value of a variable', {
  name: attr(string(), 'Variable', { required: true }),
  value: attr(string(), 'Value', { required: true }),
});

export const filterref = element('filterref', 'Network filter', {
  filter: attr(string(), 'Name of the filter', { required: true }),
  parameters: many(parameter),
});
export type Filterref = Infer<typeof filterref>;

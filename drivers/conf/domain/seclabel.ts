/** Security labels, of the guest as a whole and of single devices. */
import { attr, element, type Infer, leaf, oneOf, string, yesNo } from '../schema/index.ts';

/** `<seclabel>` of a disk's or character device's source. */
export const deviceSeclabel = element(
  'seclabel',
  'Security label of this source',
  {
    model: attr(string(), 'Security model'),
    labelskip: attr(yesNo(), 'Labelling was not possible'),
    relabel: attr(yesNo(), 'Whether the source is labelled'),
    label: leaf(string(), 'The label'),
  },
  // What says nothing about the next start is not written for it.
  { when: ({ relabel, label }, { inactive }) => !inactive || relabel === false || label !== undefined },
);
export type DeviceSeclabel = Infer<typeof deviceSeclabel>;

/** `<seclabel>` of the guest. */
export const seclabel = element('seclabel', 'Security label of the guest', {
  type: attr(oneOf('none', 'dynamic', 'static'), 'Who chooses the label; dynamic if absent'),
  model: attr(string(), 'Security model: selinux, apparmor, dac'),
  relabel: attr(yesNo(), "Whether the guest's files are labelled"),
  label: leaf(string(), 'The label', {
    show: (_value, owner, context) => !(context.inactive && owner['type'] === 'dynamic'),
  }),
  imagelabel: leaf(string(), "The label of the guest's files", { live: true }),
  baselabel: leaf(string(), 'The label to start from'),
});
export type Seclabel = Infer<typeof seclabel>;

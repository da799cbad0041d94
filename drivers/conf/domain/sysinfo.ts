/** `<sysinfo>`: what the guest reads about its maker (SMBIOS) and from the firmware configuration device. */
import { attr, child, element, many, oneOf, string, text, variant } from '../schema/index.ts';

const entry = element(
  'entry',
  'An entry',
  { name: attr(string(), 'Name', { required: true }), value: text(string(), 'Value') },
  { keepEmpty: true },
);
const oemString = element('entry', 'A string', { value: text(string(), 'Text') }, { keepEmpty: true });
const fwcfgEntry = element(
  'entry',
  'An entry',
  {
    name: attr(string(), 'Name', { required: true }),
    file: attr(string(), 'File with the value'),
    value: text(string(), 'Value'),
  },
  { keepEmpty: true },
);
const block = (name: string, doc: string) => element(name, doc, { entries: many(entry) });

export const sysinfo = element('sysinfo', 'What the guest reads about its maker', [
  { type: attr(oneOf('smbios', 'fwcfg'), 'Where the guest reads it', { required: true }) },
  variant('type', {
    smbios: {
      bios: child(block('bios', 'BIOS')),
      system: child(block('system', 'System')),
      baseBoards: many(block('baseBoard', 'Base board')),
      chassis: child(block('chassis', 'Chassis')),
      processors: many(block('processor', 'Processor')),
      memoryDevices: many(block('memory_device', 'Memory device')),
      memories: many(block('memory', 'Memory')),
      oemStrings: child(element('oemStrings', 'Strings of the maker', { entries: many(oemString) })),
    },
    fwcfg: { entries: many(fwcfgEntry) },
  }),
]);

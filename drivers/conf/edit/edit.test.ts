import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domain } from '../index.ts';
import { parseXml } from '../xml/parse.ts';
import { attributeOf } from '../xml/tree.ts';
import { describeChange, diffXml, removeValue, setValue } from './index.ts';
import { elementAt, parsePath } from './path.ts';

const source = `<?xml version="1.0"?>
<!-- mine -->
<domain type="test">
   <name>a</name>   <!-- the name -->
   <memory unit='MiB'>64</memory>
   <vcpu/>
   <devices>
      <disk type='file' device="disk"><!-- system -->
         <source file='/a.img'/>
         <target dev='vda'/>
      </disk>
      <disk type='file'>
         <target dev='vdb'/>
      </disk>
      <x:new xmlns:x='urn:x' />
   </devices>
</domain>
`;
const model = domain.describe();

describe('setValue', () => {
  it.each([
    ['name', 'b<', '<name>a</name>', '<name>b&lt;</name>'],
    ['memory', '128', '>64<', '>128<'],
    ['memory/@unit', 'GiB', "'MiB'", "'GiB'"],
    ['@type', 'kvm', 'type="test"', 'type="kvm"'],
    ['devices/disk[1]/source/@file', "/b'.img", "'/a.img'", "'/b&apos;.img'"],
    ["devices/disk[@type='file']/target/@dev", 'sda', "'vda'", "'sda'"],
    ['devices/disk[2]/target/@dev', 'vdc', "'vdb'", "'vdc'"],
    ['devices/disk/@model', 'virtio', 'device="disk"', 'device="disk" model="virtio"'],
    ['vcpu', '2', '<vcpu/>', '<vcpu>2</vcpu>'],
    ['vcpu/@placement', 'static', '<vcpu/>', "<vcpu placement='static'/>"],
  ])('sets %s and touches nothing else', (path, value, before, after) => {
    expect(source).toContain(before);
    expect(setValue(source, path, value, model)).toBe(source.replace(before, after));
  });

  it('makes what is missing, in the order of the schema and the indentation of the text', () => {
    expect(setValue(source, 'title', 'A guest', model)).toBe(
      source.replace('<name>a</name>', '<name>a</name>\n   <title>A guest</title>'),
    );
    expect(setValue(source, 'os/boot/@dev', 'hd', model)).toBe(
      source.replace('<vcpu/>', "<vcpu/>\n   <os>\n      <boot dev='hd'/>\n   </os>"),
    );
    expect(setValue(source, 'devices/disk[3]/@type', 'file', model)).toContain(
      "      </disk>\n      <disk type='file'/>\n      <x:new",
    );
    expect(setValue('<domain/>', 'features/acpi', '', model)).toBe(
      '<domain>\n  <features>\n    <acpi/>\n  </features>\n</domain>',
    );
    expect(setValue('<domain></domain>', 'name', 'a', model)).toBe('<domain>\n  <name>a</name>\n</domain>');
  });

  it.each([
    ['devices/disk[4]/@type', 'has 2 of <disk>, so only disk[3]'],
    ['devices', 'holds elements'],
    ['devices//disk!', 'is no step'],
  ])('refuses the path %s', (path, message) => expect(() => setValue(source, path, 'x', model)).toThrow(message));

  it('refuses a text that is not well-formed', () =>
    expect(() => setValue('<a>', '@b', 'c')).toThrow('not well-formed'));

  it('sets any value so that it is read back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '<', '>', '&', '"', "'", 'é', '😀', ' ') }),
        fc.constantFrom('devices/disk[1]/source/@file', '@type', 'vcpu/@current'),
        (value, path) => {
          const { steps, attribute = '' } = parsePath(path);
          const element = elementAt(parseXml(setValue(source, path, value, model)).root, steps);
          expect(element === undefined ? undefined : attributeOf(element, attribute)).toBe(value);
        },
      ),
    );
  });
});

describe('removeValue', () => {
  it('takes an element with its line, or an attribute with the space before it', () => {
    expect(removeValue(source, 'devices/disk[2]')).toBe(
      source.replace("      <disk type='file'>\n         <target dev='vdb'/>\n      </disk>\n", ''),
    );
    expect(removeValue(source, 'devices/disk/@device')).toBe(source.replace(' device="disk"', ''));
    expect(removeValue(source, 'name')).toBe(source.replace('<name>a</name>', ''));
  });

  it('leaves a text without it alone', () => expect(removeValue(source, 'devices/disk[9]/@type')).toBe(source));
});

describe('diffXml', () => {
  const before =
    "<domain><name>a</name><memory unit='KiB'>1</memory><devices><disk type='file'><source file='/a'/><target dev='vda'/></disk><disk type='file'><target dev='vdb'/></disk></devices></domain>";

  it('finds nothing in texts that only look different', () => {
    const same = before
      .replaceAll("'", '"')
      .replace('<devices>', '<!-- c -->\n  <devices>\n ')
      .replace('<name>', '  <name>');
    expect(diffXml(before, same)).toEqual([]);
  });

  it('matches devices by what identifies them', () => {
    const after =
      "<domain><name>a</name><memory unit='KiB'>2</memory><vcpu>1</vcpu><devices><disk type='file'><target dev='vdc'/></disk><disk type='file'><source file='/b'/><target dev='vda' bus='virtio'/></disk></devices></domain>";
    const changes = diffXml(before, after);
    expect(changes.map((change) => describeChange(change, model))).toEqual([
      "memory (Memory at the start): '1' becomes '2'",
      "vcpu (Number of processors): added, '1'",
      'devices > disk 1 (A disk, CD drive or floppy drive): added',
      "devices > disk 2 > source > file (Path of a file): '/a' becomes '/b'",
      "devices > disk 2 > target > bus (Bus): added, 'virtio'",
      'devices > disk 2 (A disk, CD drive or floppy drive): removed',
    ]);
    expect(changes.at(-1)).toMatchObject({ kind: 'removed', xml: '<disk type="file"><target dev="vdb"/></disk>' });
  });
});

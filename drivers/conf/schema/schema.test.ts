import { describe, expect, expectTypeOf, it } from 'vitest';
import { VirError } from '../../error.ts';
import { kindOf } from '../kind.ts';
import { positionOfError } from '../xml/position.ts';
import {
  attr,
  child,
  cpuSet,
  element,
  flag,
  hex,
  type Infer,
  int,
  leaf,
  leaves,
  mac,
  many,
  mixed,
  oneOf,
  onOff,
  raw,
  scaledAttr,
  scaledLeaf,
  scaledText,
  sint,
  string,
  text,
  u64,
  uuid,
  variant,
  yesNo,
} from './index.ts';

const address = element('address', 'Place', [
  { type: attr(oneOf('pci', 'drive'), 'Kind', { required: true }) },
  variant('type', {
    pci: { bus: attr(hex(2), 'Bus', { required: true }) },
    drive: { bus: attr(int(), 'Bus'), unit: attr(int(), 'Unit', { fill: 0 }) },
  }),
]);
const device = element('device', 'A device', {
  kind: attr(oneOf('disk', 'net'), 'Kind', { fill: 'disk' }),
  secret: attr(string(), 'Password', { secret: true }),
  alias: attr(string(), 'Alias', { live: true }),
  isReadonly: flag('Read only', { name: 'readonly' }),
  address: child(address),
});
const machine = element('machine', 'A machine', {
  id: attr(sint(), 'Number', { live: true }),
  name: leaf(string(), 'Name', { required: true, missing: 'VIR_ERR_NO_NAME' }),
  uuid: leaf(uuid(), 'UUID'),
  metadata: raw('Anything'),
  memoryKiB: scaledLeaf('KiB', 'Memory', { name: 'memory' }),
  cell: child(element('cell', 'Cell', { size: scaledAttr('KiB', 'Size'), cpus: attr(cpuSet(), 'Processors') })),
  swap: child(element('swap', 'Swap', { dump: attr(onOff(), 'Dump'), valueKiB: scaledText('KiB', 'KiB') })),
  args: leaves(string(), 'Argument', { name: 'arg' }),
  devices: many(device),
  rules: child(
    element('rules', 'Rules', {
      list: mixed({
        allow: element('allow', 'Allow', { port: attr(int(), 'Port') }),
        deny: element('deny', 'Deny', {}, { keepEmpty: true }),
      }),
    }),
  ),
  note: child(element('note', 'Note', { by: attr(string(), 'Author'), value: text(string(), 'Text') })),
  block: child(element('block', 'Block', { mac: attr(mac(), 'MAC') }, { block: true })),
  count: leaf(u64(), 'Count'),
  isOn: leaf(yesNo(), 'On', { name: 'on' }),
});
type Machine = Infer<typeof machine>;
const kind = kindOf(machine);

const refusal = (source: string): VirError => {
  try {
    kind.parse(source);
  } catch (error) {
    if (error instanceof VirError) return error;
    throw error;
  }
  throw new Error('accepted');
};

describe('a declaration', () => {
  it('reads every kind of field', () => {
    const def = kind.parse(`<machine id='3'>
      <name>a</name><uuid>6695EB01F6A4830479AA97F2502E193F</uuid><memory unit='GiB'>2</memory><cell size='1' unit='MiB' cpus='0-3,^1'/>
      <swap dump='on'>5</swap><arg>x</arg><arg/><device kind='net'><readonly/><address type='pci' bus='0xa'/></device><device/>
      <rules><deny/><allow port='1'/><deny/></rules><note by='me'>hi</note><count>18446744073709551615</count><on>yes</on>
    </machine>`);
    expect(def).toEqual({
      id: 3,
      name: 'a',
      uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f',
      memoryKiB: 2097152n,
      cell: { size: 1024n, cpus: '0,2-3' },
      swap: { dump: true, valueKiB: 5n },
      args: ['x', ''],
      devices: [{ kind: 'net', isReadonly: true, address: { type: 'pci', bus: 10 } }, { kind: 'disk' }],
      rules: {
        list: [
          { kind: 'deny', value: {} },
          { kind: 'allow', value: { port: 1 } },
          { kind: 'deny', value: {} },
        ],
      },
      note: { by: 'me', value: 'hi' },
      count: 18446744073709551615n,
      isOn: true,
    });
  });

  it('has the type that follows from it', () => {
    expectTypeOf<Machine['name']>().toEqualTypeOf<string>();
    expectTypeOf<Machine['devices']>().items.toHaveProperty('kind');
    expectTypeOf<Machine['devices'][number]['kind']>().toEqualTypeOf<'disk' | 'net'>();
    expectTypeOf<Machine['memoryKiB']>().toEqualTypeOf<bigint | undefined>();
    type Address = Infer<typeof address>;
    expectTypeOf<Extract<Address, { type: 'drive' }>['unit']>().toEqualTypeOf<number>();
    expectTypeOf<Extract<Address, { type: 'pci' }>>().not.toHaveProperty('unit');
  });

  it("writes in the declared order and libvirt's style", () => {
    const source = `<machine>
  <name>a&lt;</name>
  <memory unit='KiB'>2</memory>
  <swap dump='off' unit='KiB'>5</swap>
  <device kind='disk'>
    <address type='drive' bus='1' unit='0'/>
  </device>
  <block>
  </block>
  <on>no</on>
</machine>
`;
    expect(kind.format(kind.parse(source))).toBe(source);
    const shuffled =
      "<machine><on>no</on><block/><device><address bus='1' type='drive'/></device><swap dump='off'>5</swap><memory>2</memory><name>a&lt;</name></machine>";
    expect(kind.format(kind.parse(shuffled))).toBe(source);
  });

  it('leaves out what is live in an inactive text, and passwords unless asked', () => {
    const def = kind.parse("<machine id='1'><name>a</name><device secret='s' alias='net0'/></machine>");
    expect(kind.format(def, { inactive: true })).toBe(
      "<machine>\n  <name>a</name>\n  <device kind='disk'/>\n</machine>\n",
    );
    expect(kind.format(def, { secure: true })).toContain("<device kind='disk' secret='s' alias='net0'/>");
    expect(kind.parse("<machine id='1'><name>a</name></machine>", { inactive: true }).id).toBeUndefined();
  });

  it('keeps what it does not know, where it stood', () => {
    const source = `<machine new='1'>
  <first/>
  <name lang='en'>a</name>
  <x:tool xmlns:x="urn:x"><x:a b="c">  text </x:a></x:tool>
  <device kind='disk' speed='9'/>
  <between/>
  <device kind='net'>
    <address type='drive' bus='1' unit='0' shelf='7'/>
    <more/>
  </device>
  <last>&lt;&amp;</last>
</machine>
`;
    expect(kind.format(kind.parse(source))).toBe(source);
    expect(kind.format(kind.parse(source), { unknown: 'drop' })).not.toMatch(
      /new|first|lang|tool|speed|between|shelf|more|last/,
    );
  });

  it('keeps a second element where it takes one, and text where it takes none', () => {
    const once = kind.format(kind.parse('<machine>stray<name>a</name><name>b</name><uuid/></machine>'));
    expect(once).toContain('<name>b</name>');
    expect(once).toContain('stray');
    expect(kind.format(kind.parse(once))).toBe(once);
  });

  it('still writes unknown children when their neighbours are gone', () => {
    const def = kind.parse('<machine><name>a</name><device/><odd/></machine>');
    def.devices = [];
    expect(kind.format(def)).toBe('<machine>\n  <name>a</name>\n  <odd/>\n</machine>\n');
  });

  it('lays metadata out for the depth it stands at', () => {
    const def = kind.parse(
      '<machine><name>a</name><metadata><a:b xmlns:a="urn:a"><c/>\n<d>x</d></a:b></metadata></machine>',
    );
    expect(kind.format(def)).toContain(
      '  <metadata>\n    <a:b xmlns:a="urn:a">\n      <c/>\n      <d>x</d>\n    </a:b>\n  </metadata>\n',
    );
    expect(kind.format(def, { indent: 2 })).toContain('      <metadata>\n        <a:b');
  });

  it.each([
    [
      "<machine><name>a</name><device kind='tape'/></machine>",
      "Invalid value for attribute 'kind' in element 'device': 'tape'; allowed: disk, net",
      1,
      38,
    ],
    [
      "<machine>\n<name>a</name><memory unit='furlong'>1</memory></machine>",
      "Invalid value for element 'memory': '1' with unit 'furlong'; allowed: a whole number of KiB",
      2,
      15,
    ],
    [
      '<machine><name>a</name><uuid>1</uuid></machine>',
      "Invalid value for element 'uuid': '1'; allowed: a UUID such as",
      1,
      24,
    ],
    [
      '<machine><name>a</name><device><address/></device></machine>',
      "Missing attribute 'type' in element 'address'",
      1,
      32,
    ],
    ["<machine><name>a</name><cell cpus='5-1'/></machine>", 'allowed: a set of numbers below 16384', 1, 36],
    ['<machine><name>a</name><count>-1</count></machine>', 'allowed: an integer from 0 to 18446744073709551615', 1, 24],
    ["<machine><name>a</name><block mac='1:2'/></machine>", 'allowed: a MAC address', 1, 36],
    ['<other/>', 'unexpected root element <other>, expecting <machine>', 1, 1],
  ])('refuses %s', (source, message, line, column) => {
    const error = refusal(source);
    expect(error.message).toContain(message);
    expect(error.codeName).toBe('VIR_ERR_XML_ERROR');
    expect(positionOfError(error)).toEqual({ line, column });
  });

  it('keeps values of a newer host, by themselves or with the element that needs them', () => {
    const source = `<machine>
  <name>a</name>
  <memory unit='furlong'>1</memory>
  <cell cpus='many'/>
  <device kind='tape' alias='tape0'/>
  <device kind='net'>
    <address type='warp' coil='3'/>
    <readonly/>
  </device>
  <rules>
    <allow port='any'/>
  </rules>
  <on>maybe</on>
</machine>
`;
    const def = kind.parse(source, { lenient: true });
    expect(def).toMatchObject({ name: 'a', devices: [{ kind: 'net', isReadonly: true }], cell: {} });
    expect(def.memoryKiB ?? def.isOn ?? def.devices[0]?.address).toBeUndefined();
    const lines = (text: string): string[] => text.replaceAll('"', "'").split('\n').toSorted();
    expect(lines(kind.format(def))).toEqual(lines(source));
    expect(() => kind.parse('<machine><uuid>1</uuid></machine>', { lenient: true })).toThrow("Missing element 'name'");
  });

  it('forgets what it could not read where a value is given instead', () => {
    const def = kind.parse("<machine><name>a</name><memory unit='furlong'>1</memory><cell cpus='many'/></machine>", {
      lenient: true,
    });
    expect(kind.format({ ...def, memoryKiB: 2n, cell: { ...def.cell, cpus: '1' } })).toBe(
      "<machine>\n  <name>a</name>\n  <memory unit='KiB'>2</memory>\n  <cell cpus='1'/>\n</machine>\n",
    );
  });

  it('refuses what is missing with the code asked for', () => {
    expect(refusal('<machine/>').codeName).toBe('VIR_ERR_NO_NAME');
  });

  it('makes values from parts', () => {
    expect(device.create({})).toEqual({ kind: 'disk' });
    expect(machine.create({ name: 'a' })).toEqual({ name: 'a', args: [], devices: [] });
  });

  it('tells an editor what may stand where', () => {
    const model = kind.describe();
    const found = model.children.find(({ name }) => name === 'device')?.element();
    expect(found?.attributes.map(({ name, value, default: fill }) => [name, value.values ?? value.kind, fill])).toEqual(
      [
        ['kind', ['disk', 'net'], 'disk'],
        ['secret', 'string', undefined],
        ['alias', 'string', undefined],
      ],
    );
    const place = found?.children.find(({ name }) => name === 'address')?.element();
    expect(place?.attributes.map(({ name, when }) => [name, when])).toEqual([
      ['type', undefined],
      ['bus', 'type=pci'],
      ['bus', 'type=drive'],
      ['unit', 'type=drive'],
    ]);
    expect(model.children.find(({ name }) => name === 'metadata')?.element().open).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { VirError } from '../../error.ts';
import { domain, positionOfError } from '../index.ts';
import type { ParseOptions } from '../schema/index.ts';
import { registerDomainRules } from './rules.ts';
import { cpuMs } from '../testing/cpu-time.ts';

/** Octets 0, 1, 2, ... so that made-up identities are known. */
const counting = (): NonNullable<ParseOptions['randomBytes']> => {
  let next = 0;
  return (count) => Uint8Array.from({ length: count }, () => next++ & 0xff);
};

const guest = (inside: string, devices = ''): string =>
  `<domain type='test'><name>a</name><memory>1024</memory><os><type arch='x86_64'>hvm</type></os>${inside}<devices>${devices}</devices></domain>`;
const parse = (inside: string, devices = '', options: ParseOptions = {}) =>
  domain.parse(guest(inside, devices), { randomBytes: counting(), ...options });
const refusal = (inside: string, devices = ''): VirError => {
  try {
    parse(inside, devices);
  } catch (error) {
    if (error instanceof VirError) return error;
    throw error;
  }
  throw new Error('accepted');
};

describe('domain defaults', () => {
  it('make a whole guest of the least that can be said', () => {
    expect(domain.format(parse(''))).toBe(`<domain type='test'>
  <name>a</name>
  <uuid>00010203-0405-4607-8809-0a0b0c0d0e0f</uuid>
  <memory unit='KiB'>1024</memory>
  <currentMemory unit='KiB'>1024</currentMemory>
  <vcpu placement='static'>1</vcpu>
  <os>
    <type arch='x86_64'>hvm</type>
    <boot dev='hd'/>
  </os>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
  </devices>
</domain>
`);
  });

  it('are the same for the same octets', () => {
    const devices = "<interface type='network'><source network='default'/></interface>";
    const once = domain.format(parse('', devices));
    expect(domain.format(parse('', devices))).toBe(once);
    expect(once).toContain("<mac address='52:54:00:");
  });

  it('give disks a bus, an address and a controller', () => {
    const { devices } = parse(
      '',
      "<disk><source file='/a'/><target dev='sdh'/></disk><disk device='cdrom'><target dev='hdc'/></disk>",
    );
    expect(
      devices?.disks.map(({ target, address, readonly: isReadonly, snapshot }) => [
        target?.dev,
        target?.bus,
        address,
        isReadonly,
        snapshot,
      ]),
    ).toEqual([
      ['hdc', 'ide', { type: 'drive', controller: 0, bus: 1, target: 0, unit: 0 }, true, 'no'],
      ['sdh', 'scsi', { type: 'drive', controller: 1, bus: 0, target: 0, unit: 0 }, undefined, undefined],
    ]);
    expect(devices?.controllers.map(({ type, index }) => `${type}${index}`)).toEqual(['scsi0', 'scsi1', 'ide0']);
  });

  it('bound the controllers that one address can call for', () => {
    const { devices } = parse(
      '',
      "<disk><source file='/a'/><target dev='sda'/><address type='drive' controller='4000000000'/></disk>",
    );
    expect(devices?.controllers.length).toBeLessThanOrEqual(4096);
  });

  it('mirror the first serial port as a console and the other way round', () => {
    const fromSerial = parse('', "<serial type='file'><source path='/l'/></serial>").devices;
    expect(fromSerial?.consoles.map(({ type, target }) => [type, target])).toEqual([
      ['file', { type: 'serial', port: 0 }],
    ]);
    const fromConsole = parse('', "<console type='pty'/>").devices;
    expect(fromConsole?.serials.map(({ type, target }) => [type, target?.port])).toEqual([['pty', 0]]);
  });

  it('bring old and new ways to listen together', () => {
    const text = domain.format(parse('', "<graphics type='vnc' listen='::1'/><video><model type='vga'/></video>"));
    expect(text).toContain(
      "<graphics type='vnc' port='-1' autoport='yes' listen='::1'>\n      <listen type='address' address='::1'/>",
    );
    expect(text).toContain("<model type='vga' vram='16384' heads='1' primary='yes'/>");
  });

  it('are left out on request', () => {
    expect(domain.parse("<domain type='test'><name>a</name></domain>", { skipPostParse: true })).toEqual({
      type: 'test',
      name: 'a',
      sysinfos: [],
      seclabels: [],
    });
  });
});

describe('domain output', () => {
  const running =
    "<domain type='test' id='3'><name>a</name><memory>1</memory><os><type>hvm</type></os><devices><interface><mac address='52:54:00:00:00:01'/><target dev='vnet0'/><alias name='net0'/></interface><graphics type='vnc' port='5901' autoport='yes' passwd='p'/><video><model type='vga'/></video></devices></domain>";

  it('of a running guest has what only a running guest has', () => {
    const text = domain.format(domain.parse(running));
    expect(text).toContain("id='3'");
    expect(text).toContain("<target dev='vnet0'/>");
    expect(text).toContain("<alias name='net0'/>");
    expect(text).toContain("port='5901' autoport='yes'");
    expect(text).not.toContain('passwd');
    expect(domain.format(domain.parse(running), { secure: true })).toContain("passwd='p'");
  });

  it('for the next start has not', () => {
    const text = domain.format(domain.parse(running), { inactive: true });
    expect(text).not.toMatch(/id='3'|vnet0|net0'|5901/);
    expect(text).toContain("port='-1' autoport='yes'");
  });

  it('of a guest without a number is that for the next start', () => {
    expect(domain.format(domain.parse(running.replace(" id='3'", '')))).not.toMatch(/vnet0|net0'|5901/);
  });
});

describe('domain checks', () => {
  it.each([
    [
      '',
      "<disk><source file='/a'/><target dev='vda'/></disk><disk><source file='/b'/><target dev='vda'/></disk>",
      "target 'vda' duplicated for disk sources '/a' and '/b'",
      'VIR_ERR_XML_ERROR',
    ],
    ['', "<disk><target dev='vda'/></disk>", 'missing source information for device vda', 'VIR_ERR_NO_SOURCE'],
    ['', "<disk><source file='/a'/></disk>", 'missing target information', 'VIR_ERR_NO_TARGET'],
    [
      '',
      "<disk device='floppy'><source file='/a'/><target dev='fda' bus='ide'/></disk>",
      "Invalid bus type 'ide' for floppy disk; allowed: fdc",
      'VIR_ERR_INTERNAL_ERROR',
    ],
    [
      '',
      "<serial type='tcp'><source host='h'/></serial>",
      'Missing source service attribute',
      'VIR_ERR_INTERNAL_ERROR',
    ],
    [
      '',
      "<controller type='usb' model='warp'/>",
      "Invalid value for attribute 'model' in element 'controller': 'warp'; allowed: piix3-uhci",
      'VIR_ERR_XML_ERROR',
    ],
    [
      '',
      "<controller type='pci' index='1'/><controller type='pci' index='1'/>",
      "Multiple 'pci' controllers with index '1'",
      'VIR_ERR_XML_ERROR',
    ],
    ['', "<interface type='network'/>", "No <source> 'network' attribute", 'VIR_ERR_INTERNAL_ERROR'],
    [
      '',
      "<interface type='user'><mac address='01:00:00:00:00:01'/></interface>",
      'expected unicast mac address',
      'VIR_ERR_XML_ERROR',
    ],
    [
      '',
      "<video><model type='vga' ram='1'/></video>",
      'ram attribute only supported for video type qxl',
      'VIR_ERR_CONFIG_UNSUPPORTED',
    ],
    [
      '',
      "<memballoon model='virtio'><address type='pci' slot='0x20'/></memballoon>",
      "Invalid PCI address slot='0x20', must be <= 0x1F",
      'VIR_ERR_XML_ERROR',
    ],
    ["<vcpu current='4'>2</vcpu>", '', 'maxvcpus must not be less than current vcpus', 'VIR_ERR_INTERNAL_ERROR'],
    [
      "<cpu><numa><cell id='1' cpus='0' memory='1024'/></numa></cpu>",
      '',
      "Exactly one 'cell' element per guest NUMA cell",
      'VIR_ERR_XML_ERROR',
    ],
    ['<title>a\nb</title>', '', "Domain title can't contain newlines", 'VIR_ERR_XML_ERROR'],
    [
      "<clock offset='utc'><timer name='hpet' track='wall'/></clock>",
      '',
      "timer hpet doesn't support setting of timer track",
      'VIR_ERR_CONFIG_UNSUPPORTED',
    ],
  ])('refuse %s%s', (inside, devices, message, code) => {
    const error = refusal(inside, devices);
    expect(error.message).toContain(message);
    expect(error.codeName).toBe(code);
    expect(positionOfError(error)).toBeDefined();
  });

  it('point at the device at fault', () => {
    const source = guest(
      '',
      "\n  <disk><source file='/a'/><target dev='vda'/></disk>\n  <disk>\n<target dev='vdb'/></disk>",
    );
    try {
      domain.parse(source);
      expect.unreachable();
    } catch (error) {
      expect(positionOfError(error)).toEqual({ line: 3, column: 3 });
    }
  });

  it('are skipped on request', () => {
    expect(() => parse('', "<disk><target dev='vda'/></disk>", { skipValidate: true })).not.toThrow();
  });
});

describe('hostile domains', () => {
  const repeated = (count: number, one: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => one(index)).join('');

  it.each([
    [
      'disks',
      '',
      repeated(2048, (index) => `<disk><source file='/a'/><target dev='sd${'abcdefghijklmnop'[index % 16]}'/></disk>`),
    ],
    ['more disks than taken', '', repeated(50_000, () => "<disk><target dev='vda'/></disk>")],
    [
      'SCSI devices of the host',
      '',
      repeated(2048, (index) => `<hostdev type='scsi'><source><adapter name='h${index}'/></source></hostdev>`),
    ],
    ['channels', '', repeated(2048, () => "<channel type='pty'><target type='virtio'/></channel>")],
    ['serial ports', '', repeated(2048, () => "<serial type='pty'/>")],
    ['controllers', '', repeated(2048, () => "<controller type='scsi'/>")],
    ['I/O threads', "<iothreads>65535</iothreads><iothreadids><iothread id='9'/></iothreadids>", ''],
    ['too many I/O threads', '<iothreads>4000000000</iothreads>', ''],
    ['processors', '<vcpu>65535</vcpu><vcpus/>', ''],
    [
      'nodes',
      `<cpu><numa>${repeated(2048, (index) => `<cell id='${index}' cpus='0-16383' memory='1'/>`)}</numa></cpu>`,
      '',
    ],
    ['schedulers', `<cputune>${repeated(20_000, () => "<vcpusched vcpus='0-16383' scheduler='idle'/>")}</cputune>`, ''],
    [
      'cache shares',
      `<cputune>${repeated(20_000, () => "<cachetune vcpus='0-16383'><monitor level='3' vcpus='0-16383'/></cachetune>")}</cputune>`,
      '',
    ],
    [
      'monitors',
      `<cputune><cachetune vcpus='0-16383'>${repeated(20_000, () => "<monitor level='3' vcpus='0-16383'/>")}</cachetune></cputune>`,
      '',
    ],
    [
      'huge pages',
      `<memoryBacking><hugepages>${repeated(20_000, () => "<page size='1' nodeset='0-16383'/>")}</hugepages></memoryBacking>`,
      '',
    ],
    ['unknown elements', repeated(60_000, (index) => `<x${index}/>`), ''],
    ['metadata', `<metadata>${repeated(60_000, (index) => `<a:b xmlns:a='u${index}'/>`)}</metadata>`, ''],
  ])('with many %s are settled quickly', (_what, inside, devices) => {
    const start = cpuMs();
    try {
      domain.format(parse(inside, devices));
    } catch (error) {
      expect(error).toBeInstanceOf(VirError);
    }
    expect(cpuMs() - start).toBeLessThan(3000);
  });
});

describe('registerDomainRules', () => {
  it("runs a driver's passes between the generic ones", () => {
    const order: string[] = [];
    registerDomainRules('recorder', {
      basic: (def) => void order.push(`basic ${def.devices?.controllers[0]?.index}`),
      domain: (def) => void order.push(`domain ${def.devices?.controllers[0]?.index}`),
      device: ({ kind }) => void order.push(`device ${kind}`),
      assignAddresses: (def) => void order.push(`addresses ${def.devices?.controllers.length}`),
      validate: () => void order.push('validate'),
    });
    parse('', "<controller type='pci'/><disk><source file='/a'/><target dev='sda'/></disk>", { driver: 'recorder' });
    expect(order).toEqual([
      'basic undefined',
      'domain 0',
      'device disks',
      'device controllers',
      'device controllers',
      'addresses 2',
      'validate',
    ]);
  });
});

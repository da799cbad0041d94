/** Finding, listing, defining and describing guests. */
import { uuids } from '../node.ts';
import type { Scripts } from '../suite.ts';
import { differs } from '../transcript.ts';

const small = (name: string, inner = ''): string =>
  `<domain type='test'><name>${name}</name>${inner}<memory>1024</memory><os><type>hvm</type></os></domain>`;

export const definitions: Scripts = {
  'look-up and lists': async (connection, t) => {
    const names = async (flags: number): Promise<string[]> =>
      (await connection.listAllDomains(flags)).map((domain) => domain.getName()).toSorted();
    await t.step('all', () => names(0));
    await t.step('active', () => names(1));
    await t.step('inactive', () => names(2));
    await t.step('persistent', () => names(4));
    await t.step('transient', () => names(8));
    await t.step('running or paused', () => names(16 | 32));
    await t.step('running and inactive', () => names(16 | 2));
    await t.step('other', () => names(128));
    await t.step('without managed save', () => names(512));
    await t.step('with snapshots', () => names(4096));
    await t.step('unknown filter', () => names(1 << 24));
    await t.step('by name', async () => (await connection.domainLookupByName('off')).getUUIDString());
    await t.step('by UUID', async () => (await connection.domainLookupByUUIDString(uuids.paused)).getName());
    await t.step('by ID', async () =>
      (await connection.domainLookupByID((await connection.domainLookupByName('on')).getID())).getName(),
    );
    await t.step('no such name', () => connection.domainLookupByName('nobody'));
    await t.step('no such UUID', () => connection.domainLookupByUUIDString('00000000-0000-4000-8000-0000000000ff'));
    await t.step('no such ID', () => connection.domainLookupByID(4711));
    await t.step('defined', () => connection.listDefinedDomains());
    await t.step('number', () => connection.numOfDomains());
    t.matches({
      all: 'off, on, paused',
      active: 'on, paused',
      inactive: 'off',
      persistent: 'off, on, paused',
      transient: '',
      'running or paused': 'on, paused',
      'running and inactive': '',
      other: '',
      'without managed save': 'off, on, paused',
      'with snapshots': '',
      'unknown filter': 'VIR_ERR_INVALID_ARG',
      'by name': uuids.off,
      'by UUID': 'paused',
      'by ID': 'on',
      'no such name': 'VIR_ERR_NO_DOMAIN',
      'no such UUID': 'VIR_ERR_NO_DOMAIN',
      'no such ID': 'VIR_ERR_NO_DOMAIN',
      defined: 'off',
      number: '2',
    });
  },

  'define, rename, undefine': async (connection, t) => {
    const domain = (await t.step('define', () => connection.domainDefineXML(small('new'))))!;
    await t.step('define again', () =>
      connection.domainDefineXML(small('new', `<uuid>${domain.getUUIDString()}</uuid>`)),
    );
    await t.step('name taken', () => connection.domainDefineXML(small('new')));
    await t.step('UUID taken', () =>
      connection.domainDefineXML(small('newer', `<uuid>${domain.getUUIDString()}</uuid>`)),
    );
    await t.step('rename', () => domain.rename('renamed'));
    await t.step(
      'found',
      async () => (await connection.domainLookupByName('renamed')).getUUIDString() === domain.getUUIDString(),
    );
    await t.step('rename to a taken name', () => domain.rename('on'));
    await t.step('rename with a slash', () => domain.rename('a/b'));
    await t.step('autostart', () => domain.setAutostart(true));
    await t.step('autostart is', () => domain.getAutostart());
    await t.step('undefine', () => domain.undefine());
    await t.step('gone', () => domain.getInfo());
    await t.step('undefine a running one', async () => (await connection.domainLookupByName('on')).undefine());
    await t.step('it runs on', async () => (await connection.domainLookupByName('on')).isPersistent());
    t.matches({
      define: 'ok',
      'define again': 'ok',
      'name taken': 'VIR_ERR_OPERATION_FAILED',
      'UUID taken': 'VIR_ERR_OPERATION_FAILED',
      rename: 'ok',
      found: 'true',
      'rename to a taken name': 'VIR_ERR_OPERATION_INVALID',
      'rename with a slash': 'VIR_ERR_XML_ERROR',
      autostart: 'ok',
      'autostart is': 'true',
      undefine: 'ok',
      gone: 'VIR_ERR_NO_DOMAIN',
      'undefine a running one': 'ok',
      'it runs on': 'false',
    });
  },

  'wrong XML': async (connection, t) => {
    const define = (label: string, xml: string): Promise<unknown> =>
      t.step(label, () => connection.domainDefineXML(xml));
    await define('another root', '<network/>');
    await define('no name', "<domain type='test'/>");
    await define('no os type', "<domain type='test'><name>x</name><memory>1</memory></domain>");
    await define('unknown type', "<domain type='nonsense'><name>x</name></domain>");
    await define('slash in the name', small('a/b'));
    await define('memory in words', small('x').replace('1024', 'lots'));
    await define('bad UUID', small('x', '<uuid>no</uuid>'));
    await define(
      'bad disk bus',
      small('x').replace('</os>', "</os><devices><disk type='file'><target dev='vda' bus='moon'/></disk></devices>"),
    );
    await define(
      'two disks of one target',
      small('x').replace(
        '</os>',
        "</os><devices><disk type='file'><source file='/a'/><target dev='vda'/></disk><disk type='file'><source file='/b'/><target dev='vda'/></disk></devices>",
      ),
    );
    t.matches({
      'another root': 'VIR_ERR_XML_ERROR',
      'no name': 'VIR_ERR_NO_NAME',
      'no os type': 'VIR_ERR_XML_ERROR',
      'unknown type': differs('unknown-domain-type'),
      'slash in the name': 'VIR_ERR_XML_ERROR',
      'memory in words': 'VIR_ERR_XML_ERROR',
      'bad UUID': differs('bad-uuid'),
      'bad disk bus': 'VIR_ERR_XML_ERROR',
      'two disks of one target': 'VIR_ERR_XML_ERROR',
    });
  },

  metadata: async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    const [description, title, element] = [0, 1, 2];
    const uri = 'http://example.org/app';
    await t.step('none', () => domain.getMetadata(title));
    await t.step('set title', () => domain.setMetadata(title, 'A title', null, null, 0));
    await t.step('title', () => domain.getMetadata(title));
    await t.step('title of two lines', () => domain.setMetadata(title, 'a\nb', null, null, 0));
    await t.step('set description', () => domain.setMetadata(description, 'a\nb', null, null, 1 | 2));
    await t.step('description in the configuration', () => domain.getMetadata(description, null, 2));
    await t.step('set element', () => domain.setMetadata(element, '<app version="1"/>', 'app', uri, 0));
    await t.step('element', async () => (await domain.getMetadata(element, uri)).replaceAll("'", '"'));
    await t.step('another namespace', () => domain.getMetadata(element, 'http://example.org/other'));
    await t.step('remove element', () => domain.setMetadata(element, null, 'app', uri, 0));
    await t.step('element removed', () => domain.getMetadata(element, uri));
    t.matches({
      none: 'VIR_ERR_NO_DOMAIN_METADATA',
      'set title': 'ok',
      title: 'A title',
      'title of two lines': 'VIR_ERR_INVALID_ARG',
      'set description': 'ok',
      'description in the configuration': 'a\nb',
      'set element': 'ok',
      element: '<app version="1"/>',
      'another namespace': 'VIR_ERR_NO_DOMAIN_METADATA',
      'remove element': 'ok',
      'element removed': 'VIR_ERR_NO_DOMAIN_METADATA',
    });
  },
};

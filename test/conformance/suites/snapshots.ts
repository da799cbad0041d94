/** The tree of snapshots, going back to one, and checkpoints. */
import type { Domain } from '../../../drivers/index.ts';
import type { Scripts } from '../suite.ts';
import { differs } from '../transcript.ts';

const xml = (name: string, inner = ''): string => `<domainsnapshot><name>${name}</name>${inner}</domainsnapshot>`;
const stateOf = async (domain: Domain): Promise<string> => {
  const { state, reason } = await domain.getState();
  return `${state} ${reason}`;
};

export const snapshots: Scripts = {
  'a tree': async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    const names = async (flags: number): Promise<string[]> =>
      (await domain.listAllSnapshots(flags)).map((snap) => snap.getName()).toSorted();
    for (const name of ['a', 'b', 'c']) await t.step(`create ${name}`, () => domain.snapshotCreateXML(xml(name)));
    const b = await domain.snapshotLookupByName('b');
    await t.step('create a again', () => domain.snapshotCreateXML(xml('a')));
    await t.step('all', () => names(0));
    await t.step('roots', () => names(1));
    await t.step('leaves', () => names(4));
    await t.step('internal', () => names(256));
    await t.step('active', () => names(64));
    await t.step('current', async () => (await domain.snapshotCurrent()).getName());
    await t.step('parent', async () => (await b.getParent()).getName());
    await t.step('parent of the root', async () => (await domain.snapshotLookupByName('a')).getParent());
    await t.step('children', () => b.listChildrenNames());
    await t.step('revert', () => b.revertToSnapshot());
    await t.step('revert: state', () => stateOf(domain));
    await t.step('revert: current', async () => (await domain.snapshotCurrent()).getName());
    await t.step('delete the middle', () => b.delete());
    await t.step('new parent', async () => (await (await domain.snapshotLookupByName('c')).getParent()).getName());
    await t.step('delete with children', async () => (await domain.snapshotLookupByName('a')).delete(1));
    await t.step('left', () => names(0));
    await t.step('none is current', () => domain.snapshotCurrent());
    await t.step('no such snapshot', () => domain.snapshotLookupByName('a'));
    t.matches({
      'create a': 'ok',
      'create b': 'ok',
      'create c': 'ok',
      'create a again': 'VIR_ERR_OPERATION_FAILED',
      all: 'a, b, c',
      roots: 'a',
      leaves: 'c',
      internal: 'a, b, c',
      active: 'a, b, c',
      current: 'c',
      parent: 'a',
      'parent of the root': 'VIR_ERR_NO_DOMAIN_SNAPSHOT',
      children: 'c',
      revert: 'ok',
      'revert: state': '1 4',
      'revert: current': 'b',
      'delete the middle': 'ok',
      'new parent': 'a',
      'delete with children': 'ok',
      left: '',
      'none is current': 'VIR_ERR_NO_DOMAIN_SNAPSHOT',
      'no such snapshot': 'VIR_ERR_NO_DOMAIN_SNAPSHOT',
    });
  },

  'going back': async (connection, t) => {
    const domain = await connection.domainLookupByName('off');
    const off = await domain.snapshotCreateXML(xml('off'));
    await domain.create();
    const on = await domain.snapshotCreateXML(xml('on'));
    await t.step('to off', () => off.revertToSnapshot());
    await t.step('to off: state', () => stateOf(domain));
    await t.step('to on', () => on.revertToSnapshot());
    await t.step('to on: state', () => stateOf(domain));
    await t.step('to on, paused', () => on.revertToSnapshot(2));
    await t.step('to on, paused: state', () => stateOf(domain));
    await t.step('to off, running', () => off.revertToSnapshot(1));
    await t.step('to off, running: state', () => stateOf(domain));
    t.matches({
      'to off': 'ok',
      'to off: state': '5 7',
      'to on': 'ok',
      'to on: state': '1 4',
      'to on, paused': 'ok',
      'to on, paused: state': '3 7',
      'to off, running': 'ok',
      'to off, running: state': differs('revert-to-inactive-and-run'),
    });
  },

  'redefining and refusals': async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    const snap = await domain.snapshotCreateXML(xml('a'));
    const text = await snap.getXMLDesc();
    const redefine = 1;
    await snap.delete();
    await t.step('redefine', () => domain.snapshotCreateXML(text, redefine));
    await t.step('it is not current', () => domain.hasCurrentSnapshot());
    await t.step('another state', () =>
      domain.snapshotCreateXML(
        text.replace('<state>running', '<state>shutoff').replace("<memory snapshot='internal'/>", ''),
        redefine,
      ),
    );
    await t.step('memory of one that was off', () =>
      domain.snapshotCreateXML(text.replace('<state>running', '<state>shutoff'), redefine),
    );
    await t.step('its own parent', () =>
      domain.snapshotCreateXML(text.replace('</name>', '</name><parent><name>a</name></parent>'), redefine),
    );
    await t.step('a parent that is not there', () =>
      domain.snapshotCreateXML(
        text.replace('<name>a</name>', '<name>b</name><parent><name>z</name></parent>'),
        redefine,
      ),
    );
    await t.step('without a time', () => domain.snapshotCreateXML(xml('c'), redefine));
    await t.step('a disk that is not there', () =>
      domain.snapshotCreateXML(xml('d', "<disks><disk name='vdz'/></disks>")),
    );
    await t.step('external within internal', () =>
      domain.snapshotCreateXML(
        xml('e', "<disks><disk name='vda' snapshot='external'><source file='/x'/></disk></disks>"),
      ),
    );
    await t.step('disks alone', () => domain.snapshotCreateXML(xml('f'), 16));
    await t.step('unknown flag', () => domain.snapshotCreateXML(xml('g'), 1 << 20));
    await t.step('undefine an inactive one', async () => {
      await domain.destroy();
      await domain.undefine();
    });
    t.matches({
      redefine: 'ok',
      'it is not current': 'false',
      'another state': 'VIR_ERR_INVALID_ARG',
      'memory of one that was off': 'VIR_ERR_XML_ERROR',
      'its own parent': 'VIR_ERR_INVALID_ARG',
      'a parent that is not there': 'VIR_ERR_INVALID_ARG',
      'without a time': 'VIR_ERR_INTERNAL_ERROR',
      'a disk that is not there': 'VIR_ERR_CONFIG_UNSUPPORTED',
      'external within internal': 'VIR_ERR_CONFIG_UNSUPPORTED',
      'disks alone': differs('disk-only-snapshot'),
      'unknown flag': 'VIR_ERR_INVALID_ARG',
      'undefine an inactive one': 'VIR_ERR_OPERATION_INVALID',
    });
  },

  checkpoints: async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    const create = (name: string): Promise<unknown> =>
      domain.checkpointCreateXML(`<domaincheckpoint><name>${name}</name></domaincheckpoint>`);
    await t.step('create', () => create('c1'));
    await t.step('create the next', () => create('c2'));
    await t.step('create it again', () => create('c2'));
    const c2 = await domain.checkpointLookupByName('c2');
    await t.step('parent', async () => (await c2.getParent()).getName());
    await t.step('bitmap', async () =>
      (await c2.getXMLDesc(2)).includes("<disk name='vda' checkpoint='bitmap' bitmap='c2'/>"),
    );
    await t.step('size', async () => (await c2.getXMLDesc(2 | 4)).includes("size='1024'"));
    await t.step('snapshot beside it', () => domain.snapshotCreateXML(xml('s')));
    await t.step('of an inactive one', async () =>
      (await connection.domainLookupByName('off')).checkpointCreateXML('<domaincheckpoint/>'),
    );
    await t.step('delete', () => c2.delete());
    await t.step('left', async () => (await domain.listAllCheckpoints()).map((one) => one.getName()));
    await t.step('no such checkpoint', () => domain.checkpointLookupByName('c2'));
    t.matches({
      create: 'ok',
      'create the next': 'ok',
      'create it again': 'VIR_ERR_OPERATION_FAILED',
      parent: 'c1',
      bitmap: 'true',
      size: differs('checkpoint-size'),
      'snapshot beside it': 'VIR_ERR_OPERATION_UNSUPPORTED',
      'of an inactive one': 'VIR_ERR_OPERATION_UNSUPPORTED',
      delete: 'ok',
      left: 'c1',
      'no such checkpoint': 'VIR_ERR_NO_DOMAIN_CHECKPOINT',
    });
  },
};

import { describe, expect, it } from 'vitest';
import type { DomainRef, DomainSnapshotRef } from '../driver.ts';
import { codeOf, domainXml, openHost, type TestHost } from './testing.ts';

interface SnapshotHost extends TestHost {
  dom: DomainRef;
  take: (name: string, flags?: number) => Promise<DomainSnapshotRef>;
  names: (flags?: number) => Promise<string[]>;
}

async function withGuest(isRunning: boolean): Promise<SnapshotHost> {
  const host = await openHost();
  const { slots } = host;
  const dom = await slots.domainDefineXml({ xml: domainXml('web') });
  if (isRunning) await slots.domainCreate({ dom });
  host.heard.length = 0;
  return {
    ...host,
    dom,
    take: (name, flags = 0) =>
      slots.domainSnapshotCreateXml({ dom, xmlDesc: `<domainsnapshot><name>${name}</name></domainsnapshot>`, flags }),
    names: async (flags = 0) => (await slots.domainListAllSnapshots({ dom, flags })).map(({ name }) => name),
  };
}

describe('snapshots', () => {
  it('make a tree whose current node moves', async () => {
    const { slots, dom, take, names } = await withGuest(true);
    await take('a');
    const b = await take('b');
    await take('c');
    await slots.domainRevertToSnapshot({ snap: b, flags: 0 });
    await take('d');
    expect(await names(1)).toEqual(['a']);
    expect(await names(4)).toEqual(['c', 'd']);
    expect(await names(1024)).toEqual(['a', 'b', 'c', 'd']);
    const children = await slots.domainSnapshotListAllChildren({ snapshot: { name: 'a', dom }, flags: 1 });
    expect(children.map(({ name }) => name)).toEqual(['b', 'c', 'd']);
    expect(await slots.domainSnapshotNumChildren({ snap: b, flags: 0 })).toBe(2);
    expect((await slots.domainSnapshotCurrent({ dom, flags: 0 })).name).toBe('d');
    expect((await slots.domainSnapshotGetParent({ snap: { name: 'd', dom }, flags: 0 })).name).toBe('b');
    expect(await codeOf(slots.domainSnapshotGetParent({ snap: { name: 'a', dom }, flags: 0 }))).toBe(
      'VIR_ERR_NO_DOMAIN_SNAPSHOT',
    );
    expect(await codeOf(take('a'))).toBe('VIR_ERR_OPERATION_FAILED');
  });

  it('are deleted alone, with children, or only the children', async () => {
    const { slots, dom, take, names } = await withGuest(true);
    for (const name of ['a', 'b', 'c', 'd']) await take(name);
    await slots.domainSnapshotDelete({ snap: { name: 'b', dom }, flags: 0 });
    expect((await slots.domainSnapshotGetParent({ snap: { name: 'c', dom }, flags: 0 })).name).toBe('a');
    await slots.domainSnapshotDelete({ snap: { name: 'c', dom }, flags: 4 });
    expect(await names()).toEqual(['a', 'c']);
    expect((await slots.domainSnapshotCurrent({ dom, flags: 0 })).name).toBe('c');
    await slots.domainSnapshotDelete({ snap: { name: 'a', dom }, flags: 1 });
    expect(await names()).toEqual([]);
    expect(await slots.domainHasCurrentSnapshot({ dom, flags: 0 })).toBe(0);
  });

  it('bring back state and definition, with the events of each way', async () => {
    const host = await withGuest(false);
    const { slots, dom, take, heard } = host;
    const off = await take('off');
    await slots.domainCreate({ dom });
    const running = await take('running');
    await slots.domainSuspend({ dom });
    const paused = await take('paused');
    await slots.domainSetVcpusFlags({ dom, nvcpus: 2, flags: 2 });
    heard.length = 0;
    const steps: string[] = [];
    const revert = async (snap: DomainSnapshotRef, flags = 0): Promise<void> => {
      await slots.domainRevertToSnapshot({ snap, flags });
      const { state, reason } = await slots.domainGetState({ dom, flags: 0 });
      steps.push(`${snap.name} ${flags} -> ${state} ${reason}: ${heard.splice(0).join(', ')}`);
    };
    await revert(off);
    await revert(off);
    await revert(running);
    await revert(paused);
    await revert(running, 2);
    await revert(paused, 1);
    await revert(off, 1);
    await revert(off, 2);
    expect(steps).toEqual([
      'off 0 -> 5 7: domain 0 5 6',
      'off 0 -> 5 7: ',
      'running 0 -> 1 4: domain 0 2 3',
      'paused 0 -> 3 7: domain 0 5 6, domain 0 2 3, domain 0 3 5',
      'running 2 -> 3 7: domain 0 5 6, domain 0 2 3, domain 0 3 5',
      'paused 1 -> 1 4: domain 0 5 6, domain 0 2 3',
      'off 1 -> 1 4: domain 0 5 6, domain 0 2 3',
      'off 2 -> 3 7: domain 0 5 6, domain 0 2 3, domain 0 3 5',
    ]);
    expect(await slots.domainGetVcpusFlags({ dom, flags: 2 })).toBe(4);
  });

  it('can be redefined, within limits', async () => {
    const { slots, dom, take } = await withGuest(true);
    const xml = await slots.domainSnapshotGetXmlDesc({ snap: await take('a'), flags: 0 });
    await slots.domainSnapshotDelete({ snap: { name: 'a', dom }, flags: 0 });
    const redefine = (xmlDesc: string, flags = 1): Promise<DomainSnapshotRef> =>
      slots.domainSnapshotCreateXml({ dom, xmlDesc, flags });
    await redefine(xml, 1 | 2);
    expect((await slots.domainSnapshotCurrent({ dom, flags: 0 })).name).toBe('a');
    expect(
      await codeOf(
        redefine(xml.replace('<state>running', '<state>shutoff').replace("<memory snapshot='internal'/>", '')),
      ),
    ).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(redefine(xml.replace('<name>a</name>', '<name>a</name><parent><name>a</name></parent>')))).toBe(
      'VIR_ERR_INVALID_ARG',
    );
    expect(
      await codeOf(redefine(xml.replace('<name>a</name>', '<name>b</name><parent><name>zz</name></parent>'))),
    ).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(redefine(xml.replace(dom.uuid, '00000000-0000-4000-8000-000000000000')))).toBe(
      'VIR_ERR_INVALID_ARG',
    );
    expect(await codeOf(redefine('<domainsnapshot><name>r</name></domainsnapshot>'))).toBe('VIR_ERR_INTERNAL_ERROR');
    const bare =
      '<domainsnapshot><name>bare</name><state>running</state><creationTime>1</creationTime></domainsnapshot>';
    const snap = await redefine(bare);
    expect(await codeOf(slots.domainRevertToSnapshot({ snap, flags: 0 }))).toBe('VIR_ERR_SNAPSHOT_REVERT_RISKY');
    await slots.domainRevertToSnapshot({ snap, flags: 4 });
  });

  it('name every disk, and refuse what the guest does not have', async () => {
    const { slots, dom } = await withGuest(true);
    const create = (inner: string, flags = 0): Promise<DomainSnapshotRef> =>
      slots.domainSnapshotCreateXml({ dom, xmlDesc: `<domainsnapshot><name>s</name>${inner}</domainsnapshot>`, flags });
    expect(await codeOf(create("<disks><disk name='vdz'/></disks>"))).toBe('VIR_ERR_CONFIG_UNSUPPORTED');
    expect(await codeOf(create("<disks><disk name='vda' snapshot='external'><source file='/x'/></disk></disks>"))).toBe(
      'VIR_ERR_CONFIG_UNSUPPORTED',
    );
    expect(await codeOf(create("<disks><disk name='vda' snapshot='manual'/></disks>"))).toBe(
      'VIR_ERR_OPERATION_UNSUPPORTED',
    );
    const xml = await slots.domainSnapshotGetXmlDesc({ snap: await create(''), flags: 0 });
    expect(xml).toContain("<disk name='vda' snapshot='internal'/>");
    expect(xml).toContain("<disk name='sda' snapshot='no'/>");
    const external = await slots.domainSnapshotCreateXml({
      dom,
      xmlDesc: '<domainsnapshot><name>e</name></domainsnapshot>',
      flags: 16,
    });
    const externalXml = await slots.domainSnapshotGetXmlDesc({ snap: external, flags: 0 });
    expect(externalXml).toContain('<state>disk-snapshot</state>');
    expect(externalXml).toContain("<source file='/guest/web.e'/>");
    expect((await slots.domainListAllSnapshots({ dom, flags: 512 })).map(({ name }) => name)).toEqual(['e']);
  });

  it('halt the guest where asked, and refuse it for transient ones', async () => {
    const { slots, dom, take, heard } = await withGuest(true);
    await take('h', 8);
    expect(heard).toEqual(['domain 0 5 6']);
    const temp = await slots.domainCreateXml({ xmlDesc: domainXml('temp'), flags: 0 });
    expect(await codeOf(slots.domainSnapshotCreateXml({ dom: temp, xmlDesc: '<domainsnapshot/>', flags: 8 }))).toBe(
      'VIR_ERR_OPERATION_INVALID',
    );
    await slots.domainUndefineFlags({ dom, flags: 2 });
  });
});

describe('checkpoints', () => {
  it('follow each other, with bitmaps', async () => {
    const { slots, dom } = await withGuest(true);
    const create = (inner: string): Promise<{ name: string }> =>
      slots.domainCheckpointCreateXml({ dom, xmlDesc: `<domaincheckpoint>${inner}</domaincheckpoint>`, flags: 0 });
    await create('<name>c1</name>');
    await create("<name>c2</name><disks><disk name='vda' checkpoint='no'/></disks>");
    const xmlOf = (name: string, flags: number): Promise<string> =>
      slots.domainCheckpointGetXmlDesc({ checkpoint: { name, dom }, flags });
    expect(await xmlOf('c1', 2 | 4)).toContain("<disk name='vda' checkpoint='bitmap' bitmap='c1' size='1024'/>");
    expect(await xmlOf('c2', 2)).toContain("<disk name='vda' checkpoint='no'/>");
    expect(await xmlOf('c2', 0)).toContain('<name>c1</name>');
    expect((await slots.domainListAllCheckpoints({ dom, flags: 1 })).map(({ name }) => name)).toEqual(['c1']);
    expect((await slots.domainCheckpointGetParent({ checkpoint: { name: 'c2', dom }, flags: 0 })).name).toBe('c1');
    expect(await codeOf(create('<name>c2</name>'))).toBe('VIR_ERR_OPERATION_FAILED');
    expect(await codeOf(slots.domainSnapshotCreateXml({ dom, xmlDesc: '<domainsnapshot/>', flags: 0 }))).toBe(
      'VIR_ERR_OPERATION_UNSUPPORTED',
    );
    await slots.domainCheckpointDelete({ checkpoint: { name: 'c1', dom }, flags: 1 });
    expect(await slots.domainListAllCheckpoints({ dom, flags: 0 })).toEqual([]);
    await slots.domainDestroy({ dom });
    expect(await codeOf(create(''))).toBe('VIR_ERR_OPERATION_UNSUPPORTED');
  });

  it('serve backups: pushed ones are done at once, pulled ones wait to be aborted', async () => {
    const { slots, dom, heard } = await withGuest(true);
    await slots.domainBackupBegin({
      dom,
      backupXml: '<domainbackup/>',
      checkpointXml: '<domaincheckpoint><name>c</name></domaincheckpoint>',
      flags: 0,
    });
    expect(heard).toEqual(['domain 21']);
    const pull =
      "<domainbackup mode='pull'><incremental>c</incremental><server name='localhost' port='10809'/></domainbackup>";
    await slots.domainBackupBegin({ dom, backupXml: pull, checkpointXml: null, flags: 0 });
    expect(await slots.domainBackupGetXmlDesc({ dom, flags: 0 })).toContain("mode='pull'");
    expect((await slots.domainGetJobInfo({ dom })).type).toBe(2);
    expect(await codeOf(slots.domainBackupBegin({ dom, backupXml: pull, checkpointXml: null, flags: 0 }))).toBe(
      'VIR_ERR_OPERATION_INVALID',
    );
    await slots.domainAbortJob({ dom });
    expect(await codeOf(slots.domainBackupGetXmlDesc({ dom, flags: 0 }))).toBe('VIR_ERR_NO_DOMAIN_BACKUP');
    expect(await codeOf(slots.domainAbortJob({ dom }))).toBe('VIR_ERR_OPERATION_INVALID');
  });
});

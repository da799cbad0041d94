import { describe, expect, it } from 'vitest';
import type { DomainRef } from '../driver.ts';
import { codeOf, domainXml, openHost, type TestHost } from './testing.ts';

async function withGuest(
  xml = domainXml('web'),
): Promise<TestHost & { dom: DomainRef; stateOf: () => Promise<string> }> {
  const host = await openHost();
  const dom = await host.slots.domainDefineXml({ xml });
  host.heard.length = 0;
  const stateOf = async (): Promise<string> => {
    const { state, reason } = await host.slots.domainGetState({ dom, flags: 0 });
    return `${state} ${reason}`;
  };
  return { ...host, dom, stateOf };
}

describe('the life of a guest', () => {
  it.each([
    ['preserve', '6 1', ['domain 0 8 0']],
    ['restart', '1 1', ['domain 0 8 0']],
    ['destroy', '5 3', ['domain 0 8 0', 'domain 0 5 2']],
  ])('crashes when a test says so, and does then what on_crash says: %s', async (action, state, events) => {
    const { slots, faults, stateOf, heard, dom } = await withGuest(domainXml('web', `<on_crash>${action}</on_crash>`));
    expect(() => faults.crash('web')).toThrow('domain is not running');
    expect(() => faults.crash('nobody')).toThrow('Domain not found');
    await slots.domainCreate({ dom });
    heard.length = 0;
    faults.crash('web');
    await Promise.resolve();
    expect(await stateOf()).toBe(state);
    expect(heard).toEqual(events);
  });

  it("goes through every state with libvirt's reasons and events", async () => {
    const { slots, dom, stateOf, heard } = await withGuest();
    const steps: string[] = [];
    const step = async (work: Promise<unknown>): Promise<void> => {
      await work;
      await Promise.resolve();
      steps.push(`${await stateOf()} | ${heard.splice(0).join(', ')}`);
    };
    await step(slots.domainCreate({ dom }));
    await step(slots.domainSuspend({ dom }));
    await step(slots.domainResume({ dom }));
    await step(slots.domainPmSuspendForDuration({ dom, target: 0, duration: 0n, flags: 0 }));
    await step(slots.domainPmWakeup({ dom, flags: 0 }));
    await step(slots.domainReboot({ dom, flags: 0 }));
    await step(slots.domainReset({ dom, flags: 0 }));
    await step(slots.domainShutdown({ dom }));
    await step(slots.domainCreateWithFlags({ dom, flags: 1 }));
    await step(slots.domainDestroyFlags({ dom, flags: 1 }));
    await step(slots.domainCreate({ dom }));
    await step(slots.domainManagedSave({ dom, flags: 0 }));
    await step(
      slots
        .domainUndefineFlags({ dom, flags: 1 })
        .then(() =>
          slots.domainDefineXml({ xml: domainXml('web').replace('</name>', `</name><uuid>${dom.uuid}</uuid>`) }),
        ),
    );
    expect(steps).toEqual([
      '1 1 | domain 0 2 0',
      '3 1 | domain 0 3 0',
      '1 5 | domain 0 4 0',
      '7 0 | domain 0 7 0, domain 12',
      '1 8 | domain 0 2 4, domain 11',
      '1 1 | domain 1',
      '1 1 | domain 1',
      '5 1 | domain 0 5 0',
      '3 11 | domain 0 2 0, domain 0 3 0',
      '5 2 | domain 0 5 1',
      '1 1 | domain 0 2 0',
      '5 5 | domain 0 5 4',
      '5 0 | domain 0 1 0, domain 0 0 0',
    ]);
  });

  it("refuses what does not fit the state, with libvirt's codes", async () => {
    const { slots, dom } = await withGuest();
    const off = {
      suspend: await codeOf(slots.domainSuspend({ dom })),
      resume: await codeOf(slots.domainResume({ dom })),
      shutdown: await codeOf(slots.domainShutdown({ dom })),
      reboot: await codeOf(slots.domainReboot({ dom, flags: 0 })),
      reset: await codeOf(slots.domainReset({ dom, flags: 0 })),
      destroy: await codeOf(slots.domainDestroy({ dom })),
      managedSave: await codeOf(slots.domainManagedSave({ dom, flags: 0 })),
      nmi: await codeOf(slots.domainInjectNmi({ dom, flags: 0 })),
    };
    expect(off).toEqual({
      suspend: 'VIR_ERR_INTERNAL_ERROR',
      resume: 'VIR_ERR_INTERNAL_ERROR',
      shutdown: 'VIR_ERR_INTERNAL_ERROR',
      reboot: 'VIR_ERR_OPERATION_INVALID',
      reset: 'VIR_ERR_OPERATION_INVALID',
      destroy: 'VIR_ERR_OPERATION_INVALID',
      managedSave: 'VIR_ERR_OPERATION_INVALID',
      nmi: 'VIR_ERR_OPERATION_INVALID',
    });
    await slots.domainCreate({ dom });
    expect(await codeOf(slots.domainCreate({ dom }))).toBe('VIR_ERR_INTERNAL_ERROR');
    expect(await codeOf(slots.domainRename({ dom, newName: 'x', flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    expect(await codeOf(slots.domainCreateWithFlags({ dom, flags: 0x4000 }))).toBe('VIR_ERR_INVALID_ARG');
    expect(
      await codeOf(
        slots.domainSuspend({ dom: { name: 'gone', uuid: '00000000-0000-0000-0000-000000000000', id: -1 } }),
      ),
    ).toBe('VIR_ERR_NO_DOMAIN');
  });

  it('does as the definition says when the guest powers off or reboots', async () => {
    const restart = await withGuest(
      domainXml('web').replace(
        '<devices>',
        '<on_poweroff>restart</on_poweroff><on_reboot>destroy</on_reboot><devices>',
      ),
    );
    await restart.slots.domainCreate({ dom: restart.dom });
    await restart.slots.domainShutdown({ dom: restart.dom });
    expect(await restart.stateOf()).toBe('1 1');
    await restart.slots.domainReboot({ dom: restart.dom, flags: 0 });
    expect(await restart.stateOf()).toBe('5 1');
  });

  it('forgets a transient guest when it ends, and keeps one that was defined meanwhile', async () => {
    const { slots } = await openHost();
    const dom = await slots.domainCreateXml({ xmlDesc: domainXml('temp'), flags: 0 });
    expect(await slots.domainIsPersistent({ dom })).toBe(0);
    expect(await codeOf(slots.domainManagedSave({ dom, flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.domainDestroy({ dom });
    expect(await codeOf(slots.domainLookupByName({ name: 'temp' }))).toBe('VIR_ERR_NO_DOMAIN');
    const other = await slots.domainCreateXml({ xmlDesc: domainXml('temp'), flags: 0 });
    await slots.domainDefineXml({ xml: domainXml('temp').replace('</name>', `</name><uuid>${other.uuid}</uuid>`) });
    await slots.domainDestroy({ dom: other });
    expect((await slots.domainLookupByName({ name: 'temp' })).id).toBe(-1);
  });

  it('runs a one-off definition beside the stored one', async () => {
    const { slots, dom } = await withGuest();
    const xml = domainXml('web').replace('</name>', `</name><uuid>${dom.uuid}</uuid>`).replace('<vcpu>4', '<vcpu>1');
    await slots.domainCreateXml({ xmlDesc: xml, flags: 0 });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toContain("<vcpu placement='static'>1</vcpu>");
    expect(await slots.domainGetXmlDesc({ dom, flags: 2 })).toContain("<vcpu placement='static'>4</vcpu>");
    expect(await codeOf(slots.domainCreateXml({ xmlDesc: xml, flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.domainDestroy({ dom });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toContain("<vcpu placement='static'>4</vcpu>");
  });
});

describe('definitions', () => {
  it('are listed by every filter', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainSetAutostart({ dom, autostart: 1 });
    const names = async (flags: number): Promise<string[]> =>
      (await slots.connectListAllDomains({ flags })).map(({ name }) => name);
    expect(await names(0)).toEqual(['test', 'web']);
    expect(await names(1)).toEqual(['test']);
    expect(await names(2)).toEqual(['web']);
    expect(await names(8)).toEqual([]);
    expect(await names(16 | 64)).toEqual(['test', 'web']);
    expect(await names(32 | 128)).toEqual([]);
    expect(await names(1024)).toEqual(['web']);
    expect(await names(2 | 2048)).toEqual([]);
    expect(await slots.connectListDomains({ maxids: 10 })).toEqual([1]);
    expect(await slots.connectListDefinedDomains({ maxnames: 10 })).toEqual(['web']);
    expect(await codeOf(slots.connectListAllDomains({ flags: 1 << 20 }))).toBe('VIR_ERR_INVALID_ARG');
  });

  it('are renamed, with two events', async () => {
    const { slots, dom, heard } = await withGuest();
    await slots.domainRename({ dom, newName: 'www', flags: 0 });
    expect(heard).toEqual(['domain 0 1 1', 'domain 0 0 2']);
    expect((await slots.domainLookupByName({ name: 'www' })).uuid).toBe(dom.uuid);
    for (const newName of ['test', 'www', 'a/b', ''])
      expect(await codeOf(slots.domainRename({ dom, newName, flags: 0 }))).not.toBe('no error');
  });

  it('are not thrown away with what hangs on them', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainSnapshotCreateXml({ dom, xmlDesc: '<domainsnapshot/>', flags: 0 });
    expect(await codeOf(slots.domainUndefine({ dom }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.domainCreate({ dom });
    await slots.domainManagedSave({ dom, flags: 0 });
    expect(await codeOf(slots.domainUndefineFlags({ dom, flags: 2 }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.domainUndefineFlags({ dom, flags: 1 | 2 });
    expect(await codeOf(slots.domainLookupByUuid({ uuid: dom.uuid }))).toBe('VIR_ERR_NO_DOMAIN');
  });

  it('refuse what is wrong with them, with line and column', async () => {
    const { slots } = await openHost();
    await expect(slots.domainDefineXml({ xml: '<domain' })).rejects.toThrow(/line 1, column 8/);
    await expect(slots.domainDefineXml({ xml: domainXml('web').replace('<vcpu>4', '<vcpu>many') })).rejects.toThrow(
      /vcpu.*many.*line 4/,
    );
    expect(await codeOf(slots.domainDefineXml({ xml: '<network/>' }))).toBe('VIR_ERR_XML_ERROR');
    expect(await codeOf(slots.domainDefineXml({ xml: domainXml('test') }))).toBe('VIR_ERR_OPERATION_FAILED');
    const other = domainXml('other').replace('</name>', '</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>');
    expect(await codeOf(slots.domainDefineXml({ xml: other }))).toBe('VIR_ERR_OPERATION_FAILED');
    const strange = domainXml('web').replace('<devices>', '<strange/><devices>');
    expect(await codeOf(slots.domainDefineXmlFlags({ xml: strange, flags: 1 }))).toBe('VIR_ERR_XML_INVALID_SCHEMA');
    expect(await codeOf(slots.domainDefineXmlFlags({ xml: strange, flags: 0 }))).toBe('no error');
  });

  it('carry titles, descriptions and elements of applications', async () => {
    const { slots, dom, heard } = await withGuest();
    const set = (
      type: number,
      metadata: string | null,
      key: string | null = null,
      uri: string | null = null,
    ): Promise<void> => slots.domainSetMetadata({ dom, type, metadata, key, uri, flags: 0 });
    await set(0, 'some\ntext');
    await set(1, 'Title');
    await set(2, '<app version="1"><inner/></app>', 'app', 'http://example.org/app');
    expect(heard).toEqual(['domain 23', 'domain 23', 'domain 23']);
    expect(await slots.domainGetMetadata({ dom, type: 0, uri: null, flags: 0 })).toBe('some\ntext');
    expect(await slots.domainGetMetadata({ dom, type: 1, uri: null, flags: 0 })).toBe('Title');
    expect(await slots.domainGetMetadata({ dom, type: 2, uri: 'http://example.org/app', flags: 0 })).toBe(
      '<app version="1"><inner/></app>',
    );
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toContain(
      '<app:app xmlns:app="http://example.org/app" version="1">\n      <app:inner/>',
    );
    await set(2, null, null, 'http://example.org/app');
    expect(await codeOf(slots.domainGetMetadata({ dom, type: 2, uri: 'http://example.org/app', flags: 0 }))).toBe(
      'VIR_ERR_NO_DOMAIN_METADATA',
    );
    expect(await codeOf(set(1, 'two\nlines'))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(set(2, '<a/>', '1x', 'u'))).toBe('VIR_ERR_INVALID_ARG');
  });
});

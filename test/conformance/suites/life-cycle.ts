/** Every life-cycle call in every state a guest can be in, with states, reasons and events. */
import type { Connection, Domain } from '../../../drivers/index.ts';
import { differs } from '../transcript.ts';
import type { Scripts } from '../suite.ts';

const stateOf = async (domain: Domain): Promise<string> => {
  const { state, reason } = await domain.getState();
  return `${state} ${reason}`;
};

/** Collects life-cycle events as `name event detail`. */
async function listen(connection: Connection): Promise<{ take: () => Promise<string> }> {
  const heard: string[] = [];
  await connection.onDidChangeDomainLifecycle(
    ({ domain, event, detail }) => void heard.push(`${domain.getName()} ${event} ${detail}`),
  );
  return {
    take: async () => {
      // Events may come behind the answer; a call later they are there.
      await connection.getHostname();
      return heard.splice(0).join(', ');
    },
  };
}

const refusals = {
  create: 'VIR_ERR_INTERNAL_ERROR',
  resume: 'VIR_ERR_INTERNAL_ERROR',
  suspend: 'VIR_ERR_INTERNAL_ERROR',
};

export const lifeCycle: Scripts = {
  'start, pause, go on, reboot, reset, power off': async (connection, t) => {
    const domain = await connection.domainLookupByName('off');
    const events = await listen(connection);
    const step = async (label: string, call: () => Promise<unknown>): Promise<void> => {
      await t.step(label, call);
      await t.step(`${label}: state`, () => stateOf(domain));
      await t.step(`${label}: events`, events.take);
    };
    await step('create', () => domain.create());
    await step('suspend', () => domain.suspend());
    await step('resume', () => domain.resume());
    await step('reboot', () => domain.reboot());
    await step('reset', () => domain.reset());
    await step('shutdown', () => domain.shutdown());
    await step('create again', () => domain.create());
    await step('destroy', () => domain.destroy());
    t.matches({
      create: 'ok',
      'create: state': '1 1',
      'create: events': 'off 2 0',
      suspend: 'ok',
      'suspend: state': '3 1',
      'suspend: events': 'off 3 0',
      resume: 'ok',
      'resume: state': '1 5',
      'resume: events': 'off 4 0',
      reboot: 'ok',
      'reboot: state': '1 1',
      'reboot: events': '',
      reset: 'ok',
      'reset: state': '1 1',
      'reset: events': '',
      shutdown: 'ok',
      'shutdown: state': '5 1',
      'shutdown: events': 'off 5 0',
      'create again': 'ok',
      'create again: state': '1 1',
      'create again: events': 'off 2 0',
      destroy: 'ok',
      'destroy: state': '5 2',
      'destroy: events': 'off 5 1',
    });
  },

  'refusals of a guest that is off': async (connection, t) => {
    const domain = await connection.domainLookupByName('off');
    await t.step('suspend', () => domain.suspend());
    await t.step('resume', () => domain.resume());
    await t.step('shutdown', () => domain.shutdown());
    await t.step('reboot', () => domain.reboot());
    await t.step('reset', () => domain.reset());
    await t.step('destroy', () => domain.destroy());
    await t.step('managedSave', () => domain.managedSave());
    await t.step('injectNMI', () => domain.injectNMI());
    await t.step('getVcpus', () => domain.getVcpus());
    await t.step('blockStats', () => domain.blockStats('vda'));
    await t.step('getTime', () => domain.getTime());
    await t.step('getHostname', () => domain.getHostname());
    await t.step('state', () => stateOf(domain));
    t.matches({
      suspend: refusals.suspend,
      resume: refusals.resume,
      shutdown: 'VIR_ERR_INTERNAL_ERROR',
      reboot: 'VIR_ERR_OPERATION_INVALID',
      reset: 'VIR_ERR_OPERATION_INVALID',
      destroy: 'VIR_ERR_OPERATION_INVALID',
      managedSave: 'VIR_ERR_OPERATION_INVALID',
      injectNMI: 'VIR_ERR_OPERATION_INVALID',
      getVcpus: 'VIR_ERR_OPERATION_INVALID',
      blockStats: 'VIR_ERR_OPERATION_INVALID',
      getTime: 'VIR_ERR_OPERATION_INVALID',
      getHostname: 'VIR_ERR_OPERATION_INVALID',
      state: '5 0',
    });
  },

  'refusals of a guest that runs or is paused': async (connection, t) => {
    const [on, paused] = [await connection.domainLookupByName('on'), await connection.domainLookupByName('paused')];
    await t.step('create', () => on.create());
    await t.step('resume', () => on.resume());
    await t.step('rename', () => on.rename('other'));
    await t.step('setMaxMemory', () => on.setMaxMemory(2_000_000n));
    await t.step('paused: create', () => paused.create());
    await t.step('paused: suspend', () => paused.suspend());
    await t.step('paused: shutdown', () => paused.shutdown());
    await t.step('paused: state', () => stateOf(paused));
    t.matches({
      create: refusals.create,
      resume: refusals.resume,
      rename: 'VIR_ERR_OPERATION_INVALID',
      setMaxMemory: 'VIR_ERR_OPERATION_INVALID',
      'paused: create': refusals.create,
      'paused: suspend': refusals.suspend,
      'paused: shutdown': 'ok',
      'paused: state': '5 1',
    });
  },

  'managed save': async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    await t.step('managedSave', () => domain.managedSave());
    await t.step('state', () => stateOf(domain));
    await t.step('has image', () => domain.hasManagedSaveImage());
    await t.step('image XML', async () => (await domain.managedSaveGetXMLDesc()).includes('<name>on</name>'));
    await t.step('undefine', () => domain.undefine());
    await t.step('create', () => domain.create());
    await t.step('has image no more', () => domain.hasManagedSaveImage());
    await t.step('remove', () => domain.managedSaveRemove());
    t.matches({
      managedSave: 'ok',
      state: '5 5',
      'has image': 'true',
      'image XML': differs('managed-save-xml'),
      undefine: 'VIR_ERR_OPERATION_INVALID',
      create: 'ok',
      'has image no more': 'false',
      remove: 'ok',
    });
  },

  'transient guests': async (connection, t) => {
    const xml = "<domain type='test'><name>temp</name><memory>1024</memory><os><type>hvm</type></os></domain>";
    const domain = (await t.step('createXML', () => connection.domainCreateXML(xml)))!;
    await t.step('persistent', () => domain.isPersistent());
    await t.step('managedSave', () => domain.managedSave());
    await t.step('createXML twice', () =>
      connection.domainCreateXML(xml.replace('</name>', `</name><uuid>${domain.getUUIDString()}</uuid>`)),
    );
    await t.step('same name, other UUID', () =>
      connection.domainCreateXML(xml.replace('</name>', '</name><uuid>00000000-0000-4000-8000-0000000000ff</uuid>')),
    );
    await t.step('destroy', () => domain.destroy());
    await t.step('lookup', () => connection.domainLookupByName('temp'));
    t.matches({
      createXML: 'ok',
      persistent: 'false',
      managedSave: 'VIR_ERR_OPERATION_INVALID',
      'createXML twice': 'VIR_ERR_OPERATION_INVALID',
      'same name, other UUID': 'VIR_ERR_OPERATION_FAILED',
      destroy: 'ok',
      lookup: 'VIR_ERR_NO_DOMAIN',
    });
  },

  'flags and ways': async (connection, t) => {
    const domain = await connection.domainLookupByName('off');
    const paused = 1;
    const acpi = 1;
    await t.step('create paused', () => domain.create(paused));
    await t.step('create paused: state', async () => (await domain.getState()).state);
    await t.step('create with an unknown flag', () => domain.create(1 << 20));
    const on = await connection.domainLookupByName('on');
    await t.step('sleep', () => on.pmSuspendForDuration(0));
    await t.step('wake up or still awake', async () => void (await on.getState()));
    await t.step('shutdown by ACPI', () => on.shutdown(acpi));
    await t.step('job', async () => (await on.getJobInfo()).type);
    t.matches({
      'create paused': differs('create-paused'),
      'create paused: state': differs('create-paused-state'),
      'create with an unknown flag': 'VIR_ERR_INVALID_ARG',
      sleep: differs('pm-suspend'),
      'wake up or still awake': 'ok',
      'shutdown by ACPI': differs('shutdown-acpi'),
      job: differs('job-info'),
    });
  },
};

/** The host and what it has: sizes, interfaces, devices, secrets, filters. */
import type { Scripts } from '../suite.ts';
import { differs } from '../transcript.ts';

const vport =
  "<device><parent>scsi_host1</parent><capability type='scsi_host'><capability type='fc_host'><wwnn>2000000012341235</wwnn><wwpn>1000000012341235</wwpn></capability></capability></device>";

export const hostObjects: Scripts = {
  'the host': async (connection, t) => {
    await t.step('type', () => connection.getType());
    await t.step('version', () => connection.getVersion());
    await t.step('secure', async () => connection.isSecure());
    await t.step('encrypted', async () => connection.isEncrypted());
    await t.step('info', async () => {
      const { model, memory, cpus, mhz, nodes, sockets, cores, threads } = await connection.nodeGetInfo();
      return [model, memory, cpus, mhz, nodes, sockets, cores, threads].map(String);
    });
    await t.step('most vCPUs', () => connection.getMaxVcpus('test'));
    await t.step('cells', () => connection.nodeGetCellsFreeMemory(0, 4));
    await t.step('CPU statistics', async () => Object.keys(await connection.nodeGetCPUStats()).toSorted());
    await t.step('memory statistics', () => connection.nodeGetMemoryStats());
    await t.step('models', async () => (await connection.getCPUModelNames('x86_64')).includes('Nehalem'));
    await t.step('models of nothing', () => connection.getCPUModelNames('moon'));
    await t.step('security model', async () => (await connection.nodeGetSecurityModel()).model);
    await t.step('capabilities', async () => (await connection.getCapabilities()).includes("<domain type='test'/>"));
    await t.step('domain capabilities', async () => void (await connection.getDomainCapabilities()));
    t.matches({
      type: 'TEST',
      version: '2',
      secure: String(t.link.isSecure),
      encrypted: String(t.link.isEncrypted),
      info: 'i686, 3145728, 16, 1400, 2, 2, 2, 2',
      'most vCPUs': '32',
      cells: 'VIR_ERR_INVALID_ARG',
      'CPU statistics': 'idle, iowait, kernel, user',
      'memory statistics': differs('memory-stats-of-node'),
      models: 'true',
      'models of nothing': 'VIR_ERR_INVALID_ARG',
      'security model': 'testSecurity',
      capabilities: 'true',
      'domain capabilities': differs('capabilities-of-guests'),
    });
  },

  interfaces: async (connection, t) => {
    const iface = await connection.interfaceLookupByName('eth1');
    await t.step('by MAC', async () => (await connection.interfaceLookupByMACString('aa:bb:cc:dd:ee:ff')).getName());
    await t.step('active', () => iface.isActive());
    await t.step('create', () => iface.create());
    await t.step('destroy', () => iface.destroy());
    await t.step('destroy again', () => iface.destroy());
    await t.step('begin', () => connection.interfaceChangeBegin());
    await t.step('begin again', () => connection.interfaceChangeBegin());
    await t.step('undefine', () => iface.undefine());
    await t.step('roll back', () => connection.interfaceChangeRollback());
    await t.step('it is back', () => connection.listDefinedInterfaces());
    await t.step('commit nothing', () => connection.interfaceChangeCommit());
    await t.step('roll back nothing', () => connection.interfaceChangeRollback());
    await t.step('no such interface', () => connection.interfaceLookupByName('eth9'));
    t.matches({
      'by MAC': 'eth1',
      active: 'true',
      create: 'VIR_ERR_OPERATION_INVALID',
      destroy: 'ok',
      'destroy again': 'VIR_ERR_OPERATION_INVALID',
      begin: 'ok',
      'begin again': 'VIR_ERR_OPERATION_INVALID',
      undefine: 'ok',
      'roll back': 'ok',
      'it is back': 'eth1',
      'commit nothing': 'VIR_ERR_OPERATION_INVALID',
      'roll back nothing': 'VIR_ERR_OPERATION_INVALID',
      'no such interface': 'VIR_ERR_NO_INTERFACE',
    });
  },

  devices: async (connection, t) => {
    const names = async (cap: string | null): Promise<string[]> => (await connection.nodeListDevices(cap)).toSorted();
    await t.step('all', () => names(null));
    await t.step('with virtual ports', () => names('vports'));
    await t.step('fibre channel', () => names('fc_host'));
    const device = (await t.step('create', () => connection.nodeDeviceCreateXML(vport)))!;
    await t.step('parent', () => device.getParent());
    await t.step('kinds', () => device.listCaps());
    await t.step('XML', async () => (await device.getXMLDesc()).includes('<wwpn>1000000012341235</wwpn>'));
    await t.step('destroy', () => device.destroy());
    await t.step('gone', () => device.getXMLDesc());
    await t.step('destroy the computer', async () => (await connection.nodeDeviceLookupByName('computer')).destroy());
    await t.step('below nothing', () => connection.nodeDeviceCreateXML(vport.replace('scsi_host1<', 'nowhere<')));
    await t.step('no such device', () => connection.nodeDeviceLookupByName('nope'));
    t.matches({
      all: 'computer, scsi_host1, scsi_host11',
      'with virtual ports': 'scsi_host1',
      'fibre channel': 'scsi_host1, scsi_host11',
      create: 'ok',
      parent: 'scsi_host1',
      kinds: 'scsi_host',
      XML: 'true',
      destroy: 'ok',
      gone: 'VIR_ERR_NO_NODE_DEVICE',
      'destroy the computer': differs('nodedev-destroy-computer'),
      'below nothing': 'VIR_ERR_INTERNAL_ERROR',
      'no such device': 'VIR_ERR_NO_NODE_DEVICE',
    });
  },

  'secrets and filters': async (connection, t) => {
    await t.step('secrets', () => connection.listSecrets());
    await t.step('filters', () => connection.listNWFilters());
    t.matches({ secrets: differs('secrets'), filters: differs('nwfilters') });
  },
};

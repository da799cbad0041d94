/** Networks: life, lists, changes of parts. */
import type { Scripts } from '../suite.ts';
import { differs } from '../transcript.ts';

const lab =
  "<network><name>lab</name><bridge name='virbr7'/><forward/><ip address='10.9.0.1' netmask='255.255.255.0'><dhcp><range start='10.9.0.10' end='10.9.0.20'/></dhcp></ip></network>";

export const networks: Scripts = {
  life: async (connection, t) => {
    const heard: string[] = [];
    await connection.onDidChangeNetworkLifecycle(
      ({ network, event }) => void heard.push(`${network.getName()} ${event}`),
    );
    const net = (await t.step('define', () => connection.networkDefineXML(lab)))!;
    await t.step('active', () => net.isActive());
    await t.step('create', () => net.create());
    await t.step('create again', () => net.create());
    await t.step('undefine while it runs', () => net.undefine());
    await t.step('bridge', () => net.getBridgeName());
    await t.step('autostart', () => net.setAutostart(true));
    await t.step('autostarted', async () => (await connection.listAllNetworks(16)).map((one) => one.getName()));
    await t.step('destroy', () => net.destroy());
    await t.step('destroy again', () => net.destroy());
    await t.step('undefine', () => net.undefine());
    await t.step('gone', () => connection.networkLookupByName('lab'));
    await t.step('events', async () => {
      await connection.getHostname();
      return heard.slice(0, 3);
    });
    await t.step('XML', async () =>
      (await (await connection.networkLookupByName('default')).getXMLDesc()).replaceAll(/\s+/g, ' '),
    );
    t.matches({
      define: 'ok',
      active: 'false',
      create: 'ok',
      'create again': 'VIR_ERR_OPERATION_INVALID',
      'undefine while it runs': 'VIR_ERR_OPERATION_INVALID',
      bridge: 'virbr7',
      autostart: 'ok',
      autostarted: 'lab',
      destroy: 'ok',
      'destroy again': differs('network-destroy-inactive'),
      undefine: 'ok',
      gone: 'VIR_ERR_NO_NETWORK',
      events: 'lab 0, lab 2, lab 3',
      XML: "<network> <name>default</name> <uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid> <forward mode='nat'/> <bridge name='virbr0' stp='on' delay='0'/> <ip address='192.168.122.1' netmask='255.255.255.0'> <dhcp> <range start='192.168.122.2' end='192.168.122.254'/> </dhcp> </ip> </network> ",
    });
  },

  'transient ones and wrong XML': async (connection, t) => {
    const net = (await t.step('create from XML', () => connection.networkCreateXML(lab)))!;
    await t.step('persistent', () => net.isPersistent());
    await t.step('autostart', () => net.setAutostart(true));
    await t.step('again', () =>
      connection.networkCreateXML(lab.replace('</name>', `</name><uuid>${net.getUUIDString()}</uuid>`)),
    );
    await t.step('destroy', () => net.destroy());
    await t.step('gone', () => net.getXMLDesc());
    await t.step('no name', () => connection.networkDefineXML('<network/>'));
    await t.step('UUID taken', () =>
      connection.networkDefineXML(lab.replace('</name>', '</name><uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid>')),
    );
    await t.step('bad mode', () => connection.networkDefineXML(lab.replace('<forward/>', "<forward mode='moon'/>")));
    t.matches({
      'create from XML': 'ok',
      persistent: 'false',
      autostart: differs('network-autostart-transient'),
      again: 'VIR_ERR_OPERATION_INVALID',
      destroy: 'ok',
      gone: 'VIR_ERR_NO_NETWORK',
      'no name': 'VIR_ERR_NO_NAME',
      'UUID taken': 'VIR_ERR_OPERATION_FAILED',
      'bad mode': differs('unknown-forward-mode'),
    });
  },

  'changes of parts, ports and leases': async (connection, t) => {
    const net = await connection.networkDefineXML(lab);
    const [modify, remove, addLast] = [1, 2, 3];
    const [dhcpHost, dhcpRange, portgroup] = [4, 5, 9];
    const host = "<host mac='52:54:00:00:00:01' ip='10.9.0.11'/>";
    await t.step('add a host', () => net.update(addLast, dhcpHost, -1, host));
    await t.step('add it again', () => net.update(addLast, dhcpHost, -1, host));
    await t.step('change it', () => net.update(modify, dhcpHost, -1, host.replace('.11', '.12')));
    await t.step('changed', async () => (await net.getXMLDesc()).includes("ip='10.9.0.12'"));
    await t.step('remove what it was', () => net.update(remove, dhcpHost, -1, host));
    await t.step('remove it', () => net.update(remove, dhcpHost, -1, "<host mac='52:54:00:00:00:01'/>"));
    await t.step('remove it again', () => net.update(remove, dhcpHost, -1, host));
    await t.step('change a range', () =>
      net.update(modify, dhcpRange, -1, "<range start='10.9.0.10' end='10.9.0.20'/>"),
    );
    await t.step('add a port group', () => net.update(addLast, portgroup, -1, "<portgroup name='fast'/>"));
    await t.step('live while inactive', () => net.update(addLast, dhcpHost, -1, host, 1));
    await t.step('ports', async () => void (await (await connection.networkLookupByName('default')).listAllPorts()));
    await t.step('leases', async () => void (await (await connection.networkLookupByName('default')).getDHCPLeases()));
    t.matches({
      'add a host': 'ok',
      'add it again': 'VIR_ERR_OPERATION_INVALID',
      'change it': 'ok',
      changed: 'true',
      'remove what it was': 'VIR_ERR_OPERATION_INVALID',
      'remove it': 'ok',
      'remove it again': 'VIR_ERR_OPERATION_INVALID',
      'change a range': 'VIR_ERR_OPERATION_UNSUPPORTED',
      'add a port group': 'ok',
      'live while inactive': 'VIR_ERR_OPERATION_INVALID',
      ports: differs('network-ports'),
      leases: differs('dhcp-leases'),
    });
  },
};

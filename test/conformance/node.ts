/** The host that most of the suite runs on: guests in several states, a network, a pool, an interface, devices. */

const guest = (
  name: string,
  uuid: string,
  extra = '',
): string => `<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
  <name>${name}</name>
  <uuid>${uuid}</uuid>
  <memory unit='KiB'>1048576</memory>
  <currentMemory unit='KiB'>524288</currentMemory>
  <vcpu current='2'>4</vcpu>
  <os><type arch='x86_64'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><source file='/guest/${name}.img'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><mac address='52:54:00:00:00:${name === 'on' ? '01' : '02'}'/><source network='default'/></interface>
    <memballoon model='virtio'/>
  </devices>${extra}
</domain>`;

/** UUIDs of the guests by name. */
export const uuids = {
  on: '00000000-0000-4000-8000-000000000001',
  off: '00000000-0000-4000-8000-000000000002',
  paused: '00000000-0000-4000-8000-000000000003',
} as const;

export const nodeXml = `<node>
${guest('on', uuids.on)}
${guest('off', uuids.off, '<test:runstate>5</test:runstate>')}
${guest('paused', uuids.paused, '<test:runstate>3</test:runstate>')}
<network>
  <name>default</name>
  <uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid>
  <bridge name='virbr0'/>
  <forward/>
  <ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip>
</network>
<interface type='ethernet' name='eth1'>
  <start mode='onboot'/>
  <mac address='aa:bb:cc:dd:ee:ff'/>
  <mtu size='1492'/>
</interface>
<pool type='dir'>
  <name>default-pool</name>
  <uuid>dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566</uuid>
  <target><path>/default-pool</path></target>
  <volume><name>first.img</name><capacity unit='MiB'>8</capacity></volume>
</pool>
<device><name>computer</name><capability type='system'><hardware><uuid>11111111-2222-3333-4444-555555555555</uuid></hardware></capability></device>
<device>
  <name>scsi_host1</name>
  <parent>computer</parent>
  <capability type='scsi_host'>
    <host>1</host>
    <unique_id>0</unique_id>
    <capability type='fc_host'><wwnn>2000000012341234</wwnn><wwpn>1000000012341234</wwpn><fabric_wwn>2000000043214321</fabric_wwn></capability>
    <capability type='vport_ops'><max_vports>127</max_vports><vports>1</vports></capability>
  </capability>
</device>
<device>
  <name>scsi_host11</name>
  <parent>scsi_host1</parent>
  <capability type='scsi_host'>
    <host>11</host>
    <unique_id>10</unique_id>
    <capability type='fc_host'><wwnn>2000000034563456</wwnn><wwpn>1000000034563456</wwpn><fabric_wwn>2000000043214321</fabric_wwn></capability>
  </capability>
</device>
</node>`;

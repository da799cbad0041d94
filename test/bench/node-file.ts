/** Node files of libvirt's test driver (and of our own) with any number of guests. */

const count = (index: number): string => String(index).padStart(5, '0');

/** Domain XML of about the size that a small real guest has. */
function domainXml(index: number, isRunning: boolean): string {
  const mac = [0x52, 0x54, 0x00, (index >> 16) & 255, (index >> 8) & 255, index & 255]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':');
  return `<domain type='test'${isRunning ? '' : " xmlns:test='http://libvirt.org/schemas/domain/test/1.0'"}>
  <name>guest-${count(index)}</name>
  <uuid>0e8f0000-0000-4000-8000-${String(index).padStart(12, '0')}</uuid>
  <memory unit='KiB'>${(1 + (index % 8)) << 20}</memory>
  <vcpu>${1 + (index % 4)}</vcpu>
  <os><type arch='i686'>hvm</type><boot dev='hd'/></os>
  <clock offset='utc'/>
  <devices>
    <disk type='file' device='disk'><source file='/guests/${count(index)}.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><mac address='${mac}'/><source network='default'/></interface>
    <serial type='pty'/>
    <graphics type='vnc' port='-1' autoport='yes'/>
  </devices>${isRunning ? '' : '\n  <test:runstate>5</test:runstate>'}
</domain>`;
}

/** A `<node>` with `guests` guests, the first `running` of them running, the others shut off. */
export function nodeFileXml(guests: number, running = guests): string {
  const domains = Array.from({ length: guests }, (_, index) => domainXml(index, index < running));
  return `<node>
  <cpu><mhz>6000</mhz><model>i986</model><active>50</active><nodes>4</nodes><sockets>4</sockets><cores>4</cores><threads>2</threads></cpu>
  <memory>8192000</memory>
  <network>
    <name>default</name>
    <bridge name='virbr0'/>
    <forward/>
    <ip address='192.168.122.1' netmask='255.255.255.0'/>
  </network>
${domains.join('\n')}
</node>
`;
}

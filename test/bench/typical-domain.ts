/** A typical guest as XML, own data: two disks, two interfaces, graphics, serial port, controllers with addresses. */

const pci = (slot: number): string =>
  `<address type='pci' domain='0x0000' bus='0x00' slot='0x${slot.toString(16).padStart(2, '0')}' function='0x0'/>`;

/** The definition of guest `index`; `type` is the hypervisor. */
export function typicalDomainXml(index: number, type: 'qemu' | 'test' = 'qemu'): string {
  const number = String(index).padStart(12, '0');
  const mac = (nic: number): string =>
    `52:54:00:${[(index >> 8) & 255, index & 255, nic].map((part) => part.toString(16).padStart(2, '0')).join(':')}`;
  return `<domain type='${type}'>
  <name>guest-${index}</name>
  <uuid>0e8f0000-0000-4000-8000-${number}</uuid>
  <title>Guest ${index}</title>
  <metadata>
    <note:note xmlns:note='urn:example:note'>kept as it is</note:note>
  </metadata>
  <memory unit='MiB'>4096</memory>
  <currentMemory unit='MiB'>2048</currentMemory>
  <vcpu placement='static'>4</vcpu>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <boot dev='hd'/>
    <boot dev='cdrom'/>
  </os>
  <features><acpi/><apic/><pae/></features>
  <cpu mode='custom' match='exact'><model fallback='allow'>qemu64</model><topology sockets='1' cores='2' threads='2'/></cpu>
  <clock offset='utc'><timer name='rtc' tickpolicy='catchup'/><timer name='hpet' present='no'/></clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none' discard='unmap'/>
      <source file='/guests/${index}/system.qcow2'/>
      <target dev='vda' bus='virtio'/>
      ${pci(4)}
    </disk>
    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/>
      <target dev='hdc' bus='ide'/>
      <readonly/>
      <address type='drive' controller='0' bus='1' target='0' unit='0'/>
    </disk>
    <controller type='usb' index='0' model='piix3-uhci'/>
    <controller type='ide' index='0'/>
    <controller type='virtio-serial' index='0'>${pci(5)}</controller>
    <interface type='network'><mac address='${mac(1)}'/><source network='default'/><model type='virtio'/>${pci(3)}</interface>
    <interface type='bridge'><mac address='${mac(2)}'/><source bridge='br0'/><model type='virtio'/>${pci(6)}</interface>
    <serial type='pty'><target port='0'/></serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <input type='tablet' bus='usb'/>
    <graphics type='vnc' port='-1' autoport='yes'><listen type='address' address='127.0.0.1'/></graphics>
    <sound model='ich6'>${pci(7)}</sound>
    <video><model type='vga' vram='16384' heads='1'/>${pci(2)}</video>
    <memballoon model='virtio'>${pci(8)}</memballoon>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend>${pci(9)}</rng>
  </devices>
</domain>`;
}

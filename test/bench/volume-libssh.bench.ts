/** A volume of 1 GiB up and down over SSH by the library, beside libvirt's own libssh, beside virsh on the same libvirtd. */
import { measureTransport } from './volume.ts';

console.log(JSON.stringify(await measureTransport('libssh', 1.11)));

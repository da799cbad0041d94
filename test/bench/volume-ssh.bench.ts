/** A volume of 1 GiB up and down over SSH by OpenSSH, beside virsh on the same libvirtd. */
import { measureTransport } from './volume.ts';

console.log(JSON.stringify(await measureTransport('ssh', 1.11)));

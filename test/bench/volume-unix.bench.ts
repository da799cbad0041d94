/** A volume of 1 GiB up and down over the unix socket, beside virsh on the same libvirtd. */
import { measureTransport } from './volume.ts';

console.log(JSON.stringify(await measureTransport('unix', 1)));

/** `<devices>`: all devices of a guest, in the order libvirt writes them. */
import { child, element, type Infer, leaf, many, string } from '../../schema/index.ts';
import { channel, consoleDevice, parallel, redirdev, redirfilter, serial, smartcard } from './chardevs.ts';
import { controller } from './controller.ts';
import { disk } from './disk.ts';
import { filesystem } from './filesystem.ts';
import { graphics } from './graphics.ts';
import { hostdev } from './hostdev.ts';
import { hub, input } from './input.ts';
import { interfaceDevice } from './interface.ts';
import { memballoon, memoryDevice, shmem } from './memory-device.ts';
import { crypto, iommu, lease, nvram, panic, pstore, rng, tpm, vsock, watchdog } from './misc.ts';
import { audio, sound } from './sound.ts';
import { video } from './video.ts';

export const devices = element(
  'devices',
  'All devices',
  {
    emulator: leaf(string(), "The hypervisor's program"),
    disks: many(disk),
    controllers: many(controller),
    leases: many(lease),
    filesystems: many(filesystem),
    interfaces: many(interfaceDevice),
    smartcards: many(smartcard),
    serials: many(serial),
    parallels: many(parallel),
    consoles: many(consoleDevice),
    channels: many(channel),
    inputs: many(input),
    tpms: many(tpm),
    graphics: many(graphics),
    sounds: many(sound),
    audios: many(audio),
    videos: many(video),
    hostdevs: many(hostdev),
    redirdevs: many(redirdev),
    redirfilter: child(redirfilter),
    hubs: many(hub),
    watchdogs: many(watchdog),
    memballoon: child(memballoon),
    rngs: many(rng),
    nvram: child(nvram),
    panics: many(panic),
    shmems: many(shmem),
    memories: many(memoryDevice),
    iommus: many(iommu),
    vsock: child(vsock),
    cryptos: many(crypto),
    pstore: child(pstore),
  },
  { block: true },
);
export type Devices = Infer<typeof devices>;

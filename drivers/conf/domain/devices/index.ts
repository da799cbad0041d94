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

/** More of one kind than any hypervisor takes; what follows may compare them pairwise. */
const limited = { max: 2048 } as const;

export const devices = element(
  'devices',
  'All devices',
  {
    emulator: leaf(string(), "The hypervisor's program"),
    disks: many(disk, limited),
    controllers: many(controller, limited),
    leases: many(lease, limited),
    filesystems: many(filesystem, limited),
    interfaces: many(interfaceDevice, limited),
    smartcards: many(smartcard, limited),
    serials: many(serial, limited),
    parallels: many(parallel, limited),
    consoles: many(consoleDevice, limited),
    channels: many(channel, limited),
    inputs: many(input, limited),
    tpms: many(tpm, limited),
    graphics: many(graphics, limited),
    sounds: many(sound, limited),
    audios: many(audio, limited),
    videos: many(video, limited),
    hostdevs: many(hostdev, limited),
    redirdevs: many(redirdev, limited),
    redirfilter: child(redirfilter),
    hubs: many(hub, limited),
    watchdogs: many(watchdog, limited),
    memballoon: child(memballoon),
    rngs: many(rng, limited),
    nvram: child(nvram),
    panics: many(panic, limited),
    shmems: many(shmem, limited),
    memories: many(memoryDevice, limited),
    iommus: many(iommu, limited),
    vsock: child(vsock),
    cryptos: many(crypto, limited),
    pstore: child(pstore),
  },
  { block: true },
);
export type Devices = Infer<typeof devices>;

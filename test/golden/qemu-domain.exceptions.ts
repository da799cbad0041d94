/** QEMU cases whose output differs from libvirt's, each with its reason. A case that passes must not be listed. */

/** Differ although the capabilities that libvirt's test takes are told: `latest` by the file's name, else `minimal`. */
export const always: Readonly<Record<string, string>> = {
  'aarch64-gic-default-both': 'the test pretends to a host with GIC version 3 and an old QEMU',
  'aarch64-gic-none-both': 'the test pretends to a host with GIC version 3 and an old QEMU',
  'audio-default-sdl.x86_64-latest': 'the audio driver comes from SDL_AUDIODRIVER in the environment of the test',
  'default-video-type-x86_64-caps-test-0': 'the test pretends to a QEMU without cirrus-vga',
};

/** Differ where the capabilities are told, as these tests put a set of their own together. */
export const told: Readonly<Record<string, string>> = {
  'aarch64-traditional-pci': 'the test has the generic PCI Express ports but not the other capabilities of their time',
  'aarch64-video-default': 'the test has PCI Express on virt but not the generic ports',
  'pcie-root-port-model-generic':
    'the test has the generic PCI Express ports but not the other capabilities of their time',
  'ppc64-usb-controller': 'the test has pci-ohci but does not tell the default processor',
  q35: 'the test has ich9-usb-ehci1 but neither xhci controller',
};

/** Refused by libvirt's test but not here, as the reason lies outside the definition. */
export const accepted: Readonly<Record<string, string>> = {
  'aarch64-features-wrong': 'needs the features of all processors of ARM',
  'cpu-host-model-nofallback': 'needs the processor models of the host',
  'cpu-hotplug-granularity': 'needs the hotplug granularity of the emulator',
  'default-video-type-x86_64-caps-test-0': 'the test pretends to a QEMU without graphics cards',
  'hugepages-default-5M': 'needs the huge pages of the host',
  'pseries-features-ccf': 'the test pretends to a QEMU without the feature',
  'pseries-features-htm': 'the test pretends to a QEMU without the feature',
  'pseries-features-nested-hv': 'the test pretends to a QEMU without the feature',
  'pseries-features-sbbc': 'the test pretends to a QEMU without the feature',
  'pseries-spaprvio-invalid': 'the test pretends to a QEMU without the host bridge',
  'usb-controller-default-unavailable-q35': 'the test pretends to a QEMU without USB controllers',
};

const silent = 'nothing in the definition tells that the test takes a recent QEMU';
const early = 'the definition is taken for a recent QEMU; the test takes one that knows little';

/** Differ where only the definition can tell what QEMU knows. */
export const untold: Readonly<Record<string, string>> = {
  'aarch64-traditional-pci': told['aarch64-traditional-pci'] ?? '',
  'aarch64-video-default': told['aarch64-video-default'] ?? '',
  'pcie-root-port-model-generic': told['pcie-root-port-model-generic'] ?? '',
  q35: told['q35'] ?? '',
  'ppc64-usb-controller': early,
  'ppc64-usb-controller-legacy': early,
  'aarch64-virtio-pci-default.aarch64-latest': silent,
  'blkdeviotune.x86_64-latest': silent,
  'cputune-cpuset-big-id.x86_64-latest': silent,
  'disk-cdrom-empty-network-invalid.x86_64-latest': silent,
  'graphics-spice-auto-socket-cfg.x86_64-latest': silent,
  'graphics-spice-timeout.x86_64-latest': silent,
  'hostdev-pci-address.x86_64-latest': silent,
  'pcie-expander-bus-aarch64.aarch64-latest': silent,
};

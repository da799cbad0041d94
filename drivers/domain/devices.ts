/** Domain, seventh part: plugging devices, consoles, screen and keyboard. */
import { type Int64, invalidArgument, toHyper } from '../arguments.ts';
import type { DomainInterface, DomainIpAddr } from '../driver-slots.gen.ts';
import type { CallOptions } from '../driver.ts';
import { VIR_DOMAIN_AFFECT_LIVE, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT } from '../enums.gen.ts';
import type { Stream } from '../stream.ts';
import { attachStream } from '../stream-attach.ts';
import { DomainBlock } from './block.ts';

export type { DomainInterface, DomainIpAddr };

export abstract class DomainDevices extends DomainBlock {
  /**
   * Adds the device described in `xml`; without flags to the running guest. `flags`: virDomainDeviceModifyFlags.
   * (virDomainAttachDevice, virDomainAttachDeviceFlags)
   */
  attachDevice(xml: string, flags?: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, xml };
    const live = VIR_DOMAIN_AFFECT_LIVE;
    return this.core.callWithFlags('domainAttachDevice', 'domainAttachDeviceFlags', args, flags, options, live);
  }

  /**
   * Asks the guest to let go of the device described in `xml`; VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED tells when it has.
   * `flags`: virDomainDeviceModifyFlags. (virDomainDetachDevice, virDomainDetachDeviceFlags)
   */
  detachDevice(xml: string, flags?: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, xml };
    const live = VIR_DOMAIN_AFFECT_LIVE;
    return this.core.callWithFlags('domainDetachDevice', 'domainDetachDeviceFlags', args, flags, options, live);
  }

  /**
   * As `detachDevice`, the device named by its alias. `flags`: virDomainDeviceModifyFlags.
   * (virDomainDetachDeviceAlias)
   */
  detachDeviceAlias(alias: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainDetachDeviceAlias', { dom: this.ref, alias, flags }, options);
  }

  /**
   * Changes what can be changed of a device: a CD's medium, a network interface's link, ... `flags`:
   * virDomainDeviceModifyFlags. (virDomainUpdateDeviceFlags)
   */
  updateDevice(xml: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainUpdateDeviceFlags', { dom: this.ref, xml, flags }, options);
  }

  /**
   * Addresses of the guest's network interfaces. `source`: virDomainInterfaceAddressesSource, from the network's DHCP
   * leases, the guest's agent (denied read-only) or the host's ARP table. `flags`: 0. (virDomainInterfaceAddresses)
   */
  async interfaceAddresses(source = 0, flags = 0, options?: CallOptions): Promise<DomainInterface[]> {
    this.core.checkReadOnly('virDomainInterfaceAddresses', source === VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT);
    return this.call('domainInterfaceAddresses', { dom: this.ref, source, flags }, options);
  }

  /**
   * Opens a character device (an alias; null: the first console) for reading and writing through `stream`. `flags`:
   * virDomainConsoleFlags; without them it fails with VIR_ERR_OPERATION_FAILED while another holds it.
   * (virDomainOpenConsole)
   */
  async openConsole(devName: string | null, stream: Stream, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, devName, flags };
    await attachStream(this.core, stream, 'domainOpenConsole', args, options);
  }

  /**
   * Opens a virtio channel (its name or alias; null: the first) for reading and writing through `stream`. `flags`:
   * virDomainChannelFlags. (virDomainOpenChannel)
   */
  async openChannel(name: string | null, stream: Stream, flags = 0, options?: CallOptions): Promise<void> {
    await attachStream(this.core, stream, 'domainOpenChannel', { dom: this.ref, name, flags }, options);
  }

  /**
   * A picture of a screen, to be received from `stream`; the answer is its MIME type. `flags`: 0.
   * (virDomainScreenshot)
   */
  async screenshot(stream: Stream, screen = 0, flags = 0, options?: CallOptions): Promise<string | null> {
    let mime: string | null = null;
    await stream.attach(this.core, 'virDomainScreenshot', async () => {
      const found = await this.call('domainScreenshot', { dom: this.ref, screen, flags }, options);
      mime = found.mime;
      return found.stream;
    });
    return mime;
  }

  /**
   * Connects the file descriptor of a socket pair to a graphics device. Only over a unix socket. `flags`:
   * virDomainOpenGraphicsFlags. (virDomainOpenGraphics)
   */
  openGraphics(idx: number, fd: number, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainOpenGraphics', { dom: this.ref, idx, flags, files: [fd] }, options);
  }

  /**
   * A file descriptor connected to a graphics device; the caller closes it. Only over a unix socket. `flags`:
   * virDomainOpenGraphicsFlags. (virDomainOpenGraphicsFD)
   */
  async openGraphicsFD(idx: number, flags = 0, options?: CallOptions): Promise<number> {
    const { files } = await this.call('domainOpenGraphicsFd', { dom: this.ref, idx, flags }, options);
    const [fd] = files;
    if (fd === undefined) throw invalidArgument('virDomainOpenGraphicsFD: the server sent no file descriptor');
    return fd;
  }

  /**
   * Makes the guest's graphics read their certificates again. `type`: virDomainGraphicsReloadType; `flags`: 0.
   * (virDomainGraphicsReload)
   */
  graphicsReload(type = 0, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainGraphicsReload', { dom: this.ref, type, flags }, options);
  }

  /**
   * Presses keys (16 at most) together for `holdtime` milliseconds. `codeset`: virKeycodeSet; `flags`: 0.
   * (virDomainSendKey)
   */
  sendKey(
    codeset: number,
    holdtime: number,
    keycodes: readonly number[],
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    return this.call('domainSendKey', { dom: this.ref, codeset, holdtime, keycodes: [...keycodes], flags }, options);
  }

  /**
   * Sends a signal to a process in a container. `signum`: virDomainProcessSignal; `flags`: 0.
   * (virDomainSendProcessSignal)
   */
  async sendProcessSignal(pid: Int64, signum: number, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, pidValue: toHyper(pid, 'pid'), signum, flags };
    await this.call('domainSendProcessSignal', args, options);
  }

  /**
   * Gives the guest's next start open files under a name its description refers to. Only over a unix socket. `flags`:
   * virDomainFDAssociateFlags. (virDomainFDAssociate)
   */
  fdAssociate(name: string, fds: readonly number[], flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainFdAssociate', { dom: this.ref, name, flags, files: fds }, options);
  }
}

/** Domain, eighth part: what the guest's agent does, and what is special to QEMU and LXC. */
import { type Int64, toHyper, toUhyper } from '../arguments.ts';
import type { DomainGetTimeResult, QemuDomainMonitorCommandWithFilesResult } from '../driver-slots.gen.ts';
import type { CallOptions } from '../driver.ts';
import { type TypedParams, fromTypedParams } from '../typed-params.ts';
import { DomainDevices } from './devices.ts';

/** virDomainFSInfo: a mounted file system and the disks (`vda`) it lies on. */
export interface DomainFSInfo {
  mountpoint: string;
  name: string;
  fstype: string;
  devAlias: string[];
}

/** Seconds since 1970 and nanoseconds of the current second. */
export type DomainTime = DomainGetTimeResult;

export abstract class DomainAgent extends DomainDevices {
  /** The guest's host name. `flags`: virDomainGetHostnameFlags, where to ask. (virDomainGetHostname) */
  getHostname(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('domainGetHostname', { dom: this.ref, flags }, options);
  }

  /** The guest's clock. `flags`: 0. (virDomainGetTime) */
  getTime(flags = 0, options?: CallOptions): Promise<DomainTime> {
    return this.call('domainGetTime', { dom: this.ref, flags }, options);
  }

  /**
   * Sets the guest's clock, to its hardware clock with VIR_DOMAIN_TIME_SYNC. `flags`: virDomainSetTimeFlags.
   * (virDomainSetTime)
   */
  async setTime(seconds: Int64, nseconds = 0, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, seconds: toHyper(seconds, 'seconds'), nseconds, flags };
    await this.call('domainSetTime', args, options);
  }

  /**
   * What the agent tells under dotted names (`os.name`, `fs.0.mountpoint`). `types`: virDomainGuestInfoTypes, 0 for
   * all. `flags`: 0. (virDomainGetGuestInfo)
   */
  async getGuestInfo(types = 0, flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetGuestInfo', { dom: this.ref, types, flags }, options));
  }

  /** The guest's mounted file systems. `flags`: 0. (virDomainGetFSInfo) */
  async getFSInfo(flags = 0, options?: CallOptions): Promise<DomainFSInfo[]> {
    const found = await this.call('domainGetFsinfo', { dom: this.ref, flags }, options);
    return found.map(({ devAliases, ...info }) => ({ ...info, devAlias: devAliases }));
  }

  /**
   * Holds writing to file systems (mount points; none: all) back, for a consistent snapshot; the answer is their
   * number. `flags`: 0. (virDomainFSFreeze)
   */
  fsFreeze(mountpoints: readonly string[] = [], flags = 0, options?: CallOptions): Promise<number> {
    return this.call('domainFsfreeze', { dom: this.ref, mountpoints: [...mountpoints], flags }, options);
  }

  /** Lets writing go on; the answer is the number of file systems. `flags`: 0. (virDomainFSThaw) */
  fsThaw(mountpoints: readonly string[] = [], flags = 0, options?: CallOptions): Promise<number> {
    return this.call('domainFsthaw', { dom: this.ref, mountpoints: [...mountpoints], flags }, options);
  }

  /**
   * Gives free blocks of the guest's file systems (null: all) back to the host, in ranges of at least `minimum`
   * bytes. `flags`: 0. (virDomainFSTrim)
   */
  async fsTrim(mountPoint: string | null = null, minimum: Int64 = 0, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, mountPoint, minimum: toUhyper(minimum, 'minimum'), flags };
    await this.call('domainFstrim', args, options);
  }

  /** Sets a password inside the guest. `flags`: virDomainSetUserPasswordFlags. (virDomainSetUserPassword) */
  setUserPassword(user: string, password: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainSetUserPassword', { dom: this.ref, user, password, flags }, options);
  }

  /** The SSH keys that may log in as `user`, one line each. `flags`: 0. (virDomainAuthorizedSSHKeysGet) */
  authorizedSSHKeysGet(user: string, flags = 0, options?: CallOptions): Promise<string[]> {
    return this.call('domainAuthorizedSshKeysGet', { dom: this.ref, user, flags }, options);
  }

  /**
   * Replaces the SSH keys that may log in as `user`, or adds or removes some. `flags`:
   * virDomainAuthorizedSSHKeysSetFlags. (virDomainAuthorizedSSHKeysSet)
   */
  authorizedSSHKeysSet(user: string, keys: readonly string[], flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainAuthorizedSshKeysSet', { dom: this.ref, user, keys: [...keys], flags }, options);
  }

  /**
   * How long the agent may take, in seconds or as virDomainAgentResponseTimeoutValues. `flags`: 0.
   * (virDomainAgentSetResponseTimeout)
   */
  async agentSetResponseTimeout(timeout: number, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainAgentSetResponseTimeout', { dom: this.ref, timeout, flags }, options);
  }

  /**
   * Sends a command in JSON to the agent of a QEMU guest; `timeout` in seconds or as
   * virDomainQemuAgentCommandTimeoutValues. `flags`: 0. (virDomainQemuAgentCommand)
   */
  qemuAgentCommand(cmd: string, timeout = -2, flags = 0, options?: CallOptions): Promise<string | null> {
    return this.call('qemuDomainAgentCommand', { dom: this.ref, cmd, timeout, flags }, options);
  }

  /**
   * Sends a command to QEMU's monitor behind the driver's back. `flags`: virDomainQemuMonitorCommandFlags.
   * (virDomainQemuMonitorCommand)
   */
  qemuMonitorCommand(cmd: string, flags = 0, options?: CallOptions): Promise<string> {
    return this.call('qemuDomainMonitorCommand', { dom: this.ref, cmd, flags }, options);
  }

  /**
   * As `qemuMonitorCommand`, with file descriptors both ways. Only over a unix socket.
   * (virDomainQemuMonitorCommandWithFiles)
   */
  qemuMonitorCommandWithFiles(
    cmd: string,
    files: readonly number[],
    flags = 0,
    options?: CallOptions,
  ): Promise<QemuDomainMonitorCommandWithFilesResult> {
    return this.call('qemuDomainMonitorCommandWithFiles', { dom: this.ref, cmd, flags, files }, options);
  }

  /**
   * File descriptors of a container's namespaces; the caller closes them. Only over a unix socket. `flags`: 0.
   * (virDomainLxcOpenNamespace)
   */
  async lxcOpenNamespace(flags = 0, options?: CallOptions): Promise<number[]> {
    return (await this.call('lxcDomainOpenNamespace', { dom: this.ref, flags }, options)).files;
  }
}

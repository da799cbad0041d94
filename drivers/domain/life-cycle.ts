/** Domain, second part: starting, pausing, stopping, saving, dumping. */
import { type Int64, toUhyper } from '../arguments.ts';
import type { CallOptions } from '../driver.ts';
import { VIR_DOMAIN_SAVE_IMAGE_XML_SECURE } from '../enums.gen.ts';
import { type TypedParamsInput, toTypedParams } from '../typed-params.ts';
import { DomainBase } from './base.ts';

export abstract class DomainLifeCycle extends DomainBase {
  /**
   * Starts the guest; one with a managed save image goes on where it was. `flags`: virDomainCreateFlags. Fails with
   * VIR_ERR_OPERATION_INVALID while it runs. (virDomainCreate, virDomainCreateWithFlags)
   */
  async create(flags = 0, options?: CallOptions): Promise<void> {
    // The newer call also tells the new ID, so it is taken where the driver has it.
    const ref = await this.core.callWithFlags(
      'domainCreate',
      'domainCreateWithFlags',
      { dom: this.ref },
      flags,
      options,
    );
    if (ref) this.ref = ref;
  }

  /**
   * Starts a guest of a container hypervisor with file descriptors of this process, from 3 on. Only over a unix socket.
   * `flags`: virDomainCreateFlags. (virDomainCreateWithFiles)
   */
  async createWithFiles(files: readonly number[], flags = 0, options?: CallOptions): Promise<void> {
    this.ref = await this.call('domainCreateWithFiles', { dom: this.ref, flags, files }, options);
  }

  /**
   * Stops the virtual CPUs; memory and devices stay. Fails with VIR_ERR_OPERATION_INVALID while shut off.
   * (virDomainSuspend)
   */
  suspend(options?: CallOptions): Promise<void> {
    return this.call('domainSuspend', { dom: this.ref }, options);
  }

  /** Lets the virtual CPUs of a suspended guest run again. (virDomainResume) */
  resume(options?: CallOptions): Promise<void> {
    return this.call('domainResume', { dom: this.ref }, options);
  }

  /**
   * Asks the guest to shut down and does not wait for it; it may refuse. `flags`: virDomainShutdownFlagValues, the ways
   * to ask. (virDomainShutdown, virDomainShutdownFlags)
   */
  shutdown(flags?: number, options?: CallOptions): Promise<void> {
    return this.core.callWithFlags('domainShutdown', 'domainShutdownFlags', { dom: this.ref }, flags, options);
  }

  /** Asks the guest to restart and does not wait for it. `flags`: virDomainRebootFlagValues. (virDomainReboot) */
  reboot(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainReboot', { dom: this.ref, flags }, options);
  }

  /** Restarts the guest's hardware as its reset button would; unsaved data is lost. `flags`: 0. (virDomainReset) */
  reset(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainReset', { dom: this.ref, flags }, options);
  }

  /**
   * Switches the guest off at once; unsaved data is lost, the configuration of a persistent one stays. `flags`:
   * virDomainDestroyFlagsValues. (virDomainDestroy, virDomainDestroyFlags)
   */
  async destroy(flags?: number, options?: CallOptions): Promise<void> {
    await this.core.callWithFlags('domainDestroy', 'domainDestroyFlags', { dom: this.ref }, flags, options);
    this.#isShutOff();
  }

  /**
   * Deletes the configuration; a running guest goes on and becomes transient. `flags`: virDomainUndefineFlagsValues,
   * which say what goes with it (managed save, snapshots, NVRAM, ...); without the right ones it fails with
   * VIR_ERR_OPERATION_INVALID. (virDomainUndefine, virDomainUndefineFlags)
   */
  undefine(flags?: number, options?: CallOptions): Promise<void> {
    return this.core.callWithFlags('domainUndefine', 'domainUndefineFlags', { dom: this.ref }, flags, options);
  }

  /**
   * Writes the guest's memory to the file `to` on its host and stops it; `connection.domainRestore` starts it again.
   * `dxml` replaces the description in the file. `flags`: virDomainSaveRestoreFlags. (virDomainSave,
   * virDomainSaveFlags)
   */
  async save(to: string, dxml: string | null = null, flags?: number, options?: CallOptions): Promise<void> {
    const dom = this.ref;
    if (dxml === null && flags === undefined) await this.call('domainSave', { dom, to }, options);
    else await this.call('domainSaveFlags', { dom, to, dxml, flags: flags ?? 0 }, options);
    this.#isShutOff();
  }

  /**
   * As `save`, with VIR_DOMAIN_SAVE_PARAM_* parameters: `file`, `dxml`, ... `flags`: virDomainSaveRestoreFlags.
   * (virDomainSaveParams)
   */
  async saveParams(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainSaveParams', { dom: this.ref, params: toTypedParams(params), flags }, options);
    this.#isShutOff();
  }

  /**
   * Writes the guest's memory to a file the host keeps, and stops it; the next start goes on from there. `flags`:
   * virDomainSaveRestoreFlags. (virDomainManagedSave)
   */
  async managedSave(flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainManagedSave', { dom: this.ref, flags }, options);
    this.#isShutOff();
  }

  /** Whether the next start goes on from a managed save. `flags`: 0. (virDomainHasManagedSaveImage) */
  async hasManagedSaveImage(flags = 0, options?: CallOptions): Promise<boolean> {
    return (await this.call('domainHasManagedSaveImage', { dom: this.ref, flags }, options)) === 1;
  }

  /** Deletes the managed save, so that the next start boots. `flags`: 0. (virDomainManagedSaveRemove) */
  managedSaveRemove(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainManagedSaveRemove', { dom: this.ref, flags }, options);
  }

  /**
   * The description in the managed save. `flags`: virDomainSaveImageXMLFlags; secrets are denied read-only.
   * (virDomainManagedSaveGetXMLDesc)
   */
  async managedSaveGetXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    this.core.checkSecureFlags('virDomainManagedSaveGetXMLDesc', flags, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE);
    return this.call('domainManagedSaveGetXmlDesc', { dom: this.ref, flags }, options);
  }

  /**
   * Replaces the description in the managed save. `flags`: virDomainSaveRestoreFlags. (virDomainManagedSaveDefineXML)
   */
  managedSaveDefineXML(dxml: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainManagedSaveDefineXml', { dom: this.ref, dxml, flags }, options);
  }

  /**
   * Writes the guest's memory to the file `to` on its host, for a debugger. `flags`: virDomainCoreDumpFlags.
   * (virDomainCoreDump)
   */
  coreDump(to: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainCoreDump', { dom: this.ref, to, flags }, options);
  }

  /** As `coreDump`, in the format of virDomainCoreDumpFormat. (virDomainCoreDumpWithFormat) */
  coreDumpWithFormat(to: string, dumpformat: number, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainCoreDumpWithFormat', { dom: this.ref, to, dumpformat, flags }, options);
  }

  /**
   * Lets the guest sleep (its agent does it). `target`: virNodeSuspendTarget; `duration` in seconds, 0 for until
   * `pmWakeup`; `flags`: 0. (virDomainPMSuspendForDuration)
   */
  async pmSuspendForDuration(target: number, duration: Int64 = 0, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, target, duration: toUhyper(duration, 'duration'), flags };
    await this.call('domainPmSuspendForDuration', args, options);
  }

  /** Wakes a sleeping guest. `flags`: 0. (virDomainPMWakeup) */
  pmWakeup(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainPmWakeup', { dom: this.ref, flags }, options);
  }

  /** Sends a non-maskable interrupt to the guest. `flags`: 0. (virDomainInjectNMI) */
  injectNMI(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainInjectNmi', { dom: this.ref, flags }, options);
  }

  /**
   * What happens when the guest powers off, reboots or crashes. `type`: virDomainLifecycle; `action`:
   * virDomainLifecycleAction; `flags`: virDomainModificationImpact. (virDomainSetLifecycleAction)
   */
  setLifecycleAction(type: number, action: number, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainSetLifecycleAction', { dom: this.ref, type, action, flags }, options);
  }

  #isShutOff(): void {
    this.ref = { ...this.ref, id: -1 };
  }
}

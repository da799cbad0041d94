/** Domain, fifth part: shares and limits of the host's CPU, disks and networks; NUMA; security. */
import type { CallOptions } from '../driver.ts';
import { type TypedParams, type TypedParamsInput, fromTypedParams, toTypedParams } from '../typed-params.ts';
import { DomainMemory } from './memory.ts';

/** virDomainInterfaceStats: counters since the interface was plugged; -1 where the hypervisor does not count. */
export interface DomainInterfaceStats {
  rx_bytes: bigint;
  rx_packets: bigint;
  rx_errs: bigint;
  rx_drop: bigint;
  tx_bytes: bigint;
  tx_packets: bigint;
  tx_errs: bigint;
  tx_drop: bigint;
}

/** virSecurityLabel; `enforcing` says whether the policy is enforced or only watched. */
export interface SecurityLabel {
  label: string;
  enforcing: boolean;
}

export abstract class DomainTuning extends DomainMemory {
  /** Name of the scheduler and number of its parameters. (virDomainGetSchedulerType) */
  getSchedulerType(options?: CallOptions): Promise<{ type: string; nparams: number }> {
    return this.call('domainGetSchedulerType', { dom: this.ref }, options);
  }

  /**
   * The scheduler's parameters (VIR_DOMAIN_SCHEDULER_*). `flags`: virDomainModificationImpact.
   * (virDomainGetSchedulerParameters, virDomainGetSchedulerParametersFlags)
   */
  async getSchedulerParameters(flags?: number, options?: CallOptions): Promise<TypedParams> {
    const dom = this.ref;
    return fromTypedParams(
      await this.core.callWithFlags(
        'domainGetSchedulerParameters',
        'domainGetSchedulerParametersFlags',
        { dom },
        flags,
        options,
      ),
    );
  }

  /**
   * Sets parameters of the scheduler. `flags`: virDomainModificationImpact. (virDomainSetSchedulerParameters,
   * virDomainSetSchedulerParametersFlags)
   */
  async setSchedulerParameters(params: TypedParamsInput, flags?: number, options?: CallOptions): Promise<void> {
    await this.core.callWithFlags(
      'domainSetSchedulerParameters',
      'domainSetSchedulerParametersFlags',
      { dom: this.ref, params: toTypedParams(params) },
      flags,
      options,
    );
  }

  /**
   * Weights and limits of disk traffic (VIR_DOMAIN_BLKIO_*). `flags`: virDomainModificationImpact.
   * (virDomainGetBlkioParameters)
   */
  async getBlkioParameters(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetBlkioParameters', { dom: this.ref, flags }, options));
  }

  /** Sets weights and limits of disk traffic. `flags`: virDomainModificationImpact. (virDomainSetBlkioParameters) */
  async setBlkioParameters(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainSetBlkioParameters', { dom: this.ref, params: toTypedParams(params), flags }, options);
  }

  /**
   * Memory policy on NUMA hosts (VIR_DOMAIN_NUMA_*). `flags`: virDomainModificationImpact.
   * (virDomainGetNumaParameters)
   */
  async getNumaParameters(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetNumaParameters', { dom: this.ref, flags }, options));
  }

  /** Sets the memory policy on NUMA hosts. `flags`: virDomainModificationImpact. (virDomainSetNumaParameters) */
  async setNumaParameters(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainSetNumaParameters', { dom: this.ref, params: toTypedParams(params), flags }, options);
  }

  /** Counters of a network interface, named by its host-side device or its MAC. (virDomainInterfaceStats) */
  async interfaceStats(device: string, options?: CallOptions): Promise<DomainInterfaceStats> {
    const found = await this.call('domainInterfaceStats', { dom: this.ref, device }, options);
    return {
      rx_bytes: found.rxBytes,
      rx_packets: found.rxPackets,
      rx_errs: found.rxErrs,
      rx_drop: found.rxDrop,
      tx_bytes: found.txBytes,
      tx_packets: found.txPackets,
      tx_errs: found.txErrs,
      tx_drop: found.txDrop,
    };
  }

  /**
   * Bandwidth limits of a network interface (VIR_DOMAIN_BANDWIDTH_*): KiB/s, bursts in KiB. `flags`:
   * virDomainModificationImpact. (virDomainGetInterfaceParameters)
   */
  async getInterfaceParameters(device: string, flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetInterfaceParameters', { dom: this.ref, device, flags }, options));
  }

  /**
   * Sets bandwidth limits of a network interface; 0 removes one. `flags`: virDomainModificationImpact.
   * (virDomainSetInterfaceParameters)
   */
  async setInterfaceParameters(
    device: string,
    params: TypedParamsInput,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, device, params: toTypedParams(params), flags };
    await this.call('domainSetInterfaceParameters', args, options);
  }

  /**
   * Limits of a disk (VIR_DOMAIN_BLOCK_IOTUNE_*): bytes/s and requests/s; null asks which there are. `flags`:
   * virDomainModificationImpact. (virDomainGetBlockIoTune)
   */
  async getBlockIoTune(disk: string | null, flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetBlockIoTune', { dom: this.ref, disk, flags }, options));
  }

  /** Sets limits of a disk; 0 removes one. `flags`: virDomainModificationImpact. (virDomainSetBlockIoTune) */
  async setBlockIoTune(disk: string, params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainSetBlockIoTune', { dom: this.ref, disk, params: toTypedParams(params), flags }, options);
  }

  /**
   * Makes or changes a named set of disk limits that several disks share. `flags`: virDomainModificationImpact.
   * (virDomainSetThrottleGroup)
   */
  async setThrottleGroup(group: string, params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainSetThrottleGroup', { dom: this.ref, group, params: toTypedParams(params), flags }, options);
  }

  /**
   * Deletes a named set of disk limits that no disk uses. `flags`: virDomainModificationImpact.
   * (virDomainDelThrottleGroup)
   */
  delThrottleGroup(group: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainDelThrottleGroup', { dom: this.ref, group, flags }, options);
  }

  /** Label of the running guest in the host's first security model. (virDomainGetSecurityLabel) */
  async getSecurityLabel(options?: CallOptions): Promise<SecurityLabel> {
    const { label, enforcing } = await this.call('domainGetSecurityLabel', { dom: this.ref }, options);
    return { label, enforcing: enforcing !== 0 };
  }

  /** Labels of the running guest in each of the host's security models. (virDomainGetSecurityLabelList) */
  async getSecurityLabelList(options?: CallOptions): Promise<SecurityLabel[]> {
    const labels = await this.call('domainGetSecurityLabelList', { dom: this.ref }, options);
    return labels.map(({ label, enforcing }) => ({ label, enforcing: enforcing !== 0 }));
  }

  /**
   * Measurement and policy of an encrypted guest (VIR_DOMAIN_LAUNCH_SECURITY_*). `flags`: 0.
   * (virDomainGetLaunchSecurityInfo)
   */
  async getLaunchSecurityInfo(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetLaunchSecurityInfo', { dom: this.ref, flags }, options));
  }

  /** Hands a secret to an encrypted guest that is paused at its start. `flags`: 0. (virDomainSetLaunchSecurityState) */
  async setLaunchSecurityState(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainSetLaunchSecurityState', { dom: this.ref, params: toTypedParams(params), flags }, options);
  }
}

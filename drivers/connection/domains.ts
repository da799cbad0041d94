/** Connection, third part: finding, defining and starting guests; statistics in bulk; saved guests. */
import { invalidArgument, toUuid } from '../arguments.ts';
import { Domain } from '../domain.ts';
import type { CallOptions, DomainRef } from '../driver.ts';
import { type TypedParams, type TypedParamsInput, fromTypedParams, toTypedParams } from '../typed-params.ts';
import { ConnectionHost } from './host.ts';

/** Statistics of one domain, under dotted names (`cpu.time`, `block.0.rd.bytes`). */
export interface DomainStatsRecord {
  domain: Domain;
  params: TypedParams;
}

/** The most IDs or names that are asked for. */
const domainsAtMost = 16_384;

export abstract class ConnectionDomains extends ConnectionHost {
  /** All domains, running or not. `flags`: virConnectListAllDomainsFlags, which filter. (virConnectListAllDomains) */
  async listAllDomains(flags = 0, options?: CallOptions): Promise<Domain[]> {
    return this.#domains(await this.core.call('connectListAllDomains', { flags }, options));
  }

  /** IDs of the running domains. (virConnectListDomains) */
  listDomains(options?: CallOptions): Promise<number[]> {
    return this.core.call('connectListDomains', { maxids: domainsAtMost }, options);
  }

  /** Number of running domains. (virConnectNumOfDomains) */
  numOfDomains(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfDomains', {}, options);
  }

  /** Names of the domains that are shut off. (virConnectListDefinedDomains) */
  listDefinedDomains(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListDefinedDomains', { maxnames: domainsAtMost }, options);
  }

  /** Number of domains that are shut off. (virConnectNumOfDefinedDomains) */
  numOfDefinedDomains(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfDefinedDomains', {}, options);
  }

  /** The running domain with that ID. Fails with VIR_ERR_NO_DOMAIN where there is none. (virDomainLookupByID) */
  async domainLookupByID(id: number, options?: CallOptions): Promise<Domain> {
    return new Domain(this.core, await this.core.call('domainLookupById', { id }, options));
  }

  /** The domain of that name. Fails with VIR_ERR_NO_DOMAIN where there is none. (virDomainLookupByName) */
  async domainLookupByName(name: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this.core, await this.core.call('domainLookupByName', { name }, options));
  }

  /** The domain with that UUID. Fails with VIR_ERR_NO_DOMAIN where there is none. (virDomainLookupByUUID) */
  async domainLookupByUUID(uuid: string | Uint8Array, options?: CallOptions): Promise<Domain> {
    return new Domain(this.core, await this.core.call('domainLookupByUuid', { uuid: toUuid(uuid) }, options));
  }

  /** As `domainLookupByUUID`. (virDomainLookupByUUIDString) */
  domainLookupByUUIDString(uuid: string, options?: CallOptions): Promise<Domain> {
    return this.domainLookupByUUID(uuid, options);
  }

  /**
   * Keeps the configuration in `xml`, new or changed; does not start it. `flags`: virDomainDefineFlags.
   * (virDomainDefineXML, virDomainDefineXMLFlags)
   */
  async domainDefineXML(xml: string, flags?: number, options?: CallOptions): Promise<Domain> {
    const ref = await this.core.callWithFlags('domainDefineXml', 'domainDefineXmlFlags', { xml }, flags, options);
    return new Domain(this.core, ref);
  }

  /** Starts a guest whose configuration is not kept. `flags`: virDomainCreateFlags. (virDomainCreateXML) */
  async domainCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<Domain> {
    return new Domain(this.core, await this.core.call('domainCreateXml', { xmlDesc: xml, flags }, options));
  }

  /**
   * As `domainCreateXML` for a container that gets file descriptors of this process. Only over a unix socket.
   * (virDomainCreateXMLWithFiles)
   */
  async domainCreateXMLWithFiles(
    xml: string,
    files: readonly number[],
    flags = 0,
    options?: CallOptions,
  ): Promise<Domain> {
    const args = { xmlDesc: xml, flags, files };
    return new Domain(this.core, await this.core.call('domainCreateXmlWithFiles', args, options));
  }

  /**
   * Statistics of all domains at once. `stats`: virDomainStatsTypes, 0 for all; `flags`:
   * virConnectGetAllDomainStatsFlags. (virConnectGetAllDomainStats)
   */
  getAllDomainStats(stats = 0, flags = 0, options?: CallOptions): Promise<DomainStatsRecord[]> {
    return this.#stats([], stats, flags, options);
  }

  /** As `getAllDomainStats`, of these domains only. (virDomainListGetStats) */
  async domainListGetStats(
    domains: readonly Domain[],
    stats = 0,
    flags = 0,
    options?: CallOptions,
  ): Promise<DomainStatsRecord[]> {
    // To a driver an empty list would mean all domains.
    if (domains.length === 0) throw invalidArgument('virDomainListGetStats needs at least one domain');
    if (domains.some((domain) => domain.getConnect() !== this.core.connection)) {
      throw invalidArgument('virDomainListGetStats takes domains of one connection only');
    }
    const refs = domains.map(({ ref }) => ref);
    return this.#stats(refs, stats, flags, options);
  }

  /**
   * Starts a guest from the file that `domain.save` wrote; `dxml` replaces its description. `flags`:
   * virDomainSaveRestoreFlags. (virDomainRestore, virDomainRestoreFlags)
   */
  async domainRestore(from: string, dxml: string | null = null, flags?: number, options?: CallOptions): Promise<void> {
    if (dxml === null && flags === undefined) await this.core.call('domainRestore', { from }, options);
    else await this.core.call('domainRestoreFlags', { from, dxml, flags: flags ?? 0 }, options);
  }

  /**
   * As `domainRestore`, with VIR_DOMAIN_SAVE_PARAM_* parameters. `flags`: virDomainSaveRestoreFlags.
   * (virDomainRestoreParams)
   */
  async domainRestoreParams(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.core.call('domainRestoreParams', { params: toTypedParams(params), flags }, options);
  }

  /**
   * The description in a file that `domain.save` wrote. `flags`: virDomainSaveImageXMLFlags.
   * (virDomainSaveImageGetXMLDesc)
   */
  domainSaveImageGetXMLDesc(file: string, flags = 0, options?: CallOptions): Promise<string> {
    return this.core.call('domainSaveImageGetXmlDesc', { file, flags }, options);
  }

  /**
   * Replaces the description in a file that `domain.save` wrote. `flags`: virDomainSaveRestoreFlags.
   * (virDomainSaveImageDefineXML)
   */
  domainSaveImageDefineXML(file: string, dxml: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.core.call('domainSaveImageDefineXml', { file, dxml, flags }, options);
  }

  /**
   * Domain XML of a hypervisor's own configuration (`qemu-argv`, `xen-xl`, `vmware-vmx`, ...). `flags`: 0.
   * (virConnectDomainXMLFromNative)
   */
  domainXMLFromNative(nativeFormat: string, nativeConfig: string, flags = 0, options?: CallOptions): Promise<string> {
    return this.core.call('connectDomainXmlFromNative', { nativeFormat, nativeConfig, flags }, options);
  }

  /** A hypervisor's own configuration of domain XML. `flags`: 0. (virConnectDomainXMLToNative) */
  domainXMLToNative(nativeFormat: string, domainXml: string, flags = 0, options?: CallOptions): Promise<string> {
    return this.core.call('connectDomainXmlToNative', { nativeFormat, domainXml, flags }, options);
  }

  /**
   * Takes a QEMU process that runs without libvirt in hand; no driver of today does. `flags`: 0.
   * (virDomainQemuAttach)
   */
  async domainQemuAttach(pid: number, flags = 0, options?: CallOptions): Promise<Domain> {
    return new Domain(this.core, await this.core.call('qemuDomainAttach', { pidValue: pid, flags }, options));
  }

  async #stats(doms: DomainRef[], stats: number, flags: number, options?: CallOptions): Promise<DomainStatsRecord[]> {
    const args = { doms, stats: stats >>> 0, flags };
    const records = await this.core.call('connectGetAllDomainStats', args, options);
    return records.map(({ dom, params }) => ({ domain: new Domain(this.core, dom), params: fromTypedParams(params) }));
  }

  #domains(refs: readonly DomainRef[]): Domain[] {
    return refs.map((ref) => new Domain(this.core, ref));
  }
}

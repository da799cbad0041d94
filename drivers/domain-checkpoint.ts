/** DomainCheckpoint: a point in time from which on a guest's changed blocks are known, for incremental backups. */
import type { ConnectionCore } from './core.ts';
import type { Domain } from './domain.ts';
import type { CallOptions, DomainCheckpointRef } from './driver.ts';
import { VIR_DOMAIN_CHECKPOINT_XML_SECURE } from './enums.gen.ts';
import { Handle } from './handle.ts';

export class DomainCheckpoint extends Handle<DomainCheckpointRef> {
  readonly #domain: Domain;

  constructor(core: ConnectionCore, ref: DomainCheckpointRef, domain: Domain) {
    super(core, ref);
    this.#domain = domain;
  }

  /** The name, unique within the domain. (virDomainCheckpointGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The domain it is a checkpoint of. (virDomainCheckpointGetDomain) */
  getDomain(): Domain {
    return this.#domain;
  }

  /**
   * The description in XML. `flags`: virDomainCheckpointXMLFlags; secrets are denied read-only.
   * (virDomainCheckpointGetXMLDesc)
   */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    this.core.checkSecureFlags('virDomainCheckpointGetXMLDesc', flags, VIR_DOMAIN_CHECKPOINT_XML_SECURE);
    return this.call('domainCheckpointGetXmlDesc', { checkpoint: this.ref, flags }, options);
  }

  /**
   * The checkpoint before it. Fails with VIR_ERR_NO_DOMAIN_CHECKPOINT for a root. `flags`: 0.
   * (virDomainCheckpointGetParent)
   */
  async getParent(flags = 0, options?: CallOptions): Promise<DomainCheckpoint> {
    const ref = await this.call('domainCheckpointGetParent', { checkpoint: this.ref, flags }, options);
    return new DomainCheckpoint(this.core, ref, this.#domain);
  }

  /** The checkpoints after it. `flags`: virDomainCheckpointListFlags. (virDomainCheckpointListAllChildren) */
  async listAllChildren(flags = 0, options?: CallOptions): Promise<DomainCheckpoint[]> {
    const refs = await this.call('domainCheckpointListAllChildren', { checkpoint: this.ref, flags }, options);
    return refs.map((ref) => new DomainCheckpoint(this.core, ref, this.#domain));
  }

  /** Deletes it; the disks stay as they are. `flags`: virDomainCheckpointDeleteFlags. (virDomainCheckpointDelete) */
  delete(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainCheckpointDelete', { checkpoint: this.ref, flags }, options);
  }
}

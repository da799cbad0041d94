/** DomainSnapshot: a state of a guest, kept to go back to. */
import type { ConnectionCore } from './core.ts';
import type { Domain } from './domain.ts';
import type { CallOptions, DomainSnapshotRef } from './driver.ts';
import { VIR_DOMAIN_SNAPSHOT_XML_SECURE } from './enums.gen.ts';
import { Handle } from './handle.ts';

/** The most names that are asked for. */
const namesAtMost = 16_384;

export class DomainSnapshot extends Handle<DomainSnapshotRef> {
  readonly #domain: Domain;

  constructor(core: ConnectionCore, ref: DomainSnapshotRef, domain: Domain) {
    super(core, ref);
    this.#domain = domain;
  }

  /** The name, unique within the domain. (virDomainSnapshotGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The domain it is a snapshot of. (virDomainSnapshotGetDomain) */
  getDomain(): Domain {
    return this.#domain;
  }

  /**
   * The description in XML. `flags`: virDomainSnapshotXMLFlags; secrets are denied read-only.
   * (virDomainSnapshotGetXMLDesc)
   */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    this.core.checkSecureFlags('virDomainSnapshotGetXMLDesc', flags, VIR_DOMAIN_SNAPSHOT_XML_SECURE);
    return this.call('domainSnapshotGetXmlDesc', { snap: this.ref, flags }, options);
  }

  /**
   * The snapshot it was taken after. Fails with VIR_ERR_NO_DOMAIN_SNAPSHOT for a root. `flags`: 0.
   * (virDomainSnapshotGetParent)
   */
  async getParent(flags = 0, options?: CallOptions): Promise<DomainSnapshot> {
    const ref = await this.call('domainSnapshotGetParent', { snap: this.ref, flags }, options);
    return new DomainSnapshot(this.core, ref, this.#domain);
  }

  /** The snapshots taken after it. `flags`: virDomainSnapshotListFlags. (virDomainSnapshotListAllChildren) */
  async listAllChildren(flags = 0, options?: CallOptions): Promise<DomainSnapshot[]> {
    const refs = await this.call('domainSnapshotListAllChildren', { snapshot: this.ref, flags }, options);
    return refs.map((ref) => new DomainSnapshot(this.core, ref, this.#domain));
  }

  /** Number of snapshots taken after it. `flags`: virDomainSnapshotListFlags. (virDomainSnapshotNumChildren) */
  numChildren(flags = 0, options?: CallOptions): Promise<number> {
    return this.call('domainSnapshotNumChildren', { snap: this.ref, flags }, options);
  }

  /**
   * Names of the snapshots taken after it. `flags`: virDomainSnapshotListFlags. (virDomainSnapshotListChildrenNames)
   */
  listChildrenNames(flags = 0, options?: CallOptions): Promise<string[]> {
    return this.call('domainSnapshotListChildrenNames', { snap: this.ref, maxnames: namesAtMost, flags }, options);
  }

  /** Whether the guest's present state descends from it. `flags`: 0. (virDomainSnapshotIsCurrent) */
  async isCurrent(flags = 0, options?: CallOptions): Promise<boolean> {
    return (await this.call('domainSnapshotIsCurrent', { snap: this.ref, flags }, options)) === 1;
  }

  /**
   * Whether the host keeps data about it, which would keep the domain from being undefined. `flags`: 0.
   * (virDomainSnapshotHasMetadata)
   */
  async hasMetadata(flags = 0, options?: CallOptions): Promise<boolean> {
    return (await this.call('domainSnapshotHasMetadata', { snap: this.ref, flags }, options)) === 1;
  }

  /**
   * Brings the guest back to it; what happened since is lost. `flags`: virDomainSnapshotRevertFlags.
   * (virDomainRevertToSnapshot)
   */
  revertToSnapshot(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainRevertToSnapshot', { snap: this.ref, flags }, options);
  }

  /** Deletes it; the guest's present state stays. `flags`: virDomainSnapshotDeleteFlags. (virDomainSnapshotDelete) */
  delete(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainSnapshotDelete', { snap: this.ref, flags }, options);
  }
}

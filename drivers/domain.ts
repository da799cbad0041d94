/**
 * Domain: a guest, running or not. What libvirt's virDomain… functions do is spread over domain/ by subject; this last
 * part holds what leads to other objects.
 */
import type { Connection } from './connection.ts';
import { DomainCheckpoint } from './domain-checkpoint.ts';
import { DomainSnapshot } from './domain-snapshot.ts';
import { DomainJobs } from './domain/jobs.ts';
import type { CallOptions } from './driver.ts';
import type { TypedParamsInput } from './typed-params.ts';

/** The most names that are asked for. */
const namesAtMost = 16_384;

export class Domain extends DomainJobs {
  /**
   * Moves the guest to the host of `destination`, led by this process; the answer belongs to that connection. `params`:
   * VIR_MIGRATE_PARAM_* (name, URI, bandwidth, ... of the older forms are among them); `flags`: virDomainMigrateFlags.
   * (virDomainMigrate, virDomainMigrate2, virDomainMigrate3)
   */
  async migrate(
    destination: Connection,
    params: TypedParamsInput = {},
    flags = 0,
    options?: CallOptions,
  ): Promise<Domain> {
    return new Domain(destination.core, await this.migrateManaged(destination, params, flags, options));
  }

  /** Takes a snapshot as described in `xml`. `flags`: virDomainSnapshotCreateFlags. (virDomainSnapshotCreateXML) */
  async snapshotCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<DomainSnapshot> {
    const ref = await this.call('domainSnapshotCreateXml', { dom: this.ref, xmlDesc: xml, flags }, options);
    return new DomainSnapshot(this.core, ref, this);
  }

  /**
   * The snapshot of that name. Fails with VIR_ERR_NO_DOMAIN_SNAPSHOT where there is none. `flags`: 0.
   * (virDomainSnapshotLookupByName)
   */
  async snapshotLookupByName(name: string, flags = 0, options?: CallOptions): Promise<DomainSnapshot> {
    const ref = await this.call('domainSnapshotLookupByName', { dom: this.ref, name, flags }, options);
    return new DomainSnapshot(this.core, ref, this);
  }

  /**
   * The snapshot the guest's present state descends from. Fails with VIR_ERR_NO_DOMAIN_SNAPSHOT where there is none.
   * `flags`: 0. (virDomainSnapshotCurrent)
   */
  async snapshotCurrent(flags = 0, options?: CallOptions): Promise<DomainSnapshot> {
    const ref = await this.call('domainSnapshotCurrent', { dom: this.ref, flags }, options);
    return new DomainSnapshot(this.core, ref, this);
  }

  /** Whether the guest's present state descends from a snapshot. `flags`: 0. (virDomainHasCurrentSnapshot) */
  async hasCurrentSnapshot(flags = 0, options?: CallOptions): Promise<boolean> {
    return (await this.call('domainHasCurrentSnapshot', { dom: this.ref, flags }, options)) === 1;
  }

  /** All snapshots. `flags`: virDomainSnapshotListFlags, which filter and sort. (virDomainListAllSnapshots) */
  async listAllSnapshots(flags = 0, options?: CallOptions): Promise<DomainSnapshot[]> {
    const refs = await this.call('domainListAllSnapshots', { dom: this.ref, flags }, options);
    return refs.map((ref) => new DomainSnapshot(this.core, ref, this));
  }

  /** Number of snapshots. `flags`: virDomainSnapshotListFlags. (virDomainSnapshotNum) */
  snapshotNum(flags = 0, options?: CallOptions): Promise<number> {
    return this.call('domainSnapshotNum', { dom: this.ref, flags }, options);
  }

  /** Names of the snapshots. `flags`: virDomainSnapshotListFlags. (virDomainSnapshotListNames) */
  snapshotListNames(flags = 0, options?: CallOptions): Promise<string[]> {
    return this.call('domainSnapshotListNames', { dom: this.ref, maxnames: namesAtMost, flags }, options);
  }

  /**
   * Brings the guest back to a snapshot; the same as `snapshot.revertToSnapshot`. `flags`:
   * virDomainSnapshotRevertFlags.
   */
  revertToSnapshot(snapshot: DomainSnapshot, flags = 0, options?: CallOptions): Promise<void> {
    return snapshot.revertToSnapshot(flags, options);
  }

  /**
   * Marks a point in time from which on changed blocks are known, for backups. `flags`:
   * virDomainCheckpointCreateFlags. (virDomainCheckpointCreateXML)
   */
  async checkpointCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<DomainCheckpoint> {
    const ref = await this.call('domainCheckpointCreateXml', { dom: this.ref, xmlDesc: xml, flags }, options);
    return new DomainCheckpoint(this.core, ref, this);
  }

  /**
   * The checkpoint of that name. Fails with VIR_ERR_NO_DOMAIN_CHECKPOINT where there is none. `flags`: 0.
   * (virDomainCheckpointLookupByName)
   */
  async checkpointLookupByName(name: string, flags = 0, options?: CallOptions): Promise<DomainCheckpoint> {
    const ref = await this.call('domainCheckpointLookupByName', { dom: this.ref, name, flags }, options);
    return new DomainCheckpoint(this.core, ref, this);
  }

  /** All checkpoints. `flags`: virDomainCheckpointListFlags. (virDomainListAllCheckpoints) */
  async listAllCheckpoints(flags = 0, options?: CallOptions): Promise<DomainCheckpoint[]> {
    const refs = await this.call('domainListAllCheckpoints', { dom: this.ref, flags }, options);
    return refs.map((ref) => new DomainCheckpoint(this.core, ref, this));
  }
}

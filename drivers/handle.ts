/** What the objects of a connection have in common. A handle holds no resource: it is a name for a thing over there. */
import type { Connection } from './connection.ts';
import type { ConnectionCore, SlotArgs, SlotName, SlotResult } from './core.ts';
import type { CallOptions } from './driver.ts';

export abstract class Handle<Ref> {
  /** Not for applications: the dispatch of the connection this belongs to. */
  protected readonly core: ConnectionCore;
  #ref: Ref;

  constructor(core: ConnectionCore, ref: Ref) {
    this.core = core;
    this.#ref = ref;
  }

  /** How the driver knows the object. */
  get ref(): Ref {
    return this.#ref;
  }

  /** For the few calls after which the object is known differently. */
  protected set ref(ref: Ref) {
    this.#ref = ref;
  }

  /**
   * The connection the object was got from.
   * (virDomainGetConnect, virDomainSnapshotGetConnect, virDomainCheckpointGetConnect, virNetworkGetConnect,
   * virStoragePoolGetConnect, virStorageVolGetConnect, virSecretGetConnect, virInterfaceGetConnect)
   */
  getConnect(): Connection {
    return this.core.connection;
  }

  protected call<S extends SlotName>(slot: S, args: SlotArgs<S>, options?: CallOptions): Promise<SlotResult<S>> {
    return this.core.call(slot, args, options);
  }
}

/** Secret: a password or key that the host keeps for disks, storage and devices. */
import { toUuid, uuidBytes } from './arguments.ts';
import type { CallOptions, SecretRef } from './driver.ts';
import { Handle } from './handle.ts';

export class Secret extends Handle<SecretRef> {
  /** The 16 bytes of the UUID. (virSecretGetUUID) */
  getUUID(): Uint8Array {
    return uuidBytes(this.getUUIDString());
  }

  /** The UUID as text, in lower case. (virSecretGetUUIDString) */
  getUUIDString(): string {
    return toUuid(this.ref.uuid);
  }

  /** What it is for, as virSecretUsageType. (virSecretGetUsageType) */
  getUsageType(): number {
    return this.ref.usageType;
  }

  /** What exactly it is for: a volume's path, a server's name, ... (virSecretGetUsageID) */
  getUsageID(): string {
    return this.ref.usageID;
  }

  /** The description in XML, without the value. `flags`: 0. (virSecretGetXMLDesc) */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('secretGetXmlDesc', { secret: this.ref, flags }, options);
  }

  /**
   * The value. Fails with VIR_ERR_INVALID_SECRET for one that is private, and with VIR_ERR_NO_SECRET where none is
   * set. `flags`: 0. (virSecretGetValue)
   */
  getValue(flags = 0, options?: CallOptions): Promise<Uint8Array> {
    return this.call('secretGetValue', { secret: this.ref, flags }, options);
  }

  /** Sets the value, at most 64 KiB. `flags`: 0. (virSecretSetValue) */
  setValue(value: Uint8Array, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('secretSetValue', { secret: this.ref, value, flags }, options);
  }

  /** Deletes it with its value. (virSecretUndefine) */
  undefine(options?: CallOptions): Promise<void> {
    return this.call('secretUndefine', { secret: this.ref }, options);
  }
}

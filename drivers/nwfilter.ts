/** NWFilter: rules for the network traffic of guests that refer to them. */
import { toUuid, uuidBytes } from './arguments.ts';
import type { CallOptions, NWFilterRef } from './driver.ts';
import { Handle } from './handle.ts';

export class NWFilter extends Handle<NWFilterRef> {
  /** The name, unique on its host. (virNWFilterGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The 16 bytes of the UUID. (virNWFilterGetUUID) */
  getUUID(): Uint8Array {
    return uuidBytes(this.getUUIDString());
  }

  /** The UUID as text, in lower case. (virNWFilterGetUUIDString) */
  getUUIDString(): string {
    return toUuid(this.ref.uuid);
  }

  /** The description in XML. `flags`: 0. (virNWFilterGetXMLDesc) */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('nwfilterGetXmlDesc', { nwfilter: this.ref, flags }, options);
  }

  /** Deletes it. Fails with VIR_ERR_OPERATION_INVALID while a running guest uses it. (virNWFilterUndefine) */
  undefine(options?: CallOptions): Promise<void> {
    return this.call('nwfilterUndefine', { nwfilter: this.ref }, options);
  }
}

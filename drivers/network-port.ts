/** NetworkPort: something that is plugged into a network, usually a guest's interface. */
import { toUuid, uuidBytes } from './arguments.ts';
import type { ConnectionCore } from './core.ts';
import type { CallOptions, NetworkPortRef } from './driver.ts';
import { Handle } from './handle.ts';
import type { Network } from './network.ts';
import { type TypedParams, type TypedParamsInput, fromTypedParams, toTypedParams } from './typed-params.ts';

export class NetworkPort extends Handle<NetworkPortRef> {
  readonly #network: Network;

  constructor(core: ConnectionCore, ref: NetworkPortRef, network: Network) {
    super(core, ref);
    this.#network = network;
  }

  /** The network it is plugged into. (virNetworkPortGetNetwork) */
  getNetwork(): Network {
    return this.#network;
  }

  /** The 16 bytes of the UUID. (virNetworkPortGetUUID) */
  getUUID(): Uint8Array {
    return uuidBytes(this.getUUIDString());
  }

  /** The UUID as text, in lower case. (virNetworkPortGetUUIDString) */
  getUUIDString(): string {
    return toUuid(this.ref.uuid);
  }

  /** The description in XML. `flags`: 0. (virNetworkPortGetXMLDesc) */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('networkPortGetXmlDesc', { port: this.ref, flags }, options);
  }

  /**
   * Bandwidth limits (VIR_NETWORK_PORT_BANDWIDTH_*): KiB/s, bursts in KiB. `flags`: 0. (virNetworkPortGetParameters)
   */
  async getParameters(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('networkPortGetParameters', { port: this.ref, flags }, options));
  }

  /** Sets bandwidth limits. `flags`: 0. (virNetworkPortSetParameters) */
  async setParameters(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('networkPortSetParameters', { port: this.ref, params: toTypedParams(params), flags }, options);
  }

  /** Unplugs it. `flags`: 0. (virNetworkPortDelete) */
  delete(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('networkPortDelete', { port: this.ref, flags }, options);
  }
}

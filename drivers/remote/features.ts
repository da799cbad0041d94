/** What the server says it can do (VIR_DRV_FEATURE_...), asked once per feature. */
import type { CallOptions } from '../driver.ts';
import type { RpcClient } from '../rpc/client.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';

export const feature = {
  typedParamString: 9,
  programKeepalive: 10,
  remoteEventCallback: 14,
  remoteCloseCallback: 15,
} as const;

export class ServerFeatures {
  readonly #client: RpcClient;
  readonly #answers = new Map<number, Promise<boolean>>();

  constructor(client: RpcClient) {
    this.#client = client;
  }

  /** A server that cannot answer does not have the feature; only a lost connection rejects. */
  has(number: number, options?: CallOptions): Promise<boolean> {
    let answer = this.#answers.get(number);
    if (answer === undefined) {
      answer = this.#ask(number, options);
      this.#answers.set(number, answer);
      answer.catch(() => this.#answers.delete(number));
    }
    return answer;
  }

  async #ask(number: number, options?: CallOptions): Promise<boolean> {
    try {
      const { supported } = await this.#client.call(procedures.connectSupportsFeature, { feature: number }, options);
      return supported !== 0;
    } catch (error) {
      // Given up or lost: not an answer, the next caller asks again.
      if (!this.#client.isAlive || options?.signal?.aborted === true) throw error;
      return false;
    }
  }
}

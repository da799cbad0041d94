/**
 * Counts the round trips that a client waited for, however its packets were cut: the longest chain of answers of which
 * each could only be asked for after the one before had arrived. A burst of calls sent together is one round trip; so
 * is a connection's handshake.
 */

/** How many round trips lie behind a piece of data; of a count that was reset since, none. */
export interface Depth {
  epoch: number;
  trips: number;
}

export class RoundTrips {
  #epoch = 0;
  /** Most round trips behind anything that the client has, and behind what each connection's far end has. */
  #client = 0;
  readonly #servers = new Map<number, number>();
  /** What the handshake of each connection adds to what the client sends on it. */
  readonly #handshakes = new Map<number, number>();

  get count(): number {
    return this.#client;
  }

  reset(): void {
    this.#epoch += 1;
    this.#client = 0;
    this.#servers.clear();
    this.#handshakes.clear();
  }

  opened(connection: number): void {
    this.#handshakes.set(connection, this.#client + 1);
    this.#servers.set(connection, this.#client + 2);
  }

  closed(connection: number): void {
    this.#handshakes.delete(connection);
    this.#servers.delete(connection);
  }

  clientSent(connection: number): Depth {
    const known = Math.max(this.#client, this.#handshakes.get(connection) ?? 0);
    return { epoch: this.#epoch, trips: known + 1 };
  }

  serverReceived(connection: number, depth: Depth): void {
    if (depth.epoch !== this.#epoch) return;
    this.#servers.set(connection, Math.max(this.#servers.get(connection) ?? 0, depth.trips));
  }

  serverSent(connection: number): Depth {
    return { epoch: this.#epoch, trips: this.#servers.get(connection) ?? 0 };
  }

  clientReceived(depth: Depth): void {
    if (depth.epoch === this.#epoch) this.#client = Math.max(this.#client, depth.trips);
  }
}

/** Saved connections: what the user wants to look after, and how each one is doing now. */
import type { ChangedHostKey, QuestionKind } from './prompts.ts';
import type { ContractError } from './protocol.ts';

export interface SavedConnection {
  /** Stable id, chosen by the host. */
  id: string;
  /** libvirt URI, for example `qemu:///system` or `test:///default`. Never holds a secret. */
  uri: string;
  /** Display name; empty means: derive from the URI. */
  name: string;
  /** Connect when the application starts. */
  autoconnect: boolean;
  readonly: boolean;
}

/**
 * Life of a connection.
 *
 *   disconnected --connect--> connecting --ok--> connected --lost--> waiting --timer--> connecting
 *        ^                        |                  |                  |
 *        '------ fail, disconnect ' <---disconnect---'<-----------------'
 */
export type ConnectionState =
  /**
   * `needs`: it was to connect by itself, and a person has to answer something first; `connect` asks. `changedKey`: why
   * the host was not believed.
   */
  | { kind: 'disconnected'; error?: ContractError; needs?: QuestionKind; changedKey?: ChangedHostKey }
  /** `lostAtMs` and `error`: it was lost before, and why; what is shown of the host is that old. */
  | { kind: 'connecting'; attempt: number; lostAtMs?: number; error?: ContractError }
  | { kind: 'connected'; sinceMs: number; readonly: boolean }
  /** The link was lost, or could not be made again; the host tries again by itself at `retryAtMs`. */
  | { kind: 'waiting'; attempt: number; retryAtMs: number; lostAtMs: number; error: ContractError };

/** What is known of a host once connected. Absent values are unsupported by its driver. */
export interface HostInfo {
  hostname?: string;
  /** Driver type, for example `QEMU` or `TEST`. */
  hypervisor: string;
  hypervisorVersion?: string;
  libvirtVersion?: string;
  cpuModel?: string;
  cpus?: number;
  memoryKiB?: number;
  /** Methods of the driver contract that this connection offers, by slot name (`domainSuspend`, ...). */
  supported: string[];
}

export interface ConnectionStatus {
  connection: SavedConnection;
  state: ConnectionState;
  host?: HostInfo;
}

/** A hypervisor found on this machine, offered on the first screen. */
export interface FoundHypervisor {
  uri: string;
  name: string;
  /** Whether connecting is expected to work; `reason` says why not and what to do. */
  usable: boolean;
  reason?: string;
  /** The socket, program or file that was found. */
  evidence?: string;
}

/**
 * What a URI means, or why it cannot be used; shown live in the Add Connection dialog. `transport` is libvirt's name of
 * it, empty for a driver that is part of Hostler.
 */
export type UriVerdict =
  | { ok: true; uri: string; driver: string; transport: string; host?: string; suggestedName: string; warning?: string }
  | { ok: false; message: string };

export interface ConnectionsService {
  list(): Promise<ConnectionStatus[]>;
  /** Saves a connection. Fails with `invalid-argument` when the URI is unusable. */
  add(connection: Omit<SavedConnection, 'id'>): Promise<SavedConnection>;
  update(id: string, changes: Partial<Omit<SavedConnection, 'id'>>): Promise<SavedConnection>;
  /** Forgets a connection, after disconnecting it. Nothing on the host changes. */
  remove(id: string): Promise<void>;
  /** Connects; settles once connected, or fails with the reason. */
  connect(id: string): Promise<void>;
  disconnect(id: string): Promise<void>;
  /** Tries every connection that waits, now: the network is back. */
  retryWaiting(): Promise<void>;
  checkUri(uri: string): Promise<UriVerdict>;
  /** Looks at sockets and programs of this machine; takes at most two seconds. */
  discover(): Promise<FoundHypervisor[]>;
  /** First event: the whole list. Later events: the whole list again (it is short). */
  onDidChange: (listener: (all: ConnectionStatus[]) => void) => Unlisten;
}

/** Ends a subscription. */
export type Unlisten = () => void;

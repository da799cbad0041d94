/**
 * The driver contract: what every hypervisor driver, the in-memory test driver and the remote driver fill.
 * A driver answers `open`; what it opens is a session: a table of optional slots. A missing slot is *unsupported*,
 * reported in one place (connection.ts) with VIR_ERR_NO_SUPPORT.
 *
 *   connect() --> driver.open() --> declined (ask the next) | DriverSession | throws VirError (mine, and failed)
 *   public object --> session.slots.domainSuspend?.({ dom, ... }, { signal })
 *
 * Slots and their types are generated from the protocol table (driver-slots.gen.ts), so a procedure is written down
 * once. Objects travel as plain references; the public classes wrap them.
 */
import type { Duplex } from 'node:stream';
import type { DriverSlots } from './driver-slots.gen.ts';
import type { ConnectionUri } from './uri.ts';

export type { DriverSlots };

/** How a waiting call is bounded. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds after which the call fails with VIR_ERR_OPERATION_TIMEOUT; none by default. */
  timeoutMs?: number | undefined;
}

/** A domain: `uuid` in canonical text form, `id` -1 while inactive. */
export interface DomainRef {
  name: string;
  uuid: string;
  id: number;
}
export interface NetworkRef {
  name: string;
  uuid: string;
}
export interface NetworkPortRef {
  net: NetworkRef;
  uuid: string;
}
export interface StoragePoolRef {
  name: string;
  uuid: string;
}
export interface StorageVolRef {
  pool: string;
  name: string;
  key: string;
}
export interface NodeDeviceRef {
  name: string;
}
export interface NWFilterRef {
  name: string;
  uuid: string;
}
export interface NWFilterBindingRef {
  portdev: string;
  filtername: string;
}
export interface SecretRef {
  uuid: string;
  usageType: number;
  usageID: string;
}
export interface InterfaceRef {
  name: string;
  mac: string;
}
export interface DomainSnapshotRef {
  name: string;
  dom: DomainRef;
}
export interface DomainCheckpointRef {
  name: string;
  dom: DomainRef;
}

/** libvirt's virTypedParameterType by name of the wire union. 64-bit integers are bigint. */
export type TypedParam =
  | { field: string; type: 'int' | 'uint' | 'double'; value: number }
  | { field: string; type: 'llong' | 'ullong'; value: bigint }
  | { field: string; type: 'boolean'; value: boolean }
  | { field: string; type: 'string'; value: string };

/** A run of zeroes in a sparse stream, in bytes. */
export interface StreamHole {
  hole: bigint;
}

/** A byte stream that belongs to a call (console, volume upload and download, screenshot, migration). */
export interface DriverStream {
  /** Next piece; null at the end. One read at a time. Not read means not acknowledged: the sender is held back. */
  read(options?: CallOptions): Promise<Uint8Array | StreamHole | null>;
  /** A piece of `read`, or a part of one, is not needed any more: its memory may be used for what comes. */
  release?(piece: Uint8Array): void;
  /** Settles when the bytes are handed on, which is the back-pressure; they must not change until then. */
  write(data: Uint8Array, options?: CallOptions): Promise<void>;
  /** Only on streams opened with the sparse flag. */
  writeHole(length: bigint, options?: CallOptions): Promise<void>;
  /** Ends in order: everything written has arrived; fails with the far side's error. */
  finish(options?: CallOptions): Promise<void>;
  /** Ends at once, dropping what is under way. Never fails. */
  abort(): Promise<void>;
}

/** What can be listened to: libvirt's event families, each with its own event ids. */
export type EventFamily = 'domain' | 'network' | 'storagePool' | 'nodeDevice' | 'secret' | 'qemuMonitor';

/**
 * One event. `payload` has the fields of the protocol's message struct under their own names
 * (`{ dom, event, detail }` for a domain's life cycle).
 */
export interface DriverEvent {
  family: EventFamily;
  /** libvirt's event id within the family (virDomainEventID, virNetworkEventID, ...). */
  eventId: number;
  payload: Record<string, unknown>;
}

export interface EventFilter {
  family: EventFamily;
  eventId: number;
  /** Only events of this object; null: of all. */
  ref: DomainRef | NetworkRef | StoragePoolRef | NodeDeviceRef | SecretRef | null;
  /**
   * For `qemuMonitor`: the QMP event's name, or null for all; `flags` as
   * virConnectDomainQemuMonitorEventRegisterFlags.
   */
  monitorEvent?: string | null;
  flags?: number;
}

/** Why a session ended: libvirt's virConnectCloseReason. */
export type CloseReason = 'error' | 'eof' | 'keepalive' | 'client';

/** A connection as a driver holds it. */
export interface DriverSession {
  /** Table of what this connection can do. */
  readonly slots: DriverSlots;
  /** What libvirt's virConnectGetType answers (`QEMU`, `TEST`, ...). */
  readonly type: string;
  /** Canonical URI, as virConnectGetURI. */
  readonly uri: string;
  /** Set where the far side lets this connection only look, whether that was asked for or not. */
  readonly isReadOnly?: boolean;
  /** Registers for events; absent: this driver has none. */
  readonly registerEvent?: (
    filter: EventFilter,
    emit: (event: DriverEvent) => void,
    options?: CallOptions,
  ) => Promise<{ unregister(): Promise<void> }>;
  /**
   * What libvirt's drivers ask each other (virDrvFeature: 6 migration version 3, 13 migration parameters, ...).
   * Absent: none of them.
   */
  readonly hasFeature?: (feature: number, options?: CallOptions) => Promise<boolean>;
  isAlive(): boolean;
  /** True where the transport is encrypted or local. */
  isSecure(): boolean;
  isEncrypted(): boolean;
  /** Told once, when the session has ended for whatever reason. */
  onDidClose(listener: (reason: CloseReason, error?: Error) => void): { dispose(): void };
  /** Keepalive of the link: `intervalSeconds` 0 switches it off. Absent where there is no link. */
  readonly setKeepAlive?: (intervalSeconds: number, count: number) => void;
  /** Byte streams through the connection's own log-in; absent where there is none (only SSH has one). */
  readonly tunnel?: DriverTunnel;
  close(): Promise<void>;
}

/**
 * Connections that start on the session's host and come through its log-in: to a console that listens on the host's
 * 127.0.0.1 or on a socket file of it. They end with the session. Where the far side refuses, the stream ends with a
 * VirError.
 */
export interface DriverTunnel {
  openTcp(host: string, port: number, options?: CallOptions): Promise<Duplex>;
  openUnix(path: string, options?: CallOptions): Promise<Duplex>;
}

export interface OpenOptions extends CallOptions {
  readonly?: boolean;
  auth?: AuthCallback;
  /** Answers what an SSH log-in asks; without it only what needs no answer works. */
  prompt?: PromptCallback;
}

/**
 * Something that an SSH log-in wants to know. `text` is the question as SSH put it; `isOtherKnown`: keys of other types
 * are known of this host.
 */
export type SshPrompt = { text: string } & (
  | { kind: 'hostKey'; host: string; keyType: string; fingerprint: string; isOtherKnown: boolean }
  | { kind: 'password'; user: string; host: string }
  /** Of a key; `isPin`: the PIN of a hardware key. */
  | { kind: 'passphrase'; key: string; isPin: boolean }
  /** One answer of a server's own dialogue, as for one-time codes. */
  | { kind: 'code'; isEchoed: boolean }
  /** Nothing to type: a hardware key waits to be touched. Over when `signal` aborts; the answer is not used. */
  | { kind: 'touch' }
);

/**
 * Answers one question: the text that was typed, `yes` to accept a host key, null to give up. `signal` aborts when the
 * question no longer matters.
 */
export type PromptCallback = (prompt: SshPrompt, signal: AbortSignal) => Promise<string | null>;

/** One thing the far side wants to know (virConnectCredential). */
export interface CredentialRequest {
  type:
    | 'username'
    | 'authname'
    | 'passphrase'
    | 'echoprompt'
    | 'noechoprompt'
    | 'realm'
    | 'external'
    | 'language'
    | 'cnonce';
  prompt: string;
  challenge: string | null;
  defaultResult: string | null;
}

/** Answers in the order asked; null cancels the authentication. Asked again where the server refused the answers. */
export type AuthCallback = (requests: CredentialRequest[]) => Promise<string[] | null>;

export const declined = Symbol('declined');

export interface Driver {
  /** Folder name of the driver: `remote`, `test`, `qemu`, ... */
  readonly name: string;
  /** `declined`: not this driver's URI. A thrown VirError: this driver's, and it failed. */
  open(uri: ConnectionUri | null, options: OpenOptions): Promise<DriverSession | typeof declined>;
}

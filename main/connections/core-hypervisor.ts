/** The host's hypervisor on top of the driver core's connection: the one place where main/ meets it. */
import type { Duplex } from 'node:stream';
import { connect } from '../../drivers/connect.ts';
import type { Connection } from '../../drivers/connection.ts';
import type { ConnectionCloseEvent } from '../../drivers/connection/base.ts';
import type { CallOptions } from '../../drivers/driver.ts';
import { VIR_DOMAIN_CONSOLE_FORCE, VIR_DOMAIN_XML_INACTIVE, VIR_DOMAIN_XML_SECURE } from '../../drivers/enums.gen.ts';
import type { Stream } from '../../drivers/stream.ts';
import { parseUri } from '../../drivers/uri.ts';
import type { Call } from '../call.ts';
import type { DomainOperation, HostInfo, Settings } from '../contract/index.ts';
import type { Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import { toContractError } from '../ipc/contract-error.ts';
import { isLocalUri } from './check-uri.ts';
import { subscribe } from './core-events.ts';
import { CoreGuests, isUnsupported } from './core-guests.ts';
import { describeHost, listNetworks, listStoragePools } from './core-host-objects.ts';
import { perform } from './core-operations.ts';
import { questionsOf } from './core-questions.ts';
import { CoreVolumes } from './core-volumes.ts';
import { explainOpen } from './open-error.ts';
import { withReadOnlyRemedy } from './read-only-remedy.ts';
import type {
  ConsoleStream,
  GuestFacts,
  GuestSample,
  HostAddress,
  Hypervisor,
  HypervisorEvent,
  NetworkFacts,
  OpenHypervisor,
  OpenHypervisorOptions,
  RawScreenshot,
  StoragePoolFacts,
} from './hypervisor.ts';

/** For questions that a healthy host answers at once; operations may take as long as they do. */
const answerMs = 30_000;
/** A picture larger than any screen's is none. */
const maximumPictureBytes = 64 * 1024 * 1024;

/** When a silent host counts as gone. */
export type KeepAlive = Settings['keepAlive'];

/** How connections of the driver core are opened; failing with what the driver says, put in the user's terms. */
export function hypervisorOpener(keepAlive: () => KeepAlive): OpenHypervisor {
  return (uri, options) => openHypervisor(uri, options, keepAlive());
}

async function openHypervisor(
  uri: string,
  { readonly, signal, ask }: OpenHypervisorOptions,
  keepAlive: KeepAlive,
): Promise<Hypervisor> {
  const parsed = parseUri(uri);
  const questions = questionsOf(parsed.host, ask);
  // Windows that look at the same guest ask for the same at the same moment.
  const connection = await connect(uri, { readonly, signal, sharedReads: true, ...questions }).catch(
    async (error: unknown) => {
      const explained = explainOpen(error, uri);
      throw readonly ? explained : await withReadOnlyRemedy(explained, uri, signal);
    },
  );
  connection.setKeepAlive(keepAlive.intervalSeconds, keepAlive.count);
  return new CoreHypervisor(connection, { isLocal: isLocalUri(parsed), hostName: parsed.host, keepAlive });
}

interface Place {
  isLocal: boolean;
  hostName: string;
  keepAlive: KeepAlive;
}

class CoreHypervisor implements Hypervisor {
  readonly isLocal: boolean;
  readonly hostName: string;
  readonly isReadonly: boolean;
  readonly storage: CoreVolumes;
  readonly #connection: Connection;
  readonly #keepAlive: KeepAlive;
  readonly #guests: CoreGuests;

  constructor(connection: Connection, place: Place) {
    this.#connection = connection;
    this.#keepAlive = place.keepAlive;
    this.#guests = new CoreGuests(connection);
    this.storage = new CoreVolumes(connection);
    this.isLocal = place.isLocal;
    this.hostName = place.hostName;
    this.isReadonly = connection.isReadOnly;
  }

  get hasTunnel(): boolean {
    return this.#connection.tunnel !== null;
  }

  get canOpenConsole(): boolean {
    return this.#connection.supports('domainOpenConsole');
  }

  hostInfo(call?: Call): Promise<HostInfo> {
    return describeHost(this.#connection, bounded(call));
  }

  listGuests(call?: Call): Promise<GuestFacts[]> {
    return this.#guests.list(bounded(call));
  }

  readGuest(uuid: string, call?: Call): Promise<GuestFacts | null> {
    return this.#guests.read(uuid, bounded(call));
  }

  sampleGuests(what: { throughput: boolean }, call?: Call): Promise<GuestSample[] | null> {
    return this.#guests.sample(what, bounded(call));
  }

  listNetworks(call?: Call): Promise<NetworkFacts[]> {
    return listNetworks(this.#connection, bounded(call));
  }

  listStoragePools(call?: Call): Promise<StoragePoolFacts[]> {
    return listStoragePools(this.#connection, bounded(call));
  }

  subscribe(listener: (event: HypervisorEvent) => void, call?: Call): Promise<boolean> {
    return subscribe(this.#connection, listener, bounded(call));
  }

  async perform(uuid: string, operation: DomainOperation): Promise<void> {
    const domain = await this.#guests.domain(uuid, bounded());
    await perform(domain, operation);
  }

  async domainXml(uuid: string, view: 'live' | 'inactive', call?: Call): Promise<string> {
    const domain = await this.#guests.domain(uuid, bounded(call));
    return await domain.getXMLDesc(view === 'inactive' ? VIR_DOMAIN_XML_INACTIVE : 0, bounded(call));
  }

  async consoleXml(uuid: string, call?: Call): Promise<string> {
    const domain = await this.#guests.domain(uuid, bounded(call));
    const secure = this.isReadonly ? 0 : VIR_DOMAIN_XML_SECURE;
    return await domain.getXMLDesc(secure, bounded(call)).catch((error: unknown) => {
      if (secure === 0 || toContractError(error).code !== 'permission-denied') throw error;
      return domain.getXMLDesc(0, bounded(call));
    });
  }

  async screenshot(uuid: string, call?: Call): Promise<RawScreenshot | null> {
    const domain = await this.#guests.domain(uuid, bounded(call));
    const stream = this.#connection.newStream();
    try {
      const mime = await domain.screenshot(stream, 0, 0, bounded(call));
      const data = await receiveAll(stream, bounded(call));
      await stream.finish();
      return { mime: mime ?? '', data };
    } catch (error) {
      await abort(stream);
      if (isUnsupported(error)) return null;
      throw error;
    }
  }

  async openConsole(
    uuid: string,
    device: string | null,
    options: { force: boolean },
    call?: Call,
  ): Promise<ConsoleStream> {
    const domain = await this.#guests.domain(uuid, bounded(call));
    const stream = this.#connection.newStream();
    await domain.openConsole(device, stream, options.force ? VIR_DOMAIN_CONSOLE_FORCE : 0, bounded(call));
    return {
      read: async () => {
        const piece = await stream.recv();
        return piece.length === 0 ? null : piece;
      },
      write: async (data) => {
        await stream.send(data);
      },
      abort: () => abort(stream),
    };
  }

  async openTunnel(address: HostAddress, call?: Call): Promise<Duplex> {
    const { tunnel } = this.#connection;
    if (tunnel === null) throw new HostError('unsupported', 'This connection has no tunnel to its host.');
    return 'path' in address
      ? await tunnel.openUnix(address.path, bounded(call))
      : await tunnel.openTcp(address.host, address.port, bounded(call));
  }

  onDidClose(listener: (error: Error) => void): Unlisten {
    const handle = this.#connection.onDidClose((event) => {
      if (event.reason !== 'client') listener(lossOf(event, this.#keepAlive));
    });
    return () => handle.dispose();
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

function bounded(call: Call = {}): CallOptions {
  return { signal: call.signal, timeoutMs: answerMs };
}

function lossOf({ reason, error }: ConnectionCloseEvent, { intervalSeconds, count }: KeepAlive): HostError {
  // Silence, then so many questions.
  const silence = Math.round(intervalSeconds * (count + 1));
  const messages = {
    eof: 'The host closed the connection; its libvirt service was stopped or restarted.',
    keepalive: `The host has not answered for ${silence} seconds.`,
    error: `The connection broke: ${error?.message ?? 'no reason is known'}`,
    client: 'The connection was closed.',
  };
  return new HostError('connection-lost', messages[reason], error ? { cause: error } : {});
}

async function receiveAll(stream: Stream, options: CallOptions): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const piece = await stream.recv(undefined, undefined, options);
    if (piece.length === 0) return Buffer.concat(pieces);
    length += piece.length;
    if (length > maximumPictureBytes) {
      throw new HostError('too-large', 'The host sent a picture of the guest’s screen larger than 64 MiB.');
    }
    pieces.push(piece);
  }
}

/** Streams that were never opened, or ended already, have nothing to abort. */
async function abort(stream: Stream): Promise<void> {
  await stream.abort().catch(() => {});
}

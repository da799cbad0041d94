/** The address of a host elsewhere in parts that people fill in, and back. What it does not know of a URI it keeps. */

export const remoteTransports = ['ssh', 'tls', 'tcp'] as const;
export type RemoteTransport = (typeof remoteTransports)[number];

/** Texts as they are typed; '' stands for what is left open. */
export interface RemoteAddress {
  /** `qemu`, `xen`, ... */
  driver: string;
  transport: RemoteTransport;
  user: string;
  host: string;
  port: string;
  /** With its slash. */
  path: string;
  /** Of a private key, for ssh. */
  keyfile: string;
  /** All other parameters as they stand in the URI. */
  params: string[];
}

/** Where each transport's daemon listens by default. */
export const defaultPorts: Record<RemoteTransport, string> = { ssh: '22', tls: '16514', tcp: '16509' };

/** The parts of a URI; null for one that is not of this kind. */
export function parseRemote(uri: string): RemoteAddress | null {
  const shape =
    /^([a-z][\w.-]*)\+(ssh|tls|tcp):\/\/(?:([^@/?#]*)@)?(?:\[([^\]]*)\]|([^:/?#[\]]*))(?::(\d*))?(\/[^?#]*)?(?:\?([^#]*))?$/i;
  const [, driver, transport, user = '', address, name = '', port = '', path = '', query = ''] =
    shape.exec(uri.trim()) ?? [];
  if (driver === undefined) return null;
  const params = query === '' ? [] : query.split('&');
  const isKeyfile = (param: string): boolean => param.startsWith('keyfile=');
  try {
    return {
      driver,
      transport: transport!.toLowerCase() as RemoteTransport,
      user: decodeURIComponent(user),
      host: decodeURIComponent(address ?? name),
      port,
      path,
      keyfile: decodeURIComponent(params.find(isKeyfile)?.slice('keyfile='.length) ?? ''),
      params: params.filter((param) => !isKeyfile(param)),
    };
  } catch {
    // A percent sign that encodes nothing.
    return null;
  }
}

/** The URI of the parts. */
export function formatRemote({ driver, transport, user, host, port, path, keyfile, params }: RemoteAddress): string {
  const login = user === '' ? '' : `${encodeURIComponent(user)}@`;
  const name = host.includes(':') ? `[${host}]` : encodeURIComponent(host);
  const key =
    transport === 'ssh' && keyfile !== '' ? [`keyfile=${encodeURIComponent(keyfile).replaceAll('%2F', '/')}`] : [];
  const query = [...key, ...params].join('&');
  return `${driver}+${transport}://${login}${name}${port === '' ? '' : `:${port}`}${path}${query === '' ? '' : `?${query}`}`;
}

/** The same host by another transport, or a form to be filled in. A port belongs to its transport, a user to ssh. */
export function withTransport(uri: string, transport: RemoteTransport): string {
  const known = parseRemote(uri);
  if (known?.transport === transport) return uri;
  const base = known ?? { driver: 'qemu', host: '', path: '/system', params: [] };
  const { driver, host, path, params } = base;
  return formatRemote({
    driver,
    host,
    path,
    params,
    transport,
    user: transport === 'ssh' ? 'root' : '',
    port: '',
    keyfile: '',
  });
}

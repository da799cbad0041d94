/**
 * Connection URIs: text to parts and back. Knows libvirt's grammar, not what a driver makes of the parts.
 *
 *   driver[+transport]://[user@][host][:port]/[path][?name=value&...]
 *   qemu+ssh://root@kvm1.example.org:2222/system?keyfile=/home/me/.ssh/lab
 */
import { type VirError, virError } from './error.ts';

/** The transports libvirt knows; '' where the URI names none (then tls with a host, unix without). */
export const uriTransports = ['', 'unix', 'ssh', 'tls', 'tcp', 'ext', 'libssh', 'libssh2'] as const;

export type UriTransport = (typeof uriTransports)[number];

/** A connection URI in parts. Texts are decoded; '' stands for a part that is absent. */
export interface ConnectionUri {
  /** The text as it was given. */
  original: string;
  /** In lower case: `qemu`, `test`, `esx`, ... */
  driver: string;
  transport: UriTransport;
  user: string;
  /** Host name or address; an IPv6 address without its brackets. */
  host: string;
  port: number | null;
  /** With its leading slash: `/system`; '' where the URI ends after the host. */
  path: string;
  /** In the order written; a name may occur more than once, a name without `=` has the value ''. */
  params: [name: string, value: string][];
  /** Values of parameters that are not written, from a configuration. No part of the text. */
  defaults?: ReadonlyMap<string, string>;
}

const maximumLength = 8192;
const maximumParams = 64;
const example = 'for example qemu:///system or qemu+ssh://root@host.example.org/system';

/**
 * Parts of a connection URI. Throws VIR_ERR_INVALID_ARG, saying what is wrong and showing a right one; a password is
 * never repeated in the message.
 */
export function parseUri(text: string): ConnectionUri {
  if (text.length > maximumLength) {
    throw refuse(`${text.slice(0, 60)}...`, `it has ${text.length} characters, at most ${maximumLength} are allowed`);
  }
  if (text.includes(' ') || hasControl(text)) {
    throw refuse(text, 'it contains a space or a control character; write a space as %20');
  }
  const match = /^([A-Za-z][A-Za-z0-9.-]*)(?:\+([^:/?#]*))?:(?:\/\/([^/?#]*))?(\/[^?#]*|)(?:\?([^#]*))?$/.exec(text);
  if (!match) throw refuse(text, explainShape(text));
  const [, driver = '', transportText, authority = '', path = '', query = ''] = match;
  const transport = parseTransport(text, transportText);
  const { user, host, port } = parseAuthority(text, authority);
  if (transport === 'unix' && host !== '') {
    throw refuse(
      text,
      `the transport 'unix' reaches only this machine, but the host '${host}' is named; use ssh, tls or tcp, or leave the host out`,
    );
  }
  return {
    original: text,
    driver: driver.toLowerCase(),
    transport,
    user,
    host,
    port,
    path: decode(text, path, 'path'),
    params: parseParams(text, query),
  };
}

/** The URI's text, in one canonical spelling: `parseUri(formatUri(uri))` has the same parts. */
export function formatUri(uri: Omit<ConnectionUri, 'original' | 'defaults'>): string {
  const scheme = uri.transport === '' ? uri.driver : `${uri.driver}+${uri.transport}`;
  const user = uri.user === '' ? '' : `${encode(uri.user)}@`;
  const host = uri.host.includes(':') ? `[${encode(uri.host, ':')}]` : encode(uri.host);
  const port = uri.port === null ? '' : `:${uri.port}`;
  const path = encode(uri.path, '/:@,+=');
  return `${scheme}://${user}${host}${port}${path}${formatParams(uri.params)}`;
}

/** The value of the first parameter called `name` (compared as libvirt does, without regard to case). */
export function getUriParam(uri: ConnectionUri, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return uri.params.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? uri.defaults?.get(wanted);
}

/** The values of all parameters called `name`, in their order. */
export function getUriParams(uri: ConnectionUri, name: string): string[] {
  return uri.params.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/**
 * Whether a parameter says yes, which libvirt writes as a number other than 0; absent is no. Throws VIR_ERR_INVALID_ARG
 * for what is no number, lest `no_verify=false` be taken for yes.
 */
export function isUriFlagSet(uri: ConnectionUri, name: string): boolean {
  const value = getUriParam(uri, name);
  if (value === undefined) return false;
  if (/^[+-]?\d{1,9}$/.test(value)) return Number(value) !== 0;
  throw refuse(uri.original, `the parameter '${name}' is '${value}', but it takes a number: 1 for yes, 0 for no`);
}

/** A copy where `defaults` stand for parameters that are absent, by their names in lower case. */
export function withUriDefaults(uri: ConnectionUri, defaults: ReadonlyMap<string, string>): ConnectionUri {
  return { ...uri, defaults };
}

/** A copy without the parameters called `names`; `original` stays as it was. */
export function removeUriParams(uri: ConnectionUri, names: readonly string[]): ConnectionUri {
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return { ...uri, params: uri.params.filter(([key]) => !unwanted.has(key.toLowerCase())) };
}

function parseTransport(text: string, transport: string | undefined): UriTransport {
  if (transport === undefined) return '';
  const wanted = transport.toLowerCase();
  const found = uriTransports.find((known) => known !== '' && known === wanted);
  if (found === undefined) {
    throw refuse(
      text,
      `the transport '${transport}' is unknown; the transports are ${uriTransports.slice(1).join(', ')}`,
    );
  }
  return found;
}

function parseAuthority(text: string, authority: string): Pick<ConnectionUri, 'user' | 'host' | 'port'> {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : parseUser(text, authority.slice(0, at));
  const match = /^(?:\[([^\][]*)\]|([^:\][]*))(?::([^:]*))?$/.exec(authority.slice(at + 1));
  if (!match)
    throw refuse(
      text,
      'the host is not readable; write an IPv6 address in brackets, as in qemu+tls://[2001:db8::1]/system',
    );
  const [, bracketed, plain = '', portText] = match;
  const host = parseHost(text, bracketed ?? plain, bracketed !== undefined);
  const port = portText === undefined ? null : parsePort(text, portText);
  if (host === '' && (port !== null || at >= 0)) throw refuse(text, 'a user or a port is named but no host');
  return { user, host, port };
}

function parseUser(text: string, encoded: string): string {
  // A password would end up in saved lists, logs and process arguments.
  if (encoded.includes(':'))
    throw refuse(text, 'it contains a password; leave it out, it is asked for when connecting');
  const user = decode(text, encoded, 'user');
  if (user === '') throw refuse(text, "there is no user name before the '@'");
  // Users and hosts become arguments of ssh.
  if (user.startsWith('-')) throw refuse(text, "the user name starts with '-'");
  return user;
}

function parseHost(text: string, encoded: string, bracketed: boolean): string {
  const host = decode(text, encoded, 'host');
  if (bracketed && !/^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]+)?$/.test(host)) {
    throw refuse(text, `'[${host}]' is not an IPv6 address`);
  }
  if (!bracketed && !/^(?:[\p{L}\p{N}_][\p{L}\p{N}\p{M}._-]*)?$/u.test(host)) {
    throw refuse(text, `'${host}' is not a host name`);
  }
  return host;
}

function parsePort(text: string, portText: string): number {
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65535) throw refuse(text, `the port '${portText}' is not a number from 1 to 65535`);
  return port;
}

/** libvirt separates parameters by `&` or `;` and takes `+` literally. */
function parseParams(text: string, query: string): [string, string][] {
  const parts = query.split(/[&;]/).filter((part) => part !== '');
  if (parts.length > maximumParams)
    throw refuse(text, `it has ${parts.length} parameters, at most ${maximumParams} are allowed`);
  return parts.map((part) => {
    const equals = part.indexOf('=');
    const name = decode(text, equals < 0 ? part : part.slice(0, equals), 'parameter name');
    if (name === '') throw refuse(text, `the parameter '${part}' has no name`);
    return [name, equals < 0 ? '' : decode(text, part.slice(equals + 1), `parameter '${name}'`)];
  });
}

function formatParams(params: readonly [string, string][]): string {
  if (params.length === 0) return '';
  return `?${params.map(([name, value]) => `${encode(name)}=${encode(value, '/:@,+')}`).join('&')}`;
}

function decode(text: string, encoded: string, part: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(encoded);
  } catch {
    throw refuse(text, `the ${part} has a broken % sequence; write a % sign as %25`);
  }
  if (hasControl(decoded)) throw refuse(text, `the ${part} contains a control character`);
  return decoded;
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function encode(text: string, plain = ''): string {
  return encodeURIComponent(text).replace(/[!'()*]|%[0-9A-F]{2}/g, (found) => {
    if (!found.startsWith('%')) return `%${found.charCodeAt(0).toString(16).toUpperCase()}`;
    const char = String.fromCharCode(Number.parseInt(found.slice(1), 16));
    return plain.includes(char) ? char : found;
  });
}

function explainShape(text: string): string {
  if (text === '') return 'it is empty';
  if (text.includes('#')) return "it contains '#'; write it as %23";
  if (!/^[A-Za-z][A-Za-z0-9.+-]*:/.test(text)) return "it does not start with a driver's name and a colon";
  return "after the driver's name comes '://', then a host or nothing, then a path";
}

function refuse(text: string, reason: string): VirError {
  // Whatever stands between // and @ may be a password.
  const shown = text.replace(/(\/\/[^/?#@:]*):[^@]*@/, '$1:***@');
  return virError(
    'VIR_ERR_INVALID_ARG',
    'VIR_FROM_URI',
    `cannot use '${shown}' as a connection URI: ${reason} (${example})`,
  );
}

/** What is run on the far side to reach its libvirt daemon: libvirt's helper, else netcat on the daemon's socket. */
import { VirError, VirErrorDomain, VirErrorNumber, virError } from '../../error.ts';
import { type ConnectionUri, getUriParam } from '../../uri.ts';
import type { ProcessEnd } from '../process-stream.ts';

const NO_HELPER = 121;
const NO_SOCKET = 122;
const NO_NETCAT = 123;
const SOCKET_MARK = 'hostler-socket:';

/**
 * Looks, decides and becomes the program that does the work, in one round trip. Everything that varies is an argument.
 *   1 auto|native|netcat  2 -r or nothing  3 URI for the helper  4 netcat  5 session|system  6... sockets, the first
 *   that exists is taken; without a slash they are below the daemon's folder
 */
const script = [
  'way=$1 ro=$2 uri=$3 nc=$4 kind=$5; shift 5',
  'if [ "$way" != netcat ] && command -v virt-ssh-helper >/dev/null 2>&1; then exec virt-ssh-helper ${ro:+"$ro"} -- "$uri"; fi',
  `[ "$way" = native ] && exit ${NO_HELPER}`,
  'd=/var/run/libvirt',
  '[ "$kind" = session ] && d=${XDG_RUNTIME_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}}/libvirt',
  's=',
  'for c in "$@"; do case $c in /*) ;; *) c=$d/$c ;; esac; [ -z "$s" ] && [ -S "$c" ] && s=$c; done',
  `[ -z "$s" ] && exit ${NO_SOCKET}`,
  `command -v "$nc" >/dev/null 2>&1 || { printf "${SOCKET_MARK}%s" "$s" >&2; exit ${NO_NETCAT}; }`,
  'q=; "$nc" -q </dev/null 2>&1 | grep -q "requires an argument" && q=-q0',
  'exec "$nc" $q -U "$s"',
].join('; ');

export interface FarSide {
  argv: string[];
  /** The sockets that are looked for. */
  sockets: string[];
  /** No helper and no netcat: then the socket itself may be tried. */
  mayForward: boolean;
}

/** The command for a URI; `name` is what the daemon is to open. VIR_ERR_INVALID_ARG for bad parameters. */
export function farSideOf(uri: ConnectionUri, name: string, readonly: boolean): FarSide {
  const param = (key: string): string => getUriParam(uri, key) ?? '';
  const netcat = param('netcat');
  if (netcat.startsWith('-')) throw refuse(`The parameter netcat=${netcat} names no program.`);
  const socket = param('socket');
  if (socket !== '' && !socket.startsWith('/'))
    throw refuse(`The parameter socket=${socket} must be an absolute path.`);
  const isSession = uri.path === '/session';
  const sockets = socket === '' ? socketsOf(uri, isSession, readonly) : [socket];
  const asked = ['netcat', 'socket', 'mode'].filter((key) => param(key) !== '' && param(key) !== 'auto');
  const way = wayOf(param('proxy') || 'auto', asked, name === '');
  const args = [way, readonly ? '-r' : '', name, netcat || 'nc', isSession ? 'session' : 'system', ...sockets];
  return {
    argv: ['sh', '-c', script, 'hostler', ...args],
    sockets,
    mayForward: way === 'auto' || (way === 'netcat' && netcat === ''),
  };
}

/** `asked`: parameters that virt-ssh-helper, which looks for the daemon by itself, has no use for. */
function wayOf(proxy: string, asked: readonly string[], isNameless: boolean): string {
  if (!['auto', 'native', 'netcat'].includes(proxy)) {
    throw refuse(`The URI asks for proxy=${proxy}; known are auto, native and netcat.`);
  }
  if (proxy === 'native' && asked.length > 0) {
    const message = `The parameter ${asked[0]} has no meaning with proxy=native, where virt-ssh-helper finds the daemon's socket. Leave one of the two out.`;
    throw refuse(message);
  }
  return proxy === 'auto' && (asked.length > 0 || isNameless) ? 'netcat' : proxy;
}

/** The driver's own daemon first, where there is one. */
function socketsOf(uri: ConnectionUri, isSession: boolean, readonly: boolean): string[] {
  const suffix = readonly && !isSession ? 'sock-ro' : 'sock';
  const legacy = `libvirt-${suffix}`;
  const direct = uri.driver === 'remote' || uri.driver === 'test' ? legacy : `virt${uri.driver}d-${suffix}`;
  switch (getUriParam(uri, 'mode') || 'auto') {
    case 'auto':
      return [...new Set([direct, legacy])];
    case 'legacy':
      return [legacy];
    case 'direct':
      return [direct];
    default:
      throw refuse(`The URI asks for mode=${getUriParam(uri, 'mode')}; known are auto, legacy and direct.`);
  }
}

/** The far side has the daemon's socket, but no program that could connect to it. */
export class NoNetcat extends VirError {
  readonly socket: string;

  constructor(peer: string, socket: string) {
    super({
      code: VirErrorNumber.VIR_ERR_SYSTEM_ERROR,
      domain: VirErrorDomain.VIR_FROM_SSH,
      message: `${peer} has neither virt-ssh-helper nor netcat. Install libvirt 6.8 or newer, or netcat-openbsd there.`,
    });
    this.socket = socket;
  }
}

/** Why the command ended; null where it ended well. */
export function explainFarSide(end: ProcessEnd, peer: string, { sockets }: FarSide): VirError | null {
  const { code, signal, stderr } = end;
  if (signal === null && (code ?? 0) === 0) return null;
  switch (code) {
    case NO_HELPER:
      return fail(
        `${peer} has no virt-ssh-helper, which proxy=native asks for. Install libvirt 6.8 or newer there, or leave proxy out.`,
      );
    case NO_SOCKET:
      return fail(
        `There is no libvirt on ${peer}, or it does not run: none of ${sockets.join(', ')} is there. Install it there ` +
          '(Debian and Ubuntu: libvirt-daemon-system, Fedora: libvirt-daemon-kvm) or start it with `sudo systemctl start libvirtd`.',
      );
    case NO_NETCAT:
      return new NoNetcat(peer, stderr.slice(stderr.lastIndexOf(SOCKET_MARK) + SOCKET_MARK.length));
    default:
      if (/permission denied/i.test(stderr)) return refused(peer, stderr);
      return fail(explainWords(peer, stderr, code));
  }
}

function refused(peer: string, stderr: string): VirError {
  const message =
    `The user on ${peer} may not use libvirt: ${stderr}. Log in as root, or join the group there ` +
    '(usually `sudo usermod -aG libvirt USER`), or connect read-only.';
  return virError('VIR_ERR_ACCESS_DENIED', 'VIR_FROM_SSH', message);
}

function explainWords(peer: string, stderr: string, code: number | null): string {
  if (/(connection refused|no such file)/i.test(stderr)) {
    return `No libvirt daemon answers on ${peer}: ${stderr}. Start it there with \`sudo systemctl start libvirtd\`.`;
  }
  if (/invalid option|usage:/i.test(stderr)) {
    return `The netcat of ${peer} cannot connect to unix sockets. Install netcat-openbsd there, or libvirt 6.8 or newer. It said: ${stderr}`;
  }
  return `The way to libvirt on ${peer} ended${code === null ? '' : ` with exit code ${code}`}. ${stderr === '' ? 'It said nothing.' : `It said: ${stderr}`}`;
}

function fail(message: string): VirError {
  return virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_SSH', message);
}

function refuse(message: string): VirError {
  return virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_SSH', message);
}

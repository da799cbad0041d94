/** What a URI says about an SSH log-in: where, as whom, and what is believed of the host. Checked before anything runs. */
import { virError, type VirError } from '../../error.ts';
import { type ConnectionUri, formatUri, getUriParam, isUriFlagSet } from '../../uri.ts';

export interface SshTarget {
  host: string;
  /** '': whoever the configuration says. */
  user: string;
  port: number | null;
  keyfile: string | null;
  /** File of known host keys; null: the user's. */
  knownHosts: string | null;
  /** What to do with a host that is not known yet. `ignore` believes anybody. */
  hostKeys: 'ask' | 'acceptNew' | 'ignore';
  /** Hosts to go through, as `ssh -J` has them. */
  jump: string | null;
  canPrompt: boolean;
  /** libvirt's `command`: another program than ssh. */
  command: string;
  /** libvirt's `sshauth`: methods in their order; null: the usual ones. */
  methods: string[] | null;
}

/** libvirt's names of the ways to say who one is. */
const sshMethods = ['agent', 'privkey', 'password', 'keyboard-interactive'];

/** The log-in of a URI; VIR_ERR_INVALID_ARG where a part of it could be mistaken for an option or a command. */
export function sshTargetOf(uri: ConnectionUri, hasPrompt: boolean): SshTarget {
  if (uri.host === '') {
    throw refuse(`${formatUri(uri)} names no host to log in to, for example qemu+ssh://root@kvm1.example.org/system.`);
  }
  const param = (name: string): string | null => getUriParam(uri, name) || null;
  return {
    host: checkHost(uri.host),
    user: checkUser(uri.user),
    port: uri.port,
    keyfile: checkPath('keyfile', param('keyfile')),
    knownHosts: checkPath('known_hosts', param('known_hosts')),
    hostKeys: hostKeysOf(isUriFlagSet(uri, 'no_verify'), param('known_hosts_verify')),
    jump: checkJump(param('jump')),
    canPrompt: !isUriFlagSet(uri, 'no_tty') && hasPrompt,
    command: checkPath('command', param('command')) ?? 'ssh',
    methods: methodsOf(param('sshauth')),
  };
}

/** Texts that end up among the arguments of ssh, and through its configuration (%h, %r) in a shell. */
function checkHost(host: string): string {
  if (/^[\p{L}\p{N}_:[][\p{L}\p{N}\p{M}._:%\][-]*$/u.test(host)) return host;
  throw refuse(`"${host}" is not a host name that SSH can use.`);
}

function checkUser(user: string): string {
  const isHarmless = !user.startsWith('-') && !/[\s\p{Cc}'"`;&<>|(){}$!*?]|\\$/u.test(user);
  if (isHarmless) return user;
  throw refuse(`"${user}" is not a user name that SSH can use: it contains a character that a shell would act on.`);
}

function checkJump(jump: string | null): string | null {
  if (jump === null) return null;
  for (const hop of jump.split(',')) {
    const [, user = '', host, plain = '', port] =
      /^(?:([^@]*)@)?(?:\[([^\]]*)\]|([^:@]*))(?::(\d{1,5}))?$/.exec(hop) ?? [];
    checkUser(user);
    checkHost(host ?? plain);
    if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
      throw refuse(`"${hop}" has no port that SSH can use.`);
  }
  return jump;
}

/** ssh expands % and ${} in paths and splits them at quotes. */
function checkPath(name: string, path: string | null): string | null {
  if (path === null || !/^-|["%$\p{Cc}]|\\$/u.test(path)) return path;
  throw refuse(
    `The parameter ${name}=${path} cannot be used: SSH would not take "%, $, - and quotation marks in it literally.`,
  );
}

function methodsOf(text: string | null): string[] | null {
  if (text === null) return null;
  const methods = text.split(',');
  const unknown = methods.find((method) => !sshMethods.includes(method));
  if (unknown === undefined) return methods;
  throw refuse(`The URI asks for sshauth=${text}; '${unknown}' is no method, known are ${sshMethods.join(', ')}.`);
}

function hostKeysOf(isUnverified: boolean, verify: string | null): SshTarget['hostKeys'] {
  if (isUnverified) return 'ignore';
  switch (verify) {
    case null:
    case 'normal':
      return 'ask';
    case 'auto':
      return 'acceptNew';
    case 'ignore':
      return 'ignore';
    default:
      throw refuse(`The URI asks for known_hosts_verify=${verify}; known are normal, auto and ignore.`);
  }
}

/** `user@host:port`, for messages. */
export function describeTarget({ user, host, port }: SshTarget): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${user === '' ? '' : `${user}@`}${name}${port === null ? '' : `:${port}`}`;
}

function refuse(message: string): VirError {
  return virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_SSH', message);
}

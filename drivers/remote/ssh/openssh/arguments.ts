/** The arguments of ssh, for the log-in and for its channels. Always an array; no shell reads them. */
import type { SshTarget } from '../target.ts';

/**
 * Keeps ssh ("$@") as long as somebody holds the script's standard input open: however this program ends, no log-in is
 * left behind, nor its folder, nor a question that nobody will answer.
 */
export const keeperScript = [
  'exec 3<&0 </dev/null',
  '"$@" 3<&- & p=$!',
  '(read -r _ <&3',
  // Not to be ended below before it is done.
  "trap '' TERM",
  // ssh may be told just before it begins to wait, and then sleeps on until it next sends a sign of life.
  'while kill "$p" 2>/dev/null; do sleep 0.02 2>/dev/null || sleep 1; done',
  'for f in "$HOSTLER_SSH_DIR"/answer.*; do [ -p "$f" ] && echo no 1<>"$f"; done',
  'rm -rf "$HOSTLER_SSH_DIR") & w=$!',
  'exec 3<&-',
  'wait "$p"; r=$?',
  'kill "$w" 2>/dev/null',
  'exit "$r"',
].join('\n');

const hostKeyPolicies = { ask: 'ask', acceptNew: 'accept-new', ignore: 'no' } as const;

/** For the ssh that logs in. */
export function loginArgs(target: SshTarget, controlPath: string, canPrompt: boolean, timeoutMs: number): string[] {
  const options = [
    ['ControlMaster', 'yes'],
    ['ControlPath', escapePercent(controlPath)],
    ['ControlPersist', 'no'],
    // The user's forwards and commands are for the user's own sessions.
    ['ClearAllForwardings', 'yes'],
    ['RemoteCommand', 'none'],
    ['PermitLocalCommand', 'no'],
    // A host that vanished without a word ends the log-in, also where nothing but a tunnel uses it.
    ['ServerAliveInterval', '15'],
    ['ServerAliveCountMax', '3'],
    ['LogLevel', 'INFO'],
    ['ConnectTimeout', String(Math.max(1, Math.ceil(timeoutMs / 1000)))],
    ['StrictHostKeyChecking', hostKeyPolicies[target.hostKeys]],
    ['BatchMode', canPrompt ? 'no' : 'yes'],
    ...(target.knownHosts === null ? [] : [['UserKnownHostsFile', `"${target.knownHosts}"`]]),
    ...(target.methods === null ? [] : methodOptions(target.methods)),
  ] as const;
  return [
    // No command, no terminal, no agent or X11 of ours on the far side.
    '-N',
    '-T',
    '-a',
    '-x',
    '-e',
    'none',
    ...options.flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    ...(target.user === '' ? [] : ['-l', target.user]),
    // A key that is named is taken whatever the methods are.
    ...(target.keyfile === null || target.methods?.includes('privkey') === false ? [] : ['-i', target.keyfile]),
    ...(target.jump === null ? [] : ['-J', target.jump]),
    '--',
    target.host,
  ];
}

/** For an ssh that uses the log-in. It must not read the configuration again, nor ever log in by itself. */
export function channelArgs(controlPath: string): string[] {
  const options = [
    'ControlMaster=no',
    `ControlPath=${escapePercent(controlPath)}`,
    'ProxyCommand=false',
    'BatchMode=yes',
  ];
  return ['-F', 'none', '-T', '-e', 'none', ...[...options, 'LogLevel=ERROR'].flatMap((option) => ['-o', option])];
}

/** libvirt's methods in ssh's, which does not tell a key of the agent from one in a file. */
function methodOptions(methods: readonly string[]): [string, string][] {
  const names = methods.map((name) => (name === 'agent' || name === 'privkey' ? 'publickey' : name));
  return [
    ['PreferredAuthentications', [...new Set(names)].join(',')],
    ...(methods.includes('agent') ? [] : [['IdentityAgent', 'none'] as [string, string]]),
    ...(methods.includes('privkey') ? [] : [['IdentityFile', 'none'] as [string, string]]),
  ];
}

function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}

/** What OpenSSH says when a log-in fails, in words that help. */
import type { VirError } from '../../../error.ts';
import { sshError } from '../login.ts';
import { describeTarget, type SshTarget } from '../target.ts';

/** The error of a log-in that ended with these words on standard error. */
export function explainLogin(stderr: string, target: SshTarget): VirError {
  const peer = describeTarget(target);
  const fail = (verdict: Parameters<typeof sshError>[0], message: string): VirError =>
    sshError(verdict, message, new Error(stderr === '' ? 'ssh said nothing' : stderr));
  if (stderr.includes('REMOTE HOST IDENTIFICATION HAS CHANGED'))
    return fail('host-key-changed', changedKey(peer, stderr));
  if (/Host key verification failed|host key is known for/.test(stderr)) {
    return fail(
      'host-key-unknown',
      `The host ${peer} is not known yet, and nobody said that its key is right. Compare the fingerprint with the host's and accept it, or log in once with \`ssh ${peer}\`.`,
    );
  }
  const [, methods] = /Permission denied \(([^)]*)\)/.exec(stderr) ?? [];
  if (methods !== undefined || /Too many authentication failures|Permission denied/.test(stderr)) {
    return fail(
      'refused',
      `${peer} refused the log-in${methods === undefined ? '' : ` (it accepts: ${methods})`}. Check the user name, the key (keyfile parameter, ssh-agent) or the password.`,
    );
  }
  const [, name] = /Could not resolve hostname (\S+):/.exec(stderr) ?? [];
  if (name !== undefined)
    return fail('unreachable', `There is no host called ${name}. Check its spelling, or use its IP address.`);
  const [, reason] =
    /connect to (?:host|address) .*?: (.+)/.exec(stderr) ??
    /((?:Connection (?:refused|timed out|reset|closed)|No route to host|Network is unreachable|kex_exchange_identification).*)/.exec(
      stderr,
    ) ??
    [];
  if (reason !== undefined) {
    return fail(
      'unreachable',
      `No SSH with ${peer}: ${reason.trim()}. Check that the host is switched on and that its SSH server (port ${target.port ?? 22}) can be reached.`,
    );
  }
  return fail(
    'failed',
    `The SSH log-in at ${peer} failed. ${stderr === '' ? 'ssh said nothing.' : `ssh said: ${lastLines(stderr)}`}`,
  );
}

function changedKey(peer: string, stderr: string): string {
  const [, fingerprint = 'unknown'] = /\b((?:SHA256|MD5):[\w:+/=]+)/.exec(stderr) ?? [];
  const [, file] = /Offending .*key in (\S+?):?\d*\s/.exec(stderr) ?? [];
  return (
    `The key of ${peer} has changed: it now shows ${fingerprint}. Either the host was set up anew, or something else answers ` +
    `in its place. Ask whoever runs the host; if it is right, remove the old key${file === undefined ? '' : ` from ${file}`} ` +
    `with \`ssh-keygen -R\` and connect again.`
  );
}

function lastLines(text: string): string {
  return text.split('\n').slice(-4).join(' ').trim();
}

/** What OpenSSH says when a log-in fails, in words that help. */
import { readFile } from 'node:fs/promises';
import type { VirError } from '../../../error.ts';
import { fingerprintOf, HostKeyChangedError, type KnownKeyLine } from '../changed-key.ts';
import { impatientHost, sshError } from '../login.ts';
import { describeTarget, type SshTarget } from '../target.ts';

/**
 * The error of a log-in that ended with these words on standard error; `hasAsked`: somebody was asked something. Reads the
 * known key that ssh points to.
 */
export async function explainLogin(stderr: string, target: SshTarget, hasAsked: boolean): Promise<VirError> {
  if (stderr.includes('REMOTE HOST IDENTIFICATION HAS CHANGED')) return await explainChangedKey(stderr, target);
  if (hasAsked && /^Connection (?:closed|reset)|Broken pipe/m.test(stderr))
    return impatientHost(target, new Error(stderr));
  return explainWords(stderr, target);
}

function explainWords(stderr: string, target: SshTarget): VirError {
  const peer = describeTarget(target);
  const fail = (verdict: Parameters<typeof sshError>[0], message: string): VirError =>
    sshError(verdict, message, new Error(stderr === '' ? 'ssh said nothing' : stderr));
  if (stderr.includes('REVOKED HOST KEY DETECTED')) {
    return fail(
      'host-key-changed',
      `The key of ${peer} was revoked: a file of known hosts says that it must not be used any more. Ask whoever runs the host.`,
    );
  }
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

async function explainChangedKey(stderr: string, target: SshTarget): Promise<VirError> {
  const [, keyType = '', fingerprint = 'unknown'] =
    /fingerprint for the (\S+) key .*\s+is:?\s+(\S+?)\.?\s/.exec(stderr) ?? [];
  const [, host = target.host] = /host key for (\S+) has changed/i.exec(stderr) ?? [];
  const [, oldType = '', file, line = '0'] = /Offending (\S+) key in (.+):(\d+)\s/.exec(stderr) ?? [];
  const known = file === undefined ? [] : [await knownLine(file, Number(line), oldType)];
  return new HostKeyChangedError(describeTarget(target), { host, keyType, fingerprint, known });
}

async function knownLine(file: string, line: number, keyType: string): Promise<KnownKeyLine> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, key] = /^\s*(?:@\S+\s+)?\S+\s+\S+\s+([A-Za-z0-9+/=]+)/.exec(text.split('\n')[line - 1] ?? '') ?? [];
  return { file, line, keyType, fingerprint: key === undefined ? null : fingerprintOf(Buffer.from(key, 'base64')) };
}

function lastLines(text: string): string {
  return text.split('\n').slice(-4).join(' ').trim();
}

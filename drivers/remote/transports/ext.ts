/** The ext transport: a program of the user's whose standard input and output lead to a daemon. */
import { spawn } from 'node:child_process';
import { virError, type VirError } from '../../error.ts';
import type { Transport } from '../../rpc/transport.ts';
import { type ConnectionUri, getUriParam, getUriParams } from '../../uri.ts';
import { type ProcessEnd, ProcessStream, runningChild } from '../process-stream.ts';
import { StreamTransport } from './stream.ts';

/**
 * Starts the program of the URI's `command` parameter, without a shell. Each `argv` parameter is one argument of it,
 * whatever is in it.
 */
export function openExt(uri: ConnectionUri): Transport {
  const command = getUriParam(uri, 'command') ?? '';
  if (command === '') {
    const message =
      'The transport ext needs the program to start in the command parameter, for example qemu+ext:///system?command=/usr/local/bin/to-kvm1.';
    throw virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_REMOTE', message);
  }
  const stream = new ProcessStream(runningChild(spawn(command, getUriParams(uri, 'argv'), { stdio: 'pipe' })), (end) =>
    explain(command, end),
  );
  return new StreamTransport(stream, {
    peer: `the program ${command}`,
    // Nobody knows what the program does with the bytes.
    isLocal: false,
    isNear: false,
    isEncrypted: false,
  });
}

function explain(command: string, end: ProcessEnd): VirError | null {
  if (end.error === null && end.signal === null && (end.code ?? 0) === 0) return null;
  const said = end.stderr === '' ? '' : ` It said: ${end.stderr}`;
  if (end.error !== null) {
    const reason = end.error.code === 'ENOENT' ? 'there is no such program' : end.error.message;
    return virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_RPC', `Cannot start ${command}: ${reason}.`, end.error);
  }
  const how = end.signal === null ? `with exit code ${end.code}` : `by ${end.signal}`;
  return virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_RPC', `The program ${command} ended ${how}.${said}`);
}

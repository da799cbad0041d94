/** SASL with servers that do not behave. */
import { describe, expect, it } from 'vitest';
import { RpcClient } from '../../rpc/client.ts';
import { procedures } from '../../rpc/generated/procedures.gen.ts';
import { FakePeer, MemoryTransport } from '../../rpc/testing/fake-peer.ts';
import { parseUri } from '../../uri.ts';
import { authenticateBySasl } from './sasl.ts';

interface Answer {
  complete: number;
  nil: number;
  data: Uint8Array;
}

/** Authenticates with a server that offers `mechlist` and gives these answers to START and every STEP. */
async function authenticate(mechlist: string, start: Answer, step: Answer = start, wanted = ''): Promise<string[]> {
  const peer = new FakePeer()
    .on(procedures.authSaslInit, () => ({ mechlist }))
    .on(procedures.authSaslStart, () => start)
    .on(procedures.authSaslStep, () => step);
  const client = new RpcClient(new MemoryTransport(peer));
  const context = {
    uri: parseUri('qemu+tls://kvm1/system?authfile=/dev/null'),
    auth: () => Promise.resolve(['user', 'pencil']),
    isConfidential: true,
  };
  try {
    await authenticateBySasl(client, context, wanted, {});
    return peer.calls;
  } finally {
    client.close();
  }
}

const answer = (complete: number, text: string): Answer => ({ complete, nil: 0, data: Buffer.from(text) });

describe('SASL', () => {
  it('does not believe a success that the server claims before it proved anything', async () => {
    await expect(authenticate('SCRAM-SHA-256', answer(1, ''))).rejects.toThrow('no SCRAM');
    await expect(authenticate('SCRAM-SHA-256', { complete: 1, nil: 1, data: Buffer.alloc(0) })).rejects.toThrow(
      'claimed success too early',
    );
  });

  it('gives up on a server that never comes to an end', async () => {
    await expect(authenticate('PLAIN', answer(0, 'more'))).rejects.toThrow('did not come to an end within 10 rounds');
  });

  it('prefers what does not show the password, and takes what is not safe only when asked', async () => {
    expect(await authenticate('ANONYMOUS,PLAIN', answer(1, ''))).toEqual(['auth_sasl_init', 'auth_sasl_start']);
    await expect(authenticate('ANONYMOUS,DIGEST-MD5', answer(1, ''))).rejects.toThrow(
      /offers ANONYMOUS, DIGEST-MD5; .* add auth=sasl\.DIGEST-MD5 .* add auth=sasl\.ANONYMOUS/s,
    );
    await authenticate('ANONYMOUS,PLAIN', answer(1, ''), answer(1, ''), 'anonymous');
    await expect(authenticate('', answer(1, ''))).rejects.toThrow('offers no mechanism at all');
  });
});

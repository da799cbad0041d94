/** For tests: a fake peer that shakes hands as a libvirt daemon does. Not part of what is shipped. */
import { FakePeer } from '../../rpc/testing/fake-peer.ts';
import { procedures } from '../../rpc/generated/procedures.gen.ts';
import { feature } from '../features.ts';

export interface FakeDaemonOptions {
  /** remote_auth_type, in the server's order. */
  authTypes?: number[];
  /** Features it has; all that this version asks about by default. */
  features?: number[];
}

export function fakeDaemon({ authTypes = [0], features = Object.values(feature) }: FakeDaemonOptions = {}): FakePeer {
  return new FakePeer()
    .on(procedures.authList, () => ({ types: authTypes }))
    .on(procedures.connectSupportsFeature, ({ feature: asked }) => ({ supported: features.includes(asked) ? 1 : 0 }))
    .on(procedures.connectOpen, () => undefined)
    .on(procedures.connectGetType, () => ({ type: 'QEMU' }))
    .on(procedures.connectGetUri, () => ({ uri: 'qemu:///system' }))
    .on(procedures.connectRegisterCloseCallback, () => undefined)
    .on(procedures.connectClose, () => undefined);
}

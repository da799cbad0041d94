/**
 * The test driver: whole hosts that exist only in memory, for `test:///default` and `test:///path/to/node.xml`.
 * It has no hypervisor and touches no file but the node file and the save images it is asked to write.
 */
import { declined, type AuthCallback, type Driver, type DriverSession, type OpenOptions } from '../driver.ts';
import { formatUri, type ConnectionUri } from '../uri.ts';
import { type Clock, systemClock } from './clock.ts';
import { defaultNodeXml } from './default-node.ts';
import { testError } from './errors.ts';
import { applyFaultParams, type TestFaults } from './faults.ts';
import { TestNode } from './node.ts';
import { parseNodeXml, readNodeFile } from './node-file.ts';
import { TestSession } from './session.ts';

export { ManualClock, systemClock, type Clock } from './clock.ts';
export type { TestFaults } from './faults.ts';

export interface TestDriverOptions {
  /** Where the statistics' time comes from; the machine's clock by default. */
  clock?: Clock;
}

/** A test driver with its own `test:///default`; two drivers share nothing. */
export function createTestDriver({ clock = systemClock }: TestDriverOptions = {}): Driver {
  // All connections to test:///default see one host, which lives as long as the longest of them.
  const shared: { node: TestNode | null; connections: number } = { node: null, connections: 0 };

  function openDefault(): { node: TestNode; release: () => void } {
    shared.node ??= parseNodeXml(defaultNodeXml, new TestNode({ clock, hasCells: true }), '(test driver)');
    shared.connections += 1;
    const release = (): void => {
      shared.connections -= 1;
      if (shared.connections === 0) shared.node = null;
    };
    return { node: shared.node, release };
  }

  return {
    name: 'test',
    open: async (uri, options) => {
      if (uri?.driver !== 'test' || uri.transport !== '' || uri.host !== '') return declined;
      options.signal?.throwIfAborted();
      if (uri.path === '' || uri.path === '/') {
        throw testError('VIR_ERR_INVALID_ARG', 'testOpen: supply a path or use test:///default');
      }
      const { node, release } = uri.path === '/default' ? openDefault() : await openFile(uri.path, clock);
      return start(node, uri, options, release);
    },
  };
}

/** The driver that `connect()` uses. */
export const testDriver: Driver = createTestDriver();

/**
 * The faults of a session of this driver, to be set and read by tests.
 * Throws INVALID_ARG for a session of another driver.
 */
export function testFaults(session: DriverSession): TestFaults {
  if (session instanceof TestSession) return session.faults;
  throw testError('VIR_ERR_INVALID_ARG', `faults can be set on sessions of the test driver, not on '${session.type}'`);
}

async function openFile(path: string, clock: Clock): Promise<{ node: TestNode; release: () => void }> {
  const node = await readNodeFile(path, new TestNode({ clock, hasCells: false }));
  return { node, release: () => undefined };
}

async function start(
  node: TestNode,
  uri: ConnectionUri,
  options: OpenOptions,
  release: () => void,
): Promise<DriverSession> {
  try {
    await authenticate(node, options.auth);
    const session = new TestSession(node, formatUri(uri), release);
    applyFaultParams(session.faults, uri);
    return session;
  } catch (error) {
    release();
    throw error;
  }
}

/** A node file with `<auth>` wants one of its users; the password is asked for even where the user is unknown. */
async function authenticate(node: TestNode, auth: AuthCallback | undefined): Promise<void> {
  if (node.users.length === 0) return;
  const [username] = await ask(auth, 'username', "Enter username for test host 'localhost'");
  const user = node.users.find((user) => user.name === username);
  if (user && user.password === null) return;
  const [password] = await ask(auth, 'passphrase', `Enter ${username}'s password for test host 'localhost'`);
  if (user && user.password === password) return;
  throw testError('VIR_ERR_AUTH_FAILED', 'authentication failed, see test XML for the correct username/password');
}

async function ask(auth: AuthCallback | undefined, type: 'username' | 'passphrase', prompt: string): Promise<string[]> {
  if (!auth) {
    throw testError('VIR_ERR_AUTH_FAILED', 'this test host asks for a user name; connect with a way to answer');
  }
  const answers = await auth([{ type, prompt, challenge: 'localhost', defaultResult: null }]);
  if (answers === null) throw testError('VIR_ERR_AUTH_CANCELLED', 'authentication cancelled by the user');
  return answers;
}

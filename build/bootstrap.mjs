// The door of `npm start` and `npm test`: makes sure of the dependencies with whatever Node is there (18 or newer), then
// hands over to the project's own Node 24. Plain JavaScript, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isWindows = process.platform === 'win32';
const node24 = join(root, 'node_modules', '.bin', isWindows ? 'node.cmd' : 'node');
const scripts = { start: 'build/start.ts', test: 'test/run.ts' };

function say(text) {
  process.stdout.write(`${text}\n`);
}

function giveUp(text) {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Why `npm ci` is due, or null: npm's own note of what it installed is compared with the lock file. */
function dependenciesProblem() {
  const wanted = readJson(join(root, 'package-lock.json'));
  if (wanted === null) giveUp('package-lock.json is missing or broken. Restore it: git checkout package-lock.json');
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  if (installed === null) return 'they are not installed yet';
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (path === '' || entry.optional || entry.devOptional || entry.peer) continue;
    if (installed.packages[path]?.version !== entry.version) return `${path.replace(/^.*node_modules\//, '')} changed`;
  }
  return existsSync(node24) ? null : 'Node 24 is missing among them';
}

function installDependencies() {
  const problem = dependenciesProblem();
  if (problem === null) return;
  say(`Installing the npm dependencies, because ${problem} (npm ci; a minute or two) …`);
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: isWindows };
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options);
  if (result.status !== 0) {
    giveUp(
      'The dependencies could not be installed; npm says why above. The npm registry must be reachable and this ' +
        `folder writable. Try again by hand with:\n  cd ${root} && npm ci`,
    );
  }
}

function checkNode24() {
  const options = { encoding: 'utf8', shell: isWindows };
  const version = spawnSync(node24, ['--version'], options).stdout?.trim() ?? '';
  if (Number(/^v(\d+)/.exec(version)?.[1] ?? 0) < 24) {
    giveUp(
      `The project's own Node 24 (${node24}) does not run${version === '' ? '' : `: it is ${version}`}. Its install ` +
        'script may have been switched off (npm config get ignore-scripts). Repair it with:\n' +
        `  cd ${root} && npm rebuild --ignore-scripts=false node`,
    );
  }
}

/** Runs `script` on Node 24 and ends as it ended. When this process is told to end, the child learns it by the broken channel. */
function handOver(script, args) {
  const paths = [join(root, 'node_modules', '.bin'), process.env.PATH];
  const env = { ...process.env, PATH: paths.join(isWindows ? ';' : ':') };
  const nodeArgs = ['--disable-warning=ExperimentalWarning', join(root, script), ...args];
  const child = spawn(node24, nodeArgs, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'], shell: isWindows });
  // A terminal sends its Ctrl+C to both processes: passed on as a signal, it would arrive twice.
  const passOn = () => child.connected && child.disconnect();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn);
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
}

const [command, ...args] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < 18) {
  giveUp(`Node ${process.versions.node} is too old to begin with: install Node 18 or newer from https://nodejs.org`);
}
if (!(command in scripts)) giveUp('Usage: node build/bootstrap.mjs start|test [flags]');
installDependencies();
checkNode24();
handOver(scripts[command], args);

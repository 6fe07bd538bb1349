/** A Kubernetes API server of the tests' own: built once from its source, run without a container, gone with the test. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServerAddress } from './client';
import { isRecord } from './manifests';

const source = join(__dirname, 'server');
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;

/** The version of Kubernetes that go.mod names. */
export const kubernetesVersion =
  /k8s\.io\/kubernetes v(\d+\.\d+\.\d+)/.exec(readFileSync(join(source, 'go.mod'), 'utf8'))?.[1] ?? 'unknown';

function binary(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(source).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name))) {
    hash.update(`${file}\n`).update(readFileSync(join(source, file)));
  }
  const cache = process.env['DATAFLOW_CACHE'] ?? join(homedir(), '.cache/dataflow-platform/api-server');
  return join(cache, `kube-apiserver-${kubernetesVersion}-${hash.digest('hex').slice(0, 16)}`);
}

/** Why there can be no API server here; undefined when there can. */
export const missingApiServer =
  existsSync(binary()) || spawnSync('go', ['version']).status === 0 ? undefined : 'no Go is installed, 1.26 or later, to build it with';

/** The path of the server's binary, which is built unless it has been. */
export function buildApiServer(): string {
  const file = binary();
  if (existsSync(file)) return file;
  console.log(
    `Builds the API server of Kubernetes ${kubernetesVersion} into ${file}, once: about 6 minutes and 2 GiB of memory on 2 cores.`,
  );
  const folder = join(file, '..');
  mkdirSync(folder, { recursive: true });
  // Renamed when it is whole: another run may look for it meanwhile.
  const unfinished = join(mkdtempSync(join(folder, 'build-')), 'kube-apiserver');
  const [major, minor] = kubernetesVersion.split('.');
  const version = { gitVersion: `v${kubernetesVersion}`, gitMajor: major, gitMinor: minor };
  const stamps = Object.entries(version).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  try {
    const { status, error } = spawnSync(
      'go',
      ['build', '-p=2', '-trimpath', '-buildvcs=false', `-ldflags=-s -w ${stamps.join(' ')}`, '-o', unfinished, '.'],
      {
        cwd: source,
        env: { ...process.env, CGO_ENABLED: '0' },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    if (status !== 0) throw new Error(`go build ended with ${error?.message ?? status}`);
    renameSync(unfinished, file);
  } finally {
    rmSync(join(unfinished, '..'), { recursive: true, force: true });
  }
  return file;
}

export interface ApiServer extends ServerAddress {
  readonly pid: number;
  /** Ends the server and its store, and removes what they wrote. */
  stop(): Promise<void>;
}

export async function startApiServer(): Promise<ApiServer> {
  const file = buildApiServer();
  const folder = mkdtempSync(join(tmpdir(), 'api-server-'));
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'w');
  const server = spawn(file, ['-data', join(folder, 'data')], { stdio: ['pipe', 'pipe', log] });
  closeSync(log);
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const stop = async () => {
    // It stops when its input is closed, and so also if this process should die.
    server.stdin?.end();
    const timer = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await address(server)), pid: server.pid ?? 0, stop };
  } catch (error) {
    server.kill('SIGKILL');
    await ended;
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`The API server did not start: ${error instanceof Error ? error.message : String(error)}\n${tail}`, { cause: error });
  }
}

/** The line that the server prints when it is ready. */
function address(server: ChildProcess): Promise<ServerAddress> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within ${START_TIMEOUT_MS / 1000} s`)), START_TIMEOUT_MS);
    server.once('error', reject);
    server.once('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}`));
    });
    if (!server.stdout) return;
    createInterface({ input: server.stdout }).once('line', (line) => {
      clearTimeout(timer);
      const ready: unknown = JSON.parse(line);
      if (!isRecord(ready)) return reject(new Error(`received ${line}; allowed: url, token and ca`));
      resolve({ url: String(ready['url']), token: String(ready['token']), ca: String(ready['ca']) });
    });
  });
}

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Stack, Stage } from 'aws-cdk-lib';
import { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../lib/app';
import { readAssembly } from '../lib/checks/assembly';
import { ConfigurationError } from '../lib/config/validate';
import { flags, platformStacks, synthesize, unchecked } from './support/platform-assembly';

const stagesOf = (environment?: string): Stage[] =>
  buildApp({ ...unchecked, environment }).node.children.filter((child) => Stage.isStage(child));

const allStages = stagesOf();

const temporaryFolders: string[] = [];

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-app-'));
  temporaryFolders.push(folder);
  return folder;
}

// Not at the end of the process: workers are ended without an event.
afterAll(() => temporaryFolders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const cluster = ['Cluster', 'Workloads', 'GitOps', 'Addons', 'Observability'];
const stores = ['LogArchive', 'AuditQueries', 'Network', 'Detection', 'Lake', 'Streaming', 'Profiles', 'Delivery', 'Metadata', 'Backup'];
const home = [...stores, 'WarehouseAccess', 'Warehouse', 'Images', 'Edge', 'Cost', ...cluster];
/** Without Snowflake. */
const dev = [...stores, 'Images', 'Edge', 'Cost', ...cluster];
/** Standing by: no streams, no queues of deliveries, no cluster, and a load balancer that is closed; rows go to Snowflake from the home Region alone. */
const standingBy = [...stores, 'Images', 'Edge']
  .filter((name) => !['Streaming', 'Delivery'].includes(name))
  .map((name) => `Recovery${name}`);
const withRecovery = [...standingBy, ...home];

describe('the app', () => {
  it('has a stage per cell in the order in which changes reach them, and the organization', () => {
    expect(allStages.map(({ stageName }) => stageName)).toEqual(['dev', 'staging', 'prod-us', 'prod-eu', 'organization']);
  });

  it.each([
    ['dev', dev],
    ['staging', withRecovery],
    ['prod-us', withRecovery],
    ['prod-eu', withRecovery],
    ['organization', ['Dev', 'Staging', 'Prod', 'Workforce', 'Cost', 'Anomalies']],
  ])('makes the stacks of %s, the base of the recovery Region first', (name, stacks) => {
    const stage = allStages.find(({ stageName }) => stageName === name);
    expect(stage?.node.children.filter((child) => Stack.isStack(child)).map(({ node }) => node.id)).toEqual(stacks);
  });

  it('names a stack by its cell, so that a pattern such as "prod-eu/*" and a console find it', () => {
    for (const { path, stackName } of platformStacks()) expect(stackName).toBe(path.replace('/', '-'));
  });

  it.each([
    ['dev', ['dev']],
    ['staging', ['staging']],
    ['prod', ['prod-us', 'prod-eu']],
    ['organization', ['organization']],
  ])('builds %s alone when asked to, with the same templates as together with all others', (environment, stages) => {
    expect(stagesOf(environment).map(({ stageName }) => stageName)).toEqual(stages);
    const together = platformStacks().filter(({ path }) => stages.includes(path.split('/')[0] ?? ''));
    const alone = readAssembly(synthesize({ environment }));
    expect(alone.map(({ path }) => path)).toEqual(together.map(({ path }) => path));
    const resources = (stacks: typeof alone) =>
      stacks.map(({ path, resources: all }) => [path, all.map(({ logicalId, type, properties }) => ({ logicalId, type, properties }))]);
    expect(resources(alone)).toEqual(resources(together));
  });

  it.each(['production', 'Dev', '', 'prod-eu'])("rejects the environment '%s', and lists those that there are", (environment) => {
    const build = () => buildApp({ ...unchecked, environment });
    expect(build).toThrow(ConfigurationError);
    expect(build).toThrow(`environment: received '${environment}'; allowed: dev, staging, prod, organization`);
  });

  it('rejects it before anything is written', () => {
    const outdir = temporaryFolder();
    expect(() => buildApp({ ...unchecked, environment: 'production', outdir })).toThrow(ConfigurationError);
    expect(readdirSync(outdir)).toEqual([]);
  });
});

/** The stacks that each stack waits for, by their paths. */
function dependenciesOf(directory: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    new CloudAssembly(directory).stacksRecursively.map((stack) => [
      stack.hierarchicalId,
      stack.dependencies.flatMap((dependency) => (dependency instanceof CloudFormationStackArtifact ? [dependency.hierarchicalId] : [])),
    ]),
  );
}

describe('the order of deployment', () => {
  const dependencies = dependenciesOf(synthesize());

  it.each(['staging', 'prod-us', 'prod-eu'])('begins in %s with the archive of the recovery Region', (cell) => {
    const of = (stack: string) => dependencies[`${cell}/${stack}`];
    expect(of('RecoveryLogArchive')).toEqual([]);
    expect(of('RecoveryNetwork')).toEqual([`${cell}/RecoveryLogArchive`]);
    expect(of('RecoveryDetection')).toEqual([`${cell}/RecoveryLogArchive`]);
    expect(of('LogArchive')).toEqual([`${cell}/RecoveryLogArchive`]);
    expect(of('AuditQueries')).toEqual([`${cell}/LogArchive`]);
    expect(of('RecoveryAuditQueries')).toEqual([`${cell}/RecoveryLogArchive`]);
    expect(of('Network')).toEqual([`${cell}/LogArchive`]);
    expect(of('Detection')).toEqual([`${cell}/LogArchive`]);
  });

  it('begins in dev, which has no recovery Region, with the archive', () => {
    expect(dependencies['dev/LogArchive']).toEqual([]);
    expect(dependencies['dev/Network']).toEqual(['dev/LogArchive']);
    expect(dependencies['dev/Detection']).toEqual(['dev/LogArchive']);
  });

  it.each(['dev', 'staging', 'prod-us', 'prod-eu'])(
    'fills the cluster of %s once it is there, and its add-ons last, since they need nodes',
    (cell) => {
      const of = (stack: string) => dependencies[`${cell}/${stack}`];
      expect(of('Cluster')).toEqual(expect.arrayContaining([`${cell}/Network`]));
      expect(of('Workloads')).toEqual(expect.arrayContaining([`${cell}/Cluster`, `${cell}/Streaming`]));
      expect(of('GitOps')).toEqual(expect.arrayContaining([`${cell}/Cluster`, `${cell}/Edge`, `${cell}/Images`, `${cell}/Workloads`]));
      expect(of('Addons')).toEqual([`${cell}/GitOps`]);
      expect(of('Workloads')).toContain(`${cell}/Delivery`);
      expect(of('Images')).toEqual(cell === 'dev' ? [] : [`${cell}/RecoveryImages`]);
    },
  );

  it.each(['staging', 'prod-us', 'prod-eu'])('lets a human put the key pair of Snowflake in before %s loads rows', (cell) => {
    expect(dependencies[`${cell}/WarehouseAccess`]).toEqual([]);
    expect(dependencies[`${cell}/Warehouse`]).toContain(`${cell}/WarehouseAccess`);
  });

  it('lets no cell wait for another', () => {
    for (const [path, others] of Object.entries(dependencies)) {
      for (const other of others) expect(other.split('/')[0]).toBe(path.split('/')[0]);
    }
  });
});

/** Files of a folder by their paths in it. */
const readFolder = (folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file)]),
  );

/** Each file that two folders do not share byte for byte, with the first line that differs. */
function differences(one: string, other: string): string[] {
  const [ours, theirs] = [readFolder(one), readFolder(other)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].sort().flatMap((file) => {
    const [a, b] = [ours.get(file), theirs.get(file)];
    if (!a || !b) return [`${file} is in one of them only`];
    if (a.equals(b)) return [];
    const [lines, otherLines] = [a, b].map((content) => content.toString('utf8').split('\n'));
    const index = lines?.findIndex((line, number) => line !== otherLines?.[number]) ?? 0;
    return [`${file}:${index + 1}: ${lines?.[index]?.slice(0, 200)} | ${otherLines?.[index]?.slice(0, 200)}`];
  });
}

const filesThatName = (folder: string, places: readonly string[]): string[] =>
  [...readFolder(folder)].flatMap(([file, content]) =>
    places.filter((place) => content.includes(place)).map((place) => `${file} names ${place}`),
  );

/** A module that, loaded first, makes each use of the network or of another program end the process with this code. */
const refusedCode = 97;
const refuseOutside = `
  const refuse = (name) => () => { console.error('refused: ' + name); process.exit(${refusedCode}); };
  const names = {
    net: ['connect', 'createConnection'], tls: ['connect'], http: ['request', 'get'], https: ['request', 'get'], http2: ['connect'],
    dgram: ['createSocket'], dns: ['lookup', 'resolve', 'resolve4', 'resolve6'],
    child_process: ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'],
  };
  for (const [module, functions] of Object.entries(names)) for (const name of functions) require(module)[name] = refuse(module + '.' + name);
  require('net').Socket.prototype.connect = refuse('net.Socket.connect');
  globalThis.fetch = refuse('fetch');
`;

describe('two synths of one commit', () => {
  const project = join(__dirname, '..');
  const elsewhere = temporaryFolder();
  const copy = join(elsewhere, 'another', 'folder');
  const preload = join(elsewhere, 'refuse-outside.cjs');
  const first = join(elsewhere, 'first');
  const second = join(elsewhere, 'second');

  /** As the CDK CLI starts the app of cdk.json, checks included, but with nothing of this process' environment. */
  const synth = (root: string, outdir: string, options: readonly string[], cwd: string, env: Readonly<Record<string, string>>) =>
    promisify(execFile)(process.execPath, [...options, '-r', join(root, 'node_modules/ts-node/register'), join(root, 'bin/dataflow.ts')], {
      cwd,
      env: {
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify(flags),
        TS_NODE_CWD: root,
        TS_NODE_PROJECT: join(root, 'tsconfig.json'),
        ...env,
      },
    });

  beforeAll(async () => {
    mkdirSync(copy, { recursive: true });
    // Without a context of look-ups, which a project may have in cdk.context.json.
    for (const name of ['bin', 'lib', 'cdk.json', 'package.json', 'tsconfig.json'])
      cpSync(join(project, name), join(copy, name), { recursive: true });
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
    writeFileSync(preload, refuseOutside);
    await Promise.all([
      synth(project, first, [], project, { HOME: elsewhere, TZ: 'UTC', LC_ALL: 'C' }),
      synth(copy, second, ['-r', preload], tmpdir(), { HOME: copy, TZ: 'Asia/Kolkata', LC_ALL: 'tr_TR.UTF-8' }),
    ]);
  }, 120_000);

  it('agree byte for byte, also in another folder, time zone and locale, without network, credentials and context', () => {
    expect(readFolder(first).size).toBeGreaterThan(80);
    expect([...readFolder(first).keys()]).toEqual(expect.arrayContaining(['manifest.json', 'tree.json', 'validation-report.json']));
    expect(differences(first, second)).toEqual([]);
  });

  it('hold no path of the machine that made them', () => {
    expect(filesThatName(first, [project, elsewhere])).toEqual([]);
    expect(filesThatName(second, [project, elsewhere])).toEqual([]);
  });

  it('rejects a file that differs, is missing or is new, and names it with its first different line', () => {
    const changed = join(elsewhere, 'changed');
    cpSync(first, changed, { recursive: true });
    writeFileSync(
      join(changed, 'manifest.json'),
      readFileSync(join(first, 'manifest.json'), 'utf8').replace('assembly-dev', 'assembly-DEV'),
    );
    rmSync(join(changed, 'tree.json'));
    writeFileSync(join(changed, 'zz-new.json'), '{}');
    expect(differences(first, changed)).toEqual([
      'manifest.json:4:     "assembly-dev": { |     "assembly-DEV": {',
      'tree.json is in one of them only',
      'zz-new.json is in one of them only',
    ]);
  });

  it('rejects a file that names the folder of the project', () => {
    const named = join(elsewhere, 'named');
    mkdirSync(named);
    writeFileSync(join(named, 'a.metadata.json'), JSON.stringify({ trace: [`at buildApp (${join(project, 'lib/app.ts')}:1:1)`] }));
    expect(filesThatName(named, [project])).toEqual([`a.metadata.json names ${project}`]);
  });

  it.each([
    ['a connection', "require('node:net').connect(443, '192.0.2.1')"],
    ['a look-up of a name', "require('node:dns').lookup('example.com', () => {})"],
    ['a request', "fetch('https://example.com')"],
    ['another program', "require('node:child_process').execFileSync('git', ['remote'])"],
  ])('rejects %s on the way', async (_, code) => {
    const run = promisify(execFile)(process.execPath, ['-r', preload, '-e', code], { cwd: dirname(preload) });
    await expect(run).rejects.toMatchObject({ code: refusedCode });
  });
});

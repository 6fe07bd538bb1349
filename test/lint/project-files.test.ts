import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { describe, expect, it } from 'vitest';

const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const json = (file: string): unknown => JSON.parse(read(file));

type Flags = Readonly<Record<string, unknown>>;
const { context } = json('cdk.json') as { readonly context: Flags };

/** Ours beyond the recommended ones. */
const own: Flags = {
  '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};

const unlike = (given: Flags, wanted: Flags): string[] =>
  Object.entries(wanted)
    .filter(([flag, value]) => JSON.stringify(given[flag]) !== JSON.stringify(value))
    .map(([flag, value]) => `${flag}: received ${JSON.stringify(given[flag])}; allowed: ${JSON.stringify(value)}`);

describe('cdk.json', () => {
  it('says every flag that this version of the CDK recommends, with the value that it recommends', () => {
    expect(unlike(context, { ...recommendedFlags, ...own })).toEqual([]);
  });

  it('refers weakly between stacks, and takes findings of the default rules for errors', () => {
    expect(unlike(context, own)).toEqual([]);
  });

  it('says no flag that the CDK does not know, and beside them accounts alone', () => {
    const flags = Object.keys(context).filter((key) => !key.startsWith('account.'));
    expect(flags.filter((flag) => !(flag in recommendedFlags) && !(flag in own))).toEqual([]);
  });

  it('rejects a recommended flag that is missing or says something else', () => {
    const [flag = ''] = Object.keys(recommendedFlags);
    expect(unlike({ ...context, [flag]: undefined }, recommendedFlags)).toHaveLength(1);
    expect(unlike({ ...context, '@aws-cdk/core:target-partitions': ['aws'] }, recommendedFlags)).toEqual([
      '@aws-cdk/core:target-partitions: received ["aws"]; allowed: ["aws","aws-cn"]',
    ]);
  });
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly integrity?: string;
        readonly resolved?: string;
        readonly inBundle?: boolean;
        readonly optionalDependencies?: Readonly<Record<string, string>>;
      }
    >
  >;
}

const manifest = json('package.json') as Manifest;
const lock = json('package-lock.json') as Lock;
const direct = { ...manifest.dependencies, ...manifest.devDependencies };

const withoutRegistry = ({ packages }: Lock): string[] =>
  Object.entries(packages)
    .filter(([, { resolved }]) => resolved !== undefined)
    .map(([path]) => path);

const withoutIntegrity = ({ packages }: Lock): string[] =>
  Object.entries(packages)
    .filter(([path, { integrity, inBundle }]) => path !== '' && integrity === undefined && !inBundle)
    .map(([path]) => path);

/** Builds for other platforms that the lock file has no entry for: `npm ci` of npm 11 refuses it, and other platforms get none. */
const withoutPlatforms = ({ packages }: Lock): string[] =>
  Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).filter((name) => !Object.keys(packages).some((other) => other.endsWith(`node_modules/${name}`))),
  );

/** One version; `-r.1` is how DuckDB counts the releases of its binding to one DuckDB, and no preview. */
const floating = (versions: Readonly<Record<string, string>>): string[] =>
  Object.entries(versions)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-r\.\d+)?$/.test(version))
    .map(([name, version]) => `${name} ${version}`);

describe('the dependencies', () => {
  it('are pinned, each to one version', () => {
    expect(floating(direct)).toEqual([]);
  });

  it('are the versions that the lock file has', () => {
    expect(Object.entries(direct).filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)).toEqual([]);
  });

  it('are the versions of the CDK that this project was written for', () => {
    expect(direct).toMatchObject({ 'aws-cdk-lib': '2.276.0', 'aws-cdk': '2.1148.1', 'cdk-nag': '3.0.2' });
  });

  it('come from whatever registry the reader has, and are held to their hashes', () => {
    expect(withoutRegistry(lock)).toEqual([]);
    expect(withoutIntegrity(lock)).toEqual([]);
    expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
    expect(read('.npmrc')).toContain('save-exact=true');
    expect(read('.npmrc')).not.toMatch(/registry=|_auth|:\/\//);
  });

  it('are there for every platform', () => {
    expect(withoutPlatforms(lock)).toEqual([]);
  });

  it('rejects a package of which the lock file has the builds of this platform alone', () => {
    const builds = { 'a-linux': '1.0.0', 'a-darwin': '1.0.0' };
    expect(withoutPlatforms({ packages: { 'node_modules/a': { optionalDependencies: builds }, 'node_modules/a-linux': {} } })).toEqual([
      'a-darwin',
    ]);
  });

  it('rejects a version range, a registry in the lock file, and a package without a hash', () => {
    expect(floating({ a: '^1.0.0', b: 'latest', c: '1.0.0' })).toEqual(['a ^1.0.0', 'b latest']);
    const broken: Lock = { packages: { '': {}, 'node_modules/a': { resolved: 'http://localhost:4873/a.tgz' } } };
    expect(withoutRegistry(broken)).toEqual(['node_modules/a']);
    expect(withoutIntegrity(broken)).toEqual(['node_modules/a']);
  });
});

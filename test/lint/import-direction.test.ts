import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = join(__dirname, '../..');
const eslint = new ESLint({ cwd: root });

/** What each part of lib may import besides itself, said apart from the rule that is judged. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  api: [],
  config: [],
  constructs: [],
  cost: [],
  latency: [],
  checks: [],
  review: [],
  stacks: ['api', 'constructs'],
  gitops: ['api'],
  operations: ['constructs', 'tenant-lifecycle'],
  'tenant-lifecycle': [],
  functions: [],
  queries: [],
};

/** A module of a part that is there to be imported. */
function moduleOf(part: string): string | undefined {
  const folder = join(root, 'lib', part);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return readdirSync(folder)
    .find((file) => file.endsWith('.ts'))
    ?.replace(/\.ts$/, '');
}

/** Rules that a file of lib breaks which does nothing but this. */
async function findings(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: join(root, file) });
  return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId ?? 'error'}: ${message}`);
}

const restricted = 'import-x/no-restricted-paths';
const importing = (path: string): string => `import * as imported from '${path}';\nexport default imported;`;

const parts = Object.keys(allowed);

/** Part, other part and a module of the other: of imports that are allowed, or that are not. */
const pairsThat = (areAllowed: boolean): [string, string, string][] =>
  parts.flatMap((part) =>
    parts
      .filter((other) => other !== part && (allowed[part]?.includes(other) ?? false) === areAllowed)
      .flatMap((other): [string, string, string][] => {
        const module = moduleOf(other);
        return module === undefined ? [] : [[part, other, module]];
      }),
  );

describe('the direction of imports', () => {
  it('is said for every part of lib', () => {
    const folders = readdirSync(join(root, 'lib'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !parts.includes(name))).toEqual([]);
  });

  it.each(pairsThat(true))('lets lib/%s import lib/%s', async (part, other, module) => {
    expect(await findings(`lib/${part}/seeded.ts`, importing(`../${other}/${module}`))).toEqual([]);
  });

  it.each(pairsThat(false))('rejects in lib/%s an import of lib/%s', async (part, other, module) => {
    const found = await findings(`lib/${part}/seeded.ts`, importing(`../${other}/${module}`));
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${restricted}: .*lib/${part} imports `))]);
  });

  it.each(parts)('rejects what wires the parts together in lib/%s', async (part) => {
    const found = await findings(`lib/${part}/seeded.ts`, importing('../app'));
    expect(found).toEqual([expect.stringContaining(restricted)]);
  });

  it.each(['checks/rules', 'constructs/organization-policies'])('rejects the configuration in the folder lib/%s too', async (folder) => {
    const found = await findings(`lib/${folder}/seeded.ts`, importing('../../config/platform'));
    expect(found).toEqual([expect.stringContaining(restricted)]);
  });

  it.each(parts)('lets a module of lib/%s import its neighbours', async (part) => {
    const module = moduleOf(part);
    if (module !== undefined) expect(await findings(`lib/${part}/seeded.ts`, importing(`./${module}`))).toEqual([]);
  });

  it.each(['../bin/dataflow', '../test/support/platform-assembly'])('rejects %s in lib', async (path) => {
    const found = await findings('lib/seeded.ts', importing(path));
    expect(found).toEqual([expect.stringContaining('lib imports nothing from outside lib')]);
  });

  it('rejects modules that import each other', async () => {
    const found = await findings(
      'lib/stacks/platform-stack.ts',
      "import { NetworkStack } from './network-stack';\nexport default NetworkStack;",
    );
    expect(found).toEqual([expect.stringContaining('import-x/no-cycle')]);
  });

  it('rejects a package that package.json does not name', async () => {
    const found = await findings('lib/review/seeded.ts', importing('semver'));
    expect(found).toEqual([expect.stringContaining('import-x/no-extraneous-dependencies')]);
  });
});

describe('the environment of the process', () => {
  it.each(['process.env', "process['env']", 'const { env } = process; env'])('is out of reach of lib: rejects %s', async (code) => {
    const found = await findings(
      'lib/config/seeded.ts',
      code.startsWith('const') ? code.replace('; env', ';\nexport default env;') : `export default ${code};`,
    );
    expect(found).toEqual([expect.stringContaining('no-restricted-properties')]);
  });

  it('may be read by bin', async () => {
    expect(await findings('bin/seeded.ts', 'export default process.env;')).toEqual([]);
  });
});

describe('exceptions to the rules', () => {
  // In pieces, or this file would be one.
  const exception = new RegExp(
    ['eslint-' + 'disable', '@ts-' + '(ignore|nocheck|expect-error)', '\\b(describe|it)\\.' + '(skip|only)\\b'].join('|'),
  );

  it('are nowhere in our own files', () => {
    const files = ['bin', 'lib', 'test'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.m?ts$/.test(file))
        .map((file) => join(folder, file)),
    );
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => exception.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it.each(['// eslint-' + 'disable-next-line', '// @ts-' + 'ignore', 'it.' + "only('a')", 'describe.' + "skip('b')"])(
    'rejects %s',
    (code) => {
      expect(exception.test(code)).toBe(true);
    },
  );
});

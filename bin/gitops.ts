#!/usr/bin/env node
/** Writes the manifests of every cluster to gitops/, or says which of them are not what the code says. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { platform } from '../lib/config/platform';
import { parsePlatform, withAccounts } from '../lib/config/validate';
import { pricedRegions } from '../lib/cost/price-sheet';
import { gitopsFiles } from '../lib/gitops-trees';

const usage = `Usage: npm run -s gitops -- [--check] [--account CELL=ID]...
  --check            write nothing; name the files that are stale, and exit with 1 if there are any
  --account CELL=ID  an account of your own, if it is not in cdk.json as account.CELL`;

const root = join(__dirname, '../gitops');

/** Accounts that the team has written into cdk.json: manifests name them, and are committed. */
function committedAccounts(): [string, string][] {
  const { context } = JSON.parse(readFileSync(join(__dirname, '../cdk.json'), 'utf8')) as {
    readonly context: Readonly<Record<string, string>>;
  };
  return Object.entries(context).flatMap(([key, value]): [string, string][] =>
    key.startsWith('account.') ? [[key.slice('account.'.length), value]] : [],
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function run(): number {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      account: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const given = values.account.map((text): [string, string] => [text.split('=')[0] ?? '', text.split('=')[1] ?? '']);
  const accounts = Object.fromEntries([...committedAccounts(), ...given]);
  const wanted = gitopsFiles(parsePlatform(withAccounts(platform, accounts), { pricedRegions: pricedRegions() }));
  mkdirSync(root, { recursive: true });
  const committed = filesBelow(root);
  const superfluous = committed.filter((file) => !wanted.has(file));
  const changed = [...wanted].filter(([file, text]) => !committed.includes(file) || readFileSync(join(root, file), 'utf8') !== text);
  if (values.check) {
    for (const [file] of changed) console.error(`gitops/${file} is not what the code says: npm run -s gitops`);
    for (const file of superfluous) console.error(`gitops/${file} is rendered by nothing: npm run -s gitops`);
    return changed.length + superfluous.length > 0 ? 1 : 0;
  }
  for (const [file, text] of changed) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  for (const file of superfluous) rmSync(join(root, file));
  console.error(`${wanted.size} files, ${changed.length} written, ${superfluous.length} removed`);
  return 0;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

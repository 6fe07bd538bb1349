#!/usr/bin/env node
/** Prints docs/05-recovery/stores.md: what each store loses, how long it takes to be back, and when what was erased is gone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from '../lib/app';
import { readAssembly } from '../lib/checks/assembly';
import { commonSteps, stores } from '../lib/checks/stores';
import { storesDocument } from '../lib/checks/stores-document';
import { platform } from '../lib/config/platform';

const usage = 'Usage: npm run -s stores > docs/05-recovery/stores.md';

function run(): number {
  const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { context } = JSON.parse(readFileSync(join(__dirname, '../cdk.json'), 'utf8')) as { readonly context: Record<string, unknown> };
  const { directory } = buildApp({ platform, environment: 'prod', checks: 'none', context }).synth();
  const stacks = readAssembly(directory).filter(({ path }) => path.startsWith('prod-eu/'));
  process.stdout.write(storesDocument(stores, commonSteps, stacks));
  return 0;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

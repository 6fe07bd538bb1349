#!/usr/bin/env node
/** Says what a deployment of one assembly over another would change, and exits with 1 if something would be lost. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keptTypes } from '../lib/checks/stateful-types';
import { renderTable } from '../lib/review/table';
import { reviewUpdates } from '../lib/review/updates';

const usage = `Usage: npm run -s review -- [--json] BEFORE AFTER
  BEFORE, AFTER  folders of two assemblies, as cdk synth --output writes them
  --json         changes and losses as JSON`;

function run(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [before, after, ...others] = positionals;
  if (before === undefined || after === undefined || others.length > 0) {
    throw new RangeError(`folders: received ${positionals.length}; allowed: two assemblies`);
  }
  for (const folder of [before, after]) {
    if (!existsSync(join(folder, 'manifest.json')))
      throw new RangeError(`folder: received '${folder}'; allowed: an assembly, which has a manifest.json`);
  }
  const review = reviewUpdates(before, after, keptTypes);
  if (values.json) console.log(JSON.stringify(review, undefined, 2));
  else if (review.changes.length === 0 && review.losses.length === 0) console.log('Nothing changes.');
  else {
    const rows = review.changes.map(({ stack, logicalId, type, impact, properties }) => [
      stack,
      impact,
      type,
      logicalId,
      properties.join(', '),
    ]);
    console.log(renderTable(['stack', 'what', 'type', 'logical ID', 'properties'], rows));
  }
  for (const { stack, logicalId, what, instead } of review.losses)
    console.error(`LOSS ${stack} ${logicalId}: ${what}. Instead: ${instead}`);
  return review.losses.length > 0 ? 1 : 0;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

#!/usr/bin/env node
/** Says what a deployment of one assembly over another would change, and exits with 1 if something would be lost or left behind. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keptTypes } from '../lib/checks/stateful-types';
import { renderTable } from '../lib/review/table';
import { reviewUpdates, type Loss } from '../lib/review/updates';
import { settle } from '../lib/review/without';

const usage = `Usage: npm run -s review -- [--json] [--without WHAT]... BEFORE AFTER
  BEFORE, AFTER   folders of two assemblies, as cdk synth --output writes them
  --without WHAT  what is meant to go from the app, as the review names it; what it does not name is an error:
                    STACK            gone from the app: it stays deployed until somebody deletes it
                    STACK/ID         a resource that its stack no longer has, and that is retained
                    STACK/ID/PREFIX  a new expiry under a prefix of a bucket in which nothing is yet
                  A line that says LOSS and offers none of these cannot be meant: it says what to do in its place
  --json          changes, losses, what is left behind and what of it is meant, as JSON
Exits with 0 if nothing is lost or left behind but what is meant, with 1 otherwise, with 2 if it cannot tell.`;

const tell = (heading: string, losses: readonly Loss[]): void =>
  losses.forEach(({ stack, logicalId, what, instead }) => console.error(`${heading} ${stack} ${logicalId}: ${what}. Instead: ${instead}`));

function run(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      without: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean' },
    },
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
  const { losses, leftBehind, meant } = settle(review, values.without);
  if (values.json) console.log(JSON.stringify({ changes: review.changes, losses, leftBehind, meant }, undefined, 2));
  else if (review.changes.length === 0) console.log('Nothing changes.');
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
  tell('MEANT', meant);
  tell('LEFT BEHIND', leftBehind);
  tell('LOSS', losses);
  return losses.length + leftBehind.length > 0 ? 1 : 0;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

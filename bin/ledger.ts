#!/usr/bin/env node
/** Prints the ledger of acknowledged findings, and says which entries no longer hold on a given day. */
import { parseArgs } from 'node:util';
import { expiredOn } from '../lib/checks/acknowledgements';
import { ledger } from '../lib/checks/ledger';
import { renderTable } from '../lib/review/table';

const usage = `Usage: npm run -s ledger -- [--json] [--on YYYY-MM-DD]
  --json           the entries as JSON instead of a table
  --on YYYY-MM-DD  the entries that have expired on that day alone, and exit with 1 if there are any`;

function run(): number {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, on: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const expired = values.on === undefined ? [] : expiredOn(ledger, values.on);
  if (values.json) console.log(JSON.stringify(ledger, undefined, 2));
  else if (values.on === undefined || expired.length > 0) {
    const shown = values.on === undefined ? ledger : expired;
    const rows = shown.flatMap(({ finding, resources, stages, control, owner, expires, reason }) =>
      resources.map((resource) => [
        finding.replace(/\[.{40,}\]/s, (long) => `${long.slice(0, 36)}...]`),
        resource,
        stages?.join(', ') ?? 'all',
        control,
        owner,
        expires,
        reason,
      ]),
    );
    console.log(renderTable(['finding', 'resource', 'stages', 'control', 'owner', 'expires', 'reason'], rows));
  }
  for (const { finding, resources, expires, owner } of expired)
    console.error(`Expired on ${expires}: ${finding} at ${resources.join(', ')}; ${owner} argues it anew or removes the cause`);
  return expired.length > 0 ? 1 : 0;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

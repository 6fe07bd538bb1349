/** The environment prod with more cells, or fewer: `cells.ts 5 checked`, `cells.ts 10 unchecked`. */
import { buildApp, synthesize } from '../../lib/app';
import { ledger } from '../../lib/checks/ledger';
import { addChecks, constraintRules } from '../../lib/checks/registry';
import { platform } from '../../lib/config/platform';
import { prod } from '../../lib/config/prod';
import type { Cell, Platform } from '../../lib/config/schema';
import { ConfigurationError } from '../../lib/config/problem';
import { parsePlatform } from '../../lib/config/validate';
import { pricedRegions } from '../../lib/cost/price-sheet';

/** Beyond it the networks would run into the one that Kubernetes keeps for its services, 10.100.0.0/16. */
const MOST_CELLS = 50;

/** Cells such as those of prod, in turn, each with a name, an account and networks of its own. */
function replicate(templates: readonly Cell[], count: number): Cell[] {
  return Array.from({ length: count }, (_, index) => {
    const template = templates[index % templates.length] as Cell;
    const { home, recovery } = template;
    return {
      ...template,
      name: `${template.jurisdiction}-${index + 1}`,
      account: String(100_000_000_001 + index),
      home: { ...home, cidr: `10.${2 * index}.0.0/16` },
      recovery: recovery.kind === 'pilot-light' ? { ...recovery, cidr: `10.${2 * index + 1}.0.0/16` } : recovery,
      // So little that any number of cells stays under the sum of the budgets [BUD-1].
      monthlyBudgetUsd: 1_000,
    };
  });
}

function run(count: number, checks: string | undefined): void {
  const cells = replicate(prod.cells, count);
  const enlarged: Platform = { ...platform, environments: [{ ...prod, cells }] };
  const app = buildApp({
    platform: parsePlatform(enlarged, { pricedRegions: pricedRegions() }),
    environment: prod.name,
    checks: checks === 'checked' ? (judged, scope) => addChecks(judged, { rules: constraintRules, ledger }, scope) : 'none',
  });
  synthesize(app);
}

const [count = '', checks, ...rest] = process.argv.slice(2);
if (!/^\d+$/.test(count) || Number(count) < 1 || Number(count) > MOST_CELLS || !/^(un)?checked$/.test(checks ?? '') || rest.length > 0) {
  console.error(`Usage: cells.ts CELLS checked|unchecked, with 1 to ${MOST_CELLS} cells; received: ${process.argv.slice(2).join(' ')}`);
  process.exitCode = 2;
} else {
  try {
    run(Number(count), checks);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

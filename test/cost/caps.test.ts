import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { BUD_2_USD } from '../../lib/config/spending-limits';
import { cappedUsd } from '../../lib/cost/caps';

const cells = platform.environments
  .flatMap((environment) => environment.cells)
  .map(({ home, cluster, database }) =>
    cappedUsd({ region: home.region, maximumVcpus: cluster.maximumVcpus, maximumUnits: database.maximumUnits }),
  );
const sum = (of: 'nodes' | 'database') => cells.reduce((total, cell) => total + cell[of], 0);

describe('nodes and databases at their limits', () => {
  it('cost what a calculation by hand says', () => {
    // 10 vCPUs at (0.0816 + 0.00979) / 2, 4 units of two instances at 0.12, 730 hours.
    const { nodes, database } = cappedUsd({ region: 'us-east-1', maximumVcpus: 10, maximumUnits: 4 });
    expect(nodes).toBeCloseTo(730 * 10 * 0.045695, 2);
    expect(database).toBeCloseTo(730 * 8 * 0.12, 2);
  });

  it('stay below a third of the hard cap, all month long: a literal that raises them is told of here [BUD-2]', () => {
    expect(sum('nodes') + sum('database')).toBeLessThan(BUD_2_USD / 3);
  });

  it('are in ADR-032 with the figures of today', () => {
    const record = readFileSync(join(__dirname, '../../docs/01-architecture/decisions/ADR-032-budgets.md'), 'utf8');
    for (const part of ['nodes', 'database'] as const)
      expect(record, part).toContain(`| ${Math.round(sum(part)).toLocaleString('en-US')} |`);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { usageColumns } from '../../../lib/cost/attribution/usage';

describe('the contract of usage', () => {
  it('is told to those who write a service as it is asked for', () => {
    const page = readFileSync(join(__dirname, '../../../docs/02-data/usage.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` \| (string|bigint) \| (\w+) \| (.+) \|$/gm)].map(([, name, type, by, what]) => ({
      name,
      type,
      by,
      what,
    }));
    expect(rows).toEqual(usageColumns.map((column) => ({ by: 'all', ...column })));
  });
});

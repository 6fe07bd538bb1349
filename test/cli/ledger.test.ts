import { describe, expect, it } from 'vitest';
import { ledger } from '../../lib/checks/ledger';
import { patience, runNode } from '../support/run-cdk';

const run = async (...args: string[]) => runNode(['-r', 'ts-node/register', 'bin/ledger.ts', ...args]);

const expiries = ledger.map(({ expires }) => expires).sort();
const [first = ''] = expiries;
const dayAfter = new Date(Date.parse(expiries.at(-1) ?? '') + 86_400_000).toISOString().slice(0, 10);

describe.concurrent('the ledger command', patience, () => {
  it('prints a table with a line for each resource of each entry', async () => {
    const { exitCode, stdout, stderr } = await run();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [head, , ...rows] = stdout.trimEnd().split('\n');
    expect(head?.split(/\s{2,}/)).toEqual(['finding', 'resource', 'stages', 'control', 'owner', 'expires', 'reason']);
    expect(rows).toHaveLength(ledger.reduce((sum, { resources }) => sum + resources.length, 0));
    for (const { reason, resources } of ledger) {
      expect(rows.filter((row) => row.endsWith(`  ${reason}`)).length).toBeGreaterThanOrEqual(resources.length);
    }
  });

  it('prints the whole ledger as JSON', async () => {
    const { exitCode, stdout, stderr } = await run('--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(ledger);
  });

  it('exits with 0 on the last day of the first entry that expires', async () => {
    const { exitCode, stdout, stderr } = await run('--on', first);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('rejects a day after every expiry, and names each entry', async () => {
    const { exitCode, stderr } = await run('--on', dayAfter);
    expect(exitCode).toBe(1);
    for (const { finding, resources, expires, owner } of ledger) {
      expect(stderr).toContain(
        `Expired on ${expires}: ${finding} at ${resources.join(', ')}; ${owner} argues it anew or removes the cause`,
      );
    }
  });

  it.each([
    ['a day that does not exist', ['--on', '2027-02-30'], 'day: received "2027-02-30"; allowed: a day as YYYY-MM-DD'],
    ['an option without its day', ['--on'], '--on'],
    ['an unknown option', ['--jsn'], '--jsn'],
    ['an argument too many', ['2027-01-01'], '2027-01-01'],
  ])('rejects %s with the usage, and no stack trace', async (_, args, message) => {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: npm run -s ledger');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

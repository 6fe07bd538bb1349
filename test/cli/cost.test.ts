import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemblyOf, standingBy } from '../support/recovery-states';
import { patience, runNode } from '../support/run-cdk';

const assembly = assemblyOf(standingBy);
const run = async (...args: string[]) => runNode(['-r', 'ts-node/register', 'bin/cost.ts', ...args]);

describe.concurrent('the cost command', patience, () => {
  it('prints nothing but JSON with --json, from a synth of its own', async () => {
    const { exitCode, stdout, stderr } = await run('--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { cells, organization } = JSON.parse(stdout) as {
      cells: Record<string, { monthlyUsd: { expected: number } }>;
      organization: object;
    };
    expect(Object.keys(cells)).toEqual(['dev', 'staging', 'prod-us', 'prod-eu']);
    expect(cells['prod-eu']?.monthlyUsd.expected).toBeGreaterThan(0);
    expect(organization).toHaveProperty('monthlyUsd');
  });

  it('prints a table, with what was asked', async () => {
    const { exitCode, stdout } = await run('--assembly', assembly, '--cell', 'prod-us', '--events', '100M', '--set', 'natGateways=1');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^prod-us +100 million/m);
    expect(stdout).not.toMatch(/^prod-eu/m);
    expect(stdout).toContain('Cheapest next saving');
  });

  it('writes one page', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cost-')), 'cost.html');
    const { exitCode } = await run('--assembly', assembly, '--html', file);
    expect(exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it.each([
    [['--events', '-5'], "--events: received '-5'; allowed: events a day from 1,000 on"],
    [['--events=-100M'], "--events: received '-100M'; allowed"],
    [['--events', '500B'], "quota 'Amazon Kinesis Data Streams, write throughput of a stream on demand'"],
    [['--set', 'natGatway=1'], "--set: received 'natGatway'; allowed: eventBytes,"],
    [['--set', 'natGateways=1=2'], "--set natGateways: received '1=2'; allowed"],
    [['--set', 'eventBytes=2000000'], "quota 'Amazon SQS, size of a message"],
    [['--html', join(tmpdir(), 'no-such-folder', 'x.html')], '--html: received'],
    [['--set', 'natGateways=99'], "--set natGateways: received '99'; allowed: an integer from 1 to 6, in zones"],
    [['--cell', 'prod-uk'], "--cell: received 'prod-uk'; allowed: dev, staging, prod-us, prod-eu"],
    [['--environment', 'qa'], "--environment: received 'qa'; allowed: dev, staging, prod"],
    [['--what'], '--what'],
  ])('rejects %j with a sentence, and exits with 2', async (args, error) => {
    const { exitCode, stdout, stderr } = await run('--assembly', assembly, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(error);
    expect(stderr).not.toMatch(/ {4}at /);
  });
});

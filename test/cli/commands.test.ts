import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures';
import { platformStacks } from '../support/platform-assembly';
import { patience, runCdk } from '../support/run-cdk';

const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

describe.concurrent('the CLI', patience, () => {
  it('lists every stack of every cell, and nothing else on stdout', async () => {
    const { exitCode, stdout } = await runCdk(['ls']);
    expect(exitCode).toBe(0);
    const expected = platformStacks().map(({ path, stackName }) => `${path} (${stackName})`);
    expect(lines(stdout).sort()).toEqual(expected.sort());
  });

  it('synthesizes everything, and prints one table and nothing else of ours', async () => {
    const { exitCode, stdout, stderr } = await runCdk(['synth', '--quiet']);
    expect(exitCode).toBe(0);
    expect(lines(stdout)).toEqual([]);
    const start = lines(stderr).findIndex((line) => line.startsWith('cell '));
    // One warning of the CDK's is known: ADR-017.
    const warnings = lines(stderr)
      .slice(0, start)
      .filter((line) => /^(WARNING|ERROR)/.test(line));
    expect(new Set(warnings)).toEqual(
      new Set(["WARNING EncryptionConfig.*.Resources: Property 'EncryptionConfig.*.Resources' is deprecated (CloudFormation Validate)"]),
    );
    const [head, rule, ...rest] = lines(stderr).slice(start);
    expect(head?.split(/\s{2,}/)).toEqual(['cell', 'Region', 'stacks', 'resources', 'findings acknowledged']);
    expect(rule).toMatch(/^(-+ *){5}$/);

    const places = new Set(platformStacks().map(({ path, region }) => `${path.split('/')[0]} ${region}`));
    const rows = rest.slice(0, places.size).map((line) => line.split(/\s+/));
    expect(rows.map(([cell, region]) => `${cell} ${region}`).sort()).toEqual([...places].sort());
    for (const [cell, region, ...figures] of rows) {
      const stacks = platformStacks().filter((stack) => stack.path.startsWith(`${cell}/`) && stack.region === region);
      const resources = stacks.reduce((sum, stack) => sum + stack.resources.length, 0);
      expect(figures.slice(0, 2)).toEqual([stacks.length, resources].map(String));
      expect(figures[2]).toMatch(/^\d+$/);
    }
    expect(rows.some((row) => Number(row[4]) > 0)).toBe(true);
    // The rest is the CDK's own.
    expect(rest.slice(places.size).map((line) => line.replace(/ to \/.*/, ''))).toEqual([
      'Successfully synthesized',
      'Supply a stack id () to display its template.',
    ]);
  });

  it('builds one environment alone, in the account that it is told', async () => {
    const outdir = temporaryFolder();
    const { exitCode, stdout } = await runCdk(['ls', '-c', 'environment=dev', '-c', 'account.dev=121212121212'], { outdir });
    expect(exitCode).toBe(0);
    const ofDev = platformStacks().filter(({ path }) => path.startsWith('dev/'));
    expect(lines(stdout).sort()).toEqual(ofDev.map(({ path, stackName }) => `${path} (${stackName})`).sort());

    expect(readdirSync(outdir).filter((file) => file.startsWith('assembly-'))).toEqual(['assembly-dev']);
    const manifest = readFileSync(join(outdir, 'assembly-dev/manifest.json'), 'utf8');
    const environments = [...manifest.matchAll(/"environment": "aws:\/\/([^"]+)"/g)].map(([, environment]) => environment);
    expect(environments).toEqual(ofDev.map(() => '121212121212/us-east-1'));
    expect(manifest).not.toContain('111111111111');
  });
});

/** By default the CDK prints nothing and exits with 0 when a stage that was not selected breaks a rule. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures';
import { appOf, patience, runCdk } from '../support/run-cdk';

const app = ['--app', appOf('test/fixtures/faulty-app.ts')];
const fault = ['-c', 'fault=true'];

describe.concurrent('a violation in one cell', patience, () => {
  it.each([
    ['synth', ['synth']],
    ['synth of another cell', ['synth', 'dev/*']],
    ['deploy of another cell', ['deploy', 'dev/*', '--require-approval', 'never']],
    ['diff of another cell', ['diff', 'dev/*']],
  ])('rejects %s, and tells the finding', async (_, command) => {
    const { exitCode, output } = await runCdk([...command, ...app, ...fault]);
    expect(output).toContain('AwsSolutions-S10');
    expect(output).toContain('NIST.800.53.R5-S3BucketSSLRequestsOnly');
    expect(output).toContain('StatefulStacksProtected');
    expect(output).toContain('staging/Detection/Fault/Resource');
    // It is the finding that stops it, not the lack of an account to talk to.
    expect(output).not.toMatch(/credentials/i);
    expect(exitCode).toBe(1);
  });

  it.each([
    ['rejects', fault, 1],
    ['is what stops, since without the violation it takes', [], 0],
  ])("%s a deployment of a cell's own folder afterwards", async (_, context, expected) => {
    const outdir = temporaryFolder();
    await runCdk(['synth', '--quiet', ...app, ...context], { outdir });
    for (const cell of ['dev', 'staging']) {
      const folder = join(outdir, `assembly-${cell}`);
      // The templates are there in both cases: it is the manifest that is missing.
      expect(readdirSync(folder).filter((file) => file.endsWith('.template.json')).length).toBeGreaterThan(0);
      expect((await runCdk(['synth', '--quiet', '--app', folder])).exitCode, cell).toBe(expected);
    }
  });

  it('is all that stops it: without the violation synth exits with 0', async () => {
    const { exitCode, output } = await runCdk(['synth', '--quiet', ...app]);
    expect(output).not.toContain('AwsSolutions');
    expect(exitCode).toBe(0);
  });
});

/** By default the CDK prints nothing and exits with 0 when a stage that was not selected breaks a rule. */
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

  it("rejects a deployment of a cell's own folder afterwards", async () => {
    const out = temporaryFolder();
    await runCdk(['synth', '--quiet', ...app, ...fault, '-o', out]);
    for (const folder of [out, join(out, 'assembly-dev'), join(out, 'assembly-staging')]) {
      expect((await runCdk(['synth', '--quiet', '--app', folder])).exitCode, folder).toBe(1);
    }
  });

  it('is all that stops it: without the violation synth exits with 0', async () => {
    const { exitCode, output } = await runCdk(['synth', '--quiet', ...app]);
    expect(output).not.toContain('AwsSolutions');
    expect(exitCode).toBe(0);
  });
});

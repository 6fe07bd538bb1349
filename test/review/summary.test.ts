import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { CfnInternetGateway } from 'aws-cdk-lib/aws-ec2';
import { afterAll, describe, expect, it } from 'vitest';
import { summarize } from '../../lib/review/summary';

const folders: string[] = [];
// Not at the end of the process: workers are ended without an event.
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

interface Violation {
  readonly violatingConstructs: readonly { readonly constructPath?: string }[];
}

/** Two cells: `one` with two Regions and three stacks, `two` with an empty stack. */
function assembly(reports?: readonly { readonly pluginName: string; readonly suppressedViolations?: readonly Violation[] }[]): string {
  const outdir = mkdtempSync(join(tmpdir(), 'dataflow-summary-'));
  folders.push(outdir);
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  const account = '123456789012';
  const stackOf = (stage: Stage, id: string, region: string, resources: number) => {
    const stack = new Stack(stage, id, { env: { account, region } });
    for (let index = 0; index < resources; index += 1) new CfnInternetGateway(stack, `Gateway${index}`);
  };
  const one = new Stage(app, 'one');
  stackOf(one, 'Base', 'eu-central-1', 1);
  stackOf(one, 'Network', 'eu-west-1', 2);
  stackOf(one, 'NetworkMore', 'eu-west-1', 3);
  stackOf(new Stage(app, 'two'), 'Empty', 'us-east-1', 0);
  app.synth();
  if (reports) writeFileSync(join(outdir, 'validation-report.json'), JSON.stringify({ pluginReports: reports }));
  return outdir;
}

const suppressed = (...paths: readonly (string | undefined)[]): Violation => ({
  violatingConstructs: paths.map((constructPath) => ({ constructPath })),
});

/** The lines of the table below its head, a list of cells each. */
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/\s{2,}/));

describe('the summary of an assembly', () => {
  it('says what it counts', () => {
    expect(summarize(assembly()).split('\n')[0]).toMatch(/^cell +Region +stacks +resources +findings acknowledged$/);
  });

  it('counts stacks and resources by cell and Region', () => {
    expect(rows(summarize(assembly()))).toEqual([
      ['one', 'eu-central-1', '1', '1', '0'],
      ['one', 'eu-west-1', '2', '5', '0'],
      ['two', 'us-east-1', '1', '0', '0'],
    ]);
  });

  it('counts each acknowledged finding where its resource is, of every plugin but the CDK itself', () => {
    const directory = assembly([
      {
        pluginName: 'AwsSolutions',
        suppressedViolations: [suppressed('one/Network/Gateway0', 'one/NetworkMore/Gateway0'), suppressed('one/Base/Gateway0')],
      },
      { pluginName: 'NIST.800-53.R5', suppressedViolations: [suppressed('one/Network/Gateway0')] },
      { pluginName: 'CloudFormation Validate', suppressedViolations: [suppressed('one/Network/Gateway1')] },
      { pluginName: 'Constraints' },
    ]);
    expect(rows(summarize(directory))).toEqual([
      ['one', 'eu-central-1', '1', '1', '1'],
      ['one', 'eu-west-1', '2', '5', '3'],
      ['two', 'us-east-1', '1', '0', '0'],
    ]);
  });

  it('does without a path, and takes no stack for another whose name begins alike', () => {
    const directory = assembly([{ pluginName: 'AwsSolutions', suppressedViolations: [suppressed(undefined, 'one/NetworkMost/Gateway0')] }]);
    expect(rows(summarize(directory)).map((row) => row[4])).toEqual(['0', '0', '0']);
  });

  it('rejects a folder that holds no assembly', () => {
    const empty = mkdtempSync(join(tmpdir(), 'dataflow-empty-'));
    folders.push(empty);
    expect(() => summarize(empty)).toThrow('manifest.json');
  });
});

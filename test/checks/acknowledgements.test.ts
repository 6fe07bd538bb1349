import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Acknowledgement } from '../../lib/checks/acknowledgements';
import { entry, judge, logsPath, siblingPath } from '../fixtures/acknowledged-app';

const { reason } = entry();
const unused = (path: string) => `there is no such finding at ${path}`;

describe('an acknowledgement', () => {
  it('rejects the app that it is missing from, by both packs', () => {
    const { message } = judge({ ledger: [], unlogged: ['Logs'] });
    expect(message).toContain('AwsSolutions-S1');
    expect(message).toContain('NIST.800.53.R5-S3BucketLoggingEnabled');
    expect(message).toContain(`one/${logsPath}`);
    expect(message).toContain(`two/${logsPath}`);
  });

  it('answers a finding of both packs in every stage by one line, and the report keeps its reason', () => {
    const { message, outdir } = judge({ ledger: [entry()], unlogged: ['Logs'] });
    expect(message).toBeUndefined();
    const rules = ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled'];
    const paths = [`one/${logsPath}`, `two/${logsPath}`];
    expect(suppressed(outdir)).toEqual(rules.flatMap((rule) => paths.map((path) => ({ rule, path, reason }))));
  });

  it('rejects the sibling that it does not name', () => {
    const { message } = judge({ ledger: [entry()], unlogged: ['Logs', 'Sibling'] });
    expect(message).toContain(`one/${siblingPath}`);
    expect(message).not.toContain(`one/${logsPath}`);
  });

  it('rejects what it would cover from above: it stands on the resource itself', () => {
    const { message } = judge({ ledger: [entry({ resources: ['Data/Logs'] })], unlogged: ['Logs'] });
    expect(message).toContain(unused('one/Data/Logs'));
  });

  it('holds in the stages that it names, and rejects the others', () => {
    const { message } = judge({ ledger: [entry({ stages: ['one'] })], unlogged: ['Logs'] });
    expect(message).toContain(`two/${logsPath}`);
    expect(message).not.toContain(`one/${logsPath}`);
  });
});

interface Suppressed {
  readonly ruleName: string;
  readonly reason: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

/** What the report says was acknowledged. */
function suppressed(outdir: string): unknown[] {
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
    readonly pluginReports: readonly { readonly suppressedViolations?: readonly Suppressed[] }[];
  };
  return pluginReports
    .flatMap(({ suppressedViolations = [] }) => suppressedViolations)
    .flatMap(({ ruleName, reason: said, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({ rule: ruleName, path: constructPath, reason: said })),
    );
}

describe('a finding with a part of its own', () => {
  const wildcard = (part: string, changes: Partial<Acknowledgement> = {}) =>
    entry({ finding: `IAMNoWildcardPermissions${part}`, resources: ['Data/Policy/Resource'], ...changes });

  it('is answered in two stages by one line with their names, accounts and Regions left open', () => {
    const ledger = [wildcard('[Resource::arn:aws:s3:::{stage}-{account}-{region}/*]')];
    expect(judge({ ledger, wildcard: true }).message).toBeUndefined();
  });

  it('rejects the other stage when the line names one of them', () => {
    const ledger = [wildcard('[Resource::arn:aws:s3:::one-111111111111-eu-west-1/*]')];
    const { message } = judge({ ledger, wildcard: true });
    expect(message).toContain('AwsSolutions-IAM5[Resource::arn:aws:s3:::two-222222222222-us-east-1/*]');
    expect(message).toContain(unused('two/Data/Policy/Resource'));
  });

  it.each(['', '[Resource::*]', '[Action::s3:GetObject]'])('rejects a line that leaves the part out or has another one: %s', (part) => {
    expect(judge({ ledger: [wildcard(part)], wildcard: true }).message).toContain(unused('one/Data/Policy/Resource'));
  });
});

describe('an entry in vain', () => {
  it('rejects the app in which nothing is left to acknowledge', () => {
    const { message } = judge({ ledger: [entry()] });
    expect(message).toContain(unused(`one/${logsPath}`));
    expect(message).toContain(unused(`two/${logsPath}`));
    expect(message).toContain('Entry 1 of the ledger, S3BucketLoggingEnabled');
  });

  it('rejects the one resource of several that is in order', () => {
    const { message } = judge({ ledger: [entry({ resources: [logsPath, siblingPath] })], unlogged: ['Logs'] });
    expect(message).toContain(unused(`one/${siblingPath}`));
    expect(message).not.toContain(unused(`one/${logsPath}`));
  });

  it('rejects a path that is nowhere, in an app with all stages', () => {
    const ledger = [entry(), entry({ resources: ['Gone/Bucket/Resource'] })];
    expect(judge({ ledger, unlogged: ['Logs'] }).message).toContain(
      `Entry 2 of the ledger, S3BucketLoggingEnabled: ${unused('Gone/Bucket/Resource')}`,
    );
  });

  it('tolerates a path that is nowhere in an app of one environment, since it may be in another', () => {
    const ledger = [entry(), entry({ resources: ['Gone/Bucket/Resource'] })];
    expect(judge({ ledger, unlogged: ['Logs'], complete: false }).message).toBeUndefined();
  });

  it('rejects a resource that is in order, in an app of one environment too', () => {
    expect(judge({ ledger: [entry()], complete: false }).message).toContain(unused(`one/${logsPath}`));
  });

  it('rejects an entry all of whose stages are unknown', () => {
    expect(judge({ ledger: [entry({ stages: ['tow'] })] }).message).toContain(unused(logsPath));
  });
});

describe('an entry that is worth nothing to an auditor', () => {
  it.each([
    ['no reason', { reason: '' }, 'reason has fewer than 20 characters'],
    ['a reason of spaces', { reason: ' '.repeat(40) }, 'reason has fewer than 20 characters'],
    ['a word for a reason', { reason: 'legacy' }, 'reason has fewer than 20 characters'],
    ['no owner', { owner: ' ' }, 'owner is empty'],
    ['no control', { control: '' }, 'control is "", and not a constraint such as SEC-2'],
    ['a day that does not exist', { expires: '2027-02-30' }, 'expires is "2027-02-30", and not a day as YYYY-MM-DD'],
    ['a date of another form', { expires: '30.11.2027' }, 'expires is "30.11.2027", and not a day as YYYY-MM-DD'],
    ['no date', { expires: '' }, 'expires is "", and not a day as YYYY-MM-DD'],
    ['no resource', { resources: [] }, 'resources is empty'],
    ['a rule that is in no pack', { finding: 'S3BucketLogingEnabled' }, "no rule of cdk-nag's packs is called S3BucketLogingEnabled"],
    ["a rule by its pack's ID", { finding: 'AwsSolutions-S1' }, 'write S3BucketLoggingEnabled, which stands for AwsSolutions-S1'],
  ] as const)('rejects %s', (_, fault, expected) => {
    const { message } = judge({ ledger: [entry(fault)], unlogged: ['Logs'] });
    expect(message).toContain('IncompleteAcknowledgement');
    expect(message).toContain(expected);
  });
});

describe('an acknowledgement in code', () => {
  it('rejects the app, and hides nothing: the finding is reported as if it were not there', () => {
    const foreign = ['AwsSolutions::AwsSolutions-S1', 'NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled'];
    const { message } = judge({ ledger: [], unlogged: ['Logs'], foreign });
    expect(message).toContain('AwsSolutions::AwsSolutions-S1 is acknowledged in code, and so does not count');
    expect(message).toContain("Acknowledge with 'AwsSolutions::AwsSolutions-S1'");
    expect(message).toContain("Acknowledge with 'NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled'");
  });

  it.each([
    'Ledger::ForeignAcknowledgement',
    'Ledger::UnusedAcknowledgement',
    'DataFlow::PermissionsNarrow',
    'CloudFormation-Validate::F3002',
  ])('rejects the one of %s, which would hide our own rules', (id) => {
    expect(judge({ ledger: [], foreign: [id] }).message).toContain(`${id} is acknowledged in code, and so does not count`);
  });

  it('rejects a stage among others that there is not', () => {
    const { message } = judge({ ledger: [entry({ stages: ['one', 'two', 'tow'] })], unlogged: ['Logs'] });
    expect(message).toContain('there is no such finding at tow');
  });
});

/** Findings of cdk-nag in what tells of cost: budgets, the bill, usage by tenant. */
import type { Acknowledgement } from './acknowledgements';

const answered = { owner: 'platform-engineering', argued: '2026-11-25', expires: '2027-11-30' } as const;
/** The bill is asked where customers are: it has everybody's. */
const watching = ['prod-us', 'prod-eu'];
const WATCHER = 'Cost/Watch/Watcher/Function/Resource';
const WATCHER_POLICY = 'Cost/Watch/Watcher/Role/DefaultPolicy/Resource';

const entries: readonly Omit<Acknowledgement, keyof typeof answered>[] = [
  {
    finding: 'S3BucketReplicationEnabled',
    resources: ['Cost/Bill/Bucket/Resource', 'Cost/Usage/Bucket/Resource'],
    reason:
      'AWS writes the bill again on request, for 13 months; lost usage costs the exactness of one report, and no event and no customer.',
    control: 'SLO-2',
  },
  {
    finding: 'S3DefaultEncryptionKMS',
    resources: ['Cost/Bill/Bucket/Resource'],
    reason:
      'AWS documents no key policy by which Data Exports could use a key of ours; the objects are encrypted, by a key of S3, and name resources only.',
    control: 'SEC-2',
  },
  ...[{ resources: [WATCHER_POLICY], stages: watching }, { resources: ['Cost/StopRole/DefaultPolicy/Resource'] }].map((where) => ({
    finding: 'IAMNoInlinePolicy',
    ...where,
    reason: 'A policy of one role alone, made and deleted with it, cannot be attached to another; a managed policy could.',
    control: 'SEC-4',
  })),
  ...[
    ['<BillBucketD6BF266B.Arn>/bill/*', 'The files of the bill have names that AWS makes; the role reads those of this prefix alone.'],
    ['<UsageBucketAFA90A1F.Arn>/usage/*', 'The files of usage have names that services make; the role reads those of this prefix alone.'],
    ['<UsageBucketAFA90A1F.Arn>/answers/*', 'Answers have names that Athena makes; the role writes and reads those of this prefix alone.'],
  ].map(([resource = '', reason = '']) => ({
    finding: `IAMNoWildcardPermissions[Resource::${resource}]`,
    resources: [WATCHER_POLICY],
    stages: watching,
    reason,
    control: 'SEC-4',
  })),
  ...['ingest', 'processor', 'delivery', 'profiles'].map((service) => ({
    finding:
      'IAMNoWildcardPermissions[Resource::{"Fn::GetStackOutput":{"StackName":"{stage}-Cost","Region":"{region}","OutputName":"PublishOutputFnGetAttUsageBucketAFA90A1FArn1DD8F79A"}}' +
      `/usage/*/${service}/*]`,
    resources: [`Workloads/${service.charAt(0).toUpperCase()}${service.slice(1)}/Role/DefaultPolicy/Resource`],
    reason: 'Below the day and its own name a service names its files as it likes; it writes there, and reads nothing.',
    control: 'SEC-4',
  })),
  {
    finding: 'LambdaConcurrency',
    resources: [WATCHER],
    stages: watching,
    reason: 'A schedule starts it once a day; a reserve would be taken from what the account has.',
    control: 'SLO-5',
  },
  {
    finding: 'LambdaDLQ',
    resources: [WATCHER],
    stages: watching,
    reason: 'What it did not do it does the next day, and an alarm takes its silence for a fault.',
    control: 'SLO-2',
  },
  {
    finding: 'LambdaInsideVPC',
    resources: [WATCHER],
    stages: watching,
    reason: 'It calls Athena over TLS and nothing in the VPC, whose addresses and NAT it would only use up.',
    control: 'SEC-4',
  },
];

export const ledgerOfCost: readonly Acknowledgement[] = entries.map((entry) => ({ ...entry, ...answered }));

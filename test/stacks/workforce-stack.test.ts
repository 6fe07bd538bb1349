/** What engineers may do beyond looking, by evaluating the permission sets [SEC-4, SEC-5]. */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

const all = propertiesOf(platformTemplate('organization/Workforce'), 'AWS::SSO::PermissionSet');
const sets = all.filter(({ Name }) => Name !== 'DataflowAudit');
const [auditor = {}] = all.filter(({ Name }) => Name === 'DataflowAudit');
const account = '444444444444';

interface Attempt {
  readonly what: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

const keyPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
};

async function mayDo(set: Readonly<Record<string, unknown>>, { action, resource, context = {} }: Attempt): Promise<boolean> {
  const response = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_DataflowReadOnly_0123456789abcdef`,
        action,
        resource: { resource, accountId: account },
        contextVariables: { ...context },
      },
      identityPolicies: [{ name: 'inline', policy: set['InlinePolicy'] }],
      // A key leaves it to the policies of its account, as ours do; no other resource has a policy for people.
      ...(action.startsWith('kms:') ? { resourcePolicy: keyPolicy } : {}),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (response.resultType === 'error') throw new Error(`The simulator refuses ${action} on ${resource}: ${response.errors.message}`);
  return response.overallResult === 'Allowed';
}

const byShell = { 'aws:CalledVia': ['cloudshell.amazonaws.com'] };
const ec2 = (resource: string) => `arn:aws:ec2:eu-west-1:${account}:${resource}`;
const named = (name: string) => ({ ...byShell, 'aws:ResourceTag/Name': name });

const allowed: readonly Attempt[] = [
  {
    what: 'open a shell in the VPC',
    action: 'cloudshell:CreateEnvironment',
    resource: '*',
    context: { 'cloudshell:VpcIds': ['vpc-1'] },
  },
  {
    what: 'place it in a private subnet',
    action: 'ec2:CreateNetworkInterface',
    resource: ec2('subnet/subnet-1'),
    context: { ...byShell, 'aws:ResourceTag/aws-cdk:subnet-name': 'Private' },
  },
  {
    what: 'give it the group of engineers',
    action: 'ec2:CreateNetworkInterface',
    resource: ec2('security-group/sg-1'),
    context: named('prod-eu/Network/Tiers/Engineers'),
  },
  { what: 'find the cluster', action: 'eks:DescribeCluster', resource: `arn:aws:eks:eu-west-1:${account}:cluster/prod-eu` },
  {
    // The role's trust admits the elevated set alone: test/stacks/delivery-stack.test.ts.
    what: 'ask for the role that sends dead letters back',
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${account}:role/prod-eu-delivery-operator-eu-west-1`,
  },
  {
    // The role's trust admits the elevated set alone: test/stacks/lake-operator.test.ts.
    what: 'ask for the role that answers for the lake',
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${account}:role/prod-eu-lake-operator-eu-west-1`,
  },
  {
    // The role's trust admits the elevated set alone: test/isolation/restore.test.ts.
    what: 'ask for the role that restores tables',
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${account}:role/prod-eu-table-restorer-eu-west-1`,
  },
  {
    what: 'read logs',
    action: 'logs:FilterLogEvents',
    resource: `arn:aws:logs:eu-west-1:${account}:log-group:/aws/eks/prod-eu/cluster`,
  },
  ...['AssumeRole', 'TagSession'].map((action) => ({
    what: `ask for one tenant's role (${action}), which admits the elevated alone`,
    action: `sts:${action}`,
    resource: `arn:aws:iam::${account}:role/prod-eu-operator-tenant-eu-west-1`,
  })),
];

const refused: readonly Attempt[] = [
  { what: 'a role of the pods', action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/prod-eu-Workloads-DeliveryRole1234` },
  { what: 'a shell in a network of AWS', action: 'cloudshell:CreateEnvironment', resource: '*' },
  {
    what: 'a shell with the group of workloads, which reaches databases',
    action: 'ec2:CreateNetworkInterface',
    resource: ec2('security-group/sg-1'),
    context: named('prod-eu/Network/Tiers/Workload'),
  },
  {
    what: 'a shell in the isolated subnets',
    action: 'ec2:CreateNetworkInterface',
    resource: ec2('subnet/subnet-1'),
    context: { ...byShell, 'aws:ResourceTag/aws-cdk:subnet-name': 'Isolated' },
  },
  {
    what: 'an interface without a shell',
    action: 'ec2:CreateNetworkInterface',
    resource: ec2('security-group/sg-1'),
    context: { 'aws:ResourceTag/Name': 'prod-eu/Network/Tiers/Engineers' },
  },
  {
    what: 'deleting an interface of somebody else',
    action: 'ec2:DeleteNetworkInterface',
    resource: ec2('network-interface/eni-1'),
    context: byShell,
  },
  {
    what: 'an upload into a shell',
    action: 'cloudshell:GetFileUploadUrls',
    resource: `arn:aws:cloudshell:eu-west-1:${account}:environment/1`,
  },
  { what: "a customer's events", action: 's3:GetObject', resource: 'arn:aws:s3:::prod-eu-raw-444444444444-eu-west-1/events/1' },
  {
    what: "the role of a service's pods",
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${account}:role/prod-eu-profiles-tenant-eu-west-1`,
  },
  { what: 'a profile', action: 'dynamodb:GetItem', resource: `arn:aws:dynamodb:eu-west-1:${account}:table/prod-eu-profiles` },
  {
    what: 'asking the lake by itself',
    action: 'athena:StartQueryExecution',
    resource: `arn:aws:athena:eu-west-1:${account}:workgroup/prod-eu-lake`,
  },
  { what: 'erasing by itself', action: 'glue:StartJobRun', resource: `arn:aws:glue:eu-west-1:${account}:job/prod-eu-lake-erasure` },
  {
    what: 'letting somebody into the cluster',
    action: 'eks:CreateAccessEntry',
    resource: `arn:aws:eks:eu-west-1:${account}:cluster/prod-eu`,
  },
];

describe('the permission sets', () => {
  it('are two of engineers, of which the one that changes lasts an hour, and one of auditors', () => {
    expect(all.map(({ Name, SessionDuration }) => [Name, SessionDuration])).toEqual([
      ['DataflowReadOnly', 'PT8H'],
      ['DataflowElevated', 'PT1H'],
      ['DataflowAudit', 'PT4H'],
    ]);
  });

  it('list, and read nothing that is in a store', () => {
    for (const { ManagedPolicies } of all)
      expect(JSON.stringify(ManagedPolicies)).toMatch(/^\[[^\]]*job-function\/ViewOnlyAccess[^,\]]*\]$/);
  });

  it.each(allowed)('let an engineer $what', async (attempt) => {
    for (const set of sets) expect(await mayDo(set, attempt)).toBe(true);
  });

  it.each(refused)('refuse an engineer $what', async (attempt) => {
    for (const set of sets) expect(await mayDo(set, attempt)).toBe(false);
  });
});

const audited = 'arn:aws:s3:::prod-eu-logarchive-auditbucket7486e833-x1y2/AWSLogs/444444444444/CloudTrail/eu-west-1/2026/11/20/a.json.gz';
const workGroup = (name: string) => `arn:aws:athena:eu-west-1:${account}:workgroup/${name}`;
const glue = (name: string) => `arn:aws:glue:eu-west-1:${account}:${name}`;
const key = `arn:aws:kms:eu-west-1:${account}:key/1`;
const byS3 = (component: string) => ({ 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'aws:ResourceTag/component': component });

const question: readonly Attempt[] = [
  { what: 'ask', action: 'athena:StartQueryExecution', resource: workGroup('prod-eu-audit') },
  { what: 'find the table', action: 'glue:GetTable', resource: glue('table/audit/events') },
  { what: 'read the records', action: 's3:GetObject', resource: audited },
  { what: 'read their copy', action: 's3:GetObject', resource: audited.replace('logarchive', 'recoverylo') },
  { what: 'read the answer', action: 's3:GetObject', resource: `arn:aws:s3:::prod-eu-audit-results-${account}-eu-west-1/results/a.csv` },
  { what: 'have it decrypted', action: 'kms:Decrypt', resource: key, context: byS3('security') },
];

describe('an auditor', () => {
  it.each(question)('may $what, and no engineer may', async (attempt) => {
    expect(await mayDo(auditor, attempt)).toBe(true);
    for (const set of sets) expect(await mayDo(set, attempt)).toBe(false);
  });

  it.each<Attempt>([
    ...refused,
    { what: "the lake's queries", action: 'athena:StartQueryExecution', resource: workGroup('prod-eu-lake') },
    { what: 'changing a query', action: 'athena:UpdatePreparedStatement', resource: workGroup('prod-eu-audit') },
    { what: 'pointing the table elsewhere', action: 'glue:UpdateTable', resource: glue('table/audit/events') },
    { what: 'writing a record', action: 's3:PutObject', resource: audited },
    { what: 'deleting a record', action: 's3:DeleteObject', resource: audited },
    {
      what: 'deleting an answer',
      action: 's3:DeleteObject',
      resource: `arn:aws:s3:::prod-eu-audit-results-${account}-eu-west-1/results/a.csv`,
    },
    { what: "the key of a customer's events", action: 'kms:Decrypt', resource: key, context: byS3('lake') },
    { what: 'the key by itself', action: 'kms:Decrypt', resource: key, context: { 'aws:ResourceTag/component': 'security' } },
  ])('is refused $what', async (attempt) => {
    expect(await mayDo(auditor, attempt)).toBe(false);
  });
});

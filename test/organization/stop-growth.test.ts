/** What AWS Budgets attaches near the hard cap: nothing new, and nothing that customers need [BUD-2, SLO-1, SLO-4]. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { growth, stopGrowth } from '../../lib/constructs/organization-policies/stop-growth';
import { policyQuotas, policySize } from '../../lib/constructs/organization-policies/policy-document';
import { platformStacks, platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';
import { auditPolicy, decide, EU_ACCOUNT, outboundPolicy, pipelinePolicy, regionPolicy, roleOf, without, type Request } from './simulation';

const homeRegions = ['eu-west-1', 'us-east-1'];
const policy = stopGrowth({ homeRegions });
const ask = (request: Request, document = policy) => decide({ serviceControl: [document] }, request);

const arn = (service: string, part: string, region = 'eu-west-1') => `arn:aws:${service}:${region}:${EU_ACCOUNT}:${part}`;
const instance = arn('ec2', 'instance/i-0123456789abcdef0');
const clusterRole = `arn:aws:iam::${EU_ACCOUNT}:role/prod-eu-Cluster-KubernetesClusterRoleF7D3-1A2B3C4D`;

const denied: readonly Request[] = [
  { action: 'ec2:RunInstances', resource: instance },
  { action: 'eks:CreateCluster', resource: '*' },
  { action: 'rds:CreateDBCluster', resource: arn('rds', 'cluster:prod-eu-more') },
  { action: 'kinesis:CreateStream', resource: arn('kinesis', 'stream/prod-eu-more') },
  { action: 'dynamodb:CreateTable', resource: arn('dynamodb', 'table/prod-eu-more') },
  { action: 'servicequotas:RequestServiceQuotaIncrease', resource: arn('servicequotas', 'kinesis/L-AAAA') },
  { action: 'bedrock:InvokeModel', resource: 'arn:aws:bedrock:eu-west-1::foundation-model/x' },
];

/** What the platform does all day, and what brings cost down again. */
const allowed: readonly Request[] = [
  { action: 'kinesis:PutRecords', resource: arn('kinesis', 'stream/prod-eu-events') },
  { action: 'dynamodb:UpdateItem', resource: arn('dynamodb', 'table/prod-eu-profiles') },
  { action: 'sqs:SendMessage', resource: arn('sqs', 'prod-eu-delivery') },
  { action: 's3:PutObject', resource: 'arn:aws:s3:::prod-eu-raw-444444444444-eu-west-1/events/x' },
  { action: 'lambda:InvokeFunction', resource: arn('lambda', 'function:prod-eu-copier') },
  { action: 'ec2:RunInstances', resource: instance, principal: clusterRole },
  { action: 'ec2:TerminateInstances', resource: instance },
  { action: 'rds:ModifyDBCluster', resource: arn('rds', 'cluster:prod-eu-metadata') },
  { action: 'dynamodb:UpdateTable', resource: arn('dynamodb', 'table/prod-eu-profiles') },
  { action: 'eks:UpdateClusterConfig', resource: arn('eks', 'cluster/prod-eu') },
  { action: 'glue:StartJobRun', resource: arn('glue', 'job/prod-eu-lake-erasure') },
  { action: 'backup:StartBackupJob', resource: arn('backup', 'backup-vault:prod-eu-vault') },
  { action: 'rds:DeleteDBInstance', resource: arn('rds', 'db:prod-eu-third') },
  { action: 'elasticloadbalancing:RegisterTargets', resource: arn('elasticloadbalancing', 'targetgroup/prod-eu-ingest/0123') },
];

const restoredTable = arn('dynamodb', 'table/prod-eu-profiles-restored');
const restoredCluster = arn('rds', 'cluster:prod-eu-metadata-restored');
const globalCluster = `arn:aws:rds::${EU_ACCOUNT}:global-cluster:prod-eu-metadata`;

/** What docs/06-runbooks/restore-from-backup.md calls in the home Region, and what AWS Backup calls for it: data that is lost does not wait for a budget. */
const restoring: readonly Request[] = [
  { action: 'dynamodb:Query', resource: arn('dynamodb', 'table/prod-eu-profiles-restored') },
  { action: 'dynamodb:RestoreTableToPointInTime', resource: restoredTable },
  { action: 'dynamodb:RestoreTableFromAwsBackup', resource: restoredTable },
  { action: 'dynamodb:UpdateTable', resource: restoredTable },
  { action: 'dynamodb:PutResourcePolicy', resource: restoredTable },
  { action: 'dynamodb:DeleteTable', resource: restoredTable },
  { action: 'rds:RestoreDBClusterToPointInTime', resource: restoredCluster },
  { action: 'rds:RestoreDBClusterFromSnapshot', resource: restoredCluster },
  { action: 'rds:CreateDBInstance', resource: arn('rds', 'db:prod-eu-metadata-restored-a') },
  { action: 'rds:DescribeDBClusters', resource: restoredCluster },
  { action: 'rds:ModifyDBCluster', resource: restoredCluster },
  { action: 'rds:DeleteDBInstance', resource: arn('rds', 'db:prod-eu-metadata-restored-a') },
  { action: 'rds:DeleteDBCluster', resource: restoredCluster },
  { action: 'rds:RemoveFromGlobalCluster', resource: globalCluster },
  { action: 'rds:DeleteGlobalCluster', resource: globalCluster },
  { action: 'rds:CreateGlobalCluster', resource: globalCluster },
  { action: 'backup:GetRecoveryPointRestoreMetadata', resource: arn('backup', 'recovery-point:x') },
  { action: 'backup:StartRestoreJob', resource: arn('backup', 'recovery-point:x') },
  { action: 'cloudformation:DetectStackDrift', resource: arn('cloudformation', 'stack/prod-eu-Profiles/x') },
  { action: 'logs:DeleteLogGroup', resource: arn('logs', 'log-group:/aws/rds/cluster/prod-eu-metadata-restored/postgresql') },
  { action: 'glue:GetJobRuns', resource: arn('glue', 'job/prod-eu-lake-erasure') },
];
/**
 * And in the recovery Region: a replica needs both of the table there, and of the old one `UpdateTable` alone. Source: Amazon DynamoDB Developer Guide, "Using
 * IAM with global tables", read 2026-11.
 */
const restoringTheCopy: readonly Request[] = [
  { action: 'dynamodb:CreateTable', resource: arn('dynamodb', 'table/prod-eu-profiles', 'eu-central-1') },
  { action: 'dynamodb:CreateTableReplica', resource: arn('dynamodb', 'table/prod-eu-profiles', 'eu-central-1') },
  { action: 'rds:CreateDBCluster', resource: arn('rds', 'cluster:prod-eu-metadata', 'eu-central-1') },
  { action: 'rds:CreateDBInstance', resource: arn('rds', 'db:prod-eu-metadata-a', 'eu-central-1') },
].map((request) => ({ ...request, region: 'eu-central-1' }));

describe('the policy that stops growth', () => {
  it.each(denied)('rejects $action by an administrator and by the pipeline', async (request) => {
    expect(await ask(request)).toBe('ExplicitlyDenied');
    expect(await ask({ ...request, principal: roleOf.execution() })).toBe('ExplicitlyDenied');
  });

  it.each(allowed)('lets $action pass: customers need it, or it saves', async (request) => {
    expect(await ask(request)).toBe('Allowed');
  });

  it.each([...restoring, ...restoringTheCopy])('lets $action pass, for a restore by an administrator', async (request) => {
    expect(await ask(request)).toBe('Allowed');
  });

  it('is asked here for every call that the runbook of a restore names', () => {
    const page = readFileSync(join(__dirname, '../../docs/06-runbooks/restore-from-backup.md'), 'utf8');
    const named = [...page.matchAll(/\baws ([a-z]+) ([a-z-]+)/g)].map(([, service = '', call = '']) => `${service}:${call}`);
    const short = [...page.matchAll(/`((?:modify|delete|create|restore)-db-[a-z-]+?)(?=[ `])/g)].map(([, call = '']) => `rds:${call}`);
    expect(named.length + short.length).toBeGreaterThan(10);
    const asked = restoring.map(({ action }) => action.toLowerCase());
    const calls = [...new Set([...named, ...short])].map((call) => call.replaceAll('-', ''));
    expect(calls.filter((call) => !asked.includes(call))).toEqual([]);
  });

  it('lets a takeover make a whole cell in the recovery Region, for the pipeline', async () => {
    for (const request of denied) {
      expect(await ask({ ...request, region: 'eu-central-1', principal: roleOf.execution() })).toBe('Allowed');
    }
  });

  it('rejects instances by whoever is not the cluster', async () => {
    const sid = 'NodesByTheClusterAlone';
    for (const principal of [roleOf.execution(), roleOf.admin(), `arn:aws:iam::${EU_ACCOUNT}:role/prod-eu-Lake-KubernetesClusterRole`]) {
      expect(await ask({ action: 'ec2:RunInstances', resource: instance, principal })).toBe('ExplicitlyDenied');
      expect(await ask({ action: 'ec2:RunInstances', resource: instance, principal }, without(policy, sid) as typeof policy)).toBe(
        'Allowed',
      );
    }
  });

  it('is what the other policies leave room for, in characters', () => {
    expect(policySize(policy)).toBeLessThan(policyQuotas.SERVICE_CONTROL_POLICY.maxCharacters);
    // Beside them: AWS takes ten a target, of which the lasting ones are held to five (policy-document.ts), so that there is room for this one.
    const attached = [regionPolicy('eu'), auditPolicy, pipelinePolicy, outboundPolicy, policy];
    expect(1 + attached.length).toBeLessThanOrEqual(10);
  });

  it("knows the cluster's role by the name that CloudFormation gives it", () => {
    const clusters = platformStacks().filter(({ path }) => path.endsWith('/Cluster'));
    expect(clusters.length).toBe(4);
    for (const { resources } of clusters) {
      const roles = resources.filter(
        ({ type, properties }) => type === 'AWS::IAM::Role' && JSON.stringify(properties).includes('AmazonEKSComputePolicy'),
      );
      expect(roles.map(({ logicalId }) => logicalId.startsWith('KubernetesCluster'))).toEqual([true]);
      // A name of its own would not begin with its stack's.
      expect(roles[0]?.properties['RoleName']).toBeUndefined();
    }
  });

  it('names only actions that exist, each once, with a reason', async () => {
    const actions = growth.flatMap((group) => group.actions);
    expect(new Set(actions).size).toBe(actions.length);
    for (const { reason } of growth) expect(reason.length).toBeGreaterThan(15);
    for (const action of actions.filter((name) => !name.includes('*'))) {
      const response = await runSimulation(
        {
          request: { principal: roleOf.admin(), action, resource: { resource: '*', accountId: EU_ACCOUNT }, contextVariables: {} },
          identityPolicies: [],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        },
        {},
      );
      expect(response.resultType === 'error' ? response.errors.message : 'known', action).not.toMatch(/^invalid\.(action|service)/);
    }
  });

  it('rejects to bind no Region', () => {
    expect(() => stopGrowth({ homeRegions: [] })).toThrow('received none');
  });
});

describe('its attachment', () => {
  const template = platformTemplate('organization/Cost');
  const [action = {}] = propertiesOf(template, 'AWS::Budgets::BudgetsAction');
  const [role = {}] = propertiesOf(template, 'AWS::IAM::Role');

  it('is by AWS Budgets at 80 % of what was really spent, to every cell, and asks nobody', () => {
    expect(action).toMatchObject({
      ActionType: 'APPLY_SCP_POLICY',
      ApprovalModel: 'AUTOMATIC',
      NotificationType: 'ACTUAL',
      ActionThreshold: { Type: 'PERCENTAGE', Value: 80 },
      Definition: { ScpActionDefinition: { TargetIds: ['111111111111', '222222222222', '333333333333', '444444444444'] } },
    });
    const [, cap] = propertiesOf(template, 'AWS::Budgets::Budget');
    expect(cap).toMatchObject({ Budget: { BudgetLimit: { Amount: 75_000, Unit: 'USD' } } });
  });

  it('starts with no target: deploying it stops nothing', () => {
    const [attached = {}] = propertiesOf(template, 'AWS::Organizations::Policy');
    expect(attached).not.toHaveProperty('TargetIds');
    expect(attached['Content']).toEqual(policy);
  });

  it('may attach and detach this one policy on these accounts, and nothing else', () => {
    expect(role).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'budgets.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } },
          },
        ],
      },
    });
    expect(JSON.stringify(role['PermissionsBoundary'])).toContain('policy/dataflow-role-boundary');
    const [permissions = {}] = propertiesOf(template, 'AWS::IAM::Policy');
    const { Statement } = permissions['PolicyDocument'] as { Statement: readonly { Action: unknown; Resource: readonly unknown[] }[] };
    expect(Statement).toHaveLength(1);
    expect(Statement[0]?.Action).toEqual(['organizations:AttachPolicy', 'organizations:DetachPolicy']);
    expect(Statement[0]?.Resource).toHaveLength(5);
  });
});

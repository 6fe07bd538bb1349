/**
 * The simulator is evidence only as far as it decides as AWS does: here it is held against decisions that AWS documents.
 * Documents: [logic] IAM User Guide, "Policy evaluation logic"; [scp] AWS Organizations User Guide, "SCP evaluation"; [region]
 * the same, "General examples: deny access to AWS based on the requested AWS Region"; [operators] IAM User Guide, "IAM JSON
 * policy elements: Condition operators"; [set] the same, "Multivalued context keys"; [rcp] AWS Organizations User Guide, "RCP
 * evaluation" and "Resource control policy examples". All read 2026-11.
 */
import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';

type Statement = Readonly<Record<string, unknown>>;

const policy = (...statements: readonly Statement[]) => ({ Version: '2012-10-17', Statement: statements });
const allowAll: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
const denyS3 = (Condition?: Statement): Statement => ({
  Effect: 'Deny',
  Action: 's3:*',
  Resource: '*',
  ...(Condition ? { Condition } : {}),
});

interface Given {
  readonly identity?: readonly Statement[];
  /** Levels of the organization, root first. */
  readonly serviceControl?: readonly (readonly Statement[])[];
  readonly resourceControl?: readonly Statement[];
  readonly resource?: readonly Statement[];
  readonly action?: string;
  readonly arn?: string;
  readonly principalAccount?: string;
  readonly context?: Record<string, string | string[]>;
}

async function decision(given: Given): Promise<string> {
  const simulation: Simulation = {
    request: {
      principal: `arn:aws:iam::${given.principalAccount ?? '444444444444'}:role/somebody`,
      action: given.action ?? 's3:GetObject',
      resource: { resource: given.arn ?? 'arn:aws:s3:::bucket/key', accountId: '444444444444' },
      contextVariables: given.context ?? {},
    },
    identityPolicies: [{ name: 'identity', policy: policy(...(given.identity ?? [allowAll])) }],
    serviceControlPolicies: (given.serviceControl ?? [[allowAll]]).map((statements, level) => ({
      orgIdentifier: `level${level}`,
      policies: [{ name: `scp${level}`, policy: policy(...statements) }],
    })),
    resourceControlPolicies: [
      { orgIdentifier: 'root', policies: given.resourceControl ? [{ name: 'rcp', policy: policy(...given.resourceControl) }] : [] },
    ],
    resourcePolicy: given.resource ? policy(...given.resource) : undefined,
  };
  const response = await runSimulation(simulation, {});
  if (response.resultType === 'error') throw new Error(response.errors.message);
  return response.overallResult;
}

describe('the simulator decides as AWS documents', () => {
  it('denies what nothing allows [logic]', async () => {
    expect(await decision({ identity: [] })).toBe('ImplicitlyDenied');
  });

  it('lets an explicit deny win over an allow [logic]', async () => {
    expect(await decision({ identity: [allowAll] })).toBe('Allowed');
    expect(await decision({ identity: [allowAll, denyS3()] })).toBe('ExplicitlyDenied');
  });

  it('takes no grant from a service control policy [scp]', async () => {
    expect(await decision({ identity: [], serviceControl: [[allowAll]] })).toBe('ImplicitlyDenied');
  });

  it('wants an allow at every level of the organization [scp]', async () => {
    expect(await decision({ serviceControl: [[allowAll], [{ ...allowAll, Action: 'ec2:*' }]] })).toBe('ImplicitlyDenied');
    expect(await decision({ serviceControl: [[allowAll], [{ ...allowAll, Action: 's3:*' }]] })).toBe('Allowed');
  });

  it('lets a deny at any level win [scp]', async () => {
    expect(await decision({ serviceControl: [[allowAll, denyS3()], [allowAll]] })).toBe('ExplicitlyDenied');
  });

  it("decides AWS's example of a Region deny as its text says [region]", async () => {
    const example: Statement = {
      Effect: 'Deny',
      NotAction: ['iam:*', 'organizations:*', 'route53:*', 'budgets:*', 'sts:*', 'support:*'],
      Resource: '*',
      Condition: {
        StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] },
        ArnNotLike: { 'aws:PrincipalARN': ['arn:aws:iam::*:role/Role1AllowedToBypassThisSCP'] },
      },
    };
    const ask = (action: string, region: string, role = 'somebody') =>
      decision({
        action,
        arn: '*',
        serviceControl: [[allowAll, example]],
        context: { 'aws:RequestedRegion': region, 'aws:PrincipalArn': `arn:aws:iam::444444444444:role/${role}` },
      });
    expect(await ask('ec2:DescribeInstances', 'us-east-1')).toBe('ExplicitlyDenied');
    expect(await ask('ec2:DescribeInstances', 'eu-west-1')).toBe('Allowed');
    expect(await ask('iam:ListRoles', 'us-east-1')).toBe('Allowed');
    expect(await ask('ec2:DescribeInstances', 'us-east-1', 'Role1AllowedToBypassThisSCP')).toBe('Allowed');
  });

  it('wants all operators of a statement to match, and one value of each [operators]', async () => {
    const both = denyS3({ StringEquals: { 'aws:RequestedRegion': ['a', 'b'] }, Bool: { 'aws:SecureTransport': 'false' } });
    const ask = (region: string, tls: string) =>
      decision({ serviceControl: [[allowAll, both]], context: { 'aws:RequestedRegion': region, 'aws:SecureTransport': tls } });
    expect(await ask('b', 'false')).toBe('ExplicitlyDenied');
    expect(await ask('b', 'true')).toBe('Allowed');
    expect(await ask('c', 'false')).toBe('Allowed');
  });

  it.each([
    ['matches a negated operator where the key is missing', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-ours' } }, 'ExplicitlyDenied'],
    [
      'matches a negated ARN operator where the key is missing',
      { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/x' } },
      'ExplicitlyDenied',
    ],
    ['matches no positive operator where the key is missing', { StringEquals: { 'aws:PrincipalOrgID': 'o-ours' } }, 'Allowed'],
    ['matches IfExists where the key is missing', { BoolIfExists: { 'aws:SecureTransport': 'false' } }, 'ExplicitlyDenied'],
    ['matches Null "true" where the key is missing', { Null: { 'aws:SourceAccount': 'true' } }, 'ExplicitlyDenied'],
    ['matches no Null "false" where the key is missing', { Null: { 'aws:SourceAccount': 'false' } }, 'Allowed'],
    ['matches no ForAnyValue where the key is missing', { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'a' } }, 'Allowed'],
  ])('%s [operators, set]', async (_, condition, expected) => {
    expect(await decision({ serviceControl: [[allowAll, denyS3(condition)]] })).toBe(expected);
  });

  it('matches ForAnyValue as soon as one value of the request matches [set]', async () => {
    const scp = { ...denyS3({ 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['a', 'b'] } }), Action: 'sqs:CreateQueue' };
    const ask = (...keys: string[]) =>
      decision({
        action: 'sqs:CreateQueue',
        arn: 'arn:aws:sqs:eu-west-1:444444444444:q',
        serviceControl: [[allowAll, scp]],
        context: { 'aws:TagKeys': keys },
      });
    expect(await ask('a', 'c')).toBe('ExplicitlyDenied');
    expect(await ask('a', 'b')).toBe('Allowed');
  });

  it('lets everything through without a resource control policy of ours, and grants nothing by one [rcp]', async () => {
    expect(await decision({})).toBe('Allowed');
    expect(await decision({ identity: [] })).toBe('ImplicitlyDenied');
  });

  it("decides AWS's example of enforced TLS as its text says, for principals of any account [rcp]", async () => {
    const resourceControl = [{ ...denyS3({ BoolIfExists: { 'aws:SecureTransport': 'false' } }), Principal: '*' }];
    const resource = [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }];
    for (const principalAccount of ['444444444444', '600000000006']) {
      const ask = (tls: string) => decision({ resourceControl, resource, principalAccount, context: { 'aws:SecureTransport': tls } });
      expect(await ask('false')).toBe('ExplicitlyDenied');
      expect(await ask('true')).toBe('Allowed');
    }
  });

  it('wants both accounts to allow a request from one to the other [logic]', async () => {
    expect(await decision({ principalAccount: '600000000006' })).toBe('ImplicitlyDenied');
  });
});

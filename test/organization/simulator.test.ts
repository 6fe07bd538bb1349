/**
 * The simulator is evidence only as far as it decides as AWS does: here it is held against decisions that AWS documents.
 * Documents: [logic] IAM User Guide, "Policy evaluation logic"; [scp] AWS Organizations User Guide, "SCP evaluation"; [region]
 * the same, "General examples: deny access to AWS based on the requested AWS Region"; [operators] IAM User Guide, "IAM JSON
 * policy elements: Condition operators"; [set] the same, "Multivalued context keys"; [rcp] AWS Organizations User Guide, "RCP
 * evaluation" and "Resource control policy examples"; [boundary] IAM User Guide, "Permissions boundaries"; [keys] Amazon DynamoDB Developer Guide,
 * "Using IAM policy conditions for fine-grained access control"; [variables] IAM User Guide, "Policy elements: variables and tags"; [session] the same,
 * "Pass session tags in AWS STS"; [database] Amazon RDS User Guide, "Creating and using an IAM policy for IAM database access"; [prefix] Amazon S3 User
 * Guide, "Bucket policy examples using condition keys"; [reach] IAM User Guide, "NotResource". All read 2026-11.
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
  readonly boundary?: readonly Statement[];
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
    permissionBoundaryPolicies: given.boundary && [{ name: 'boundary', policy: policy(...given.boundary) }],
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

  it('wants a boundary to allow as well, and lets its denial win [boundary]', async () => {
    expect(await decision({ boundary: [allowAll] })).toBe('Allowed');
    expect(await decision({ boundary: [{ ...allowAll, Action: 'ec2:*' }] })).toBe('ImplicitlyDenied');
    expect(await decision({ boundary: [allowAll, denyS3()] })).toBe('ExplicitlyDenied');
  });

  describe('as for tenants', () => {
    const tag = (tenant?: string): Record<string, string> => (tenant === undefined ? {} : { 'aws:PrincipalTag/tenant': tenant });
    const variable = '${aws:PrincipalTag/tenant}';

    /** AWS's example of items whose key is the user's own, with a tag in place of the user. */
    const items = (leadingKeys: string[] | undefined, tenant: string | undefined, Condition: Statement) =>
      decision({
        action: 'dynamodb:BatchGetItem',
        arn: 'arn:aws:dynamodb:eu-west-1:444444444444:table/games',
        identity: [{ Effect: 'Allow', Action: 'dynamodb:BatchGetItem', Resource: '*', Condition }],
        context: { ...tag(tenant), ...(leadingKeys ? { 'dynamodb:LeadingKeys': leadingKeys } : {}) },
      });
    const own = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${variable}#*`] } };

    it('wants each leading key of a request to match [keys, set]', async () => {
      expect(await items(['a#1', 'a#2'], 'a', own)).toBe('Allowed');
      expect(await items(['a#1', 'b#2'], 'a', own)).toBe('ImplicitlyDenied');
      expect(await items(['ab#1'], 'a', own)).toBe('ImplicitlyDenied');
    });

    it('lets ForAllValues pass where the key is missing, and Null refuses that [keys, set]', async () => {
      expect(await items(undefined, 'a', own)).toBe('Allowed');
      const required = { ...own, Null: { 'dynamodb:LeadingKeys': 'false' } };
      expect(await items(undefined, 'a', required)).toBe('ImplicitlyDenied');
      expect(await items(['a#1'], 'a', required)).toBe('Allowed');
    });

    it('matches nothing by a variable without a value [variables]', async () => {
      expect(await items(['a#1'], undefined, own)).toBe('ImplicitlyDenied');
      expect(await items(['#1'], undefined, own)).toBe('ImplicitlyDenied');
      const bucket = (tenant?: string) =>
        decision({
          identity: [{ ...allowAll, Resource: `arn:aws:s3:::bucket/${variable}` }],
          arn: 'arn:aws:s3:::bucket/key',
          context: tag(tenant),
        });
      expect(await bucket('key')).toBe('Allowed');
      expect(await bucket()).toBe('ImplicitlyDenied');
    });

    it.each(['*', '?', '${*}', 'a*', '$'])('takes %s in the value of a variable for itself [variables]', async (tenant) => {
      expect(await items(['a#1'], tenant, own)).toBe('ImplicitlyDenied');
      expect(await items([`${tenant}#1`], tenant, own)).toBe('Allowed');
    });

    it('writes a star, a question mark and a dollar sign as variables [variables]', async () => {
      for (const [written, meant] of [
        ['${*}', '*'],
        ['${?}', '?'],
        ['${$}', '$'],
      ] as const) {
        const identity = [{ ...allowAll, Resource: `arn:aws:s3:::bucket/${written}` }];
        expect(await decision({ identity, arn: `arn:aws:s3:::bucket/${meant}` })).toBe('Allowed');
        expect(await decision({ identity, arn: 'arn:aws:s3:::bucket/x' })).toBe('ImplicitlyDenied');
      }
    });

    it('denies what a statement with NotResource does not name [reach]', async () => {
      const but = [allowAll, { Effect: 'Deny', Action: 's3:*', NotResource: `arn:aws:s3:::bucket/${variable}/*` }];
      expect(await decision({ identity: but, arn: 'arn:aws:s3:::bucket/a/1', context: tag('a') })).toBe('Allowed');
      expect(await decision({ identity: but, arn: 'arn:aws:s3:::bucket/b/1', context: tag('a') })).toBe('ExplicitlyDenied');
    });

    it('lists a prefix that is named, and no other [prefix]', async () => {
      const identity = [{ ...allowAll, Action: 's3:ListBucket', Condition: { StringLike: { 's3:prefix': `${variable}/*` } } }];
      const list = (prefix?: string) =>
        decision({
          action: 's3:ListBucket',
          arn: 'arn:aws:s3:::bucket',
          identity,
          context: { ...tag('a'), ...(prefix === undefined ? {} : { 's3:prefix': prefix }) },
        });
      expect(await list('a/')).toBe('Allowed');
      for (const prefix of ['', 'a', 'b/', undefined]) expect(await list(prefix)).toBe('ImplicitlyDenied');
    });

    it('connects as the database user that is named [database]', async () => {
      const users = 'arn:aws:rds-db:eu-west-1:444444444444:dbuser:cluster-ABCDEFGHIJKL01234/';
      const identity = [{ Effect: 'Allow', Action: 'rds-db:connect', Resource: `${users}tenant_${variable}` }];
      const connect = (user: string) => decision({ action: 'rds-db:connect', arn: `${users}${user}`, identity, context: tag('a') });
      expect(await connect('tenant_a')).toBe('Allowed');
      for (const user of ['tenant_ab', 'tenant_', 'master_user']) expect(await connect(user)).toBe('ImplicitlyDenied');
    });

    const role = 'arn:aws:iam::444444444444:role/access';
    const assume = (action: string, context: Record<string, string | string[]>, ...resource: readonly Statement[]) =>
      decision({ action, arn: role, resource, context });
    const trusts = (Action: string, Condition?: Statement): Statement => ({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::444444444444:role/somebody' },
      Action,
      ...(Condition ? { Condition } : {}),
    });

    it('compares the name of a session with the tag that it asks for [session]', async () => {
      const named = trusts('sts:AssumeRole', { StringEquals: { 'sts:RoleSessionName': '${aws:RequestTag/tenant}' } });
      const ask = (name: string, tenant?: string) =>
        assume(
          'sts:AssumeRole',
          { 'sts:RoleSessionName': name, ...(tenant === undefined ? {} : { 'aws:RequestTag/tenant': tenant }) },
          named,
        );
      expect(await ask('a', 'a')).toBe('Allowed');
      expect(await ask('b', 'a')).toBe('ImplicitlyDenied');
      expect(await ask('a')).toBe('ImplicitlyDenied');
    });

    it('wants a right of its own for tags, and every key among those listed [session]', async () => {
      const listed = trusts('sts:TagSession', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant'] } });
      expect(await assume('sts:TagSession', { 'aws:TagKeys': ['tenant'] }, listed)).toBe('Allowed');
      expect(await assume('sts:TagSession', { 'aws:TagKeys': ['tenant', 'other'] }, listed)).toBe('ImplicitlyDenied');
      expect(await assume('sts:TagSession', { 'aws:TagKeys': ['tenant'] }, trusts('sts:AssumeRole'))).toBe('ImplicitlyDenied');
    });

    it('lets nobody take a role whose trust does not name them [session]', async () => {
      const other = { ...trusts('sts:AssumeRole'), Principal: { AWS: 'arn:aws:iam::444444444444:role/another' } };
      expect(await assume('sts:AssumeRole', {}, other)).toBe('ImplicitlyDenied');
      expect(await assume('sts:AssumeRole', {}, trusts('sts:AssumeRole'))).toBe('Allowed');
    });
  });
});

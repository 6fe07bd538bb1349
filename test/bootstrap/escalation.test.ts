import { describe, expect, it } from 'vitest';
import {
  decide,
  executionPolicy,
  roleBoundary,
  withStatement,
  type Account,
  type Policy,
  type Request,
  type Statement,
} from './execution-policy';

const cell: Account = { cell: 'prod-eu', account: '444444444444', regions: ['eu-west-1', 'eu-central-1'] };
const organization: Account = { cell: 'organization', account: '999999999999', regions: ['us-east-1'] };

const role = (name: string): string => `arn:aws:iam::${cell.account}:role/${name}`;
const own = role('prod-eu-Network-Role-1A2B3C4D5E6F');
const bootstrapRole = role('cdk-hnb659fds-cfn-exec-role-444444444444-eu-west-1');
const boundaryArn = `arn:aws:iam::${cell.account}:policy/dataflow-role-boundary`;
const bounded = { 'iam:PermissionsBoundary': boundaryArn };
const administrator = { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' };

type Change = (policy: Policy) => Policy;
const allowing =
  (...Action: readonly string[]): Change =>
  (policy) => ({ ...policy, Statement: [...policy.Statement, { Sid: 'Careless', Effect: 'Allow', Action, Resource: '*' }] });
const changing =
  (sid: string, change: (statement: Statement) => Statement | undefined): Change =>
  (policy) =>
    withStatement(policy, sid, change);
const unconditional = (sid: string): Change => changing(sid, (statement) => ({ ...statement, Condition: {} }));
const onEverything = (sid: string): Change => changing(sid, (statement) => ({ ...statement, Resource: '*' }));

interface Attempt extends Request {
  readonly title: string;
  /** The edit that would let it pass. */
  readonly opening: Change;
}

const attempts: readonly Attempt[] = [
  {
    title: 'attaching AdministratorAccess to a role of the cell',
    action: 'iam:AttachRolePolicy',
    resource: own,
    context: { ...bounded, ...administrator },
    opening: unconditional('AttachListedPolicies'),
  },
  {
    title: 'attaching AdministratorAccess beside the policies of the cluster',
    action: 'iam:AttachRolePolicy',
    resource: own,
    context: { ...bounded, ...administrator },
    opening: unconditional('AttachClusterPolicies'),
  },
  {
    title: 'letting somebody into the cluster of another cell',
    action: 'eks:CreateAccessEntry',
    resource: `arn:aws:eks:eu-west-1:${cell.account}:cluster/prod-us`,
    opening: onEverything('Cluster'),
  },
  {
    title: 'putting an image into a repository',
    action: 'ecr:PutImage',
    resource: `arn:aws:ecr:eu-west-1:${cell.account}:repository/prod-eu/ingest`,
    opening: allowing('ecr:*'),
  },
  {
    title: 'passing a role of the cell to a service that runs no resource of ours',
    action: 'iam:PassRole',
    resource: own,
    context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    opening: unconditional('PassOwnRoles'),
  },
  {
    title: "making another service's linked role",
    action: 'iam:CreateServiceLinkedRole',
    resource: role('aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'),
    context: { 'iam:AWSServiceName': 'autoscaling.amazonaws.com' },
    opening: unconditional('CreateServiceLinkedRoles'),
  },
  {
    title: 'passing a service-linked role other than that of AWS Config',
    action: 'iam:PassRole',
    resource: role('aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty'),
    context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    opening: onEverything('PassConfigRole'),
  },
  {
    title: 'working in a Region outside of the cell',
    action: 'ec2:CreateVpc',
    resource: '*',
    context: { 'aws:RequestedRegion': 'us-east-1' },
    opening: unconditional('Services'),
  },
  {
    title: 'making a function of the right name in a Region outside of the cell',
    action: 'lambda:CreateFunction',
    resource: 'arn:aws:lambda:us-east-1:444444444444:function:prod-eu-Network-Fn-1A2B',
    context: { 'aws:RequestedRegion': 'us-east-1' },
    opening: unconditional('NamedAfterTheCell'),
  },
  {
    title: 'changing a function that the cell does not own',
    action: 'lambda:UpdateFunctionCode',
    resource: 'arn:aws:lambda:eu-west-1:444444444444:function:breakglass',
    opening: onEverything('NamedAfterTheCell'),
  },
  {
    title: 'opening the bucket that code is deployed from',
    action: 's3:PutBucketPolicy',
    resource: 'arn:aws:s3:::cdk-hnb659fds-assets-444444444444-eu-west-1',
    opening: onEverything('NamedAfterTheCell'),
  },
  {
    title: 'replacing code in the bucket that it is deployed from',
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::cdk-hnb659fds-assets-444444444444-eu-west-1/code.zip',
    opening: allowing('s3:*'),
  },
  {
    title: "reading what is in the cell's buckets",
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::prod-eu-logarchive-auditbucket-1a2b/AWSLogs/x',
    opening: onEverything('DeploymentInputs'),
  },
  {
    title: "deleting what is in the cell's buckets",
    action: 's3:DeleteObjectVersion',
    resource: 'arn:aws:s3:::prod-eu-logarchive-auditbucket-1a2b/AWSLogs/x',
    opening: allowing('s3:*'),
  },
  {
    title: "ending the account's block of public access",
    action: 's3:PutAccountPublicAccessBlock',
    resource: '*',
    opening: allowing('s3:*'),
  },
  { title: 'decrypting', action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-west-1:444444444444:key/k', opening: allowing('kms:*') },
  { title: 'starting machines', action: 'ec2:RunInstances', resource: '*', opening: allowing('ec2:*') },
  { title: 'handing an address to another account', action: 'ec2:EnableAddressTransfer', resource: '*', opening: allowing('ec2:*') },
  { title: 'becoming another role', action: 'sts:AssumeRole', resource: bootstrapRole, opening: allowing('sts:*') },
  {
    title: 'changing the version of the bootstrap',
    action: 'ssm:PutParameter',
    resource: 'arn:aws:ssm:eu-west-1:444444444444:parameter/cdk-bootstrap/hnb659fds/version',
    opening: allowing('ssm:*'),
  },
];

describe("the execution policy of a cell's account", () => {
  const policy = executionPolicy(cell);

  it.each(attempts)('denies $title', async ({ opening, ...request }) => {
    expect(await decide(cell, policy, request)).not.toBe('Allowed');
    expect(await decide(cell, opening(policy), request)).toBe('Allowed');
  });

  it.each([
    { title: 'a user', action: 'iam:CreateUser', resource: `arn:aws:iam::${cell.account}:user/somebody` },
    { title: 'an access key', action: 'iam:CreateAccessKey', resource: `arn:aws:iam::${cell.account}:user/somebody` },
    { title: 'a role outside of the cell', action: 'iam:CreateRole', resource: role('Admin') },
    { title: 'a policy in a role of the bootstrap', action: 'iam:PutRolePolicy', resource: bootstrapRole },
    { title: 'the trust in a role of the bootstrap', action: 'iam:UpdateAssumeRolePolicy', resource: bootstrapRole },
    {
      title: 'AdministratorAccess on a role of the bootstrap',
      action: 'iam:AttachRolePolicy',
      resource: bootstrapRole,
      context: administrator,
    },
    { title: 'the passing of a role of the bootstrap', action: 'iam:PassRole', resource: bootstrapRole },
    { title: 'the passing of the way in', action: 'iam:PassRole', resource: role('OrganizationAccountAccessRole') },
    {
      title: 'a version of this policy',
      action: 'iam:CreatePolicyVersion',
      resource: `arn:aws:iam::${cell.account}:policy/dataflow-cloudformation-execution`,
    },
    {
      title: 'an identity provider',
      action: 'iam:CreateOpenIDConnectProvider',
      resource: `arn:aws:iam::${cell.account}:oidc-provider/example.com`,
    },
  ])('denies $title, even where a careless statement allows all of IAM', async (request) => {
    const careless = allowing('iam:*')(policy);
    expect(await decide(cell, policy, request)).toBe('ExplicitlyDenied');
    expect(await decide(cell, careless, request)).toBe('ExplicitlyDenied');
    expect(await decide(cell, changing('NothingElseInIam', () => undefined)(careless), request)).toBe('Allowed');
  });

  it.each(['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy'])('denies %s on a role without the boundary', async (action) => {
    const policyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    const context: Record<string, string> = action === 'iam:AttachRolePolicy' ? { 'iam:PolicyARN': policyArn } : {};
    const statement = action === 'iam:AttachRolePolicy' ? 'AttachListedPolicies' : 'BoundedRoles';
    const other = `arn:aws:iam::${cell.account}:policy/another`;
    expect(await decide(cell, policy, { action, resource: own, context })).toBe('ImplicitlyDenied');
    expect(await decide(cell, policy, { action, resource: own, context: { ...context, 'iam:PermissionsBoundary': other } })).toBe(
      'ImplicitlyDenied',
    );
    expect(await decide(cell, policy, { action, resource: own, context: { ...context, 'iam:PermissionsBoundary': boundaryArn } })).toBe(
      'Allowed',
    );
    expect(await decide(cell, unconditional(statement)(policy), { action, resource: own, context })).toBe('Allowed');
  });

  it('denies taking a boundary off again, or changing what it says', async () => {
    for (const request of [
      { action: 'iam:DeleteRolePermissionsBoundary', resource: own },
      { action: 'iam:CreatePolicyVersion', resource: boundaryArn },
    ]) {
      expect(await decide(cell, policy, request)).not.toBe('Allowed');
    }
    expect(await decide(cell, allowing('iam:*')(policy), { action: 'iam:DeleteRolePermissionsBoundary', resource: own })).toBe('Allowed');
  });
});

describe('the boundary of every role of a cell', () => {
  const boundary = roleBoundary(cell);

  it.each([
    { action: 'iam:CreateUser', resource: `arn:aws:iam::${cell.account}:user/somebody`, held: 'NoIdentitiesAndNoPermissions' },
    { action: 'iam:CreateRole', resource: own, held: 'NoIdentitiesAndNoPermissions' },
    { action: 'iam:PutRolePolicy', resource: own, held: 'NoIdentitiesAndNoPermissions' },
    { action: 'iam:AttachRolePolicy', resource: own, held: 'NoIdentitiesAndNoPermissions' },
    { action: 'iam:TagRole', resource: own, held: 'NoIdentitiesAndNoPermissions' },
    {
      action: 'dynamodb:ExportTableToPointInTime',
      resource: `arn:aws:dynamodb:eu-west-1:${cell.account}:table/prod-eu-profiles`,
      held: 'NoTableLeaves',
    },
    { action: 'iam:UpdateAssumeRolePolicy', resource: own, held: 'NoIdentitiesAndNoPermissions' },
    { action: 'iam:DeleteRolePermissionsBoundary', resource: own, held: 'NoIdentitiesAndNoPermissions' },
    { action: 'iam:CreatePolicyVersion', resource: boundaryArn, held: 'NoIdentitiesAndNoPermissions' },
    {
      action: 'cloudformation:UpdateStack',
      resource: `arn:aws:cloudformation:eu-west-1:${cell.account}:stack/prod-eu-Network/1`,
      held: 'NoDeployments',
    },
    {
      action: 'cloudformation:CreateChangeSet',
      resource: `arn:aws:cloudformation:eu-west-1:${cell.account}:stack/prod-eu-Network/1`,
      held: 'NoDeployments',
    },
    { action: 'iam:PassRole', resource: bootstrapRole, held: 'NoOtherRolesOfTheAccount' },
    { action: 'sts:AssumeRole', resource: role('OrganizationAccountAccessRole'), held: 'NoOtherRolesOfTheAccount' },
  ])('denies $action on $resource to a role that may do everything', async ({ held, ...request }) => {
    expect(await decide(cell, boundary, request)).toBe('ExplicitlyDenied');
    expect(await decide(cell, changing(held, () => undefined)(boundary), request)).toBe('Allowed');
  });

  it.each([
    { action: 'dynamodb:PutItem', resource: `arn:aws:dynamodb:eu-west-1:${cell.account}:table/profiles` },
    { action: 'sts:AssumeRole', resource: own },
    { action: 'ec2:RevokeSecurityGroupIngress', resource: `arn:aws:ec2:eu-west-1:${cell.account}:security-group/sg-1` },
    // Without these EKS could not start a node by the cluster's role.
    { action: 'iam:PassRole', resource: role('prod-eu-node-eu-west-1') },
    { action: 'iam:AddRoleToInstanceProfile', resource: `arn:aws:iam::${cell.account}:instance-profile/eks-prod-eu-1` },
    { action: 'ec2:RunInstances', resource: `arn:aws:ec2:eu-west-1:${cell.account}:instance/*` },
  ])("leaves $action to the role's own policies", async (request) => {
    expect(await decide(cell, boundary, request)).toBe('Allowed');
  });
});

describe('the execution policy of the management account', () => {
  const policy = executionPolicy(organization);
  const scp = 'arn:aws:organizations::999999999999:policy/o-exampleorgid/service_control_policy/p-0123456789';

  it.each<Attempt>([
    {
      title: 'detaching FullAWSAccess, which would close every account',
      action: 'organizations:DetachPolicy',
      resource: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
      unlisted: true,
      opening: onEverything('OwnPolicies'),
    },
    {
      title: 'attaching a policy of another type',
      action: 'organizations:AttachPolicy',
      resource: 'arn:aws:organizations::999999999999:policy/o-exampleorgid/tag_policy/p-0123456789',
      opening: onEverything('OwnPolicies'),
    },
    {
      title: 'switching a policy type off',
      action: 'organizations:DisablePolicyType',
      resource: 'arn:aws:organizations::999999999999:root/o-exampleorgid/r-abcd',
      opening: allowing('organizations:*'),
    },
    {
      title: 'removing an account',
      action: 'organizations:RemoveAccountFromOrganization',
      resource: 'arn:aws:organizations::999999999999:account/o-exampleorgid/444444444444',
      opening: allowing('organizations:*'),
    },
    {
      title: 'entering an account',
      action: 'sts:AssumeRole',
      resource: 'arn:aws:iam::999999999999:role/OrganizationAccountAccessRole',
      opening: allowing('sts:*'),
    },
    {
      title: 'letting somebody into an account',
      action: 'sso:CreateAccountAssignment',
      resource: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
      opening: allowing('sso:*'),
    },
    { title: 'making a role', action: 'iam:CreateRole', resource: 'arn:aws:iam::999999999999:role/Admin', opening: allowing('iam:*') },
    { title: 'making a bucket', action: 's3:CreateBucket', resource: 'arn:aws:s3:::organization-x', opening: allowing('s3:*') },
  ])('denies $title', async ({ opening, ...request }) => {
    expect(await decide(organization, policy, request)).not.toBe('Allowed');
    expect(await decide(organization, opening(policy), request)).toBe('Allowed');
  });

  it('attaches its own policies to accounts', async () => {
    const account = 'arn:aws:organizations::999999999999:account/o-exampleorgid/444444444444';
    for (const resource of [scp, account]) {
      expect(await decide(organization, policy, { action: 'organizations:AttachPolicy', resource })).toBe('Allowed');
    }
  });
});

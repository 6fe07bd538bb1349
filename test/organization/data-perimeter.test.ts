import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import {
  identityPerimeter,
  inboundServices,
  outboundActions,
  serviceOwnedResources,
} from '../../lib/constructs/organization-policies/data-perimeter';
import type { PolicyDocument } from '../../lib/constructs/organization-policies/policy-document';
import {
  decide,
  decideFederated,
  decideUnchecked,
  EU_ACCOUNT,
  github,
  inboundPolicy,
  openResourcePolicy,
  ORGANIZATION,
  outboundPolicy,
  roleOf,
  STRANGER,
  without,
  type Request,
} from './simulation';

const here = `eu-west-1:${EU_ACCOUNT}`;
const there = `eu-west-1:${STRANGER}`;

/** What carries customer data, keys or credentials in the architecture, as a request to somebody else's resource. */
const takingAway = [
  { action: 's3:PutObject', resource: 'arn:aws:s3:::their-bucket/events' },
  { action: 's3tables:PutTableData', resource: `arn:aws:s3tables:${there}:bucket/lake/table/0123` },
  { action: 'dynamodb:PutItem', resource: `arn:aws:dynamodb:${there}:table/theirs` },
  { action: 'kinesis:PutRecord', resource: `arn:aws:kinesis:${there}:stream/theirs` },
  { action: 'firehose:PutRecord', resource: `arn:aws:firehose:${there}:deliverystream/theirs` },
  { action: 'sqs:SendMessage', resource: `arn:aws:sqs:${there}:theirs` },
  { action: 'sns:Publish', resource: `arn:aws:sns:${there}:theirs` },
  { action: 'kms:Encrypt', resource: `arn:aws:kms:${there}:key/0123` },
  { action: 'secretsmanager:PutSecretValue', resource: `arn:aws:secretsmanager:${there}:secret:theirs-AbCdEf` },
  { action: 'ssm:GetParameter', resource: `arn:aws:ssm:${there}:parameter/theirs` },
  { action: 'logs:PutLogEvents', resource: `arn:aws:logs:${there}:log-group:theirs:log-stream:s` },
  { action: 'ecr:BatchGetImage', resource: `arn:aws:ecr:${there}:repository/theirs` },
  { action: 'lambda:InvokeFunction', resource: `arn:aws:lambda:${there}:function:theirs` },
  { action: 'rds:CopyDBClusterSnapshot', resource: `arn:aws:rds:${there}:cluster-snapshot:theirs` },
  { action: 'backup:CopyIntoBackupVault', resource: `arn:aws:backup:${there}:backup-vault:theirs` },
  { action: 'glue:GetTable', resource: `arn:aws:glue:${there}:catalog` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${STRANGER}:role/theirs` },
];

describe('the resource perimeter', () => {
  const ask = (request: Request, document: PolicyDocument = outboundPolicy) => decide({ serviceControl: [document] }, request);
  const theirs = { resourceAccount: STRANGER, resourcePolicy: openResourcePolicy, context: { 'aws:ResourceOrgID': 'o-stranger' } };

  it.each(takingAway)('rejects $action on a resource of a stranger', async (request) => {
    expect(await ask({ ...request, ...theirs })).toBe('ExplicitlyDenied');
    expect(await ask({ ...request, ...theirs, context: { 'aws:ResourceOrgID': undefined } }), 'in no organization').toBe(
      'ExplicitlyDenied',
    );
    expect(await ask({ ...request, ...theirs }, without(outboundPolicy, 'OnlyOurResources'))).toBe('Allowed');
    expect(await ask({ ...request, ...theirs, context: { 'aws:ResourceOrgID': ORGANIZATION } })).toBe('Allowed');
  });

  it('is asked about every service that it names', () => {
    const asked = new Set(takingAway.map(({ action }) => action.split(':')[0]));
    expect([...asked].sort()).toEqual([...new Set(outboundActions.map((action) => action.split(':')[0]))].sort());
  });

  const addOn = 'arn:aws:ecr:eu-west-1:602401143452:repository/eks/coredns';

  it('allows pulling an image of an EKS add-on, and rejects pushing one', async () => {
    const push = { action: 'ecr:PutImage', resource: addOn, ...theirs };
    expect(await ask({ action: 'ecr:BatchGetImage', resource: addOn, ...theirs })).toBe('Allowed');
    expect(await ask(push)).toBe('ExplicitlyDenied');
    expect(await ask(push, without(outboundPolicy, 'OthersResourcesAreReadOnly'))).toBe('Allowed');
  });

  it('allows reading a public parameter, and rejects writing one', async () => {
    const parameter = 'arn:aws:ssm:eu-west-1::parameter/aws/service/eks/recommended';
    expect(await decideUnchecked(outboundPolicy, 'ssm:GetParameter', parameter)).toBe('Allowed');
    expect(await decideUnchecked(outboundPolicy, 'ssm:PutParameter', parameter)).toBe('ExplicitlyDenied');
    expect(await decideUnchecked(without(outboundPolicy, 'OthersResourcesAreReadOnly'), 'ssm:PutParameter', parameter)).toBe('Allowed');
  });

  it.each([
    ['NoSharing', 'kinesis:PutResourcePolicy', `arn:aws:kinesis:${here}:stream/events`],
    ['NoSharing', 's3tables:PutTableBucketPolicy', `arn:aws:s3tables:${here}:bucket/lake`],
    ['NoSharing', 'glue:PutResourcePolicy', `arn:aws:glue:${here}:catalog`],
    ['NoSharing', 'rds:ModifyDBClusterSnapshotAttribute', `arn:aws:rds:${here}:cluster-snapshot:daily`],
    ['NoSharing', 'ec2:ModifySnapshotAttribute', 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0'],
    ['NoLongLivedCredentials', 'iam:CreateAccessKey', `arn:aws:iam::${EU_ACCOUNT}:user/robot`],
    ['ProvidersChangeByPipeline', 'iam:CreateSAMLProvider', `arn:aws:iam::${EU_ACCOUNT}:saml-provider/mine`],
    ['ProvidersChangeByPipeline', 'iam:CreateOpenIDConnectProvider', `arn:aws:iam::${EU_ACCOUNT}:oidc-provider/mine.example`],
  ])('rejects, by %s, %s on %s', async (sid, action, resource) => {
    expect(await ask({ action, resource })).toBe('ExplicitlyDenied');
    expect(await ask({ action, resource }, without(outboundPolicy, sid))).toBe('Allowed');
  });

  it('rejects a resource share that lets strangers in', async () => {
    const share = (external: string) => ({
      action: 'ram:CreateResourceShare',
      resource: '*',
      context: { 'ram:RequestedAllowsExternalPrincipals': external },
    });
    expect(await ask(share('true'))).toBe('ExplicitlyDenied');
    expect(await ask(share('true'), without(outboundPolicy, 'NoSharingByRam'))).toBe('Allowed');
    expect(await ask(share('false'))).toBe('Allowed');
  });

  it('lets CloudFormation register the identity provider of the pipeline', async () => {
    const resource = `arn:aws:iam::${EU_ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
    expect(await ask({ action: 'iam:CreateOpenIDConnectProvider', resource, principal: roleOf.execution() })).toBe('Allowed');
  });

  it('says why each resource of others is reached', () => {
    for (const { reason } of serviceOwnedResources) expect(reason.length).toBeGreaterThan(20);
  });
});

const ourResources: Readonly<Record<(typeof inboundServices)[number] | 'sts', { readonly action: string; readonly resource: string }>> = {
  dynamodb: { action: 'dynamodb:GetItem', resource: `arn:aws:dynamodb:${here}:table/profiles` },
  ecr: { action: 'ecr:BatchGetImage', resource: `arn:aws:ecr:${here}:repository/ingest` },
  firehose: { action: 'firehose:PutRecord', resource: `arn:aws:firehose:${here}:deliverystream/lake` },
  kms: { action: 'kms:Decrypt', resource: `arn:aws:kms:${here}:key/0123` },
  logs: { action: 'logs:PutLogEvents', resource: `arn:aws:logs:${here}:log-group:pods:log-stream:s` },
  s3: { action: 's3:GetObject', resource: 'arn:aws:s3:::events/1' },
  secretsmanager: { action: 'secretsmanager:GetSecretValue', resource: `arn:aws:secretsmanager:${here}:secret:db-AbCdEf` },
  sqs: { action: 'sqs:ReceiveMessage', resource: `arn:aws:sqs:${here}:deliveries` },
  sts: { action: 'sts:AssumeRole', resource: `arn:aws:iam::${EU_ACCOUNT}:role/prod-eu-access` },
};

describe('the identity perimeter', () => {
  const ask = (request: Request, document: PolicyDocument = inboundPolicy) =>
    decide({ resourceControl: [document] }, { resourcePolicy: openResourcePolicy, ...request });
  const stranger = `arn:aws:iam::${STRANGER}:role/theirs`;

  describe.each(Object.entries(ourResources))('around %s', (_, request) => {
    it('rejects a stranger whom a resource policy lets in', async () => {
      const strange = { ...request, principal: stranger, context: { 'aws:PrincipalOrgID': 'o-stranger' } };
      expect(await ask(strange)).toBe('ExplicitlyDenied');
      expect(await ask(strange, without(inboundPolicy, 'OnlyOurPrincipals'))).toBe('Allowed');
      expect(await ask({ ...strange, context: { 'aws:PrincipalOrgID': undefined } })).toBe('ExplicitlyDenied');
    });

    it('allows our own principals', async () => {
      expect(await ask(request)).toBe('Allowed');
      expect(await ask({ ...request, principal: roleOf.admin('999999999999') })).toBe('Allowed');
    });

    it('rejects our own principals without TLS', async () => {
      const plain = { ...request, context: { 'aws:SecureTransport': 'false' } };
      expect(await ask(plain)).toBe('ExplicitlyDenied');
      expect(await ask(plain, without(inboundPolicy, 'OnlyTls'))).toBe('Allowed');
    });

    it('rejects an AWS service that acts for a stranger, and allows one that acts for us', async () => {
      const service = (SourceAccount?: string, SourceOrgID?: string): Request => ({
        ...request,
        principal: 'cloudtrail.amazonaws.com',
        context: {
          'aws:PrincipalArn': undefined,
          'aws:PrincipalAccount': undefined,
          'aws:PrincipalOrgID': undefined,
          'aws:PrincipalIsAWSService': 'true',
          'aws:SourceAccount': SourceAccount,
          'aws:SourceOrgID': SourceOrgID,
        },
      });
      expect(await ask(service(STRANGER, 'o-stranger'))).toBe('ExplicitlyDenied');
      expect(await ask(service(STRANGER, undefined))).toBe('ExplicitlyDenied');
      expect(await ask(service(STRANGER, 'o-stranger'), without(inboundPolicy, 'ServicesActForUs'))).toBe('Allowed');
      expect(await ask(service(EU_ACCOUNT, ORGANIZATION))).toBe('Allowed');
      expect(await ask(service()), 'says not for whom').toBe('Allowed');
    });
  });

  it('rejects a request without a signature to a public bucket', async () => {
    const anonymous = async (document: PolicyDocument) => {
      const response = await runSimulation(
        {
          request: {
            principal: anonymousPrincipal,
            action: 's3:GetObject',
            resource: { resource: 'arn:aws:s3:::events/1', accountId: EU_ACCOUNT },
            contextVariables: { 'aws:SecureTransport': 'true' },
          },
          identityPolicies: [],
          serviceControlPolicies: [],
          resourceControlPolicies: [{ orgIdentifier: 'account', policies: [{ name: 'identityPerimeter', policy: document }] }],
          resourcePolicy: openResourcePolicy,
        },
        {},
      );
      return response.resultType === 'error' ? response.errors.message : response.overallResult;
    };
    expect(await anonymous(inboundPolicy)).toBe('ExplicitlyDenied');
    expect(await anonymous(without(inboundPolicy, 'OnlyOurPrincipals'))).toBe('Allowed');
  });

  it('lets load balancers write their access logs, because their account is named', async () => {
    const log = {
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::prod-eu-logarchive-access/1',
      principal: 'arn:aws:iam::156460612806:root',
      context: { 'aws:PrincipalOrgID': undefined },
    };
    expect(await ask(log)).toBe('Allowed');
    expect(await ask(log, identityPerimeter({ organizationId: ORGANIZATION, github, trustedAccounts: [] }))).toBe('ExplicitlyDenied');
  });
});

describe('federation', () => {
  const federated = { 'aws:PrincipalArn': undefined, 'aws:PrincipalAccount': undefined, 'aws:PrincipalOrgID': undefined };
  const token = 'token.actions.githubusercontent.com';
  const webIdentity = (claims: Readonly<Record<string, string>>, document: PolicyDocument = inboundPolicy, provider: string = token) =>
    decideFederated(
      { resourceControl: [document] },
      {
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: `arn:aws:iam::${EU_ACCOUNT}:role/github`,
        principal: `arn:aws:iam::${EU_ACCOUNT}:oidc-provider/${provider}`,
        resourcePolicy: openResourcePolicy,
        context: { ...federated, ...Object.fromEntries(Object.entries(claims).map(([name, value]) => [`${provider}:${name}`, value])) },
      },
    );
  const ours = { aud: 'sts.amazonaws.com', sub: 'repo:example-org/platform:environment:prod-eu', repository_owner_id: '12345678' };

  it('allows workflows of our organization on GitHub, in both forms of the subject', async () => {
    expect(await webIdentity(ours)).toBe('Allowed');
    expect(await webIdentity({ ...ours, sub: 'repo:example-org@12345678/platform@987:environment:prod-eu' })).toBe('Allowed');
  });

  it.each([
    ['GithubOwner', 'of somebody who took our name', { ...ours, repository_owner_id: '999' }],
    ['GithubSubject', 'of another organization', { ...ours, sub: 'repo:example-org-2/platform:ref:refs/heads/main' }],
    ['GithubAudience', 'made out to somebody else', { ...ours, aud: 'https://github.com/example-org' }],
  ])('rejects, by %s, a token %s', async (sid, _, claims) => {
    expect(await webIdentity(claims)).toBe('ExplicitlyDenied');
    expect(await webIdentity(claims, without(inboundPolicy, sid))).toBe('Allowed');
  });

  it('rejects a token of any other provider', async () => {
    expect(await webIdentity({ project_id: github.id }, inboundPolicy, 'gitlab.com')).toBe('ExplicitlyDenied');
    const open = ['GithubOwner', 'GithubSubject', 'GithubAudience'].reduce<PolicyDocument>(without, inboundPolicy);
    expect(await webIdentity({ project_id: github.id }, open, 'gitlab.com')).toBe('Allowed');
  });

  it('rejects SAML into a role that IAM Identity Center has not made', async () => {
    const saml = (resource: string): Request => ({
      action: 'sts:AssumeRoleWithSAML',
      resource,
      principal: `arn:aws:iam::${EU_ACCOUNT}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE`,
      resourcePolicy: openResourcePolicy,
      context: federated,
    });
    const own = saml(`arn:aws:iam::${EU_ACCOUNT}:role/backdoor`);
    expect(await decideFederated({ resourceControl: [inboundPolicy] }, own)).toBe('ExplicitlyDenied');
    expect(await decideFederated({ resourceControl: [without(inboundPolicy, 'SamlByIdentityCenter')] }, own)).toBe('Allowed');
    expect(await decideFederated({ resourceControl: [inboundPolicy] }, saml(roleOf.admin()))).toBe('Allowed');
  });
});

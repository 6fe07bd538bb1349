import { pipelineRoles, type PipelineRolesProps } from './pipeline-roles';
import { withinQuota, type ResourceControlPolicy, type ServiceControlPolicy } from './policy-document';

/** Resources of others that our principals have to reach, and why. */
export interface ResourceExemption {
  readonly resources: readonly string[];
  readonly reason: string;
}

/** An account outside of the organization that may reach our resources where their own policies let it. */
export interface AccountExemption {
  readonly account: string;
  readonly reason: string;
}

/**
 * What belongs to AWS, and is read by our principals. Not needed, though often seen: the buckets of ECR's layers and of
 * CloudFormation's custom resources. Their URLs are presigned by AWS, so the caller is no principal of ours (aws-samples/
 * data-perimeter-policy-examples, service_owned_resources.md at 8e0d3c5, 2026-03-18; the entries below are from there too).
 */
export const serviceOwnedResources: readonly ResourceExemption[] = [
  {
    resources: ['arn:aws:ssm:*::parameter/*', 'arn:aws:ssm:*::document/*', 'arn:aws:ssm:*::automation-definition/*'],
    reason: 'Public parameters (image IDs) and runbooks of AWS; the empty account of the ARN is AWS itself.',
  },
  {
    // Amazon EKS User Guide, "View Amazon container image registries for Amazon EKS add-ons", read 2026-11: one account
    // for us-east-1, us-west-2, eu-west-1 and eu-central-1.
    resources: ['arn:aws:ecr:*:602401143452:repository/*'],
    reason: 'Images of the EKS add-ons are pulled by the role of our nodes.',
  },
];

/**
 * Services whose requests carry customer data, keys or credentials. Not `*`, as the AWS sample has it: resources of AWS that
 * a control plane touches (WAF rule groups, Security Hub standards, images) are in no complete list, and each one missed is
 * an outage; a data service missed is found by the test that holds this list against the architecture's stores.
 */
export const outboundActions: readonly string[] = [
  'backup:*',
  'dynamodb:*',
  'ecr:*',
  'firehose:*',
  'glue:*',
  'kinesis:*',
  'kms:*',
  'lambda:*',
  'logs:*',
  'rds:*',
  's3:*',
  's3tables:*',
  'secretsmanager:*',
  'sns:*',
  'sqs:*',
  'ssm:*',
  'sts:AssumeRole',
];

export interface ResourcePerimeterProps extends PipelineRolesProps {
  readonly organizationId: string;
  /** @default - `serviceOwnedResources` */
  readonly exemptions?: readonly ResourceExemption[];
}

/** Service control policy: our principals reach only resources of our organization [REG-3, SEC-4]. */
export function resourcePerimeter(props: ResourcePerimeterProps): ServiceControlPolicy {
  const exemptions = props.exemptions ?? serviceOwnedResources;
  const roles = pipelineRoles(props);

  return withinQuota('resourcePerimeter', 'SERVICE_CONTROL_POLICY', {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyOurResources',
        Effect: 'Deny',
        Action: outboundActions,
        NotResource: exemptions.flatMap(({ resources }) => resources),
        Condition: { StringNotEquals: { 'aws:ResourceOrgID': props.organizationId } },
      },
      {
        // The exemption above is for reading.
        Sid: 'OthersResourcesAreReadOnly',
        Effect: 'Deny',
        Action: [
          'ecr:Batch*Delete*',
          'ecr:CompleteLayerUpload',
          'ecr:InitiateLayerUpload',
          'ecr:PutImage',
          'ecr:UploadLayerPart',
          'ssm:PutParameter',
        ],
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:ResourceOrgID': props.organizationId } },
      },
      {
        // Stores that no resource control policy covers, and snapshots, are shared by calls of their own.
        Sid: 'NoSharing',
        Effect: 'Deny',
        Action: [
          'ec2:ModifyImageAttribute',
          'ec2:ModifySnapshotAttribute',
          'glue:PutResourcePolicy',
          'kinesis:PutResourcePolicy',
          'lambda:AddLayerVersionPermission',
          'rds:ModifyDBClusterSnapshotAttribute',
          'rds:ModifyDBSnapshotAttribute',
          's3tables:PutTableBucketPolicy',
          's3tables:PutTablePolicy',
        ],
        Resource: '*',
      },
      {
        Sid: 'NoSharingByRam',
        Effect: 'Deny',
        Action: ['ram:CreateResourceShare', 'ram:UpdateResourceShare'],
        Resource: '*',
        Condition: { Bool: { 'ram:RequestedAllowsExternalPrincipals': 'true' } },
      },
      {
        // Federated principals come in by their provider: who may add one decides who comes in [SEC-5].
        // IAM Identity Center works by a service-linked role, which no policy of ours binds.
        Sid: 'ProvidersChangeByPipeline',
        Effect: 'Deny',
        Action: [
          'iam:AddClientIDToOpenIDConnectProvider',
          'iam:CreateOpenIDConnectProvider',
          'iam:CreateSAMLProvider',
          'iam:UpdateOpenIDConnectProviderThumbprint',
          'iam:UpdateSAMLProvider',
          'rolesanywhere:CreateTrustAnchor',
          'rolesanywhere:UpdateTrustAnchor',
          'sso:CreateInstance',
        ],
        Resource: '*',
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [roles.execution, roles.accountAccess] } },
      },
      {
        // A long-lived credential leaves the perimeter with whoever copies it.
        Sid: 'NoLongLivedCredentials',
        Effect: 'Deny',
        Action: ['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateServiceSpecificCredential', 'iam:CreateUser'],
        Resource: '*',
      },
    ],
  });
}

/**
 * Services of ours that resource control policies cover. Kinesis data streams, RDS, S3 Tables, Glue and SNS are not among
 * them: `NoSharing` stands in for the first four, and SNS carries alarms, no customer data.
 * Source: AWS Organizations User Guide, "List of AWS services that support RCPs", as of 2026-09-26.
 */
export const inboundServices = ['dynamodb', 'ecr', 'firehose', 'kms', 'logs', 's3', 'secretsmanager', 'sqs'] as const;

/** The calls of STS that take a credential of AWS; federated ones carry no organization, and have statements of their own. */
const inboundStsActions = ['sts:AssumeRole', 'sts:GetFederationToken', 'sts:GetSessionToken', 'sts:SetContext'];

export interface GithubOrganization {
  readonly name: string;
  /** Numeric ID of the owner: a name can be given up, and taken by somebody else. */
  readonly id: string;
}

export interface IdentityPerimeterProps {
  readonly organizationId: string;
  readonly github: GithubOrganization;
  /** Accounts of AWS or of partners that write to or read from us with credentials of their own. */
  readonly trustedAccounts: readonly AccountExemption[];
}

/**
 * Resource control policy: our resources are reached by principals of our organization, by AWS services on our behalf, and
 * over TLS [SEC-2, SEC-4, REG-3]. It holds where a bucket policy or a trust policy is wrong.
 *
 * After aws-samples/data-perimeter-policy-examples, identity_perimeter_rcp.json at 8e0d3c5, 2026-03-18.
 */
export function identityPerimeter(props: IdentityPerimeterProps): ResourceControlPolicy {
  const { organizationId, github, trustedAccounts } = props;
  const everything = inboundServices.map((service) => `${service}:*`);
  const claim = (name: string) => `token.actions.githubusercontent.com:${name}`;

  return withinQuota<ResourceControlPolicy>('identityPerimeter', 'RESOURCE_CONTROL_POLICY', {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyOurPrincipals',
        Effect: 'Deny',
        Principal: '*',
        Action: [...everything, ...inboundStsActions],
        Resource: '*',
        Condition: {
          StringNotEqualsIfExists: {
            'aws:PrincipalOrgID': organizationId,
            ...(trustedAccounts.length > 0 ? { 'aws:PrincipalAccount': trustedAccounts.map(({ account }) => account) } : {}),
          },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        },
      },
      {
        // Where a service says for whom it acts, it has to be us. Some do not say it (KMS grants, log delivery of load
        // balancers): for them the resource's own policy is the limit.
        Sid: 'ServicesActForUs',
        Effect: 'Deny',
        Principal: '*',
        Action: [...everything, 'sts:*'],
        Resource: '*',
        Condition: {
          StringNotEqualsIfExists: { 'aws:SourceOrgID': organizationId },
          Null: { 'aws:SourceAccount': 'false' },
          Bool: { 'aws:PrincipalIsAWSService': 'true' },
        },
      },
      {
        Sid: 'OnlyTls',
        Effect: 'Deny',
        Principal: '*',
        Action: [...everything, 'sts:*'],
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:SecureTransport': 'false' } },
      },
      // Three statements, because conditions of one are joined by "and". A token of another provider has none of the claims,
      // and a negated operator matches a missing key: web identities of all other providers are denied as well.
      {
        Sid: 'GithubOwner',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Resource: '*',
        Condition: { StringNotEquals: { [claim('repository_owner_id')]: github.id } },
      },
      {
        // Repositories made, renamed or moved since 2026-07-15 carry IDs in the subject (GitHub Docs, "OpenID Connect
        // reference: immutable subject claims", read 2026-11); both forms are ours.
        Sid: 'GithubSubject',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Resource: '*',
        Condition: { StringNotLike: { [claim('sub')]: [`repo:${github.name}/*`, `repo:${github.name}@${github.id}/*`] } },
      },
      {
        Sid: 'GithubAudience',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Resource: '*',
        Condition: { StringNotEquals: { [claim('aud')]: 'sts.amazonaws.com' } },
      },
      {
        // Only IAM Identity Center can make roles under this path; a SAML provider of somebody's own leads to no role [SEC-5].
        Sid: 'SamlByIdentityCenter',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sts:AssumeRoleWithSAML',
        NotResource: 'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*',
      },
    ],
  });
}

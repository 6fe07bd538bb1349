import { ledger } from '../../lib/checks/ledger';
import {
  asArray,
  describeInvariant,
  first,
  resourcesOf,
  statementsOf,
  type Invariant,
  type JudgedStack,
  type LocatedResource,
} from './judged-stack';

/**
 * What AWS wrote and may change: basic execution is the right to write logs, and all that the CDK's provider gets; AWS Backup's two are
 * the calls for each type that it can back up and restore; EKS runs nodes by its own, and nodes join and pull images by theirs.
 */
const allowedManagedPolicies = [
  { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
  ...[
    'service-role/AWSBackupServiceRolePolicyForBackup',
    'service-role/AWSBackupServiceRolePolicyForRestores',
    'AmazonEC2ContainerRegistryPullOnly',
    'AmazonEKSBlockStoragePolicy',
    'AmazonEKSClusterPolicy',
    'AmazonEKSComputePolicy',
    'AmazonEKSLoadBalancingPolicy',
    'AmazonEKSNetworkingPolicy',
    'AmazonEKSWorkerNodeMinimalPolicy',
  ].map((name) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/${name}`]] })),
].map((arn) => JSON.stringify(arn));

/**
 * Services that may take a role without a condition: the request carries no account that IAM could compare. Lambda passes
 * a role only to functions of the role's own account, and Glue to jobs; for the replication of S3 and of S3 Tables, and for AWS Backup, AWS
 * documents no such condition. EC2 and EKS take roles of their own account alone, and EKS checks a capability's trust for its very words.
 */
const trustedWithoutCondition = [
  'backup.amazonaws.com',
  'glue.amazonaws.com',
  'lambda.amazonaws.com',
  's3.amazonaws.com',
  'replication.s3tables.amazonaws.com',
  'ec2.amazonaws.com',
  'eks.amazonaws.com',
  'capabilities.eks.amazonaws.com',
];

/** A value of a policy as cdk-nag writes it into its findings. */
function flatten(value: unknown): string {
  // Variables of IAM too.
  if (typeof value !== 'object' || value === null) return String(value).replaceAll(/\$\{([^}]+)\}/g, '<$1>');
  const intrinsic = value as Readonly<Record<string, unknown>>;
  if (typeof intrinsic['Ref'] === 'string') return `<${intrinsic['Ref']}>`;
  if (Array.isArray(intrinsic['Fn::GetAtt'])) return `<${intrinsic['Fn::GetAtt'].join('.')}>`;
  if (Array.isArray(intrinsic['Fn::Join'])) {
    const [separator, parts] = intrinsic['Fn::Join'] as [string, unknown[]];
    return parts.map(flatten).join(separator);
  }
  return JSON.stringify(value);
}

/** Statements of what a role, user or group may do, each with the resource that says so. */
const identityStatements = (stacks: Parameters<Invariant>[0]) =>
  resourcesOf(stacks, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group').flatMap(
    (resource) => {
      const inline = asArray(resource.Properties['Policies']) as readonly { readonly PolicyDocument: unknown }[];
      return [resource.Properties['PolicyDocument'], ...inline.map(({ PolicyDocument }) => PolicyDocument)]
        .flatMap(statementsOf)
        .map((statement) => ({ statement, resource }));
    },
  );

const isInLedger = (finding: string, { stack, id }: LocatedResource): boolean =>
  ledger.some(
    (entry) =>
      entry.resources.includes(stack.paths[id] ?? '') &&
      (entry.stages?.includes(stack.cell) ?? true) &&
      regionsOf(stack).some(
        (region) =>
          entry.finding.replaceAll('{stage}', stack.cell).replaceAll('{account}', stack.account).replaceAll('{region}', region) === finding,
      ),
  );

/** An entry's `{region}` is one of the cell's two. */
const regionsOf = ({ cell }: JudgedStack): readonly string[] =>
  ({
    staging: ['eu-west-1', 'eu-central-1'],
    'prod-us': ['us-east-1', 'us-west-2'],
    'prod-eu': ['eu-west-1', 'eu-central-1'],
  })[cell] ?? ['us-east-1'];

const wildcardsAreArgued: Invariant = (stacks) =>
  identityStatements(stacks)
    .filter(({ statement }) => statement.Effect === 'Allow')
    .flatMap(({ statement, resource }) => {
      const wildcards = [
        ...asArray(statement.Action).map((action) => `Action::${flatten(action)}`),
        ...asArray(statement.Resource).map((target) => `Resource::${flatten(target)}`),
      ].filter((value) => value.includes('*'));
      const inverted = ['NotAction', 'NotResource'].filter((element) => statement[element] !== undefined);
      return [...wildcards.filter((wildcard) => !isInLedger(`IAMNoWildcardPermissions[${wildcard}]`, resource)), ...inverted].map(
        (fault) => `${resource.at}: ${fault}`,
      );
    });

const managedPoliciesAreNamed: Invariant = (stacks) =>
  resourcesOf(stacks, 'AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group').flatMap(({ Properties, at }) =>
    asArray(Properties['ManagedPolicyArns'])
      .map((arn) => JSON.stringify(arn))
      .filter((arn) => !allowedManagedPolicies.includes(arn))
      .map((arn) => `${at}: ${arn}`),
  );

const trustIsNarrow: Invariant = (stacks) =>
  resourcesOf(stacks, 'AWS::IAM::Role').flatMap(({ Properties, at }) =>
    statementsOf(Properties['AssumeRolePolicyDocument'])
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Principal, NotPrincipal, Condition }) => {
        const isConditional = Object.keys(Condition ?? {}).length > 0;
        const services = asArray((Principal as { readonly Service?: unknown } | undefined)?.Service);
        const others = Object.keys((Principal ?? {}) as object).filter((kind) => kind !== 'Service');
        return [
          ...(Principal === '*' || NotPrincipal !== undefined || flatten(Principal).includes('*') ? ['everybody'] : []),
          ...(isConditional ? [] : [...services.filter((service) => !trustedWithoutCondition.includes(String(service))), ...others]),
        ].map((principal) => `${at} trusts ${String(principal)} without a condition`);
      }),
  );

const seedPolicy = (stack: JudgedStack, statement: Record<string, unknown>): void => {
  stack.template.Resources['Seeded'] = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { Statement: [statement] } } };
};
const seedTrust = (stack: JudgedStack, trust: Record<string, unknown>): void => {
  stack.template.Resources['Seeded'] = {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...trust }] } },
  };
};

describeInvariant('every wildcard of an identity policy is argued in the ledger [SEC-4]', wildcardsAreArgued, {
  'every action': ['prod-eu/Network', (stack) => seedPolicy(stack, { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::a' })],
  'every action of a service': [
    'prod-eu/Network',
    (stack) => seedPolicy(stack, { Effect: 'Allow', Action: ['s3:*'], Resource: 'arn:aws:s3:::a' }),
  ],
  'every resource': ['dev/LogArchive', (stack) => seedPolicy(stack, { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })],
  'all actions but one': [
    'dev/LogArchive',
    (stack) => seedPolicy(stack, { Effect: 'Allow', NotAction: 's3:GetObject', Resource: 'arn:aws:s3:::a' }),
  ],
  'a wildcard in a policy that a role carries itself': [
    'prod-us/Network',
    (stack) =>
      (first(stack, 'AWS::IAM::Role').Properties['Policies'] = [
        { PolicyDocument: { Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: 'arn:aws:ec2:::a' } } },
      ]),
  ],
  'an argued wildcard at another resource': [
    'prod-eu/LogArchive',
    (stack) =>
      seedPolicy(stack, {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['AuditBucket7486E833', 'Arn'] }, '/*']] },
      }),
  ],
});

describeInvariant('only named managed policies are attached [SEC-4]', managedPoliciesAreNamed, {
  'a role of an administrator': [
    'prod-eu/Network',
    (stack) => (first(stack, 'AWS::IAM::Role').Properties['ManagedPolicyArns'] = ['arn:aws:iam::aws:policy/AdministratorAccess']),
  ],
});

describeInvariant('every role is trusted under a condition, or to a service that is named here [SEC-4]', trustIsNarrow, {
  'everybody, under a condition': [
    'prod-eu/Network',
    (stack) => seedTrust(stack, { Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } } }),
  ],
  'another account without a condition': [
    'prod-eu/Network',
    (stack) => seedTrust(stack, { Principal: { AWS: 'arn:aws:iam::555555555555:root' } }),
  ],
  'a service that acts for others': ['dev/Detection', (stack) => seedTrust(stack, { Principal: { Service: 'events.amazonaws.com' } })],
  'a federation without a condition': [
    'dev/Detection',
    (stack) => seedTrust(stack, { Principal: { Federated: 'arn:aws:iam::111111111111:oidc-provider/a' } }),
  ],
  'all but one': ['dev/Detection', (stack) => seedTrust(stack, { NotPrincipal: { AWS: 'arn:aws:iam::111111111111:root' } })],
});

import type { ResourceDefinition } from '../assembly';
import { listAt, propertyAt, resourceRule } from '../rule';

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** Where each type keeps its policy documents, by what they are attached to. */
const documents: Readonly<Record<string, { readonly of: 'identity' | 'resource'; readonly path: string }[]>> = {
  'AWS::ECR::Repository': [{ of: 'resource', path: 'RepositoryPolicyText' }],
  'AWS::IAM::Group': [],
  'AWS::IAM::ManagedPolicy': [{ of: 'identity', path: 'PolicyDocument' }],
  'AWS::IAM::Policy': [{ of: 'identity', path: 'PolicyDocument' }],
  'AWS::IAM::Role': [{ of: 'resource', path: 'AssumeRolePolicyDocument' }],
  'AWS::IAM::User': [],
  'AWS::KMS::Key': [{ of: 'resource', path: 'KeyPolicy' }],
  'AWS::S3::BucketPolicy': [{ of: 'resource', path: 'PolicyDocument' }],
  'AWS::SecretsManager::ResourcePolicy': [{ of: 'resource', path: 'ResourcePolicy' }],
  'AWS::SNS::TopicPolicy': [{ of: 'resource', path: 'PolicyDocument' }],
  'AWS::SQS::QueuePolicy': [{ of: 'resource', path: 'PolicyDocument' }],
};

/** AWS's policies that make whoever has them an administrator, by the end of their ARN. */
const administratorPolicies = ['/AdministratorAccess', '/PowerUserAccess', '/IAMFullAccess'];

/**
 * What no ledger entry can answer for. cdk-nag judges identities by class, and so misses the roles that the CDK writes
 * for its own providers; it does not look at trust, at keys, or at who a resource's policy admits.
 */
export const permissionsNarrow = resourceRule({
  id: 'PermissionsNarrow',
  constraints: ['SEC-4'],
  demand: 'No identity is an administrator, and no policy of a resource, key or role admits everybody without a condition',
  fix: 'Name the actions, the resources and the principals',
  types: Object.keys(documents),
  faults: (resource) => [
    ...(documents[resource.type] ?? []).flatMap(({ of, path }) =>
      statementsAt(resource, path).flatMap((statement) => faultsOf(statement, of, path)),
    ),
    ...inlinePolicies(resource),
    ...listAt(resource, 'ManagedPolicyArns')
      .filter((arn) => administratorPolicies.some((name) => JSON.stringify(arn).includes(`${name}"`)))
      .map((arn) => ({ location: 'Properties.ManagedPolicyArns', message: `The role has the policy ${JSON.stringify(arn)}` })),
  ],
});

const inlinePolicies = (resource: ResourceDefinition) =>
  listAt(resource, 'Policies').flatMap((_, index) =>
    statementsAt(resource, 'Policies', index, 'PolicyDocument').flatMap((statement) =>
      faultsOf(statement, 'identity', `Policies.${index}`),
    ),
  );

function statementsAt(resource: ResourceDefinition, ...path: readonly (string | number)[]): readonly Statement[] {
  const statements = propertyAt(resource, ...path, 'Statement') ?? [];
  return (Array.isArray(statements) ? statements : [statements]) as readonly Statement[];
}

/** Keys by which a condition says who may come in, or for whom a service acts. */
const narrowingKeys = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalOrgID',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:SourceOrgID',
  'kms:CallerAccount',
];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isNarrowed = (condition: unknown): boolean =>
  isObject(condition) &&
  Object.entries(condition).some(
    ([operator, keys]) => !operator.includes('Not') && isObject(keys) && Object.keys(keys).some((name) => narrowingKeys.includes(name)),
  );

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

function faultsOf(statement: Statement, attachedTo: 'identity' | 'resource', path: string) {
  if (statement.Effect !== 'Allow') return [];
  const location = `Properties.${path}`;
  if (attachedTo === 'resource') {
    const principals = isObject(statement.Principal) ? Object.values(statement.Principal).flatMap(listOf) : [statement.Principal];
    return principals.includes('*') && !isNarrowed(statement.Condition)
      ? [{ location, message: 'A statement admits everybody, without a condition on who it is' }]
      : [];
  }
  const everywhere = listOf(statement.Resource).includes('*');
  return [
    ...(statement.NotAction === undefined ? [] : [{ location, message: 'A statement allows all actions but some (NotAction)' }]),
    ...listOf(statement.Action)
      .filter((action) => typeof action !== 'string' || /^[^:]*\*/.test(action) || (everywhere && action.endsWith(':*')))
      .map((action) => ({
        location,
        message: `A statement allows ${typeof action === 'string' ? action : JSON.stringify(action)}${everywhere ? ' on every resource' : ''}`,
      })),
  ];
}

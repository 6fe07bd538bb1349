/** The policies that stand before tenants' data, as they are synthesized: of roles, of stores, and the boundary that every role has. */
import { resolver } from '../stacks/workload-roles';
import { roleBoundary, type Policy } from '../bootstrap/execution-policy';
import type { ResourceDefinition, StackTemplate } from '../../lib/checks/assembly';

export interface Place {
  readonly cell: string;
  readonly account: string;
  readonly region: string;
}

export interface AccessRole {
  readonly arn: string;
  readonly trust: Policy;
  readonly identity: Policy;
}

/** Stores with a guard of their own, by what they hold. */
export const tables = ['profiles', 'tenants', 'deduplication'] as const;
export type Table = (typeof tables)[number];

export interface Isolation {
  readonly place: Place;
  /** By service, `operator` included. */
  readonly access: Readonly<Record<string, AccessRole>>;
  /** Roles of pods, by service. */
  readonly base: Readonly<Record<string, { readonly arn: string; readonly identity: Policy }>>;
  readonly guards: Readonly<Record<Table | 'quarantine' | 'credentials', Policy>>;
  /** Of tables' streams, where there are any. */
  readonly streams: readonly Policy[];
  readonly boundary: Policy;
  readonly arns: {
    readonly quarantine: string;
    readonly credentials: string;
    readonly databaseUsers: string;
    readonly keyOfTables: string;
    readonly keyOfLake: string;
  };
  /** The two roles of people. */
  readonly people: { readonly elevated: string; readonly readOnly: string };
}

const only = <T>(found: readonly T[], what: string): T => {
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) throw new Error(`${what}: received ${found.length}; allowed: 1`);
  return first;
};

/** Of the Region that serves: its access roles, and the stores that they reach. */
export function isolationOf(stacks: readonly StackTemplate[], cell: string, prefix: '' | 'Recovery' = ''): Isolation {
  const resolve = resolver(stacks);
  const stack = (name: string) =>
    only(
      stacks.filter(({ path }) => path === `${cell}/${name}`),
      name,
    );
  const workloads = stack(`${prefix}Workloads`);
  const { account, region } = workloads;
  const of = (at: StackTemplate, type: string) => at.resources.filter((resource) => resource.type === type);
  const policyAt = (resource: ResourceDefinition, value: unknown) => resolve(value, resource.stack) as Policy;
  const identity = (role: ResourceDefinition): Policy => ({
    Version: '2012-10-17',
    Statement: of(workloads, 'AWS::IAM::Policy')
      .filter(({ properties }) => JSON.stringify(properties['Roles']).includes(`"${role.logicalId}"`))
      .flatMap((policy) => policyAt(policy, policy.properties['PolicyDocument']).Statement),
  });
  const arnOf = (resource: ResourceDefinition) => resolve({ 'Fn::GetAtt': [resource.logicalId, 'Arn'] }, resource.stack) as string;
  const roles = of(workloads, 'AWS::IAM::Role');
  const access = Object.fromEntries(
    roles.flatMap((role) => {
      const [, service] = new RegExp(`^${cell}-(\\w+)-tenant-${region}$`).exec(String(role.properties['RoleName'])) ?? [];
      const trust = policyAt(role, role.properties['AssumeRolePolicyDocument']);
      return service === undefined ? [] : [[service, { arn: arnOf(role), trust, identity: identity(role) }] as const];
    }),
  );
  const base = Object.fromEntries(
    of(workloads, 'AWS::EKS::PodIdentityAssociation').map(({ properties }) => {
      const [roleId] = (properties['RoleArn'] as { readonly 'Fn::GetAtt': readonly [string] })['Fn::GetAtt'];
      const role = only(
        roles.filter(({ logicalId }) => logicalId === roleId),
        roleId,
      );
      return [String(properties['ServiceAccount']), { arn: arnOf(role), identity: identity(role) }] as const;
    }),
  );

  // Tables that a recovery Region has by replication are the home Region's resources.
  const replicas = [...new Set([stack('Profiles'), stack(`${prefix}Profiles`)])]
    .flatMap((at) => of(at, 'AWS::DynamoDB::GlobalTable'))
    .flatMap((table) =>
      (table.properties['Replicas'] as readonly Replica[])
        .filter((replica) => replica.Region === region)
        .map((replica) => ({ table, replica, name: String(table.properties['TableName']) })),
    );
  const replicaOf = (name: Table) =>
    only(
      replicas.filter((candidate) => candidate.name === `${cell}-${name}`),
      name,
    );
  const tableGuard = (name: Table): Policy => {
    const { table, replica } = replicaOf(name);
    if (!replica.ResourcePolicy) throw new Error(`Policy of ${name} in ${region}: received none; allowed: one`);
    return policyAt(table, replica.ResourcePolicy.PolicyDocument);
  };
  const streams = replicas.flatMap(({ table, replica: { ReplicaStreamSpecification: stream } }) =>
    stream?.ResourcePolicy ? [policyAt(table, stream.ResourcePolicy.PolicyDocument)] : [],
  );
  const lake = stack(`${prefix}Lake`);
  const quarantine = only(
    of(lake, 'AWS::S3::Bucket').filter(({ logicalId }) => logicalId.startsWith('Quarantine')),
    'quarantine',
  );
  const bucketPolicy = only(
    of(lake, 'AWS::S3::BucketPolicy').filter(({ properties }) =>
      JSON.stringify(properties['Bucket']).includes(`"${quarantine.logicalId}"`),
    ),
    'policy of quarantine',
  );
  const profiles = stack(`${prefix}Profiles`);
  const credentials = only(
    [...of(profiles, 'AWS::KMS::Key'), ...of(profiles, 'AWS::KMS::ReplicaKey')].filter(({ logicalId }) =>
      logicalId.startsWith('Credentials'),
    ),
    'key of credentials',
  );
  const databaseUser = only(access['operator']?.identity.Statement.filter(({ Sid }) => Sid === 'ConnectAsTenant') ?? [], 'right to connect')
    .Resource as string;
  const people = (name: 'elevated' | 'readOnly'): string => {
    const principals = of(stack(`${prefix}Cluster`), 'AWS::EKS::AccessEntry').map(({ properties }) =>
      JSON.stringify(properties['PrincipalArn']),
    );
    return JSON.parse(
      only(
        principals.filter((arn) => arn.includes(name === 'elevated' ? 'Elevated' : 'ReadOnly')),
        name,
      ),
    ) as string;
  };
  return {
    place: { cell, account, region },
    access,
    base,
    guards: {
      profiles: tableGuard('profiles'),
      tenants: tableGuard('tenants'),
      deduplication: tableGuard('deduplication'),
      quarantine: policyAt(bucketPolicy, bucketPolicy.properties['PolicyDocument']),
      credentials: policyAt(credentials, credentials.properties['KeyPolicy']),
    },
    streams,
    boundary: roleBoundary({ cell, account, regions: [region] }),
    arns: {
      quarantine: arnOf(quarantine),
      credentials: arnOf(credentials),
      databaseUsers: databaseUser.slice(0, databaseUser.indexOf('tenant_')),
      keyOfTables: arnOf(
        only(
          of(profiles, 'AWS::KMS::Key').filter(({ logicalId }) => logicalId.startsWith('Key')),
          'key of tables',
        ),
      ),
      keyOfLake: arnOf(only(of(lake, 'AWS::KMS::Key'), 'key of lake')),
    },
    people: { elevated: people('elevated'), readOnly: people('readOnly') },
  };
}

interface Replica {
  readonly Region: string;
  readonly ResourcePolicy?: { readonly PolicyDocument: unknown };
  readonly ReplicaStreamSpecification?: { readonly ResourcePolicy?: { readonly PolicyDocument: unknown } };
}

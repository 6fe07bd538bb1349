/** Stacks of an assembly as CloudFormation tells them apart: by account, Region and name, whatever construct they come from. */
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { isOn, type Properties } from './properties';
import type { Loss } from './review';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface DeployedStack {
  /** Path of the construct. */
  readonly path: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly terminationProtection: boolean;
  readonly template: Properties;
  readonly resources: Readonly<Record<string, Resource>>;
}

export function stacksOf(directory: string): readonly DeployedStack[] {
  return new CloudAssembly(directory).stacksRecursively.map((artifact) => {
    const template = artifact.template as Properties;
    return {
      path: artifact.hierarchicalId,
      name: artifact.stackName,
      account: artifact.environment.account,
      region: artifact.environment.region,
      terminationProtection: isOn(artifact.terminationProtection),
      template,
      resources: (template['Resources'] ?? {}) as Readonly<Record<string, Resource>>,
    };
  });
}

export const placeOf = ({ account, region }: DeployedStack): string => `${account}, ${region}`;

export const isSameStack = (one: DeployedStack, other: DeployedStack): boolean =>
  placeOf(one) === placeOf(other) && one.name === other.name;

/** Whether CloudFormation leaves a resource alone that goes from its template, or goes with its stack. */
export const isRetained = ({ DeletionPolicy }: Pick<Resource, 'DeletionPolicy'>): boolean =>
  DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate';

/** Whether it holds something that cannot be made again. An instance of a database does where it has no cluster, whose data they would be. */
export const isKept = ({ Type, Properties }: Resource, keptTypes: ReadonlySet<string>): boolean =>
  Type === 'AWS::RDS::DBInstance' ? Properties?.['DBClusterIdentifier'] === undefined : keptTypes.has(Type);

const countKept = ({ resources }: DeployedStack, keptTypes: ReadonlySet<string>): number =>
  Object.values(resources).filter((resource) => isKept(resource, keptTypes)).length;

/** Names under which a service knows a resource: the first one that is written out is its own, others are what it belongs to. */
const names = [
  ...['BucketName', 'TableBucketName', 'TableName', 'QueueName', 'BackupVaultName', 'LogGroupName', 'RepositoryName'],
  ...['DBInstanceIdentifier', 'DBClusterIdentifier', 'GlobalClusterIdentifier', 'Name'],
];

/** The fixed name of a resource, which no second one can have. */
export const nameOf = ({ Type, Properties = {} }: Resource): string | undefined =>
  Type === 'AWS::Logs::LogStream'
    ? undefined
    : names.map((key) => Properties[key]).find((name): name is string => typeof name === 'string');

/** What happens to a stack as a whole. */
export function stackLosses(
  old: DeployedStack | undefined,
  now: DeployedStack,
  all: readonly DeployedStack[],
  keptTypes: ReadonlySet<string>,
): Loss[] {
  const twins = all.filter((other) => other.path !== now.path && isSameStack(other, now));
  const holds = [old, now].some((stack) => stack !== undefined && countKept(stack, keptTypes) > 0);
  return [
    ...twins.map(({ path }) => ({
      stack: now.path,
      logicalId: '-',
      what: `It is the same stack as ${path}, ${now.name}: the one that is deployed last takes away what the other one has made`,
      instead: 'Give each a name of its own, under which neither is deployed',
    })),
    ...(old?.terminationProtection && !now.terminationProtection && holds
      ? [{ stack: now.path, logicalId: '-', what: 'It can be deleted by its name alone', instead: 'Keep `stateful: true` in its traits' }]
      : []),
  ];
}

/** What becomes of a stack that has another name, or is elsewhere: for CloudFormation it is another one. */
export function movedLosses(old: DeployedStack, now: DeployedStack, keptTypes: ReadonlySet<string>): Loss[] {
  const stores = countKept(old, keptTypes);
  if (stores === 0) return [];
  return placeOf(old) === placeOf(now)
    ? [
        {
          stack: now.path,
          logicalId: '-',
          what: `It is called ${now.name} instead of ${old.name}: a new stack, with ${stores} ${stores === 1 ? 'store' : 'stores'} made anew and empty, or refused for the names; those of ${old.name} stay behind`,
          instead: 'Give it its old `stackName`',
        },
      ]
    : [
        {
          stack: now.path,
          logicalId: '-',
          what: `It moves from ${placeOf(old)} to ${placeOf(now)}: there it is made anew, and empty; here it stays behind`,
          instead: 'Make a stack of another name there, move the data, then take this one away',
        },
      ];
}

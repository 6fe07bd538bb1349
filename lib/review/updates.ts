/**
 * What CloudFormation would do with the difference between two assemblies, by AWS's own account of which property replaces its resource,
 * and what of it loses something that cannot be had again.
 */
import { CloudAssembly, type CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { fullDiff, ResourceImpact, type ResourceDifference } from '@aws-cdk/cloudformation-diff';
import { inPlaceLosses } from './in-place-losses';

export interface Change {
  /** Path of the stack, such as `prod-eu/Lake`. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly impact: 'creates' | 'updates' | 'may replace' | 'replaces' | 'deletes' | 'leaves behind';
  /** Properties that differ. */
  readonly properties: readonly string[];
}

/** Something that is gone after the deployment, or no longer protected from going. */
export interface Loss {
  readonly stack: string;
  readonly logicalId: string;
  /** What would happen. */
  readonly what: string;
  /** What to do in its place. */
  readonly instead: string;
}

export interface Review {
  readonly changes: readonly Change[];
  readonly losses: readonly Loss[];
}

const impacts: Readonly<Partial<Record<ResourceImpact, Change['impact']>>> = {
  [ResourceImpact.WILL_CREATE]: 'creates',
  [ResourceImpact.WILL_IMPORT]: 'creates',
  [ResourceImpact.WILL_UPDATE]: 'updates',
  [ResourceImpact.MAY_REPLACE]: 'may replace',
  [ResourceImpact.WILL_REPLACE]: 'replaces',
  [ResourceImpact.WILL_DESTROY]: 'deletes',
  [ResourceImpact.WILL_ORPHAN]: 'leaves behind',
};

const stacksOf = (directory: string): ReadonlyMap<string, CloudFormationStackArtifact> =>
  new Map(new CloudAssembly(directory).stacksRecursively.map((stack) => [stack.hierarchicalId, stack]));

/**
 * @param before folder of the assembly that is deployed
 * @param after folder of the assembly that would be deployed
 * @param keptTypes types whose resource holds something that cannot be made again
 */
export function reviewUpdates(before: string, after: string, keptTypes: ReadonlySet<string>): Review {
  const [old, now] = [stacksOf(before), stacksOf(after)];
  const reviews = [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .map((path) => reviewStack(path, old.get(path), now.get(path), keptTypes));
  return { changes: reviews.flatMap(({ changes }) => changes), losses: reviews.flatMap(({ losses }) => losses) };
}

function reviewStack(
  stack: string,
  old: CloudFormationStackArtifact | undefined,
  now: CloudFormationStackArtifact | undefined,
  keptTypes: ReadonlySet<string>,
): Review {
  const changes: Change[] = [];
  const losses: Loss[] = [];
  const template = (artifact: CloudFormationStackArtifact | undefined) => (artifact?.template ?? {}) as Record<string, unknown>;
  fullDiff(template(old), template(now)).resources.forEachDifference((logicalId, difference) => {
    const impact = impacts[difference.changeImpact];
    const type = difference.newResourceType ?? difference.oldResourceType ?? '';
    if (impact === undefined || type === 'AWS::CDK::Metadata') return;
    changes.push({ stack, logicalId, type, impact, properties: Object.keys(difference.propertyUpdates) });
    losses.push(
      ...(keptTypes.has(difference.oldResourceType ?? '') ? keptLosses(impact, difference) : []).map((loss) => ({
        stack,
        logicalId,
        ...loss,
      })),
      ...inPlaceLosses(type, difference.oldProperties ?? {}, difference.newProperties ?? {}).map((loss) => ({ stack, logicalId, ...loss })),
    );
  });
  return { changes, losses: [...stackLosses(stack, old, now), ...losses] };
}

function stackLosses(stack: string, old: CloudFormationStackArtifact | undefined, now: CloudFormationStackArtifact | undefined): Loss[] {
  if (!old || !now) return [];
  const place = ({ environment }: CloudFormationStackArtifact) => `${environment.account}, ${environment.region}`;
  return [
    ...(place(old) === place(now)
      ? []
      : [
          {
            stack,
            logicalId: '-',
            what: `It moves from ${place(old)} to ${place(now)}: there it is made anew, and empty; here it stays behind`,
            instead: 'Make a stack of another name there, move the data, then take this one away',
          },
        ]),
    ...(old.terminationProtection && !now.terminationProtection
      ? [{ stack, logicalId: '-', what: 'It can be deleted by its name alone', instead: 'Keep `stateful: true` in its traits' }]
      : []),
  ];
}

type Untold = Omit<Loss, 'stack' | 'logicalId'>;

const beside = 'Make a new resource beside it, under another construct ID and name; move the data; then remove this one, in a later change';

function keptLosses(impact: Change['impact'], { propertyUpdates, oldValue, newValue, oldResourceType }: ResourceDifference): Untold[] {
  const policy = String(oldValue?.['DeletionPolicy'] ?? 'Delete');
  if (impact === 'deletes' || impact === 'leaves behind') {
    return [
      {
        what:
          policy === 'Delete'
            ? `${String(oldResourceType)} is deleted, with what is in it`
            : `${String(oldResourceType)} is no longer CloudFormation's (${policy}): a construct of another path makes a new one, and empty`,
        instead: 'If the construct was renamed or moved: give it its old path, or the old ID by overrideLogicalId, or use `cdk refactor`',
      },
    ];
  }
  if (impact === 'replaces' || impact === 'may replace') {
    const causes = Object.entries(propertyUpdates).filter(([, { changeImpact }]) => changeImpact !== ResourceImpact.WILL_UPDATE);
    return causes.map(([property, { oldValue: from, newValue: to }]) => ({
      what: `${String(oldResourceType)} ${impact === 'replaces' ? 'is' : 'may be'} replaced: ${property} from ${short(from)} to ${short(to)}; the new one is empty, or fails for its name`,
      instead: beside,
    }));
  }
  const kept = (value: unknown) => ['Retain', 'RetainExceptOnCreate', 'Snapshot'].includes(String(value));
  return ['DeletionPolicy', 'UpdateReplacePolicy']
    .filter((key) => kept(oldValue?.[key]) && !kept(newValue?.[key]))
    .map((key) => ({
      what: `${key} is ${String(newValue?.[key] ?? 'Delete')}: the next mistake deletes it`,
      instead: 'Keep RemovalPolicy.RETAIN',
    }));
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

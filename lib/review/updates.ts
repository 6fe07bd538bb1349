/**
 * What CloudFormation would do with the difference between two assemblies, by AWS's own account of which property replaces its resource,
 * and what of it loses something that cannot be had again.
 */
import { fullDiff, ResourceImpact, type ResourceDifference } from '@aws-cdk/cloudformation-diff';
import { inPlaceLosses } from './in-place-losses';
import { goneResource, goneStack, type MadeAnew } from './left-behind';
import { short } from './properties';
import type { Change, Loss, Review, Untold } from './review';
import { isKept, isRetained, isSameStack, movedLosses, placeOf, stackLosses, stacksOf, type DeployedStack, type Resource } from './stacks';

export type { Change, Loss, Review } from './review';

const impacts: Readonly<Partial<Record<ResourceImpact, Change['impact']>>> = {
  [ResourceImpact.WILL_CREATE]: 'creates',
  [ResourceImpact.WILL_IMPORT]: 'creates',
  [ResourceImpact.WILL_UPDATE]: 'updates',
  [ResourceImpact.MAY_REPLACE]: 'may replace',
  [ResourceImpact.WILL_REPLACE]: 'replaces',
  [ResourceImpact.WILL_DESTROY]: 'deletes',
  [ResourceImpact.WILL_ORPHAN]: 'leaves behind',
};

interface Step extends Change {
  readonly old?: Resource;
  readonly now?: Resource;
  readonly difference: ResourceDifference;
}

/**
 * @param before folder of the assembly that is deployed
 * @param after folder of the assembly that would be deployed
 * @param keptTypes types whose resource holds something that cannot be made again
 */
export function reviewUpdates(before: string, after: string, keptTypes: ReadonlySet<string>): Review {
  const [olds, nows] = [stacksOf(before), stacksOf(after)];
  const updates = nows.map((now) => {
    const old = olds.find((candidate) => isSameStack(candidate, now));
    return { old, now, steps: stepsOf(old, now) };
  });
  const madeAnew: MadeAnew = (stack, type) =>
    updates
      .filter(({ now }) => placeOf(now) === placeOf(stack))
      .flatMap(({ now, steps }) =>
        steps.filter((step) => step.now?.Type === type && step.old?.Type !== type).map(({ logicalId }) => `${now.path} ${logicalId}`),
      )
      .at(0);
  const reviews: readonly Review[] = [
    ...olds.filter((old) => !nows.some((now) => isSameStack(old, now))).map((old) => reviewGone(old, nows, keptTypes, madeAnew)),
    ...updates.map(({ old, now, steps }) => {
      const { losses, leftBehind } = reviewSteps(old, now, steps, keptTypes, madeAnew);
      return {
        changes: steps.map(({ stack, logicalId, type, impact, properties }) => ({ stack, logicalId, type, impact, properties })),
        losses: [...stackLosses(old, now, nows, keptTypes), ...losses],
        leftBehind,
      };
    }),
  ];
  const sorted = <T extends { readonly stack: string }>(list: readonly T[]) =>
    [...list].sort((one, other) => (one.stack < other.stack ? -1 : Number(one.stack > other.stack)));
  return {
    changes: sorted(reviews.flatMap(({ changes }) => changes)),
    losses: sorted(reviews.flatMap(({ losses }) => losses)),
    leftBehind: sorted(reviews.flatMap(({ leftBehind }) => leftBehind)),
  };
}

function stepsOf(old: DeployedStack | undefined, now: DeployedStack): readonly Step[] {
  const steps: Step[] = [];
  fullDiff(old?.template ?? {}, now.template).resources.forEachDifference((logicalId, difference) => {
    const impact = impacts[difference.changeImpact];
    const type = difference.newResourceType ?? difference.oldResourceType ?? '';
    if (impact === undefined || type === 'AWS::CDK::Metadata') return;
    const properties = Object.keys(difference.propertyUpdates);
    steps.push({
      ...{ stack: now.path, logicalId, type, impact, properties, difference },
      old: old?.resources[logicalId],
      now: now.resources[logicalId],
    });
  });
  return steps;
}

/** A stack that the app does not have any more, or has under another name or elsewhere. */
function reviewGone(old: DeployedStack, nows: readonly DeployedStack[], keptTypes: ReadonlySet<string>, madeAnew: MadeAnew): Review {
  const changes = Object.entries(old.resources)
    .filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata')
    .map(([logicalId, { Type: type }]) => ({ stack: old.path, logicalId, type, impact: 'leaves behind' as const, properties: [] }));
  const moved = nows.filter(({ path }) => path === old.path).flatMap((now) => movedLosses(old, now, keptTypes));
  return { changes, ...(moved.length > 0 ? { losses: moved, leftBehind: [] } : goneStack(old, keptTypes, madeAnew)) };
}

function reviewSteps(
  oldStack: DeployedStack | undefined,
  stack: DeployedStack,
  steps: readonly Step[],
  keptTypes: ReadonlySet<string>,
  madeAnew: MadeAnew,
): { losses: Loss[]; leftBehind: Loss[] } {
  const losses: Loss[] = [];
  const leftBehind: Loss[] = [];
  for (const { logicalId, impact, difference, old, now } of steps) {
    if (oldStack === undefined || old === undefined) continue;
    const keeps = isKept(old, keptTypes);
    const tell = (list: Loss[], untold: readonly Untold[]) =>
      list.push(...untold.map((loss) => ({ stack: stack.path, logicalId, ...loss })));
    const isStill = now?.Type === old.Type;
    if (now === undefined) {
      const gone = goneResource(stack, logicalId, old, keeps, madeAnew);
      tell(losses, gone.losses);
      tell(leftBehind, gone.leftBehind);
    } else if (keeps && !isStill) {
      tell(losses, [
        {
          what: `${old.Type} becomes ${now.Type} under one logical ID: refused, or the old one goes${isRetained(old) ? ' from CloudFormation' : ', with what is in it'}`,
          instead: beside,
        },
      ]);
    } else if (keeps) tell(losses, keptLosses(impact, difference, old, now));
    if (isStill || !isRetained(old)) tell(losses, losesInPlace(stack, logicalId, old, isStill ? now : undefined));
  }
  return { losses, leftBehind };
}

const losesInPlace = (stack: DeployedStack, logicalId: string, old: Resource, now: Resource | undefined): Untold[] =>
  inPlaceLosses(old.Type, old.Properties ?? {}, now && (now.Properties ?? {}), {
    siblings: Object.values(stack.resources).flatMap(({ Type, Properties = {} }) => (Type === old.Type ? [Properties] : [])),
    isRetained: isRetained(now ?? old),
  }).map(({ what, instead, newPrefix }) => {
    const without = newPrefix === undefined ? undefined : `${stack.path}/${logicalId}/${newPrefix}`;
    return without === undefined
      ? { what, instead }
      : { what, instead: `${instead}; if nothing is there, and nothing is lost: say \`--without ${without}\``, without };
  });

const beside = 'Make a new resource beside it, under another construct ID and name; move the data; then remove this one, in a later change';

function keptLosses(impact: Change['impact'], { propertyUpdates }: ResourceDifference, old: Resource, now: Resource): Untold[] {
  if (impact === 'replaces' || impact === 'may replace') {
    const causes = Object.entries(propertyUpdates).filter(([, { changeImpact }]) => changeImpact !== ResourceImpact.WILL_UPDATE);
    return causes.map(([property, { oldValue: from, newValue: to }]) => ({
      what: `${old.Type} ${impact === 'replaces' ? 'is' : 'may be'} replaced: ${property} from ${short(from)} to ${short(to)}; the new one is empty, or fails for its name`,
      instead: beside,
    }));
  }
  const kept = (value: unknown) => ['Retain', 'RetainExceptOnCreate', 'Snapshot'].includes(String(value));
  return (['DeletionPolicy', 'UpdateReplacePolicy'] as const)
    .filter((key) => kept(old[key]) && !kept(now[key]))
    .map((key) => ({ what: `${key} is ${now[key] ?? 'Delete'}: the next mistake deletes it`, instead: 'Keep RemovalPolicy.RETAIN' }));
}

/** What no stack of the app has any more, and what becomes of it: the update loses nothing of it, and the next one may. */
import { inPlaceLosses } from './in-place-losses';
import type { Loss, Untold } from './review';
import { isKept, isRetained, nameOf, type DeployedStack, type Resource } from './stacks';

/** Resources that the update makes: `prod-eu/Lake NewBucket`, or undefined if none of the type is made there. */
export type MadeAnew = (stack: DeployedStack, type: string) => string | undefined;

/** A stack that is gone from the app: `cdk deploy` does not delete it, so nothing of it is lost yet. */
export function goneStack(
  stack: DeployedStack,
  keptTypes: ReadonlySet<string>,
  madeAnew: MadeAnew,
): { losses: Loss[]; leftBehind: Loss[] } {
  const tell = (logicalId: string, what: string, instead: string): Loss => ({
    stack: stack.path,
    logicalId,
    what,
    instead,
    without: stack.path,
  });
  const losses: Loss[] = [];
  const leftBehind = [
    tell(
      '-',
      `The stack is gone from the app, not from AWS: ${stack.name} in ${stack.region} stays deployed, and runs on`,
      `Meant? Say \`--without ${stack.path}\`; when nothing in it is needed: switch its termination protection off, and delete it`,
    ),
  ];
  for (const [logicalId, resource] of Object.entries(stack.resources)) {
    const { Type: type, Properties: properties = {} } = resource;
    const keeps = isKept(resource, keptTypes);
    const anew = keeps ? madeAnew(stack, type) : undefined;
    if (anew !== undefined) losses.push({ stack: stack.path, logicalId, ...renamed(resource, anew) });
    else if (isRetained(resource)) {
      if (keeps || nameOf(resource) !== undefined)
        leftBehind.push(tell(logicalId, `${called(resource)} outlives the deletion of the stack${taken(resource)}`, byHand));
    } else if (keeps) {
      leftBehind.push(
        tell(logicalId, `${called(resource)} is deleted with the stack, with what is in it`, 'Move the data before the stack is deleted'),
      );
    }
    for (const { what, instead } of isRetained(resource) ? [] : inPlaceLosses(type, properties, undefined))
      leftBehind.push(tell(logicalId, `When the stack is deleted: ${what}`, instead));
  }
  return { losses, leftBehind };
}

const called = (resource: Resource): string => [resource.Type, nameOf(resource)].filter((word) => word !== undefined).join(' ');

const taken = (resource: Resource): string =>
  nameOf(resource) === undefined ? '' : ': a deployment that makes it again fails, for the name is taken';

const byHand = 'Delete it by hand when its retention is over, and before a deployment makes it again';

const renamed = (resource: Resource, anew: string): Untold => ({
  what: `${resource.Type} is no longer CloudFormation's (${resource.DeletionPolicy ?? 'Delete'}): ${anew} is made in its place, and empty`,
  instead:
    'If the construct was renamed or moved: give it its old path, or the old ID by overrideLogicalId, or use `cdk refactor`; if not: make the new one in an earlier change',
});

/** A resource that goes from the template of a stack that stays. */
export function goneResource(
  stack: DeployedStack,
  logicalId: string,
  resource: Resource,
  keeps: boolean,
  madeAnew: MadeAnew,
): { losses: Untold[]; leftBehind: Untold[] } {
  const anew = keeps ? madeAnew(stack, resource.Type) : undefined;
  if (isRetained(resource) && anew !== undefined) return { losses: [renamed(resource, anew)], leftBehind: [] };
  if (isRetained(resource)) {
    const without = `${stack.path}/${logicalId}`;
    const told = {
      what: `${called(resource)} stays (${String(resource.DeletionPolicy)}), and is no longer CloudFormation's${taken(resource)}`,
      instead: `If the construct was renamed or moved: give it its old path; meant? Say \`--without ${without}\`. ${byHand}`,
      without,
    };
    return { losses: [], leftBehind: keeps || nameOf(resource) !== undefined ? [told] : [] };
  }
  if (!keeps) return { losses: [], leftBehind: [] };
  const what =
    resource.DeletionPolicy === 'Snapshot' ? 'is deleted; a snapshot stays, without an end [CMP-1]' : 'is deleted, with what is in it';
  const instead =
    'If the construct was renamed or moved: give it its old path, or the old ID by overrideLogicalId; if not: retain it first, and move the data';
  return { losses: [{ what: `${resource.Type} ${what}`, instead }], leftBehind: [] };
}

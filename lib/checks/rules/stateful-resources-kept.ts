import { resourceRule } from '../rule';
import { keptTypes } from '../stateful-types';

/** Source: AWS CloudFormation User Guide, "DeletionPolicy attribute" and "UpdateReplacePolicy attribute", read 2026-11. */
const keepingPolicies = {
  DeletionPolicy: ['Retain', 'RetainExceptOnCreate', 'Snapshot'],
  UpdateReplacePolicy: ['Retain', 'Snapshot'],
} as const;

/** A renamed construct or a replaced property deletes the old resource: what it held has to outlive that. */
export const statefulResourcesKept = resourceRule({
  id: 'StatefulResourcesKept',
  constraints: ['SLO-2'],
  demand: 'What holds data, and each key, outlives its deletion and its replacement',
  fix: 'Set removalPolicy RETAIN, or SNAPSHOT where the type has snapshots',
  types: [...keptTypes],
  faults: ({ type, deletionPolicy, updateReplacePolicy }) =>
    [
      { location: 'DeletionPolicy', policy: deletionPolicy, allowed: keepingPolicies.DeletionPolicy as readonly string[] },
      { location: 'UpdateReplacePolicy', policy: updateReplacePolicy, allowed: keepingPolicies.UpdateReplacePolicy as readonly string[] },
    ]
      .filter(({ policy, allowed }) => !allowed.includes(policy ?? ''))
      .map(({ location, policy, allowed }) => ({
        location,
        message: `${location} of ${type} is ${policy ?? 'absent'}; allowed: ${allowed.join(', ')}`,
      })),
});

import { resourceRule } from '../rule';
import { keptTypes } from '../stateful-types';

const keepingPolicies = ['Retain', 'RetainExceptOnCreate', 'Snapshot'];

/** A renamed construct or a replaced property deletes the old resource: what it held has to outlive that. */
export const statefulResourcesKept = resourceRule({
  id: 'StatefulResourcesKept',
  constraints: ['SLO-2'],
  demand: 'What holds data, and each key, outlives its deletion and its replacement',
  fix: 'Set removalPolicy RETAIN, or SNAPSHOT where the type has snapshots',
  types: [...keptTypes],
  faults: ({ type, deletionPolicy, updateReplacePolicy }) =>
    Object.entries({ DeletionPolicy: deletionPolicy, UpdateReplacePolicy: updateReplacePolicy })
      .filter(([, policy]) => !keepingPolicies.includes(policy ?? ''))
      .map(([location, policy]) => ({
        location,
        message: `${location} of ${type} is ${policy ?? 'absent'}; allowed: ${keepingPolicies.join(', ')}`,
      })),
});

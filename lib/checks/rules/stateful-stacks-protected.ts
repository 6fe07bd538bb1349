import type { Rule } from '../rule';
import { statefulTypes } from '../stateful-types';

/** Deleting a stack asks for nothing else than its name: where something is stored, CloudFormation has to refuse. */
export const statefulStacksProtected: Rule = {
  id: 'StatefulStacksProtected',
  constraints: ['SLO-2', 'OPS-1'],
  demand: 'A stack that holds stateful resources has termination protection',
  fix: 'Say `stateful: true` in the traits of the stack',
  check: (stacks) =>
    stacks
      .filter(({ terminationProtection }) => !terminationProtection)
      .flatMap((stack) => {
        const stateful = stack.resources.filter(({ type }) => statefulTypes.has(type));
        return stateful.length > 0
          ? [
              {
                subject: stack,
                message: `No termination protection on a stack that holds ${[...new Set(stateful.map(({ type }) => type))].join(', ')}`,
              },
            ]
          : [];
      }),
};

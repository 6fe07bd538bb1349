import type { Rule } from '../rule';

/** Types that bring resources which stand in no template that we read. */
const hidingTypes = [
  'AWS::CloudFormation::Stack',
  'AWS::CloudFormation::StackSet',
  'AWS::CloudFormation::Macro',
  'AWS::CloudFormation::ModuleDefaultVersion',
];

/** Rules read the templates of the cells' stacks: what stands elsewhere would be judged by none of them. */
export const stacksWholeAndPlaced: Rule = {
  id: 'StacksWholeAndPlaced',
  constraints: ['REG-3', 'SEC-4'],
  demand: 'Each stack stands in a stage, has an account and a Region, and holds all of its resources itself',
  fix: 'Make a stack of its own in lib/cell-stage.ts',
  check: (stacks) =>
    stacks.flatMap((stack) => [
      ...(stack.path.includes('/') ? [] : [{ subject: stack, message: 'The stack stands in no stage, and so in no cell' }]),
      ...(/^\d{12}$/.test(stack.account) && !stack.region.includes('unknown')
        ? []
        : [{ subject: stack, message: `The stack's account or Region is not known: ${stack.account}, ${stack.region}` }]),
      ...stack.resources
        .filter(({ type }) => hidingTypes.includes(type))
        .map((subject) => ({ subject, message: `${subject.type} holds resources that no rule reads` })),
    ]),
};

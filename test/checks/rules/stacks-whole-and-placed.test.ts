import { describeRule, stackTemplate } from '../../support/fixtures';

const topic = { Topic: { Type: 'AWS::SNS::Topic' } };
const holding = (type: string) => [stackTemplate({ Hidden: { Type: type, Properties: { TemplateURL: 'https://example.com/t.json' } } })];

describeRule('StacksWholeAndPlaced', {
  passing: {
    'a stack of a cell': [stackTemplate(topic)],
  },
  failing: {
    'a stack outside of every stage': {
      stacks: [stackTemplate(topic, { path: 'Loose' })],
      findings: ['Loose: The stack stands in no stage, and so in no cell'],
    },
    'a stack for any account': {
      stacks: [stackTemplate(topic, { account: 'unknown-account' })],
      findings: ["cell/Stack: The stack's account or Region is not known: unknown-account, eu-west-1"],
    },
    'a stack for any Region': {
      stacks: [stackTemplate(topic, { region: 'unknown-region' })],
      findings: ["cell/Stack: The stack's account or Region is not known: 123456789012, unknown-region"],
    },
    ...Object.fromEntries(
      ['AWS::CloudFormation::Stack', 'AWS::CloudFormation::StackSet', 'AWS::CloudFormation::Macro'].map((type) => [
        type,
        { stacks: holding(type), findings: [`Hidden: ${type} holds resources that no rule reads`] },
      ]),
    ),
  },
});

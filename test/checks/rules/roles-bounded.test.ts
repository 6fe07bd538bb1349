import { describeRule, stackTemplate } from '../../support/fixtures';

const identity = (type: string, boundary?: unknown) => [
  stackTemplate({ Identity: { Type: type, Properties: boundary === undefined ? {} : { PermissionsBoundary: boundary } } }),
];

describeRule('RolesBounded', {
  passing: {
    'a role with a boundary': identity('AWS::IAM::Role', 'arn:aws:iam::123456789012:policy/dataflow-role-boundary'),
    'a role with a boundary that is known when it is deployed': identity('AWS::IAM::Role', { Ref: 'Boundary' }),
    'a policy, which has none': identity('AWS::IAM::Policy'),
  },
  failing: {
    'a role without a boundary': { stacks: identity('AWS::IAM::Role'), findings: ['Identity: AWS::IAM::Role has no permissions boundary'] },
    'a user without a boundary': { stacks: identity('AWS::IAM::User'), findings: ['Identity: AWS::IAM::User has no permissions boundary'] },
  },
});

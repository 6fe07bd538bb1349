import { describeRule, stackTemplate } from '../../support/fixtures';

const identity = (type: string, boundary?: unknown) => [
  stackTemplate({ Identity: { Type: type, Properties: boundary === undefined ? {} : { PermissionsBoundary: boundary } } }),
];
const ours = 'arn:aws:iam::123456789012:policy/dataflow-role-boundary';
const refused = (boundary: string) => [
  `Identity: The permissions boundary is ${boundary}; allowed: dataflow-role-boundary of this account`,
];

describeRule('RolesBounded', {
  passing: {
    'a role with our boundary': identity('AWS::IAM::Role', ours),
    'a role with our boundary in any partition': identity('AWS::IAM::Role', {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::123456789012:policy/dataflow-role-boundary']],
    }),
    'a policy, which has none': identity('AWS::IAM::Policy'),
  },
  failing: {
    'a role without a boundary': { stacks: identity('AWS::IAM::Role'), findings: refused('absent') },
    'a user without a boundary': { stacks: identity('AWS::IAM::User'), findings: refused('absent') },
    'a boundary that bounds nothing': {
      stacks: identity('AWS::IAM::Role', 'arn:aws:iam::aws:policy/AdministratorAccess'),
      findings: refused('"arn:aws:iam::aws:policy/AdministratorAccess"'),
    },
    'our boundary of another account': {
      stacks: identity('AWS::IAM::Role', ours.replace('123456789012', '210987654321')),
      findings: refused('"arn:aws:iam::210987654321:policy/dataflow-role-boundary"'),
    },
    'a boundary that is known only when it is deployed': {
      stacks: identity('AWS::IAM::Role', { Ref: 'Boundary' }),
      findings: refused('{"Ref":"Boundary"}'),
    },
  },
});

import { describeRule, stackTemplate } from '../../support/fixtures';

const of = (type: string, properties: Readonly<Record<string, unknown>>) => [
  stackTemplate({ Subject: { Type: type, Properties: properties } }),
];
const document = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (statement: object) => ({ Effect: 'Allow', ...statement });
const policy = (statement: object) => of('AWS::IAM::Policy', { PolicyDocument: document(allow(statement)) });
const trust = (statement: object) =>
  of('AWS::IAM::Role', { AssumeRolePolicyDocument: document(allow({ Action: 'sts:AssumeRole', ...statement })) });

const everything = ['Subject: A statement allows *'];
const everythingEverywhere = ['Subject: A statement allows * on every resource'];
const everybody = ['Subject: A statement admits everybody, without a condition on who it is'];

describeRule('PermissionsNarrow', {
  passing: {
    'a service on one table': policy({ Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:eu-west-1:123456789012:table/profiles' }),
    'one action on every resource, which is for the ledger to argue': policy({ Action: 'ec2:DescribeVpcs', Resource: '*' }),
    'a denial of everything': of('AWS::IAM::ManagedPolicy', { PolicyDocument: document({ Effect: 'Deny', Action: '*', Resource: '*' }) }),
    'trust in a service': trust({ Principal: { Service: 'lambda.amazonaws.com' } }),
    'a bucket that admits everybody of the organization': of('AWS::S3::BucketPolicy', {
      PolicyDocument: document(
        allow({ Principal: '*', Action: 's3:GetObject', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-x' } } }),
      ),
    }),
    "AWS's policy for functions": of('AWS::IAM::Role', {
      ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' }],
    }),
  },
  failing: {
    'all actions': { stacks: policy({ Action: '*', Resource: 'arn:aws:s3:::one' }), findings: everything },
    'all actions in a list of them': {
      stacks: policy({ Action: ['s3:GetObject', '*'], Resource: 'arn:aws:s3:::one' }),
      findings: everything,
    },
    'a whole service on every resource': {
      stacks: policy({ Action: ['kms:*'], Resource: ['*'] }),
      findings: ['Subject: A statement allows kms:* on every resource'],
    },
    'all actions but some': {
      stacks: policy({ NotAction: 'iam:*', Resource: '*' }),
      findings: ['Subject: A statement allows all actions but some (NotAction)'],
    },
    'all actions in a policy inside the role': {
      stacks: of('AWS::IAM::Role', { Policies: [{ PolicyName: 'x', PolicyDocument: document(allow({ Action: '*', Resource: '*' })) }] }),
      findings: everythingEverywhere,
    },
    'a single statement that is not in a list': {
      stacks: of('AWS::IAM::Policy', { PolicyDocument: { Statement: allow({ Action: '*', Resource: '*' }) } }),
      findings: everythingEverywhere,
    },
    'a policy of administrators by a literal ARN': {
      stacks: of('AWS::IAM::Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      findings: ['Subject: The role has the policy "arn:aws:iam::aws:policy/AdministratorAccess"'],
    },
    'a policy of administrators by a joined ARN': {
      stacks: of('AWS::IAM::Role', {
        ManagedPolicyArns: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/IAMFullAccess']] }],
      }),
      findings: ['Subject: The role has the policy {"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::aws:policy/IAMFullAccess"]]}'],
    },
    'a service with a wildcard in its name': {
      stacks: policy({ Action: 'i*:CreateRole', Resource: 'arn:aws:s3:::one' }),
      findings: ['Subject: A statement allows i*:CreateRole'],
    },
    'actions that are known only when they are deployed': {
      stacks: policy({ Action: [{ Ref: 'Action' }], Resource: 'arn:aws:s3:::one' }),
      findings: ['Subject: A statement allows {"Ref":"Action"}'],
    },
    'all actions in a policy inside a user': {
      stacks: of('AWS::IAM::User', {
        Policies: [{ PolicyName: 'x', PolicyDocument: document(allow({ Action: '*', Resource: 'arn:aws:s3:::one' })) }],
      }),
      findings: everything,
    },
    'everybody under a condition that says nothing of who it is': {
      stacks: of('AWS::S3::BucketPolicy', {
        PolicyDocument: document(allow({ Principal: '*', Action: 's3:GetObject', Condition: { Bool: { 'aws:SecureTransport': 'true' } } })),
      }),
      findings: everybody,
    },
    'everybody but one organization': {
      stacks: of('AWS::S3::BucketPolicy', {
        PolicyDocument: document(
          allow({ Principal: '*', Action: 's3:GetObject', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-x' } } }),
        ),
      }),
      findings: everybody,
    },
    'trust in everybody': { stacks: trust({ Principal: '*' }), findings: everybody },
    'trust in every account': { stacks: trust({ Principal: { AWS: '*' } }), findings: everybody },
    'trust in every account among others': { stacks: trust({ Principal: { AWS: ['123456789012', '*'] } }), findings: everybody },
    ...Object.fromEntries(
      Object.entries({
        'AWS::KMS::Key': 'KeyPolicy',
        'AWS::ECR::Repository': 'RepositoryPolicyText',
        'AWS::S3::BucketPolicy': 'PolicyDocument',
        'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy',
        'AWS::SNS::TopicPolicy': 'PolicyDocument',
        'AWS::SQS::QueuePolicy': 'PolicyDocument',
      }).map(([type, path]) => [
        `everybody in the policy of ${type}`,
        { stacks: of(type, { [path]: document(allow({ Principal: { AWS: '*' }, Action: '*', Resource: '*' })) }), findings: everybody },
      ]),
    ),
  },
});

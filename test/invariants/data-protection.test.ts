import {
  asArray,
  describeInvariant,
  first,
  resourcesOf,
  statementsOf,
  type Invariant,
  type JudgedStack,
  type Statement,
} from './judged-stack';

const isEverybody = (principal: unknown): boolean =>
  principal === '*' || JSON.stringify(principal) === '{"AWS":"*"}' || JSON.stringify(principal) === '{"AWS":["*"]}';

/** The condition alone: a second one would narrow the denial. */
const onlyPlainHttp = (condition: unknown): boolean =>
  ['{"Bool":{"aws:SecureTransport":"false"}}', '{"Bool":{"aws:SecureTransport":false}}'].includes(JSON.stringify(condition));

const refusesPlainHttp = (statement: Statement, action: string, resources: readonly unknown[]): boolean =>
  statement.Effect === 'Deny' &&
  isEverybody(statement.Principal) &&
  asArray(statement.Action).some((denied) => denied === action || denied === '*') &&
  onlyPlainHttp(statement.Condition) &&
  resources.every((resource) => asArray(statement.Resource).some((denied) => JSON.stringify(denied) === JSON.stringify(resource)));

const refersTo = (reference: unknown, id: string): boolean => JSON.stringify(reference) === JSON.stringify({ Ref: id });

const bucketsRefusePlainHttp: Invariant = (stacks) =>
  resourcesOf(stacks, 'AWS::S3::Bucket')
    .filter(({ stack, id }) => {
      const arn = { 'Fn::GetAtt': [id, 'Arn'] };
      return !resourcesOf([stack], 'AWS::S3::BucketPolicy')
        .filter(({ Properties }) => refersTo(Properties['Bucket'], id))
        .flatMap(({ Properties }) => statementsOf(Properties['PolicyDocument']))
        .some((statement) => refusesPlainHttp(statement, 's3:*', [arn, { 'Fn::Join': ['', [arn, '/*']] }]));
    })
    .map(({ at }) => at);

const topicsRefusePlainHttp: Invariant = (stacks) =>
  resourcesOf(stacks, 'AWS::SNS::Topic')
    .filter(
      ({ stack, id }) =>
        !resourcesOf([stack], 'AWS::SNS::TopicPolicy')
          .filter(({ Properties }) => asArray(Properties['Topics']).some((topic) => refersTo(topic, id)))
          .flatMap(({ Properties }) => statementsOf(Properties['PolicyDocument']))
          .some((statement) => refusesPlainHttp(statement, 'sns:Publish', [{ Ref: id }])),
    )
    .map(({ at }) => at);

const bucketsArePrivate: Invariant = (stacks) =>
  resourcesOf(stacks, 'AWS::S3::Bucket').flatMap(({ Properties, at }) => {
    const block = (Properties['PublicAccessBlockConfiguration'] ?? {}) as Readonly<Record<string, unknown>>;
    return ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']
      .filter((setting) => block[setting] !== true)
      .map((setting) => `${at}: ${setting} is ${JSON.stringify(block[setting])}`);
  });

/** Resource policies that let anybody in; what a policy of an interface endpoint says is for who is inside already. */
const resourcePoliciesNameTheirPrincipals: Invariant = (stacks) =>
  resourcesOf(stacks).flatMap(({ Type, Properties, at }) =>
    Type === 'AWS::EC2::VPCEndpoint'
      ? []
      : [...statementsOf(Properties['PolicyDocument']), ...statementsOf(Properties['KeyPolicy'])]
          .filter(({ Effect, Principal, NotPrincipal }) => Effect === 'Allow' && (isEverybody(Principal) || NotPrincipal !== undefined))
          .map(() => `${at} allows everybody`),
  );

const keysRotate: Invariant = (stacks) =>
  resourcesOf(stacks, 'AWS::KMS::Key')
    .filter(({ Properties }) => Properties['EnableKeyRotation'] !== true)
    .map(({ at }) => at);

const logGroupsKeepLogs: Invariant = (stacks) => [
  ...resourcesOf(stacks, 'AWS::Logs::LogGroup')
    .filter(({ Properties }) => !(typeof Properties['RetentionInDays'] === 'number' && Properties['RetentionInDays'] >= 90))
    .map(({ at }) => at),
  // A function without one makes its own, which keeps logs for ever and is in no template.
  ...resourcesOf(stacks, 'AWS::Lambda::Function')
    .filter(({ stack, Properties }) => {
      const { Ref: id } = ((Properties['LoggingConfig'] ?? {}) as { readonly LogGroup?: { readonly Ref?: string } }).LogGroup ?? {};
      return stack.template.Resources[id ?? '']?.Type !== 'AWS::Logs::LogGroup';
    })
    .map(({ at }) => at),
];

/** Types whose loss cannot be made good, said here again: the list of the checks is what is judged. */
const statefulTypes = ['AWS::S3::Bucket', 'AWS::EC2::EIP', 'AWS::Organizations::Policy'];

const statefulStacksAreProtected: Invariant = (stacks) =>
  stacks.filter((stack) => !stack.terminationProtection && resourcesOf([stack], ...statefulTypes).length > 0).map(({ path }) => path);

const denialOf = (stack: JudgedStack, type: string): Statement => {
  const denial = statementsOf(first(stack, type).Properties['PolicyDocument']).find(({ Effect }) => Effect === 'Deny');
  if (!denial) throw new Error(`${stack.path} has no denial to break`);
  return denial;
};

describeInvariant('every bucket refuses requests without TLS [SEC-2]', bucketsRefusePlainHttp, {
  'a bucket whose policy is gone': [
    'prod-eu/LogArchive',
    ({ template }) => {
      template.Resources = Object.fromEntries(
        Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::S3::BucketPolicy'),
      );
    },
  ],
  'a policy of another bucket': [
    'prod-eu/LogArchive',
    (stack) => (first(stack, 'AWS::S3::BucketPolicy').Properties['Bucket'] = { Ref: 'Another' }),
  ],
  'a denial turned round': ['prod-us/LogArchive', (stack) => (denialOf(stack, 'AWS::S3::BucketPolicy').Effect = 'Allow')],
  'a denial of requests with TLS': [
    'prod-us/LogArchive',
    (stack) => (denialOf(stack, 'AWS::S3::BucketPolicy').Condition = { Bool: { 'aws:SecureTransport': 'true' } }),
  ],
  'a denial that a second condition narrows': [
    'staging/LogArchive',
    (stack) => Object.assign(denialOf(stack, 'AWS::S3::BucketPolicy').Condition ?? {}, { StringEquals: { 'aws:PrincipalTag/a': 'b' } }),
  ],
  'a denial for one principal': [
    'dev/LogArchive',
    (stack) => (denialOf(stack, 'AWS::S3::BucketPolicy').Principal = { AWS: 'arn:aws:iam::111111111111:root' }),
  ],
  'a denial of reading alone': ['dev/LogArchive', (stack) => (denialOf(stack, 'AWS::S3::BucketPolicy').Action = 's3:GetObject')],
  'a denial for the bucket without its objects': [
    'prod-eu/RecoveryLogArchive',
    (stack) => (denialOf(stack, 'AWS::S3::BucketPolicy').Resource = asArray(denialOf(stack, 'AWS::S3::BucketPolicy').Resource).slice(0, 1)),
  ],
});

describeInvariant('every topic refuses requests without TLS [SEC-2]', topicsRefusePlainHttp, {
  'a topic whose policy lost its denial': ['prod-eu/Detection', (stack) => (denialOf(stack, 'AWS::SNS::TopicPolicy').Effect = 'Allow')],
  'a policy of another topic': [
    'prod-eu/Detection',
    (stack) => (first(stack, 'AWS::SNS::TopicPolicy').Properties['Topics'] = [{ Ref: 'Another' }]),
  ],
});

describeInvariant('every bucket blocks public access [SEC-4]', bucketsArePrivate, {
  'a bucket without the block': [
    'prod-eu/LogArchive',
    (stack) => delete first(stack, 'AWS::S3::Bucket').Properties['PublicAccessBlockConfiguration'],
  ],
  'a block with a gap': [
    'dev/LogArchive',
    (stack) =>
      Object.assign(first(stack, 'AWS::S3::Bucket').Properties['PublicAccessBlockConfiguration'] as object, {
        RestrictPublicBuckets: false,
      }),
  ],
});

describeInvariant('no resource policy allows everybody [SEC-4]', resourcePoliciesNameTheirPrincipals, {
  'a bucket that everybody may read': [
    'prod-eu/LogArchive',
    (stack) =>
      statementsOf(first(stack, 'AWS::S3::BucketPolicy').Properties['PolicyDocument']).forEach((statement) => {
        statement.Effect = 'Allow';
        statement.Principal = { AWS: '*' };
      }),
  ],
  'a key for everybody': [
    'prod-us/Detection',
    (stack) => statementsOf(first(stack, 'AWS::KMS::Key').Properties['KeyPolicy']).forEach((statement) => (statement.Principal = '*')),
  ],
});

describeInvariant('every key rotates [SEC-2]', keysRotate, {
  'a key that stays the same': ['prod-eu/LogArchive', (stack) => (first(stack, 'AWS::KMS::Key').Properties['EnableKeyRotation'] = false)],
  'a key that says nothing of rotation': [
    'staging/RecoveryDetection',
    (stack) => delete first(stack, 'AWS::KMS::Key').Properties['EnableKeyRotation'],
  ],
});

describeInvariant('every log group keeps its logs for 90 days or more, and not for ever [SEC-3]', logGroupsKeepLogs, {
  'a log group without a retention': [
    'prod-eu/Network',
    (stack) => delete first(stack, 'AWS::Logs::LogGroup').Properties['RetentionInDays'],
  ],
  'a month': ['dev/Network', (stack) => (first(stack, 'AWS::Logs::LogGroup').Properties['RetentionInDays'] = 30)],
  'a function that makes a log group of its own': [
    'prod-us/RecoveryNetwork',
    (stack) => delete first(stack, 'AWS::Lambda::Function').Properties['LoggingConfig'],
  ],
});

describeInvariant('a stack with something that cannot be made again is protected from deletion [SLO-2]', statefulStacksAreProtected, {
  'an archive that may be deleted': ['prod-eu/LogArchive', (stack) => (stack.terminationProtection = false)],
  'a pilot light whose addresses may be released': ['prod-eu/RecoveryNetwork', (stack) => (stack.terminationProtection = false)],
  'organization policies that may be deleted': ['organization/Prod', (stack) => (stack.terminationProtection = false)],
});

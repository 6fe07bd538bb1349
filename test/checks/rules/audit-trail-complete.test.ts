import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const stores = [
  'AWS::S3::Object',
  'AWS::S3Tables::Table',
  'AWS::S3Tables::TableBucket',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::Stream',
  'AWS::Kinesis::Stream',
  'AWS::Kinesis::StreamConsumer',
  'AWS::SQS::Queue',
];
const trail: ResourceFixture = {
  Type: 'AWS::CloudTrail::Trail',
  Properties: {
    IsLogging: true,
    IsMultiRegionTrail: true,
    EnableLogFileValidation: true,
    IncludeGlobalServiceEvents: true,
    S3BucketName: { Ref: 'Records' },
    AdvancedEventSelectors: [
      { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
      ...stores.map((type) => ({
        Name: type,
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: [type] },
        ],
      })),
    ],
  },
};
const records: ResourceFixture = {
  Type: 'AWS::S3::Bucket',
  Properties: {
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 90 } } },
    LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 90 }] },
  },
};
const archive = { path: 'cell/LogArchive', stackName: 'cell-LogArchive' };
const audited = (ofTrail = trail, ofRecords = records) => [stackTemplate({ Trail: ofTrail, Records: ofRecords }, archive)];
const trailWith = (path: string, value: unknown) => audited(altered(trail, `Properties.${path}`, value));
const recordsWith = (path: string, value: unknown) => audited(trail, altered(records, `Properties.${path}`, value));
/** The selector of S3's objects, with one more field. */
const narrowed = (field: object) => trailWith('AdvancedEventSelectors.1.FieldSelectors.2', { ...field });

const outputOf = (stackName: string) => ({
  'Fn::Join': ['', [{ 'Fn::GetStackOutput': { StackName: stackName, Region: 'eu-central-1', OutputName: 'Arn' } }, '/']],
});

const unlocked = (days: number) => [`Records: Audit records are locked for ${days} days; allowed: 90 or more`];
const unrecorded = (...types: readonly string[]) => types.map((type) => `Trail: The trail does not record ${type}`);

describeRule('AuditTrailComplete', {
  passing: {
    'a trail over everything, locked for long enough': audited(),
    'records that are locked for a year': recordsWith('ObjectLockConfiguration.Rule.DefaultRetention', { Mode: 'COMPLIANCE', Years: 1 }),
    'an exemption of the buckets that the trail itself fills': narrowed({
      Field: 'resources.ARN',
      NotStartsWith: [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Records', 'Arn'] }, '/']] }],
    }),
    "an exemption of the recovery Region's logs": narrowed({
      Field: 'resources.ARN',
      NotStartsWith: [outputOf('cell-RecoveryLogArchive')],
    }),
    'a lifecycle rule that is switched off': recordsWith('LifecycleConfiguration.Rules.0', { Status: 'Disabled', ExpirationInDays: 1 }),
    'an account without data': [stackTemplate({ Topic: { Type: 'AWS::SNS::Topic' } })],
    "data in another Region of the trail's account": [...audited(), stackTemplate({ Data: records }, { region: 'eu-central-1' })],
  },
  failing: {
    'an account with data and no trail': {
      stacks: [stackTemplate({ Data: records }, { path: 'cell/Data' })],
      findings: ['cell/Data: Account 123456789012 holds data and has no trail'],
    },
    'a second account, which the trail of the first does not cover': {
      stacks: [...audited(), stackTemplate({ Data: records }, { path: 'other/Data', account: '210987654321' })],
      findings: ['other/Data: Account 210987654321 holds data and has no trail'],
    },
    ...Object.fromEntries(
      ['IsLogging', 'IsMultiRegionTrail', 'EnableLogFileValidation', 'IncludeGlobalServiceEvents'].flatMap((flag) => [
        [`${flag} switched off`, { stacks: trailWith(flag, false), findings: [`Trail: ${flag} of the trail is not true`] }],
        [`${flag} left out`, { stacks: trailWith(flag, undefined), findings: [`Trail: ${flag} of the trail is not true`] }],
        [`${flag} by a parameter`, { stacks: trailWith(flag, { Ref: 'P' }), findings: [`Trail: ${flag} of the trail is not true`] }],
      ]),
    ),
    'a trail without management events': {
      stacks: trailWith('AdvancedEventSelectors.0.FieldSelectors.0.Equals', ['NetworkActivity']),
      findings: unrecorded('Management'),
    },
    'a store that is not recorded': {
      stacks: trailWith('AdvancedEventSelectors.4', { FieldSelectors: [] }),
      findings: unrecorded('AWS::DynamoDB::Table'),
    },
    'a store of which only the writes are recorded': {
      stacks: narrowed({ Field: 'readOnly', Equals: ['false'] }),
      findings: unrecorded('AWS::S3::Object'),
    },
    'a store of which only some calls are recorded': {
      stacks: narrowed({ Field: 'eventName', Equals: ['DeleteObject'] }),
      findings: unrecorded('AWS::S3::Object'),
    },
    'a store of which one role is not recorded': {
      stacks: narrowed({ Field: 'userIdentity.arn', NotEquals: ['arn:aws:iam::123456789012:role/Admin'] }),
      findings: unrecorded('AWS::S3::Object'),
    },
    ...Object.fromEntries(
      Object.entries({
        'a store of which one bucket alone is recorded': { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::one/'] },
        'a store of which one object alone is recorded': { Field: 'resources.ARN', Equals: ['arn:aws:s3:::one/object'] },
        'a store of which all buckets are exempt': { Field: 'resources.ARN', NotStartsWith: ['arn:aws:s3:::'] },
        'a store of which the buckets of another stack are exempt': { Field: 'resources.ARN', NotStartsWith: [outputOf('cell-Lake')] },
        'a store of which something else of the stack is exempt': {
          Field: 'resources.ARN',
          NotStartsWith: [{ 'Fn::GetAtt': ['Trail', 'Arn'] }],
        },
        'a store of which no value is exempt': { Field: 'resources.ARN', NotStartsWith: [null] },
        'a store whose exemptions are known only when they are deployed': { Field: 'resources.ARN', NotStartsWith: { Ref: 'Exempt' } },
        'a store that is narrowed by two conditions at once': {
          Field: 'resources.ARN',
          NotStartsWith: [{ Ref: 'Own' }],
          StartsWith: ['arn:aws:s3:::one/'],
        },
      }).map(([what, field]) => [what, { stacks: narrowed(field), findings: unrecorded('AWS::S3::Object') }]),
    ),
    'buckets of a stack that holds data beside its logs': {
      stacks: [
        stackTemplate(
          {
            Trail: altered(trail, 'Properties.AdvancedEventSelectors.1.FieldSelectors.2', {
              Field: 'resources.ARN',
              NotStartsWith: [{ 'Fn::GetAtt': ['Records', 'Arn'] }],
            }),
            Records: records,
          },
          { path: 'cell/Lake', stackName: 'cell-Lake' },
        ),
      ],
      findings: unrecorded('AWS::S3::Object'),
    },
    'management events of one service alone': {
      stacks: trailWith('AdvancedEventSelectors.0.FieldSelectors.1', { Field: 'eventSource', Equals: ['kms.amazonaws.com'] }),
      findings: unrecorded('Management'),
    },
    'a type of store that is known only when it is deployed': {
      stacks: trailWith('AdvancedEventSelectors.1.FieldSelectors.1.Equals', { Ref: 'Type' }),
      findings: unrecorded('AWS::S3::Object'),
    },
    'fields that are known only when they are deployed': {
      stacks: trailWith('AdvancedEventSelectors.1.FieldSelectors', { Ref: 'Fields' }),
      findings: unrecorded('AWS::S3::Object'),
    },
    ...Object.fromEntries(
      Object.entries({
        'records whose expiry is known only when it is deployed': ['LifecycleConfiguration.Rules.0.ExpirationInDays', { Ref: 'Days' }],
        'records that expire on a day of the calendar': [
          'LifecycleConfiguration.Rules.0',
          { Status: 'Enabled', ExpirationDate: '2027-01-01' },
        ],
        'a lifecycle that is known only when it is deployed': ['LifecycleConfiguration', { Ref: 'Lifecycle' }],
        'a rule of which a parameter says whether it is on': [
          'LifecycleConfiguration.Rules.0',
          { Status: { Ref: 'On' }, ExpirationInDays: 0 },
        ],
      } as const).map(([what, [path, value]]) => [
        what,
        { stacks: recordsWith(path, value), findings: ['Records: Audit records expire after 0 days; allowed: 90 or more'] },
      ]),
    ),
    'selectors that are known only when they are deployed': {
      stacks: trailWith('AdvancedEventSelectors', { Ref: 'Selectors' }),
      findings: unrecorded('Management', ...stores),
    },
    'a trail whose bucket is somewhere else': {
      stacks: trailWith('S3BucketName', 'records-of-another-account'),
      findings: ["Trail: The trail's bucket is not in the template of the trail"],
    },
    'a trail whose bucket is known only when it is deployed': {
      stacks: trailWith('S3BucketName', { 'Fn::ImportValue': 'Records' }),
      findings: ["Trail: The trail's bucket is not in the template of the trail"],
    },
    'records without a lock': { stacks: recordsWith('ObjectLockConfiguration', undefined), findings: unlocked(0) },
    'records with a lock that was never switched on': { stacks: recordsWith('ObjectLockEnabled', undefined), findings: unlocked(90) },
    'records that are locked a day too short': {
      stacks: recordsWith('ObjectLockConfiguration.Rule.DefaultRetention.Days', 89),
      findings: unlocked(89),
    },
    'a lock that is known only when it is deployed': {
      stacks: recordsWith('ObjectLockConfiguration.Rule.DefaultRetention.Days', { Ref: 'Days' }),
      findings: unlocked(0),
    },
    'records that expire a day too early': {
      stacks: recordsWith('LifecycleConfiguration.Rules.0.ExpirationInDays', 89),
      findings: ['Records: Audit records expire after 89 days; allowed: 90 or more'],
    },
  },
});

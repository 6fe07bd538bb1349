import { describeRule, stackTemplate } from '../../support/fixtures';

const topic = (properties: Readonly<Record<string, unknown>> = {}) => ({ Topic: { Type: 'AWS::SNS::Topic', Properties: properties } });
const home = stackTemplate(topic(), { path: 'prod-eu/Data' });
const recovery = (properties?: Readonly<Record<string, unknown>>, region = 'eu-central-1') =>
  stackTemplate(topic(properties), { path: 'prod-eu/RecoveryData', region });
const naming = (region: string) => ({
  stacks: [recovery({ Replica: { Region: region } }), home],
  findings: [`Topic: ${region} is named, which is outside of eu`],
});

const argo = (idc: unknown, more: Readonly<Record<string, unknown>> = {}) => [
  stackTemplate(
    { Argo: { Type: 'AWS::EKS::Capability', Properties: { Configuration: { ArgoCd: { AwsIdc: idc } }, ...more } } },
    { path: 'prod-us/GitOps', region: 'us-east-1' },
  ),
];

const billPolicy = (more: Readonly<Record<string, unknown>> = {}) => [
  stackTemplate(
    {
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          PolicyDocument: {
            Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:bcm-data-exports:us-east-1:999999999999:export/*' } },
            ...more,
          },
        },
      },
    },
    { path: 'prod-eu/Cost' },
  ),
];

describeRule('RegionsResident', {
  passing: {
    'the bill, which comes from us-east-1': billPolicy(),
    "the workforce's identity, which has one Region": argo({ IdcRegion: 'eu-west-1' }),
    'two Regions of one jurisdiction, of which each names the other': [recovery({ Replica: 'arn:aws:sns:eu-west-1:123456789012:x' }), home],
    'cells of two jurisdictions': [home, stackTemplate(topic(), { path: 'prod-us/Data', region: 'us-east-1' })],
    'settings of the organization': [
      stackTemplate(topic({ Allowed: ['eu-west-1', 'us-east-1'] }), { path: 'organization/Prod', region: 'us-east-1' }),
    ],
    'words that only look like a Region': [stackTemplate(topic({ Name: 'eu-west-side, busy-east-11' }))],
  },
  failing: {
    'a policy that admits more of us-east-1 than the bill': {
      stacks: billPolicy({ Resource: 'arn:aws:s3:us-east-1:999999999999:accesspoint/x' }),
      findings: ['Policy: us-east-1 is named, which is outside of eu'],
    },
    "the workforce's identity in a Region that nobody has argued": {
      stacks: argo({ IdcRegion: 'eu-central-1' }),
      findings: ['Argo: eu-central-1 is named, which is outside of us'],
    },
    "the Region of the workforce's identity in another setting as well": {
      stacks: argo({ IdcRegion: 'eu-west-1' }, { RoleArn: 'arn:aws:eks:eu-west-1:333333333333:cluster/prod-us' }),
      findings: ['Argo: eu-west-1 is named, which is outside of us'],
    },
    'a stack in another jurisdiction': {
      stacks: [recovery({}, 'us-east-1'), home],
      findings: [
        'prod-eu/RecoveryData: prod-eu has a stack in us-east-1; allowed: eu-west-1, eu-west-3, eu-central-1, eu-north-1, eu-south-1, eu-south-2',
      ],
    },
    'a stack in a Region of no jurisdiction': {
      stacks: [stackTemplate(topic(), { path: 'prod-ap/Data', region: 'ap-south-1' })],
      findings: ['prod-ap/Data: prod-ap has a stack in ap-south-1; allowed: a Region of a jurisdiction'],
    },
    'a replica abroad': naming('us-east-1'),
    'a replica in London, which is not in the Union': naming('eu-west-2'),
    'a replica in Zurich, which is not either': naming('eu-central-2'),
    'a replica in Singapore': naming('ap-southeast-1'),
    'a zone abroad': {
      stacks: [recovery({ Zone: 'us-east-1a' }), home],
      findings: ['Topic: us-east-1 is named, which is outside of eu'],
    },
    'an ARN abroad': {
      stacks: [recovery({ Destination: { 'Fn::Join': ['', ['arn:aws:s3:us-west-2:', { Ref: 'AWS::AccountId' }]] } }), home],
      findings: ['Topic: us-west-2 is named, which is outside of eu'],
    },
  },
});

import { describeRule, stackTemplate } from '../../support/fixtures';

const open = { terminationProtection: false, path: 'prod-eu/Data' };

describeRule('StatefulStacksProtected', {
  passing: {
    'a stack with data that cannot be deleted': [stackTemplate({ Bucket: { Type: 'AWS::S3::Bucket' } })],
    'a stack without data that can be deleted': [stackTemplate({ Topic: { Type: 'AWS::SNS::Topic' } }, open)],
    'an empty stack': [stackTemplate({}, open)],
  },
  failing: {
    'a stack with a bucket that can be deleted': {
      stacks: [stackTemplate({ Bucket: { Type: 'AWS::S3::Bucket' } }, open)],
      findings: ['prod-eu/Data: No termination protection on a stack that holds AWS::S3::Bucket'],
    },
    'a stack with addresses that customers rely on': {
      stacks: [stackTemplate({ Address: { Type: 'AWS::EC2::EIP' } }, open)],
      findings: ['prod-eu/Data: No termination protection on a stack that holds AWS::EC2::EIP'],
    },
    'a stack once, with each type that it holds': {
      stacks: [
        stackTemplate({ A: { Type: 'AWS::S3::Bucket' }, B: { Type: 'AWS::S3::Bucket' }, C: { Type: 'AWS::Kinesis::Stream' } }, open),
        stackTemplate({ Bucket: { Type: 'AWS::S3::Bucket' } }),
      ],
      findings: ['prod-eu/Data: No termination protection on a stack that holds AWS::S3::Bucket, AWS::Kinesis::Stream'],
    },
  },
});

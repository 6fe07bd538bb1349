import { describe, expect, it } from 'vitest';
import { ConfigurationRecorder } from '../../lib/constructs/configuration-recorder';
import { existing, propertiesOf, SmallStack } from '../support/small-app';

function recorderOf(recordsGlobalResources: boolean) {
  const stack = new SmallStack();
  new ConfigurationRecorder(stack, 'Configuration', { history: existing(stack, 'history'), recordsGlobalResources });
  return stack.template;
}

const excluded = (recordsGlobalResources: boolean): unknown => {
  const [recorder = {}] = propertiesOf(recorderOf(recordsGlobalResources), 'AWS::Config::ConfigurationRecorder');
  return (recorder['RecordingGroup'] as { readonly ExclusionByResourceTypes: { readonly ResourceTypes: unknown } }).ExclusionByResourceTypes
    .ResourceTypes;
};

describe('the recorder of configuration', () => {
  it("records without a pause, by AWS Config's own role", () => {
    recorderOf(true).hasResourceProperties('AWS::Config::ConfigurationRecorder', {
      RoleARN: 'arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig',
      RecordingMode: { RecordingFrequency: 'CONTINUOUS' },
      RecordingGroup: {
        AllSupported: false,
        IncludeGlobalResourceTypes: false,
        RecordingStrategy: { UseOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
      },
    });
  });

  it('leaves out what churns, and in a second Region what the first one records', () => {
    expect(excluded(true)).toEqual(['AWS::EC2::NetworkInterface']);
    expect(excluded(false)).toEqual([
      'AWS::EC2::NetworkInterface',
      'AWS::IAM::User',
      'AWS::IAM::Group',
      'AWS::IAM::Role',
      'AWS::IAM::Policy',
    ]);
  });

  it('delivers into the history, encrypted by its key', () => {
    recorderOf(true).hasResourceProperties('AWS::Config::DeliveryChannel', {
      S3BucketName: 'history',
      S3KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/history',
      ConfigSnapshotDeliveryProperties: { DeliveryFrequency: 'TwentyFour_Hours' },
    });
  });

  it('lets recorder and channel wait for each other by themselves', () => {
    for (const type of ['AWS::Config::ConfigurationRecorder', 'AWS::Config::DeliveryChannel']) {
      for (const resource of Object.values(recorderOf(true).findResources(type))) expect(resource['DependsOn']).toBeUndefined();
    }
  });
});

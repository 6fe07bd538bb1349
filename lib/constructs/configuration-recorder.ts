import { Stack } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import { Construct } from 'constructs';
import type { ReplicationEnd } from './replication-role';

export interface ConfigurationRecorderProps {
  /** Receives histories and snapshots; admits AWS Config as a service. */
  readonly history: ReplicationEnd;
  /** Whether IAM is recorded here: in one Region of an account, or each change is recorded, and billed, twice. */
  readonly recordsGlobalResources: boolean;
}

const globalTypes = ['AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::Role', 'AWS::IAM::Policy'];

/** Pods come and go: their interfaces would be most of the bill, and say nothing that flow logs do not. */
const churningTypes = ['AWS::EC2::NetworkInterface'];

/** What each resource looked like, and when it changed: the ground of Security Hub's findings and of any post-mortem. */
export class ConfigurationRecorder extends Construct {
  constructor(scope: Construct, id: string, { history, recordsGlobalResources }: ConfigurationRecorderProps) {
    super(scope, id);
    const { account, partition } = Stack.of(this);
    new config.CfnConfigurationRecorder(this, 'Recorder', {
      // Config's own role: Security Hub's control Config.1, of critical severity, refuses any other [SEC-1].
      roleArn: `arn:${partition}:iam::${account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
      recordingGroup: {
        allSupported: false,
        includeGlobalResourceTypes: false,
        exclusionByResourceTypes: { resourceTypes: [...churningTypes, ...(recordsGlobalResources ? [] : globalTypes)] },
        recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
      },
      recordingMode: { recordingFrequency: 'CONTINUOUS' },
    });
    // No dependency between the two: each waits for the other by itself, and one that CloudFormation adds never ends.
    new config.CfnDeliveryChannel(this, 'DeliveryChannel', {
      s3BucketName: history.bucket.bucketName,
      s3KmsKeyArn: history.key.keyArn,
      configSnapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
    });
  }
}

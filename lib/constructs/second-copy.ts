import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RemoteBucket } from './data-bucket';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function';

export interface SecondCopyProps {
  readonly cell: string;
  readonly source: { readonly stream: IStream; readonly key: IKey };
  readonly destination: RemoteBucket;
  /** Seconds for which records are gathered into one object, 0 to 300. A part of the recovery point objective [SLO-5]. */
  readonly windowSeconds: number;
  readonly logs: PipelineFunctionProps['logs'];
}

/**
 * The stream's events once more, as objects in the recovery Region, a minute or two behind [SLO-5].
 * By a consumer of ours: Firehose documents no bucket of another Region, and replication by S3 promises 15 minutes, which
 * would be all of SLO-5 [ADR-009].
 */
export class SecondCopy extends Construct {
  readonly copier: PipelineFunction;

  constructor(scope: Construct, id: string, { cell, source, destination, windowSeconds, logs }: SecondCopyProps) {
    super(scope, id);
    const { partition, region } = Stack.of(this);
    this.copier = new PipelineFunction(this, 'Copier', {
      code: 'copy-events',
      description: 'Copies accepted events into the recovery Region (SLO-5)',
      cell,
      environment: { BUCKET: destination.bucketName, BUCKET_REGION: destination.region },
      timeout: Duration.minutes(1),
      memoryMib: 512,
      logs,
      permissions: [
        new iam.PolicyStatement({
          sid: 'ReadStream',
          actions: [
            'kinesis:DescribeStream',
            'kinesis:DescribeStreamSummary',
            'kinesis:GetRecords',
            'kinesis:GetShardIterator',
            'kinesis:ListShards',
          ],
          resources: [source.stream.streamArn],
        }),
        new iam.PolicyStatement({
          sid: 'DecryptStream',
          actions: ['kms:Decrypt'],
          resources: [source.key.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `kinesis.${region}.amazonaws.com` } },
        }),
        new iam.PolicyStatement({
          sid: 'WriteCopy',
          actions: ['s3:PutObject'],
          resources: [`arn:${partition}:s3:::${destination.bucketName}/events/*`],
        }),
        new iam.PolicyStatement({
          sid: 'EncryptCopy',
          actions: ['kms:GenerateDataKey'],
          resources: [destination.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${destination.region}.amazonaws.com` } },
        }),
      ],
    });
    new CfnEventSourceMapping(this, 'Source', {
      functionName: this.copier.function.functionName,
      eventSourceArn: source.stream.streamArn,
      // What is still in the stream when the copy begins is copied as well.
      startingPosition: 'TRIM_HORIZON',
      batchSize: 10_000,
      maximumBatchingWindowInSeconds: windowSeconds,
      // A record that is given up would be a gap in the copy: tried until it is written, or a week old.
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: -1,
    }).node.addDependency(this.copier);
  }
}

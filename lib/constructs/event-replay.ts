import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function';

export interface EventReplayProps {
  readonly cell: string;
  readonly stream: IStream;
  readonly streamKey: IKey;
  /** Where ingest leaves events while the stream does not answer; it announces its objects to EventBridge. */
  readonly spill: IBucket;
  /** Raw batches, which an engineer may have replayed after the loss of a Region. */
  readonly raw: IBucket;
  /** Of both buckets. */
  readonly bucketKey: IKey;
  readonly logs: PipelineFunctionProps['logs'];
}

/** Half an hour each: a day, after which somebody has to look. */
const ATTEMPTS = 48;
const TIMEOUT = Duration.minutes(5);

/**
 * Brings spilled events back into the stream by itself, as soon as the stream answers again [ORG-1], and raw batches when
 * an engineer asks for it: docs/06-runbooks/event-replay.md.
 */
export class EventReplay extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: EventReplayProps) {
    super(scope, id);
    const { cell, stream, spill, raw } = props;
    const { region } = Stack.of(this);

    // Messages name objects and hold nothing of them, so SQS's own key does; EventBridge could not be held to this account
    // in the policy of a key of ours.
    const queue = (name: string, traits: sqs.QueueProps) =>
      new sqs.Queue(this, name, {
        encryption: sqs.QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        retentionPeriod: Duration.days(14),
        removalPolicy: RemovalPolicy.RETAIN,
        ...traits,
      });
    this.deadLetters = queue('DeadLetters', { queueName: `${cell}-replay-dead` });
    this.queue = queue('Queue', {
      queueName: `${cell}-replay`,
      // Six times the function's: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", read 2026-11.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: ATTEMPTS },
    });

    new events.Rule(this, 'Spilled', {
      description: 'Events that ingest could not put into the stream',
      eventPattern: { source: ['aws.s3'], detailType: ['Object Created'], detail: { bucket: { name: [spill.bucketName] } } },
      targets: [new targets.SqsQueue(this.queue)],
    });

    const replayer = new PipelineFunction(this, 'Replayer', {
      code: 'replay-events',
      description: 'Puts spilled or copied events back into the stream',
      cell,
      environment: { STREAM_NAME: stream.streamName, SPILL_BUCKET: spill.bucketName },
      timeout: TIMEOUT,
      memoryMib: 512,
      logs: props.logs,
      permissions: [
        new iam.PolicyStatement({
          sid: 'ReceiveMessages',
          actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          resources: [this.queue.queueArn],
        }),
        new iam.PolicyStatement({
          sid: 'ReadBatches',
          actions: ['s3:GetObject'],
          resources: [spill.arnForObjects('*'), raw.arnForObjects('events/*')],
        }),
        new iam.PolicyStatement({ sid: 'RemoveReplayed', actions: ['s3:DeleteObject'], resources: [spill.arnForObjects('*')] }),
        new iam.PolicyStatement({ sid: 'PutEvents', actions: ['kinesis:PutRecords'], resources: [stream.streamArn] }),
        new iam.PolicyStatement({
          sid: 'DecryptBatches',
          actions: ['kms:Decrypt'],
          resources: [props.bucketKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
        }),
        new iam.PolicyStatement({
          sid: 'EncryptEvents',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [props.streamKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `kinesis.${region}.amazonaws.com` } },
        }),
      ],
    });
    new CfnEventSourceMapping(this, 'Source', {
      functionName: replayer.function.functionName,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      // A stream that has just come back is not to be flooded by what it missed: live events go first.
      scalingConfig: { maximumConcurrency: 2 },
    }).node.addDependency(replayer);
  }
}

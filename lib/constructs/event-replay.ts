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
import type { RemoteBucket } from './data-bucket';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function';

export interface EventReplayProps {
  readonly cell: string;
  /** Accepted events, and enriched ones. */
  readonly streams: { readonly events: IStream; readonly enriched: IStream };
  readonly streamKey: IKey;
  /** Where ingest leaves events while the stream does not answer; it announces its objects to EventBridge. */
  readonly spill: IBucket;
  /** Raw batches, and enriched events that could not be delivered: an engineer may have them replayed. */
  readonly raw: IBucket;
  /** Where lines are kept that are no events, below `errors/`. */
  readonly quarantine: IBucket;
  /** Of the three buckets. */
  readonly bucketKey: IKey;
  /** Raw bucket of the other Region, whose events are replayed when the cell goes back home. @default - there is no other Region */
  readonly otherRaw?: RemoteBucket;
  readonly logs: PipelineFunctionProps['logs'];
}

/** Half an hour each: a day, after which somebody has to look. */
const ATTEMPTS = 48;
const TIMEOUT = Duration.minutes(5);

/**
 * Days after which an accepted event is not replayed. Each replay makes new copies, with lives of their own: with a longer reach
 * they would outlast an erasure [CMP-1]. A weekend fits in.
 */
export const MAXIMUM_REPLAY_DAYS = 3;

/**
 * Brings spilled events back into the stream by itself, as soon as the stream answers again [ORG-1], and raw batches when
 * an engineer asks for it: docs/06-runbooks/event-replay.md.
 */
export class EventReplay extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: EventReplayProps) {
    super(scope, id);
    const { cell, streams, spill, raw, quarantine, otherRaw } = props;
    const { partition, region } = Stack.of(this);
    const viaService = (service: string, of = region) => ({ StringEquals: { 'kms:ViaService': `${service}.${of}.amazonaws.com` } });
    const replayed = ['events/*', 'enriched/*', 'errors/enriched/*'];

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
      // What EventBridge gives up after a day is found where an engineer looks anyway.
      targets: [new targets.SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    });

    const replayer = new PipelineFunction(this, 'Replayer', {
      code: 'replay-events',
      description: 'Puts spilled or copied events back into the stream',
      cell,
      environment: {
        EVENTS_STREAM: streams.events.streamName,
        ENRICHED_STREAM: streams.enriched.streamName,
        SPILL_BUCKET: spill.bucketName,
        QUARANTINE_BUCKET: quarantine.bucketName,
        MAXIMUM_AGE_DAYS: String(MAXIMUM_REPLAY_DAYS),
      },
      timeout: TIMEOUT,
      memoryMib: 1024,
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
          resources: [spill.arnForObjects('*'), ...replayed.map((objects) => raw.arnForObjects(objects))],
        }),
        new iam.PolicyStatement({ sid: 'RemoveReplayed', actions: ['s3:DeleteObject'], resources: [spill.arnForObjects('*')] }),
        new iam.PolicyStatement({
          sid: 'KeepWhatIsNoEvent',
          actions: ['s3:PutObject'],
          resources: [quarantine.arnForObjects('errors/replay/*')],
        }),
        new iam.PolicyStatement({
          sid: 'PutEvents',
          actions: ['kinesis:PutRecords'],
          resources: [streams.events.streamArn, streams.enriched.streamArn],
        }),
        new iam.PolicyStatement({
          sid: 'UseKeyOfBuckets',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [props.bucketKey.keyArn],
          conditions: viaService('s3'),
        }),
        new iam.PolicyStatement({
          sid: 'EncryptEvents',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [props.streamKey.keyArn],
          conditions: viaService('kinesis'),
        }),
        ...(otherRaw
          ? [
              new iam.PolicyStatement({
                sid: 'ReadOtherRegion',
                actions: ['s3:GetObject'],
                resources: replayed.map((objects) => `arn:${partition}:s3:::${otherRaw.bucketName}/${objects}`),
              }),
              new iam.PolicyStatement({
                sid: 'DecryptOtherRegion',
                actions: ['kms:Decrypt'],
                resources: [otherRaw.keyArn],
                conditions: viaService('s3', otherRaw.region),
              }),
            ]
          : []),
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

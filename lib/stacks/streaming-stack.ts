import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnStreamConsumer, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { EventReplay } from '../constructs/event-replay';
import type { PipelineFunctionProps } from '../constructs/pipeline-function';
import { S3Delivery } from '../constructs/s3-delivery';
import { SecondCopy, type RemoteBucket } from '../constructs/second-copy';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface StreamingStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`: names of streams begin with it. */
  readonly cell: string;
  /** Applications that read events by enhanced fan-out, each by a consumer of its own. Appending is safe; a name is for ever. */
  readonly processors: readonly string[];
  /** Of the same Region. */
  readonly lake: { readonly key: kms.IKey; readonly raw: IBucket; readonly spill: IBucket; readonly quarantine: IBucket };
  /** Where a second copy of each accepted event goes [SLO-5]. @default - nowhere, as in a Region that serves in another's place */
  readonly secondCopy?: RemoteBucket;
  readonly logs: PipelineFunctionProps['logs'];
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
}

/** The longest that costs no more than the first day's surcharge, and a week in which a processor can be mended. In hours. */
const RETENTION_HOURS = 7 * 24;
const BUFFER_SECONDS = 60;

/**
 * The log of events, and what takes it to the lake and to the recovery Region: ADR-009.
 * What a record looks like is in docs/02-data/events.md.
 */
export class StreamingStack extends PlatformStack {
  /** Accepted events, as ingest wrote them. */
  readonly events: Stream;
  /** Events after deduplication, schema check and enrichment. */
  readonly enriched: Stream;

  constructor(scope: Construct, id: string, props: StreamingStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: streams of events, raw batches, second copy, quarantine, replay',
      component: 'streaming',
      dataClassification: 'customer-data',
      stateful: true,
    });
    const { cell, lake, logs } = props;
    const key = new kms.Key(this, 'Key', {
      description: 'Events on their way',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const stream = (streamId: string, streamName: string) =>
      new Stream(this, streamId, {
        streamName,
        streamMode: StreamMode.ON_DEMAND,
        retentionPeriod: Duration.hours(RETENTION_HOURS),
        encryption: StreamEncryption.KMS,
        encryptionKey: key,
        removalPolicy: RemovalPolicy.RETAIN,
      });
    this.events = stream('Events', `${cell}-events`);
    this.enriched = stream('Enriched', `${cell}-enriched`);
    for (const processor of props.processors) {
      new CfnStreamConsumer(this, `Consumer-${processor}`, { streamArn: this.events.streamArn, consumerName: processor });
    }

    const raw = new S3Delivery(this, 'Raw', {
      name: `${cell}-raw`,
      source: { stream: this.events, key },
      destination: { bucket: lake.raw, key: lake.key, prefix: 'events/', errorPrefix: 'errors/raw/' },
      bufferSeconds: BUFFER_SECONDS,
      bufferMib: 128,
      logs,
    });
    // By tenant, who may ask for them and have them erased; a record says which tenant's it is, and why it is here.
    const quarantine = new S3Delivery(this, 'Quarantine', {
      name: `${cell}-quarantine`,
      source: { directPutKey: key },
      destination: { bucket: lake.quarantine, key: lake.key, prefix: 'events/', errorPrefix: 'errors/quarantine/' },
      partitionBy: 'tenant',
      bufferSeconds: BUFFER_SECONDS,
      bufferMib: 64,
      logs,
    });
    const copy = props.secondCopy
      ? new SecondCopy(this, 'SecondCopy', {
          cell,
          source: { stream: this.events, key },
          destination: props.secondCopy,
          windowSeconds: BUFFER_SECONDS,
          logs,
        })
      : undefined;
    const replay = new EventReplay(this, 'Replay', {
      cell,
      stream: this.events,
      streamKey: key,
      spill: lake.spill,
      raw: lake.raw,
      bucketKey: lake.key,
      logs,
    });

    const alarms = new Alarms(this, 'Alarms', props.alerts);
    for (const { deliveryStreamName = '' } of [raw.deliveryStream, quarantine.deliveryStream]) {
      this.alarmOnDelivery(alarms, deliveryStreamName.slice(cell.length + 1), deliveryStreamName);
    }
    this.alarmOnStreams(alarms);
    this.alarmOnReplay(alarms, replay);
    if (copy) this.alarmOnCopy(alarms, copy);
  }

  /** Source of names and dimensions: Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose using CloudWatch metrics", read 2026-11. */
  private alarmOnDelivery(alarms: Alarms, role: string, name: string): void {
    alarms.add(`${role}Late`, {
      metric: awsMetric('AWS/Firehose', 'DeliveryToS3.DataFreshness', 'Maximum', Duration.minutes(5), { DeliveryStreamName: name }),
      says: `${name} delivers to S3 more than 15 minutes late; records wait in the stream for a week.`,
      severity: 'ticket',
      fires: { above: Duration.minutes(15).toSeconds() },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/firehose-delivery.md',
    });
  }

  /** Source: Amazon Kinesis Data Streams Developer Guide, "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch", read 2026-11. */
  private alarmOnStreams(alarms: Alarms): void {
    for (const [role, { streamName }] of [['events', this.events] as const, ['enriched', this.enriched] as const]) {
      alarms.add(`${role}Throttled`, {
        metric: awsMetric('AWS/Kinesis', 'WriteProvisionedThroughputExceeded', 'Sum', Duration.minutes(1), { StreamName: streamName }),
        says: 'The stream refuses records: traffic doubled within minutes, or one partition key is hot. Ingest spills meanwhile.',
        severity: 'page',
        fires: { above: 0 },
        forPeriods: 5,
        silence: 'is good',
        runbook: 'docs/06-runbooks/kinesis-throttled.md',
      });
    }
  }

  private alarmOnReplay(alarms: Alarms, replay: EventReplay): void {
    alarms.add('replayDead', {
      metric: awsMetric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum', Duration.minutes(5), {
        QueueName: replay.deadLetters.queueName,
      }),
      says: 'Spilled events could not be replayed for a day; they are erased 14 days after they were spilled.',
      severity: 'page',
      fires: { above: 0 },
      forPeriods: 1,
      silence: 'is good',
      runbook: 'docs/06-runbooks/event-replay.md',
    });
    alarms.add('replayWaits', {
      metric: awsMetric('AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Maximum', Duration.minutes(5), { QueueName: replay.queue.queueName }),
      says: 'Events have been in the spill bucket for over an hour: the stream still refuses them, or the replay fails.',
      severity: 'ticket',
      fires: { above: Duration.hours(1).toSeconds() },
      forPeriods: 1,
      silence: 'is good',
      runbook: 'docs/06-runbooks/event-replay.md',
    });
  }

  /** Source: AWS Lambda Developer Guide, "Types of metrics for Lambda functions", read 2026-11. */
  private alarmOnCopy(alarms: Alarms, { copier }: SecondCopy): void {
    alarms.add('secondCopyLate', {
      metric: awsMetric('AWS/Lambda', 'IteratorAge', 'Maximum', Duration.minutes(1), { FunctionName: copier.function.functionName }),
      says: 'The second copy of events is more than 5 minutes behind: the loss of this Region would soon lose more than SLO-5 allows.',
      severity: 'page',
      fires: { above: Duration.minutes(5).toMilliseconds() },
      forPeriods: 5,
      // A cell with customers has events in every minute: in silence nobody copies.
      silence: 'is bad',
      runbook: 'docs/06-runbooks/second-copy-late.md',
    });
  }
}

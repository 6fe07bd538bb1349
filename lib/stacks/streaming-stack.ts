import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnStreamConsumer, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { WATCHED_FILTER, type RemoteBucket } from '../constructs/data-bucket';
import { EventReplay } from '../constructs/event-replay';
import { IcebergDelivery, type IcebergDeliveryProps } from '../constructs/iceberg-delivery';
import type { PipelineFunctionProps } from '../constructs/pipeline-function';
import { S3Delivery } from '../constructs/s3-delivery';
import { SecondCopy } from '../constructs/second-copy';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface StreamingStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`: names of streams begin with it. */
  readonly cell: string;
  /** Applications that read events by enhanced fan-out, each by a consumer of its own. Appending is safe; a name is for ever. */
  readonly processors: readonly string[];
  /** Of the same Region. */
  readonly lake: {
    readonly key: kms.IKey;
    readonly raw: IBucket;
    readonly spill: IBucket;
    readonly quarantine: IBucket;
    readonly table: Omit<IcebergDeliveryProps['table'], 'key'>;
  };
  /** Whether enriched events go into the lake's table: not where it is a replica, which only S3 writes to. */
  readonly writesTable: boolean;
  /** Where a second copy of each accepted event goes [SLO-5]. @default - nowhere, as in a Region that serves in another's place */
  readonly secondCopy?: RemoteBucket;
  readonly logs: PipelineFunctionProps['logs'];
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
}

/** The longest that costs no more than the first day's surcharge, and a week in which a processor can be mended. In hours. */
const RETENTION_HOURS = 7 * 24;
const BUFFER_SECONDS = 60;
/** Each commit makes a file for each tenant with events: five minutes keep them few, and the lake is nobody's live view. */
const COMMIT_SECONDS = 300;
const LATE = Duration.minutes(15);

/**
 * The log of events, and what takes it to the lake and to the recovery Region: ADR-009.
 * What a record looks like is in docs/02-data/events.md.
 */
export class StreamingStack extends PlatformStack {
  /** Accepted events, as ingest wrote them. */
  readonly events: Stream;
  /** Events after deduplication, schema check and enrichment. */
  readonly enriched: Stream;
  /** Of both streams, and of what waits for the quarantine. */
  readonly key: kms.Key;
  /** ARN of each processor's consumer, by the processor's name. */
  readonly consumerArns: Readonly<Record<string, string>>;
  /** Takes events that break their schema. */
  readonly quarantineArn: string;

  constructor(scope: Construct, id: string, props: StreamingStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: streams of events, raw batches, second copy, quarantine, replay',
      component: 'streaming',
      dataClassification: 'customer-data',
      stateful: true,
    });
    const { cell, lake, logs } = props;
    const key = (this.key = new kms.Key(this, 'Key', {
      description: 'Events on their way',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    }));
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
    this.consumerArns = Object.fromEntries(
      props.processors.map((processor) => {
        const { streamArn } = this.events;
        return [processor, new CfnStreamConsumer(this, `Consumer-${processor}`, { streamArn, consumerName: processor }).attrConsumerArn];
      }),
    );

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
    this.quarantineArn = quarantine.deliveryStream.attrArn;
    const table = props.writesTable
      ? new IcebergDelivery(this, 'Table', {
          name: `${cell}-enriched`,
          source: { stream: this.enriched, key },
          table: { ...lake.table, key: lake.key },
          errors: { bucket: lake.raw, key: lake.key, prefix: 'errors/enriched/' },
          bufferSeconds: COMMIT_SECONDS,
          logs,
        })
      : undefined;
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
    this.alarmOnDelivery(alarms, 'raw', raw.deliveryStream.deliveryStreamName, 'DeliveryToS3.DataFreshness');
    this.alarmOnDelivery(alarms, 'quarantine', quarantine.deliveryStream.deliveryStreamName, 'DeliveryToS3.DataFreshness');
    if (table) this.alarmOnDelivery(alarms, 'table', table.deliveryStream.deliveryStreamName, 'KinesisMillisBehindLatest');
    this.alarmOnErrors(alarms, lake);
    this.alarmOnStreams(alarms);
    this.alarmOnReplay(alarms, replay);
    if (copy) this.alarmOnCopy(alarms, copy);
  }

  /**
   * Late, by whatever it is that the kind of delivery publishes. Source: Amazon Data Firehose Developer Guide, "Monitor Amazon Data
   * Firehose using CloudWatch metrics", read 2026-11.
   */
  private alarmOnDelivery(
    alarms: Alarms,
    role: string,
    DeliveryStreamName = '',
    metricName: 'DeliveryToS3.DataFreshness' | 'KinesisMillisBehindLatest',
  ): void {
    alarms.add(`${role}Late`, {
      metric: awsMetric('AWS/Firehose', metricName, 'Maximum', Duration.minutes(5), { DeliveryStreamName }),
      says: `${DeliveryStreamName} delivers more than 15 minutes late.`,
      severity: 'ticket',
      fires: { above: metricName.startsWith('Kinesis') ? LATE.toMilliseconds() : LATE.toSeconds() },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/firehose-delivery.md',
    });
  }

  /**
   * By the objects themselves, whatever Firehose counts: an event that is under `errors/` is in no table, and is erased with the rest.
   * Source: Amazon S3 User Guide, "Amazon S3 metrics and dimensions: request metrics", read 2026-11.
   */
  private alarmOnErrors(alarms: Alarms, { raw, quarantine }: StreamingStackProps['lake']): void {
    for (const [role, { bucketName }] of [['raw', raw] as const, ['quarantine', quarantine] as const]) {
      alarms.add(`${role}Errors`, {
        metric: awsMetric('AWS/S3', 'PutRequests', 'Sum', Duration.minutes(5), { BucketName: bucketName, FilterId: WATCHED_FILTER }),
        says: `Firehose left records under errors/ of ${role}, which it could not deliver.`,
        severity: 'ticket',
        fires: { above: 0 },
        forPeriods: 1,
        silence: 'is good',
        runbook: 'docs/06-runbooks/firehose-delivery.md',
      });
    }
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

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnStreamConsumer, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
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
  /**
   * Whether enriched events go into the lake's table. Where it is a replica, which only S3 writes to, they are kept as lines beside the
   * raw batches, until the cell goes back home.
   */
  readonly writesTable: boolean;
  /** Where a second copy of each accepted event goes [SLO-5]. @default - nowhere, as in a Region that serves in another's place */
  readonly secondCopy?: RemoteBucket;
  readonly logs: PipelineFunctionProps['logs'];
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
}

/** The longest that costs no more than the first day's surcharge, and a week in which a processor can be mended. In hours. */
const EVENTS_HOURS = 7 * 24;
/** A weekend for the delivery into the lake, which is all that reads them; longer would keep what is erased [CMP-1]. In hours. */
const ENRICHED_HOURS = 3 * 24;
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
    const stream = (streamId: string, streamName: string, retentionHours: number) =>
      new Stream(this, streamId, {
        streamName,
        streamMode: StreamMode.ON_DEMAND,
        retentionPeriod: Duration.hours(retentionHours),
        encryption: StreamEncryption.KMS,
        encryptionKey: key,
        removalPolicy: RemovalPolicy.RETAIN,
      });
    this.events = stream('Events', `${cell}-events`, EVENTS_HOURS);
    this.enriched = stream('Enriched', `${cell}-enriched`, ENRICHED_HOURS);
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
      : new S3Delivery(this, 'EnrichedLines', {
          name: `${cell}-enriched`,
          source: { stream: this.enriched, key },
          destination: { bucket: lake.raw, key: lake.key, prefix: 'enriched/', errorPrefix: 'errors/enriched-lines/' },
          bufferSeconds: COMMIT_SECONDS,
          bufferMib: 128,
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
      streams: { events: this.events, enriched: this.enriched },
      streamKey: key,
      spill: lake.spill,
      raw: lake.raw,
      quarantine: lake.quarantine,
      bucketKey: lake.key,
      otherRaw: props.secondCopy,
      logs,
    });

    const alarms = new Alarms(this, 'Alarms', props.alerts);
    this.alarmOnDelivery(alarms, 'raw', raw.deliveryStream, { readsStream: true, to: 'S3' });
    this.alarmOnDelivery(alarms, 'quarantine', quarantine.deliveryStream, { readsStream: false, to: 'S3' });
    this.alarmOnDelivery(alarms, 'table', table.deliveryStream, { readsStream: true, to: props.writesTable ? 'Iceberg' : 'S3' });
    this.alarmOnErrors(alarms, lake);
    this.alarmOnStreams(alarms);
    this.alarmOnReplay(alarms, replay);
    if (copy) this.alarmOnCopy(alarms, copy);
  }

  /**
   * Late with what it has read, and late in reading: where the rights to the stream are gone, Firehose holds nothing, and what it holds
   * is never late. Firehose tries S3 for 24 hours, and then the records are lost: so it pages [SLO-2].
   * Source: Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose using CloudWatch metrics", "Retry", read 2026-11.
   */
  private alarmOnDelivery(
    alarms: Alarms,
    role: 'raw' | 'quarantine' | 'table',
    { deliveryStreamName = '' }: CfnDeliveryStream,
    { readsStream, to }: { readonly readsStream: boolean; readonly to: 'S3' | 'Iceberg' },
  ): void {
    const alarm = (name: 'FirehoseLate' | 'FirehoseBehind', metricName: string, says: string, above: number) =>
      alarms.add(`${role}${name}`, {
        metric: awsMetric('AWS/Firehose', metricName, 'Maximum', Duration.minutes(5), { DeliveryStreamName: deliveryStreamName }),
        says,
        severity: 'page',
        fires: { above },
        forPeriods: 3,
        silence: 'is good',
        runbook: name === 'FirehoseLate' ? 'docs/06-runbooks/firehose-late.md' : 'docs/06-runbooks/firehose-behind.md',
      });
    alarm('FirehoseLate', `DeliveryTo${to}.DataFreshness`, `${deliveryStreamName} delivers more than 15 minutes late.`, LATE.toSeconds());
    if (!readsStream) return;
    alarm(
      'FirehoseBehind',
      'KinesisMillisBehindLatest',
      `${deliveryStreamName} reads its stream more than 15 minutes behind its end.`,
      LATE.toMilliseconds(),
    );
  }

  /**
   * By the objects themselves, whatever Firehose counts: an event that is under `errors/` is in no table, and is erased with the rest.
   * Source: Amazon S3 User Guide, "Amazon S3 metrics and dimensions: request metrics", read 2026-11.
   */
  private alarmOnErrors(alarms: Alarms, { raw, quarantine }: StreamingStackProps['lake']): void {
    for (const [role, { bucketName }] of [['raw', raw] as const, ['quarantine', quarantine] as const]) {
      alarms.add(`${role}FirehoseErrors`, {
        metric: awsMetric('AWS/S3', 'PutRequests', 'Sum', Duration.minutes(5), { BucketName: bucketName, FilterId: WATCHED_FILTER }),
        says: `Firehose left records under errors/ of ${role}, which it could not deliver.`,
        severity: 'ticket',
        fires: { above: 0 },
        forPeriods: 1,
        silence: 'is good',
        runbook: 'docs/06-runbooks/firehose-errors.md',
      });
    }
  }

  /** Source: Amazon Kinesis Data Streams Developer Guide, "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch", read 2026-11. */
  private alarmOnStreams(alarms: Alarms): void {
    for (const [role, { streamName }] of [['events', this.events] as const, ['enriched', this.enriched] as const]) {
      alarms.add(`${role}StreamThrottled`, {
        metric: awsMetric('AWS/Kinesis', 'WriteProvisionedThroughputExceeded', 'Sum', Duration.minutes(1), { StreamName: streamName }),
        says: 'The stream refuses records: traffic doubled within minutes, or one partition key is hot. Ingest spills meanwhile.',
        // Customers notice nothing: what the stream refuses is spilled, and comes back by itself. If it does not, replayDead pages.
        severity: 'ticket',
        fires: { above: 0 },
        forPeriods: 5,
        silence: 'is good',
        runbook: 'docs/06-runbooks/stream-throttled.md',
      });
    }
  }

  private alarmOnReplay(alarms: Alarms, replay: EventReplay): void {
    alarms.add('replayDead', {
      metric: awsMetric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum', Duration.minutes(5), {
        QueueName: replay.deadLetters.queueName,
      }),
      says: 'Spilled events could not be replayed for a day; three days after they were received it is too late for them.',
      severity: 'page',
      fires: { above: 0 },
      forPeriods: 1,
      silence: 'is good',
      runbook: 'docs/06-runbooks/replay-dead.md',
    });
    // By what is in the queue, since SQS leaves a message that was received three times out of the age of the oldest one.
    // Source: Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS", read 2026-11.
    const inQueue = (metricName: string) =>
      awsMetric('AWS/SQS', metricName, 'Maximum', Duration.minutes(5), { QueueName: replay.queue.queueName });
    alarms.add('replayWaits', {
      metric: new MathExpression({
        expression: 'visible + inFlight',
        usingMetrics: {
          visible: inQueue('ApproximateNumberOfMessagesVisible'),
          inFlight: inQueue('ApproximateNumberOfMessagesNotVisible'),
        },
        label: 'Objects that wait for their replay',
        period: Duration.minutes(5),
      }),
      says: 'Events have been in the spill bucket for over an hour: the stream still refuses them, or the replay fails.',
      severity: 'ticket',
      fires: { above: 0 },
      forPeriods: 12,
      silence: 'is good',
      runbook: 'docs/06-runbooks/replay-waits.md',
    });
  }

  /** Source: AWS Lambda Developer Guide, "Types of metrics for Lambda functions", read 2026-11. */
  private alarmOnCopy(alarms: Alarms, { copier }: SecondCopy): void {
    const minute = Duration.minutes(1);
    const age = awsMetric('AWS/Lambda', 'IteratorAge', 'Maximum', minute, { FunctionName: copier.function.functionName });
    alarms.add('secondCopyLate', {
      metric: age,
      says: 'The second copy of events is more than 2 minutes behind: the loss of this Region would soon lose more than SLO-5 allows.',
      severity: 'page',
      // Seen within 5 minutes of its standing still [SLO-6]; half a minute is usual.
      fires: { above: Duration.minutes(2).toMilliseconds() },
      forPeriods: { atLeast: 2, outOf: 4 },
      // The alarm below is for that.
      silence: 'is good',
      runbook: 'docs/06-runbooks/second-copy-late.md',
    });
    alarms.add('secondCopySilent', {
      metric: new MathExpression({
        label: 'events come in, and none is copied',
        expression: 'IF(FILL(incoming, 0) > 10 AND FILL(age, -1) < 0, 1, 0)',
        usingMetrics: { age, incoming: awsMetric('AWS/Kinesis', 'IncomingRecords', 'Sum', minute, { StreamName: this.events.streamName }) },
        period: minute,
      }),
      says: 'Events come in, and nobody makes the second copy: the loss of this Region would soon lose more than SLO-5 allows.',
      severity: 'page',
      fires: { above: 0 },
      // Metrics of a function are missing for three minutes now and then, and 15 minutes are allowed.
      forPeriods: { atLeast: 5, outOf: 7 },
      silence: 'is good',
      runbook: 'docs/06-runbooks/second-copy-silent.md',
    });
  }
}

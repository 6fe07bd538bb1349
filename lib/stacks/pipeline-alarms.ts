import { Duration } from 'aws-cdk-lib';
import { AlarmRule, AlarmState, MathExpression, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { awsMetric, type Alarms } from '../constructs/alarms';
import { instruments, NAMESPACE, type InstrumentName } from '../telemetry/instruments';

export interface PipelineProps {
  readonly eventsStream: string;
  /** Name of the consumer of the stream. */
  readonly processor: string;
  /** Says that events are late: what follows from it is told once. */
  readonly lateness?: IAlarm;
}

/**
 * What is filled in counts, and of the newest minute nothing is published yet: three in a row would never be. Source: CloudWatch User Guide, "Using metric math",
 * note on FILL in alarms, read 2026-11.
 */
const NOT_YET_PUBLISHED = { atLeast: 3, outOf: 5 };

const runbook = (name: string) => `docs/06-runbooks/${name}.md`;
const minute = Duration.minutes(1);
const ours = (name: InstrumentName) => awsMetric(NAMESPACE, instruments[name].name, 'Sum', minute, {});

/** What stands still leaves nothing behind that a share could be taken of. */
export function addPipelineAlarms(alarms: Alarms, { eventsStream, processor, lateness }: PipelineProps): void {
  // Source: Amazon Kinesis Data Streams Developer Guide, "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch", "Enhanced fan-out metrics", read 2026-11.
  const behindLatest = awsMetric('AWS/Kinesis', 'SubscribeToShardEvent.MillisBehindLatest', 'Maximum', minute, {
    StreamName: eventsStream,
    ConsumerName: processor,
  });
  alarms.add('processingStopped', {
    metric: new MathExpression({
      label: 'events come in, and none is processed',
      // Kinesis has to say so as well: our own counters are silent when their collector is, too.
      expression: 'IF(FILL(incoming, 0) > 10 AND FILL(processed, 0) < 1 AND (FILL(behind, -1) < 0 OR FILL(behind, -1) > 60000), 1, 0)',
      usingMetrics: {
        incoming: awsMetric('AWS/Kinesis', 'IncomingRecords', 'Sum', minute, { StreamName: eventsStream }),
        processed: ours('processed'),
        behind: behindLatest,
      },
      period: minute,
    }),
    says: 'Events come in, and none is processed. The stream keeps them for a week.',
    severity: 'page',
    fires: { above: 0 },
    forPeriods: NOT_YET_PUBLISHED,
    silence: 'is good',
    runbook: runbook('processing-stopped'),
  });

  const behind = alarms.addPart('oldestProcessingBehind', {
    metric: behindLatest,
    says: 'Part of processingBehind.',
    fires: { above: Duration.minutes(1).toMilliseconds() },
    forPeriods: { atLeast: 3, outOf: 5 },
    // Who reads nothing is not behind: the alarm above.
    silence: 'is good',
    runbook: runbook('processing-behind'),
  });
  alarms.addComposite('processingBehind', {
    rule: AlarmRule.fromAlarm(behind, AlarmState.ALARM),
    says: 'A shard is read more than a minute late, and it goes on.',
    severity: 'page',
    runbook: runbook('processing-behind'),
    unless: lateness && { cause: lateness, waits: Duration.minutes(1), staysQuietFor: Duration.minutes(5) },
  });

  alarms.add('deliveryStopped', {
    metric: new MathExpression({
      label: 'deliveries are queued, and none is delivered',
      expression: 'IF(FILL(queued, 0) > 10 AND FILL(delivered, 0) + FILL(retries, 0) < 1, 1, 0)',
      usingMetrics: { queued: ours('queued'), delivered: ours('delivered'), retries: ours('retriesEnded') },
      period: minute,
    }),
    says: 'Deliveries are queued, and no destination has taken any. The queue keeps them.',
    severity: 'page',
    fires: { above: 0 },
    forPeriods: NOT_YET_PUBLISHED,
    silence: 'is good',
    runbook: runbook('delivery-stopped'),
  });
}

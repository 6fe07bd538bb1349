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

const runbook = (name: string) => `docs/06-runbooks/${name}.md`;
const minute = Duration.minutes(1);
const ours = (name: InstrumentName) => awsMetric(NAMESPACE, instruments[name].name, 'Sum', minute, {});

/** What stands still leaves nothing behind that a share could be taken of. */
export function addPipelineAlarms(alarms: Alarms, { eventsStream, processor, lateness }: PipelineProps): void {
  alarms.add('processingStopped', {
    metric: new MathExpression({
      label: 'events come in, and none is processed',
      expression: 'IF(FILL(incoming, 0) > 10 AND FILL(processed, 0) < 1, 1, 0)',
      usingMetrics: {
        incoming: awsMetric('AWS/Kinesis', 'IncomingRecords', 'Sum', minute, { StreamName: eventsStream }),
        processed: ours('processed'),
      },
      period: minute,
    }),
    says: 'Events come in, and none is processed. The stream keeps them for a week.',
    severity: 'page',
    fires: { above: 0 },
    forPeriods: 3,
    silence: 'is good',
    runbook: runbook('processing-stopped'),
  });

  // Source: Amazon Kinesis Data Streams Developer Guide, "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch", "Enhanced fan-out metrics", read 2026-11.
  const behind = alarms.addPart('oldestProcessingBehind', {
    metric: awsMetric('AWS/Kinesis', 'SubscribeToShardEvent.MillisBehindLatest', 'Maximum', minute, {
      StreamName: eventsStream,
      ConsumerName: processor,
    }),
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
      expression: 'IF(FILL(queued, 0) > 10 AND FILL(delivered, 0) < 1, 1, 0)',
      usingMetrics: { queued: ours('queued'), delivered: ours('delivered') },
      period: minute,
    }),
    says: 'Deliveries are queued, and no destination has taken any. The queue keeps them.',
    severity: 'page',
    fires: { above: 0 },
    forPeriods: 3,
    silence: 'is good',
    runbook: runbook('delivery-stopped'),
  });
}

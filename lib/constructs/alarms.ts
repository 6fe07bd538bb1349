import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { AlertTopics } from './alert-topics';

export interface AlarmProps {
  readonly metric: cloudwatch.IMetric;
  /** What is wrong when it fires, in a sentence. */
  readonly says: string;
  /** What it asks of an engineer: to act now, or within the week [ORG-1]. */
  readonly severity: 'page' | 'ticket';
  /** Fires when the metric is above or below this value, in the metric's own unit. */
  readonly fires: { readonly above: number } | { readonly below: number };
  /** Periods of the metric in a row that have to break the threshold, 1 or more. */
  readonly forPeriods: number;
  /** What silence means: said in each alarm, since CloudWatch's default would leave it in doubt. */
  readonly silence: 'is good' | 'is bad';
  /** Path from the root of the repository, such as `docs/06-runbooks/firehose-delivery.md`. */
  readonly runbook: string;
}

/** Every alarm of a stack: with a severity, somebody who is told, and a runbook. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly topics: Pick<AlertTopics, 'page' | 'ticket'>,
  ) {
    super(scope, id);
  }

  add(id: string, { metric, says, severity, fires, forPeriods, silence, runbook }: AlarmProps): cloudwatch.Alarm {
    const isAbove = 'above' in fires;
    const alarm = new cloudwatch.Alarm(this, id, {
      metric,
      alarmDescription: `${says} Runbook: ${runbook}`,
      threshold: isAbove ? fires.above : fires.below,
      comparisonOperator: isAbove
        ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: forPeriods,
      treatMissingData: silence === 'is good' ? cloudwatch.TreatMissingData.NOT_BREACHING : cloudwatch.TreatMissingData.BREACHING,
    });
    const action = new SnsAction(this.topics[severity]);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }
}

/** A metric of AWS as a service publishes it; the stack's Region and account are its own. */
export const awsMetric = (
  namespace: string,
  metricName: string,
  statistic: string,
  period: Duration,
  dimensions: Readonly<Record<string, string>>,
): cloudwatch.Metric => new cloudwatch.Metric({ namespace, metricName, statistic, period, dimensionsMap: { ...dimensions } });

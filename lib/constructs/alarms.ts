import { Stack, type Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { AlertTopics } from './alert-topics';

/** What an alarm watches, and when it fires. */
export interface AlarmPartProps {
  readonly metric: cloudwatch.IMetric;
  /** What is wrong when it fires, in a sentence. */
  readonly says: string;
  /** Fires when the metric is above or below this value, in the metric's own unit. */
  readonly fires: { readonly above: number } | { readonly below: number };
  /** Periods of the metric that have to break the threshold: so many in a row, or some of the last few. */
  readonly forPeriods: number | { readonly atLeast: number; readonly outOf: number };
  /** What silence means: said in each alarm, since CloudWatch's default would leave it in doubt. */
  readonly silence: 'is good' | 'is bad';
  /** Path from the root of the repository. Its name is the alarm's, or the end of it: `tablesCopyOverdue` has `copy-overdue.md`. */
  readonly runbook: string;
}

export interface AlarmProps extends AlarmPartProps {
  /** What it asks of an engineer: to act now, or within the week [ORG-1]. */
  readonly severity: 'page' | 'ticket';
}

export interface CompositeAlarmProps extends Pick<AlarmProps, 'says' | 'severity' | 'runbook'> {
  readonly rule: cloudwatch.IAlarmRule;
  /**
   * The known cause, of which this would be a consequence: while that one fires, nobody is told of this.
   * @default - everything is told
   */
  readonly unless?: { readonly cause: cloudwatch.IAlarm; readonly waits: Duration; readonly staysQuietFor: Duration };
}

/** `tablesCopyOverdue` -> `tables-copy-overdue`. */
const kebab = (id: string): string => id.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();

/** Every alarm of a stack: with a severity, somebody who is told, and a runbook. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly topics: Pick<AlertTopics, 'page' | 'ticket'>,
  ) {
    super(scope, id);
  }

  add(id: string, props: AlarmProps): cloudwatch.Alarm {
    return this.tell(this.make(id, props), props.severity);
  }

  /**
   * An alarm that tells nobody when it fires: a composite alarm asks it, or a service of AWS. That it cannot be evaluated, it tells: what asks it would never fire.
   */
  addPart(id: string, props: AlarmPartProps): cloudwatch.Alarm {
    const part = this.make(id, props);
    part.addInsufficientDataAction(new SnsAction(this.topics.ticket));
    return part;
  }

  private make(id: string, { metric, says, fires, forPeriods, silence, runbook }: AlarmPartProps): cloudwatch.Alarm {
    const isAbove = 'above' in fires;
    const { atLeast, outOf } = typeof forPeriods === 'number' ? { atLeast: undefined, outOf: forPeriods } : forPeriods;
    return new cloudwatch.Alarm(this, id, {
      metric,
      alarmDescription: described(id, says, runbook),
      threshold: isAbove ? fires.above : fires.below,
      comparisonOperator: isAbove
        ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: outOf,
      datapointsToAlarm: atLeast,
      treatMissingData: silence === 'is good' ? cloudwatch.TreatMissingData.NOT_BREACHING : cloudwatch.TreatMissingData.BREACHING,
    });
  }

  addComposite(id: string, { rule, says, severity, runbook, unless }: CompositeAlarmProps): cloudwatch.CompositeAlarm {
    const composite = new cloudwatch.CompositeAlarm(this, id, {
      // As CloudFormation calls the others: the deployment may touch alarms that begin with the cell's name, and no other.
      compositeAlarmName: `${Stack.of(this).stackName}-${id}`,
      alarmRule: rule,
      alarmDescription: described(id, says, runbook),
      actionsSuppressor: unless?.cause,
      actionsSuppressorWaitPeriod: unless?.waits,
      actionsSuppressorExtensionPeriod: unless?.staysQuietFor,
    });
    return this.tell(composite, severity);
  }

  private tell<T extends cloudwatch.AlarmBase>(alarm: T, severity: AlarmProps['severity']): T {
    const action = new SnsAction(this.topics[severity]);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }
}

/** @throws RangeError where the runbook is not called as the alarm: whoever is woken would have to look for it. */
function described(id: string, says: string, runbook: string): string {
  const family = /^docs\/06-runbooks\/([a-z0-9-]+)\.md$/.exec(runbook)?.[1];
  const name = kebab(id);
  if (family === undefined || (name !== family && !name.endsWith(`-${family}`))) {
    throw new RangeError(
      `runbook: received '${runbook}' for the alarm '${id}'; allowed: docs/06-runbooks/NAME.md, where '${name}' is or ends with NAME`,
    );
  }
  return `${says} Runbook: ${runbook}`;
}

/** A metric of AWS as a service publishes it; the stack's Region and account are its own. */
export const awsMetric = (
  namespace: string,
  metricName: string,
  statistic: string,
  period: Duration,
  dimensions: Readonly<Record<string, string>>,
): cloudwatch.Metric => new cloudwatch.Metric({ namespace, metricName, statistic, period, dimensionsMap: { ...dimensions } });

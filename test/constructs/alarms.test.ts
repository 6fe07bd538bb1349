import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Alarms, awsMetric, type AlarmProps } from '../../lib/constructs/alarms';
import { AlertTopics } from '../../lib/constructs/alert-topics';
import { propertiesOf, SmallStack } from '../support/small-app';

function alarmOf(props: Partial<AlarmProps> = {}) {
  const stack = new SmallStack();
  const topics = new AlertTopics(stack, 'Alerts', { email: 'a@example.com' });
  new Alarms(stack, 'Alarms', topics).add('late', {
    metric: awsMetric('AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Maximum', Duration.minutes(1), { QueueName: 'q' }),
    says: 'It is late.',
    severity: 'page',
    fires: { above: 5 },
    forPeriods: 3,
    silence: 'is bad',
    runbook: 'docs/06-runbooks/late.md',
    ...props,
  });
  return propertiesOf(stack.template, 'AWS::CloudWatch::Alarm')[0] ?? {};
}
const topicOf = (actions: unknown) => JSON.stringify(actions);

describe('an alarm', () => {
  it('says what is wrong, where to look, and when it is over', () => {
    const alarm = alarmOf();
    expect(alarm).toMatchObject({
      AlarmDescription: 'It is late. Runbook: docs/06-runbooks/late.md',
      Namespace: 'AWS/SQS',
      Dimensions: [{ Name: 'QueueName', Value: 'q' }],
      Threshold: 5,
      EvaluationPeriods: 3,
      Period: 60,
    });
    expect(alarm['OKActions']).toEqual(alarm['AlarmActions']);
  });

  it('tells those whom its severity asks', () => {
    expect(topicOf(alarmOf()['AlarmActions'])).toContain('AlertsPage');
    expect(topicOf(alarmOf({ severity: 'ticket' })['AlarmActions'])).toContain('AlertsTicket');
  });

  it('fires above or below', () => {
    expect(alarmOf()['ComparisonOperator']).toBe('GreaterThanThreshold');
    expect(alarmOf({ fires: { below: 1 } })).toMatchObject({ ComparisonOperator: 'LessThanThreshold', Threshold: 1 });
  });

  it('takes silence for what it is said to be', () => {
    expect(alarmOf()['TreatMissingData']).toBe('breaching');
    expect(alarmOf({ silence: 'is good' })['TreatMissingData']).toBe('notBreaching');
  });

  it('counts some of the last periods, where it is told to', () => {
    expect(alarmOf({ forPeriods: { atLeast: 3, outOf: 5 } })).toMatchObject({ DatapointsToAlarm: 3, EvaluationPeriods: 5 });
  });

  it.each(['docs/06-runbooks/other.md', 'docs/06-runbooks/ate.md', 'late.md'])(
    'rejects the runbook %s, which is not called as the alarm',
    (runbook) => {
      expect(() => alarmOf({ runbook })).toThrow(RangeError);
    },
  );

  it('takes a runbook that is called as the end of its name', () => {
    const stack = new SmallStack();
    const topics = new AlertTopics(stack, 'Alerts', { email: 'a@example.com' });
    const part = new Alarms(stack, 'Alarms', topics).addPart('tablesCopyLate', {
      metric: awsMetric('AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Maximum', Duration.minutes(1), { QueueName: 'q' }),
      says: 'A part.',
      fires: { above: 5 },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/copy-late.md',
    });
    expect(part).toBeDefined();
    const [alarm] = propertiesOf(stack.template, 'AWS::CloudWatch::Alarm');
    expect(alarm?.['AlarmActions']).toBeUndefined();
    expect(topicOf(alarm?.['InsufficientDataActions'])).toContain('AlertsTicket');
  });
});

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric, type AlarmProps } from '../constructs/alarms';
import { DeliveryOperator } from '../constructs/delivery-operator';
import { DeliveryQueues } from '../constructs/delivery-queues';
import { destinationClasses, IN_FLIGHT_QUOTA, type DestinationClass } from '../constructs/delivery-schedule';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface DeliveryStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`, of its cluster, and what names of queues begin with. */
  readonly cell: string;
  /** Of engineers whom somebody has put into the elevated group. */
  readonly elevatedRoleArn: string;
  /** What counts names that are blocked since nobody has listed them. @default - none is blocked */
  readonly blockedDomains?: { readonly ruleGroupId: string; readonly domainListId: string };
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
}

const LATE = 'docs/06-runbooks/delivery-late.md';
const DEAD = 'docs/06-runbooks/delivery-dead-letters.md';

/**
 * Queues of deliveries to destinations, by class of destination: ADR-024. What is in a message, and what pods do with it, is in
 * docs/02-data/delivery.md; Snowflake is no destination of these (WarehouseStack).
 */
export class DeliveryStack extends PlatformStack {
  readonly key: kms.Key;
  readonly queues: Readonly<Record<DestinationClass, DeliveryQueues>>;

  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: queues of deliveries to destinations, their dead letters, who may send them back',
      component: 'delivery',
      dataClassification: 'customer-data',
      stateful: true,
    });
    const { cell } = props;
    this.key = new kms.Key(this, 'Key', {
      description: 'Deliveries on their way to destinations',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const operator = new DeliveryOperator(this, 'Operator', { cell, elevatedRoleArn: props.elevatedRoleArn });
    const clusterArn = `arn:${this.partition}:eks:${this.region}:${this.account}:cluster/${cell}`;
    this.queues = Object.fromEntries(
      destinationClasses.map((destinationClass) => [
        destinationClass,
        new DeliveryQueues(this, `${destinationClass.charAt(0).toUpperCase()}${destinationClass.slice(1)}`, {
          cell,
          destinationClass,
          key: this.key,
          clusterArn,
          operator: operator.role,
        }),
      ]),
    ) as Record<DestinationClass, DeliveryQueues>;
    const all = Object.values(this.queues);
    operator.mayRedrive(
      all.map(({ dead }) => dead.queueArn),
      all.map(({ retry }) => retry.queueArn),
      this.key,
    );

    const alarms = new Alarms(this, 'Alarms', props.alerts);
    for (const destinationClass of destinationClasses) this.alarmOn(alarms, destinationClass);
    if (props.blockedDomains) this.alarmOnDomains(alarms, props.blockedDomains);
  }

  /** Source: Amazon Route 53 Developer Guide, "Monitoring Resolver DNS Firewall rule groups with Amazon CloudWatch", read 2026-11. */
  private alarmOnDomains(alarms: Alarms, { ruleGroupId, domainListId }: NonNullable<DeliveryStackProps['blockedDomains']>): void {
    alarms.add('domainBlocked', {
      metric: awsMetric('AWS/Route53Resolver', 'FirewallRuleQueryVolume', 'Sum', Duration.minutes(5), {
        FirewallRuleGroupId: ruleGroupId,
        FirewallDomainListId: domainListId,
      }),
      says: 'Something in the VPC asks for a name that nobody has listed: a new destination, a change of AWS, or somebody who carries data out.',
      severity: 'ticket',
      fires: { above: 0 },
      forPeriods: 1,
      silence: 'is good',
      runbook: 'docs/06-runbooks/domain-blocked.md',
    });
  }

  /**
   * Not on `ApproximateNumberOfNoisyGroups`: SQS calls a tenant noisy whose share of the time of consumers is over a tenth, which the largest of a
   * few tenants has on any day. What a noisy one does to the others is what counts, and shows in the age of quiet groups.
   * Source: Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS", "How Amazon SQS fair queues work", read 2026-11.
   */
  private alarmOn(alarms: Alarms, destinationClass: DestinationClass): void {
    const { main, retry, dead } = this.queues[destinationClass];
    const add = (name: string, queue: Queue, metricName: string, rest: Omit<AlarmProps, 'metric' | 'silence'>) =>
      alarms.add(`${destinationClass}${name}`, {
        metric: awsMetric('AWS/SQS', metricName, 'Maximum', Duration.minutes(1), { QueueName: queue.queueName }),
        // A queue without messages for hours publishes nothing.
        silence: 'is good',
        ...rest,
      });
    add('QuietLate', main, 'ApproximateAgeOfOldestMessageInQuietGroups', {
      says: `Deliveries of class ${destinationClass} wait for over a minute, and not because of their own tenant: SLI-5 promises two seconds.`,
      severity: 'page',
      fires: { above: 60 },
      forPeriods: 3,
      runbook: LATE,
    });
    add('Late', main, 'ApproximateAgeOfOldestMessage', {
      says: `Deliveries of class ${destinationClass} of at least one tenant wait for over a quarter of an hour.`,
      severity: 'ticket',
      fires: { above: 900 },
      forPeriods: 15,
      runbook: LATE,
    });
    // A retry waits for a quarter of an hour at most before somebody looks at it again.
    add('RetriesLate', retry, 'ApproximateAgeOfOldestMessage', {
      says: `Deliveries of class ${destinationClass} that are to be tried again are not received: they are lost after three days.`,
      severity: 'page',
      fires: { above: 3600 },
      forPeriods: 15,
      runbook: LATE,
    });
    add('Dead', dead, 'ApproximateNumberOfMessagesVisible', {
      says: `Deliveries of class ${destinationClass} are tried no more; five days after they came here they are lost.`,
      severity: 'ticket',
      fires: { above: 0 },
      forPeriods: 1,
      runbook: DEAD,
    });
    for (const [name, queue] of [['InFlight', main] as const, ['RetriesInFlight', retry] as const]) {
      add(name, queue, 'ApproximateNumberOfMessagesNotVisible', {
        says: `Half of what SQS lets be in flight is, in class ${destinationClass}: at the quota nobody receives anything. Pods hold messages.`,
        severity: 'page',
        fires: { above: IN_FLIGHT_QUOTA / 2 },
        forPeriods: 5,
        runbook: LATE,
      });
    }
  }
}

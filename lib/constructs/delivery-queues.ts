import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deliveryQueueNames, deliverySchedule, queueDays, type DestinationClass } from './delivery-schedule';

export interface DeliveryQueuesProps {
  readonly cell: string;
  readonly destinationClass: DestinationClass;
  readonly key: IKey;
  /** The cluster whose pods send and receive. */
  readonly clusterArn: string;
  /** By which engineers send dead letters back, once somebody has approved that [SEC-5]. */
  readonly operator: iam.IRole;
}

/** An enriched event is at most 256 KiB (docs/02-data/events.md), and its envelope is larger than nothing. SQS' most, in bytes. */
const LARGEST_MESSAGE = 1_048_576;

const namespaceTag = 'aws:PrincipalTag/kubernetes-namespace';
const clusterTag = 'aws:PrincipalTag/eks-cluster-arn';

/**
 * Deliveries to one class of destinations: what is new, what is to be tried again, and what nobody tries any more. Standard queues, which are
 * fair by the message group that each message carries: its tenant.
 *
 * Who may send and who may receive stands in each queue's policy too, so that a role with too much in a later change reaches no delivery
 * [SEC-4]: pods by the tags that EKS sets on their sessions, and no role can give itself. Message groups have no condition in IAM: the
 * queues are shared by all tenants, by decision (ADR-024).
 */
export class DeliveryQueues extends Construct {
  readonly main: sqs.Queue;
  readonly retry: sqs.Queue;
  readonly dead: sqs.Queue;

  constructor(scope: Construct, id: string, props: DeliveryQueuesProps) {
    super(scope, id);
    const { key, operator } = props;
    const names = deliveryQueueNames(props.cell, props.destinationClass);
    const { account, region, partition } = Stack.of(this);
    const queue = (role: keyof typeof names, traits: sqs.QueueProps) =>
      new sqs.Queue(this, role.charAt(0).toUpperCase() + role.slice(1), {
        queueName: names[role],
        encryption: sqs.QueueEncryption.KMS,
        encryptionMasterKey: key,
        enforceSSL: true,
        retentionPeriod: Duration.days(queueDays[role]),
        visibilityTimeout: Duration.seconds(deliverySchedule.visibilitySeconds),
        // An empty receipt is paid for like a full one.
        receiveMessageWaitTime: Duration.seconds(20),
        maxMessageSizeBytes: LARGEST_MESSAGE,
        removalPolicy: RemovalPolicy.RETAIN,
        ...traits,
      });

    this.dead = queue('dead', {
      redriveAllowPolicy: {
        redrivePermission: sqs.RedrivePermission.BY_QUEUE,
        // By name: each of the two needs this one's ARN first.
        sourceQueues: [names.main, names.retry].map((name) =>
          sqs.Queue.fromQueueArn(
            this,
            `Source-${name === names.main ? 'Main' : 'Retry'}`,
            `arn:${partition}:sqs:${region}:${account}:${name}`,
          ),
        ),
      },
    });
    const deadLetterQueue = { queue: this.dead, maxReceiveCount: deliverySchedule.receiptsBeforeDead };
    this.main = queue('main', { deadLetterQueue });
    this.retry = queue('retry', { deadLetterQueue });

    const receive = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];
    // To send dead letters back, SQS sends and receives as the engineer who asks for it.
    // Source: Amazon SQS API Reference, "StartMessageMoveTask"; Developer Guide, "Configure a dead-letter queue redrive", read 2026-11.
    const unlessOperating = { ArnNotEquals: { 'aws:PrincipalArn': operator.roleArn } };
    for (const [each, exempt] of [
      [this.main, {}] as const,
      [this.retry, unlessOperating] as const,
      [this.dead, unlessOperating] as const,
    ]) {
      // A session without the tag differs from it too: so these are pods, and pods of this cluster, whatever its namespaces are called.
      refuse(each, 'OtherClusters', ['sqs:SendMessage', ...receive], { StringNotEquals: { [clusterTag]: props.clusterArn }, ...exempt });
      // What is in a queue goes by delivery or by time: a purge would lose it for all tenants at once [SLO-2].
      refuse(each, 'Purge', ['sqs:PurgeQueue']);
    }
    refuse(this.main, 'OtherSenders', ['sqs:SendMessage'], { StringNotEquals: { [namespaceTag]: 'processor' } });
    refuse(this.main, 'OtherReceivers', receive, { StringNotEquals: { [namespaceTag]: 'delivery' } });
    refuse(this.retry, 'OtherSenders', ['sqs:SendMessage'], { StringNotEquals: { [namespaceTag]: 'delivery' }, ...unlessOperating });
    refuse(this.retry, 'OtherReceivers', receive, { StringNotEquals: { [namespaceTag]: 'delivery' } });
    refuse(this.dead, 'OtherSenders', ['sqs:SendMessage'], { StringNotEquals: { [namespaceTag]: 'delivery' } });
    refuse(this.dead, 'OtherReceivers', receive, unlessOperating);
  }
}

function refuse(queue: sqs.Queue, sid: string, actions: string[], conditions?: iam.Conditions): void {
  queue.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: `${sid}Refused`,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions,
      resources: [queue.queueArn],
      conditions,
    }),
  );
}

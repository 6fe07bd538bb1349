import * as iam from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { WorkloadIdentity } from '../constructs/workload-identity';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface WorkloadsStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
  readonly clusterName: string;
  /** Of the same Region. */
  readonly streaming: {
    readonly events: IStream;
    readonly enriched: IStream;
    readonly key: IKey;
    readonly consumerArns: Readonly<Record<string, string>>;
    readonly quarantineArn: string;
  };
  /** Of the same Region. */
  readonly lake: { readonly spill: IBucket; readonly key: IKey };
  /** Of the same Region: queues by class of destination. */
  readonly delivery: {
    readonly queues: Readonly<Record<string, { readonly main: IQueue; readonly retry: IQueue; readonly dead: IQueue }>>;
    readonly key: IKey;
  };
}

/**
 * What the pods of each service may do in AWS: a role a service, each action listed [SEC-4]. test/stacks/workloads-stack.test.ts evaluates it.
 *
 * None reaches a tenant's profile or settings: pods will assume access roles for that, which bind a session to one tenant, and which
 * come with the isolation of tenants.
 */
export class WorkloadsStack extends PlatformStack {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: WorkloadsStackProps,
  ) {
    super(scope, id, props, {
      description: 'DataFlow Platform: roles of the services in the cluster',
      component: 'workloads',
      dataClassification: 'internal',
      stateful: false,
    });
    const services: Readonly<Record<string, readonly iam.PolicyStatement[]>> = {
      ingest: this.ingest(),
      processor: this.processor(),
      delivery: this.delivery(),
      profiles: [],
    };
    for (const [service, permissions] of Object.entries(services)) {
      new WorkloadIdentity(this, `${service.charAt(0).toUpperCase()}${service.slice(1)}`, {
        clusterName: props.clusterName,
        service,
        permissions,
      });
    }
  }

  /** Into the stream, or, while that does not answer, into the spill bucket. */
  private ingest(): iam.PolicyStatement[] {
    const { streaming, lake } = this.props;
    return [
      new iam.PolicyStatement({
        sid: 'AcceptEvents',
        actions: ['kinesis:PutRecord', 'kinesis:PutRecords'],
        resources: [streaming.events.streamArn],
      }),
      this.keyBy('kinesis', 'EncryptEvents', ['kms:GenerateDataKey'], streaming.key),
      new iam.PolicyStatement({ sid: 'SpillEvents', actions: ['s3:PutObject'], resources: [lake.spill.arnForObjects('*')] }),
      this.keyBy('s3', 'EncryptSpill', ['kms:GenerateDataKey'], lake.key),
    ];
  }

  /** From the stream by its own consumer, with the Kinesis Client Library, into the enriched stream or the quarantine. */
  private processor(): iam.PolicyStatement[] {
    const { cell, streaming } = this.props;
    const consumer = streaming.consumerArns['processor'];
    if (consumer === undefined) throw new RangeError('consumerArns: received none for processor; allowed: an ARN for each processor');
    const table = (name: string) => `arn:${this.partition}:dynamodb:${this.region}:${this.account}:table/${cell}-processor${name}`;
    const leaseActions = ['CreateTable', 'DeleteItem', 'DescribeTable', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'].map(
      (action) => `dynamodb:${action}`,
    );
    return [
      new iam.PolicyStatement({
        sid: 'FindShards',
        actions: ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:ListShards'],
        resources: [streaming.events.streamArn],
      }),
      // Its consumer is made by the streaming stack: it registers none, and polls no shard, which would be slower.
      new iam.PolicyStatement({
        sid: 'ReadEvents',
        actions: ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'],
        resources: [consumer],
      }),
      this.keyBy('kinesis', 'DecryptAndEncryptEvents', ['kms:Decrypt', 'kms:GenerateDataKey'], streaming.key),
      // Who reads which shard, and how far. The library makes the tables, by the application's name; what is in them is worth nothing
      // outside of the stream. Source: Amazon Kinesis Data Streams Developer Guide, "IAM permissions required for KCL consumer
      // applications", read 2026-11; without metrics, which come by OpenTelemetry.
      new iam.PolicyStatement({
        sid: 'KeepLeases',
        actions: [...leaseActions, 'dynamodb:UpdateTable'],
        resources: [table('')],
      }),
      new iam.PolicyStatement({ sid: 'FindLeases', actions: ['dynamodb:Query'], resources: [`${table('')}/index/*`] }),
      new iam.PolicyStatement({
        sid: 'BalanceLeases',
        actions: leaseActions,
        resources: [table('-CoordinatorState'), table('-WorkerMetricStats')],
      }),
      new iam.PolicyStatement({
        sid: 'PassEventsOn',
        actions: ['kinesis:PutRecords'],
        resources: [streaming.enriched.streamArn],
      }),
      new iam.PolicyStatement({ sid: 'Quarantine', actions: ['firehose:PutRecordBatch'], resources: [streaming.quarantineArn] }),
      new iam.PolicyStatement({ sid: 'QueueDeliveries', actions: ['sqs:SendMessage'], resources: this.queueArns('main') }),
      // SQS asks a sender for both. Source: Amazon SQS Developer Guide, "Key management", read 2026-11.
      this.keyBy('sqs', 'EncryptDeliveries', ['kms:Decrypt', 'kms:GenerateDataKey'], this.props.delivery.key),
    ];
  }

  /** From the queues; what failed goes back with a wait, what nobody tries any more to the dead letters, which it does not read. */
  private delivery(): iam.PolicyStatement[] {
    return [
      new iam.PolicyStatement({
        sid: 'ReceiveDeliveries',
        actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'],
        resources: this.queueArns('main', 'retry'),
      }),
      new iam.PolicyStatement({ sid: 'RetryOrGiveUp', actions: ['sqs:SendMessage'], resources: this.queueArns('retry', 'dead') }),
      this.keyBy('sqs', 'DecryptAndEncryptDeliveries', ['kms:Decrypt', 'kms:GenerateDataKey'], this.props.delivery.key),
    ];
  }

  private queueArns(...roles: readonly ('main' | 'retry' | 'dead')[]): string[] {
    return Object.values(this.props.delivery.queues).flatMap((queues) => roles.map((role) => queues[role].queueArn));
  }

  /** A key in the hands of one service of AWS alone. */
  private keyBy(service: 'kinesis' | 's3' | 'sqs', sid: string, actions: string[], key: IKey): iam.PolicyStatement {
    return new iam.PolicyStatement({
      sid,
      actions,
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${this.region}.amazonaws.com` } },
    });
  }
}

import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import type { PipelineFunctionProps } from '../constructs/pipeline-function';
import { SnowflakeDelivery, type SnowflakeTable } from '../constructs/snowflake-delivery';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface WarehouseStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
  readonly destination: SnowflakeTable;
  /** Of the same Region. */
  readonly access: { readonly secretArn: string; readonly key: IKey; readonly role: iam.IRole };
  /** Of the same Region. */
  readonly streaming: { readonly enriched: IStream; readonly key: IKey };
  /** Of the same Region: keeps what Snowflake does not take. */
  readonly lake: { readonly raw: IBucket; readonly key: IKey };
  readonly logs: PipelineFunctionProps['logs'];
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
}

const LATE = Duration.minutes(15);
const RUNBOOK = 'docs/06-runbooks/warehouse-late.md';

/**
 * Enriched events into the warehouse, in the jurisdiction's own account of Snowflake [TEC-2, REG-1]: ADR-025. In the home Region alone: while the
 * recovery Region serves, enriched events wait as lines, and are replayed into the home stream, and so into the warehouse, when it is back.
 */
export class WarehouseStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: WarehouseStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: enriched events into Snowflake',
      component: 'warehouse',
      dataClassification: 'customer-data',
      stateful: false,
    });
    const { cell, access, streaming, lake } = props;
    const name = `${cell}-warehouse`;
    new SnowflakeDelivery(this, 'Snowflake', {
      name,
      source: { stream: streaming.enriched, key: streaming.key },
      destination: props.destination,
      secret: { arn: access.secretArn, key: access.key },
      role: access.role,
      errors: { bucket: lake.raw, key: lake.key, prefix: 'errors/warehouse/' },
      logs: props.logs,
    });

    // Tickets: the warehouse is outside of TEC-4 and SLI-5, and the stream remembers three days. What is left under errors/ has an alarm with
    // the raw bucket. Source: Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose using CloudWatch metrics", read 2026-11.
    const alarms = new Alarms(this, 'Alarms', props.alerts);
    const add = (alarmName: string, metricName: string, says: string, above: number) =>
      alarms.add(alarmName, {
        metric: awsMetric('AWS/Firehose', metricName, 'Maximum', Duration.minutes(5), { DeliveryStreamName: name }),
        says,
        severity: 'ticket',
        fires: { above },
        forPeriods: 6,
        silence: 'is good',
        runbook: RUNBOOK,
      });
    add('warehouseLate', 'DeliveryToSnowflake.DataFreshness', 'Rows reach Snowflake more than 15 minutes late.', LATE.toSeconds());
    add(
      'streamWarehouseLate',
      'KinesisMillisBehindLatest',
      'The delivery to Snowflake reads its stream 15 minutes behind its end.',
      LATE.toMilliseconds(),
    );
    alarms.add('warehouseLosing', {
      metric: awsMetric('AWS/Firehose', 'KinesisMillisBehindLatest', 'Maximum', Duration.minutes(5), { DeliveryStreamName: name }),
      says: 'The delivery to Snowflake is two days behind a stream that remembers three: what it has not read by then is in no row.',
      severity: 'page',
      fires: { above: Duration.days(2).toMilliseconds() },
      forPeriods: 1,
      silence: 'is good',
      runbook: 'docs/06-runbooks/warehouse-losing.md',
    });
  }
}

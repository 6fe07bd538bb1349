import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ANSWERS_PREFIX } from './cost-tables';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function';

export interface AttributionWatchProps {
  readonly cell: string;
  readonly workGroupName: string;
  readonly names: { readonly database: string; readonly lineItems: string; readonly usage: string; readonly statement: string };
  readonly bill: { readonly bucket: IBucket; readonly prefix: string };
  readonly usage: { readonly bucket: IBucket; readonly prefix: string; readonly key: IKey };
  readonly logs: PipelineFunctionProps['logs'];
}

/** Asks the one query once a day, so that what no rule names is told of while it is small [BUD-3]. */
export class AttributionWatch extends Construct {
  /** Of the bill so far, in per cent. */
  readonly attributed: Metric;
  /** USD of services and accounts that no rule names. */
  readonly unknown: Metric;

  constructor(scope: Construct, id: string, { cell, workGroupName, names, bill, usage, logs }: AttributionWatchProps) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    const catalogue = (part: string) => `arn:${partition}:glue:${region}:${account}:${part}`;
    const allow = (sid: string, actions: string[], resources: string[]) => new iam.PolicyStatement({ sid, actions, resources });
    const watcher = new PipelineFunction(this, 'Watcher', {
      code: 'attribute-cost',
      description: 'Tells how much of the bill reached tenants',
      cell,
      environment: { CELL: cell, WORKGROUP: workGroupName, STATEMENT: names.statement },
      timeout: Duration.minutes(10),
      memoryMib: 256,
      logs,
      permissions: [
        allow(
          'AskQuery',
          ['athena:GetPreparedStatement', 'athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution'],
          [`arn:${partition}:athena:${region}:${account}:workgroup/${workGroupName}`],
        ),
        allow(
          'ReadTables',
          ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable'],
          [
            catalogue('catalog'),
            catalogue(`database/${names.database}`),
            ...[names.lineItems, names.usage].map((table) => catalogue(`table/${names.database}/${table}`)),
          ],
        ),
        allow(
          'ReadBillAndUsage',
          ['s3:GetObject'],
          [bill.bucket.arnForObjects(`${bill.prefix}/*`), usage.bucket.arnForObjects(`${usage.prefix}*`)],
        ),
        allow('FindBuckets', ['s3:GetBucketLocation', 's3:ListBucket'], [bill.bucket.bucketArn, usage.bucket.bucketArn]),
        allow(
          'WriteAnswers',
          ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
          [usage.bucket.arnForObjects(`${ANSWERS_PREFIX}*`)],
        ),
        allow('UseKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [usage.key.keyArn]),
      ],
    });
    new events.Rule(this, 'Daily', {
      description: 'How much of the bill reaches tenants',
      // The export of the day before has come, once or twice.
      schedule: events.Schedule.cron({ minute: '30', hour: '10' }),
      targets: [new targets.LambdaFunction(watcher.function)],
    });
    const metric = (metricName: string, statistic: string) =>
      new Metric({ namespace: 'DataFlow', metricName, dimensionsMap: { Cell: cell }, statistic, period: Duration.days(1) });
    this.attributed = metric('CostAttributed', 'Minimum');
    this.unknown = metric('CostUnknown', 'Maximum');
  }
}

import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnTable } from 'aws-cdk-lib/aws-s3tables';
import { Construct } from 'constructs';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function';

export interface ReplicaWatchProps {
  readonly cell: string;
  /** Whose replica is watched. */
  readonly table: CfnTable;
  readonly logs: PipelineFunctionProps['logs'];
}

/** Measures once an hour how far a table's replica is behind, since S3 publishes no metric of it [SLO-5]. */
export class ReplicaWatch extends Construct {
  /** Minutes, one figure an hour. */
  readonly lag: Metric;

  constructor(scope: Construct, id: string, { cell, table, logs }: ReplicaWatchProps) {
    super(scope, id);
    const watcher = new PipelineFunction(this, 'Watcher', {
      code: 'watch-replica',
      description: "Measures how far the lake's replica is behind",
      cell,
      environment: { CELL: cell, TABLE_ARN: table.attrTableArn },
      timeout: Duration.seconds(30),
      memoryMib: 256,
      logs,
      permissions: [
        new iam.PolicyStatement({
          sid: 'AskForStatus',
          actions: ['s3tables:GetTableReplicationStatus'],
          resources: [table.attrTableArn],
        }),
      ],
    });
    new events.Rule(this, 'Hourly', {
      description: "How far the lake's replica is behind",
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(watcher.function)],
    });
    this.lag = new Metric({
      namespace: 'DataFlow',
      metricName: 'LakeReplicaLag',
      dimensionsMap: { Cell: cell },
      statistic: 'Maximum',
      period: Duration.hours(1),
    });
  }
}

import { CfnAnomalyMonitor, CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce';
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface OrganizationAnomaliesStackProps extends PlatformStackProps {
  readonly email: string;
}

/** An anomaly is told of from here on: more than a mistake of a few hours, and more than noise. */
const ANOMALY_USD = 50;
const ANOMALY_PERCENT = 25;

/**
 * What costs more than it used to, told by AWS. A stack of its own: an account has one monitor by service, and AWS makes it for a new one, so that ours may be
 * refused (docs/07-cost/budgets.md). Beside the budgets it would take those, what stops growth and the exports back with it [BUD-2].
 */
export class OrganizationAnomaliesStack extends PlatformStack {
  /** Source: AWS CloudFormation, "AWS::CE::AnomalySubscription": e-mail with DAILY and WEEKLY alone, read 2026-11. */
  constructor(scope: Construct, id: string, props: OrganizationAnomaliesStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: anomalies of the bill',
      component: 'cost',
      dataClassification: 'internal',
      stateful: false,
    });
    const { email } = props;
    const monitors = (['SERVICE', 'LINKED_ACCOUNT'] as const).map(
      (monitorDimension) =>
        new CfnAnomalyMonitor(this, `Anomalies${monitorDimension === 'SERVICE' ? 'ByService' : 'ByAccount'}`, {
          monitorName: `dataflow-by-${monitorDimension === 'SERVICE' ? 'service' : 'account'}`,
          monitorType: 'DIMENSIONAL',
          monitorDimension,
        }),
    );
    const atLeast = (key: string, value: number) => ({
      Dimensions: { Key: key, MatchOptions: ['GREATER_THAN_OR_EQUAL'], Values: [String(value)] },
    });
    new CfnAnomalySubscription(this, 'AnomalySubscription', {
      subscriptionName: 'dataflow-anomalies',
      frequency: 'DAILY',
      monitorArnList: monitors.map(({ attrMonitorArn }) => attrMonitorArn),
      subscribers: [{ type: 'EMAIL', address: email }],
      thresholdExpression: JSON.stringify({
        And: [atLeast('ANOMALY_TOTAL_IMPACT_ABSOLUTE', ANOMALY_USD), atLeast('ANOMALY_TOTAL_IMPACT_PERCENTAGE', ANOMALY_PERCENT)],
      }),
    });
  }
}

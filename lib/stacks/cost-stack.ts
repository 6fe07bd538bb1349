import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { Alarms } from '../constructs/alarms';
import type { AlertTopics } from '../constructs/alert-topics';
import { AttributionWatch, type AttributionWatchProps } from '../constructs/attribution-watch';
import { CostTables, type CostColumn } from '../constructs/cost-tables';
import { dataBucketName } from '../constructs/data-bucket';
import { HourlyCost, type HourlyCostProps } from '../constructs/hourly-cost';
import { LogBucket } from '../constructs/log-bucket';
import { MonthlyBudget } from '../constructs/monthly-budget';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface CostStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
  /** Of the cell with its recovery Region [BUD-1]. */
  readonly monthlyBudgetUsd: number;
  /** Of that, by component, in per cent. */
  readonly componentPercents: Readonly<Record<string, number>>;
  readonly email: string;
  readonly hourly: HourlyCostProps;
  readonly attribution: {
    readonly names: AttributionWatchProps['names'];
    /** Whose exports are let in. */
    readonly managementAccount: string;
    readonly lineItemColumns: readonly CostColumn[];
    readonly usageColumns: readonly CostColumn[];
    readonly usagePrefix: string;
    readonly query: string;
    /** Whether tenants are here whose cost has to be known: without any, nothing can be attributed, and nobody is told. */
    readonly isWatched: boolean;
  };
  /** What one query may read, in GiB [BUD-2]. */
  readonly queryScanGib: number;
  readonly accessLogs: IBucket;
  readonly logs: { readonly key: IKey; readonly retentionDays: number };
  readonly alerts: AlertTopics;
}

/** A year and a month, so that each month can be compared with the one of last year. */
const KEPT_DAYS = 400;
const HOURS_A_MONTH = 730;
/** Below this prefix the exports of the management account write. */
export const BILL_PREFIX = 'bill';
/** Known to the management account, whose exports write into it. */
export const billBucketName = (cell: string, place: { readonly account: string; readonly region: string }) =>
  dataBucketName(`${cell}-bill`, place);

/**
 * What the cell costs: budgets, by the hour, and by tenant [BUD-1, BUD-3, CST-2, CST-3]. In the home Region, and with the bill brought here: usage names tenants, and
 * stays where their data is [REG-3], while the bill names resources of ours.
 *
 * Data is `confidential`: names of tenants and what they use, no person and no content.
 */
export class CostStack extends PlatformStack {
  /** Where the services write what they counted. */
  readonly usage: { readonly bucket: IBucket; readonly key: IKey };
  /** For views of other stacks. */
  readonly hourly: HourlyCost;

  constructor(scope: Construct, id: string, props: CostStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: budgets, cost by the hour and by tenant',
      component: 'cost',
      dataClassification: 'confidential',
      stateful: true,
    });
    const { cell, attribution } = props;
    const alarms = new Alarms(this, 'Alarms', props.alerts);
    this.addBudgets(props);
    this.hourly = this.addHourly(props, alarms);

    const key = new Key(this, 'Key', {
      description: 'Usage by tenant, cost by tenant',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const bucket = (bucketId: string, encryption: { readonly key: IKey } | { readonly s3ManagedBecause: string }) =>
      new LogBucket(this, bucketId, {
        name: dataBucketName(`${cell}-${bucketId.toLowerCase()}`, this),
        retentionDays: KEPT_DAYS,
        encryption,
        lock: { unlockedBecause: 'An export overwrites what it delivered before; usage is no evidence' },
        accessLogs: props.accessLogs,
      }).bucket;
    const bill = bucket('Bill', { s3ManagedBecause: 'AWS documents no key policy by which Data Exports could use a key of ours' });
    this.admitExports(bill, attribution.managementAccount);
    this.usage = { bucket: bucket('Usage', { key }), key };

    const billTable = { bucket: bill, prefix: BILL_PREFIX };
    const usageTable = { ...this.usage, prefix: attribution.usagePrefix };
    const { workGroupName } = new CostTables(this, 'Tables', {
      cell,
      names: attribution.names,
      bill: { ...billTable, columns: attribution.lineItemColumns },
      usage: { ...usageTable, columns: attribution.usageColumns },
      query: attribution.query,
      scanLimitBytes: props.queryScanGib * 2 ** 30,
    });
    if (!attribution.isWatched) return;
    this.alarmOn(
      alarms,
      new AttributionWatch(this, 'Watch', {
        cell,
        workGroupName,
        names: attribution.names,
        bill: billTable,
        usage: usageTable,
        logs: props.logs,
      }),
    );
  }

  private addBudgets({ cell, monthlyBudgetUsd, componentPercents, email }: CostStackProps): void {
    new MonthlyBudget(this, 'CellBudget', {
      name: cell,
      limitUsd: monthlyBudgetUsd,
      notifyAt: { actual: [80, 100], forecast: [100] },
      email,
    });
    for (const [component, percent] of Object.entries(componentPercents)) {
      new MonthlyBudget(this, `Budget-${component}`, {
        name: `${cell}-${component}`,
        limitUsd: Math.round(monthlyBudgetUsd * percent) / 100,
        // One for each: the cell's own budget tells early.
        notifyAt: { actual: [100], forecast: [120] },
        email,
        component,
      });
    }
  }

  private addHourly({ cell, hourly: props, monthlyBudgetUsd }: CostStackProps, alarms: Alarms): HourlyCost {
    const hourly = new HourlyCost(props);
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { dashboardName: `${cell}-cost`, defaultInterval: Duration.days(7) });
    dashboard.addWidgets(
      new cloudwatch.GraphWidget({
        title: 'USD an hour, by component: usage times list price',
        left: hourly.byComponent.map(({ metric }) => metric),
        stacked: true,
        width: 24,
        height: 9,
        leftYAxis: { min: 0, label: 'USD an hour', showUnits: false },
        leftAnnotations: [{ value: monthlyBudgetUsd / HOURS_A_MONTH, label: 'budget' }],
      }),
    );
    alarms.add('costByTheHour', {
      metric: hourly.total,
      says: 'For three hours the cell has cost more than twice its budget by the hour: usage times list price.',
      severity: 'ticket',
      // Peaks of the day are four times the mean, and load is less than half of the bill.
      fires: { above: Math.round((2 * monthlyBudgetUsd * 100) / HOURS_A_MONTH) / 100 },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/cost-by-the-hour.md',
    });
    return hourly;
  }

  private alarmOn(alarms: Alarms, { attributed, unknown }: AttributionWatch): void {
    alarms.add('unknownCostAttribution', {
      metric: unknown,
      says: 'The bill has a service, or an account, that no rule of attribution names.',
      severity: 'ticket',
      fires: { above: 1 },
      forPeriods: 1,
      // The other alarm tells of silence.
      silence: 'is good',
      runbook: 'docs/06-runbooks/cost-attribution.md',
    });
    alarms.add('lowCostAttribution', {
      metric: attributed,
      says: 'Less than 95 % of the bill is attributed to tenants, or nobody has asked for two days.',
      severity: 'ticket',
      fires: { below: 95 },
      forPeriods: 2,
      silence: 'is bad',
      runbook: 'docs/06-runbooks/cost-attribution.md',
    });
  }

  /** Source: AWS Data Exports User Guide, "Setting up an Amazon S3 bucket for data exports", read 2026-11. */
  private admitExports(bill: IBucket, managementAccount: string): void {
    bill.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'ExportsOfTheOrganizationWrite',
        principals: [new iam.ServicePrincipal('bcm-data-exports.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bill.arnForObjects(`${BILL_PREFIX}/*`)],
        conditions: {
          StringEquals: { 'aws:SourceAccount': managementAccount },
          ArnLike: { 'aws:SourceArn': `arn:${this.partition}:bcm-data-exports:us-east-1:${managementAccount}:export/*` },
        },
      }),
    );
  }
}

import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnExport } from 'aws-cdk-lib/aws-bcmdataexports';
import { CfnBudgetsAction } from 'aws-cdk-lib/aws-budgets';
import { CfnCostCategory } from 'aws-cdk-lib/aws-ce';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnPolicy } from 'aws-cdk-lib/aws-organizations';
import type { Construct } from 'constructs';
import { MonthlyBudget } from '../constructs/monthly-budget';
import { stopGrowth } from '../constructs/organization-policies/stop-growth';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface BillExport {
  /** Of the cell, and of the export. */
  readonly cell: string;
  readonly statement: string;
  readonly tableConfiguration: Readonly<Record<string, string>>;
  /** In the cell's account and home Region. */
  readonly bucket: { readonly name: string; readonly account: string; readonly region: string; readonly prefix: string };
}

export interface OrganizationCostStackProps extends PlatformStackProps {
  readonly organizationId: string;
  readonly email: string;
  /** Target and hard cap of all accounts together, USD a month [BUD-1, BUD-2]. */
  readonly limits: { readonly targetUsd: number; readonly capUsd: number };
  /** Accounts whose growth stops near the cap, by their cells. */
  readonly cells: readonly { readonly name: string; readonly account: string }[];
  /** Regions in which cells run. */
  readonly homeRegions: readonly string[];
  readonly exports: readonly BillExport[];
}

/**
 * At this part of the cap nothing new is made any more. AWS's figures are up to a day old, and what runs goes on costing: a fifth of the cap, 15,000 USD, is six
 * days at a rate that would just reach it. ADR-032 has the arithmetic, docs/06-runbooks/budget-growth-stopped.md what to do then.
 */
const STOP_PERCENT = 80;

/**
 * What the organization costs, seen where the bill is: the management account, us-east-1. Budgets of all accounts with the one action that stops growth
 * [BUD-1, BUD-2], categories, and an export of the bill into each cell [BUD-3].
 */
export class OrganizationCostStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: OrganizationCostStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: budgets of the organization, what stops growth, categories, exports of the bill',
      component: 'cost',
      dataClassification: 'internal',
      stateful: true,
    });
    const { email, limits } = props;
    new MonthlyBudget(this, 'Target', {
      name: 'organization-target',
      limitUsd: limits.targetUsd,
      notifyAt: { actual: [50, 80, 100], forecast: [100] },
      email,
    });
    const cap = new MonthlyBudget(this, 'Cap', {
      name: 'organization-hard-cap',
      limitUsd: limits.capUsd,
      notifyAt: { actual: [STOP_PERCENT, 90], forecast: [90, 100] },
      email,
    });
    this.stopAt(cap, props);
    this.addCategories(props);
    for (const billExport of props.exports) this.addExport(billExport);
  }

  /** By AWS, at once, without anybody's approval: whoever would approve may be asleep, and what runs is not touched. */
  private stopAt(cap: MonthlyBudget, { organizationId, cells, homeRegions, email }: OrganizationCostStackProps): void {
    const accounts = cells.map(({ account }) => account);
    const policy = new CfnPolicy(this, 'StopGrowth', {
      type: 'SERVICE_CONTROL_POLICY',
      name: 'dataflow-stop-growth',
      description: 'Attached near the hard cap: nothing new is made, what runs goes on (BUD-2)',
      content: stopGrowth({ homeRegions }),
      // No target: AWS Budgets attaches it.
    });
    // A policy that is attached cannot be deleted.
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN);

    // Source: AWS Cost Management User Guide, "Setting up a role for AWS Budgets to run budget actions", read 2026-11.
    const role = new iam.Role(this, 'StopRole', {
      description: 'AWS Budgets attaches the policy that stops growth, and takes it off',
      assumedBy: new iam.ServicePrincipal('budgets.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': this.account },
          ArnLike: { 'aws:SourceArn': `arn:${this.partition}:budgets::${this.account}:budget/*` },
        },
      }),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'StopGrowth',
        actions: ['organizations:AttachPolicy', 'organizations:DetachPolicy'],
        resources: [
          policy.attrArn,
          ...accounts.map((account) => `arn:${this.partition}:organizations::${this.account}:account/${organizationId}/${account}`),
        ],
      }),
    );
    const action = new CfnBudgetsAction(this, 'StopAction', {
      budgetName: cap.budget.ref,
      actionType: 'APPLY_SCP_POLICY',
      approvalModel: 'AUTOMATIC',
      notificationType: 'ACTUAL',
      actionThreshold: { type: 'PERCENTAGE', value: STOP_PERCENT },
      definition: { scpActionDefinition: { policyId: policy.attrId, targetIds: accounts } },
      executionRoleArn: role.roleArn,
      subscribers: [{ type: 'EMAIL', address: email }],
    });
    // Budgets tries the role when the action is made.
    action.node.addDependency(role);
  }

  /** The two questions that people ask of a bill, answered in AWS's own console: which cell, which part of the platform. */
  private addCategories({ cells }: OrganizationCostStackProps): void {
    const ruleVersion = 'CostCategoryExpression.v1';
    new CfnCostCategory(this, 'CellCategory', {
      name: 'dataflow-cell',
      ruleVersion,
      defaultValue: 'organization',
      rules: JSON.stringify(
        cells.map(({ name, account }) => ({ Value: name, Rule: { Dimensions: { Key: 'LINKED_ACCOUNT', Values: [account] } } })),
      ),
    });
    new CfnCostCategory(this, 'ComponentCategory', {
      name: 'dataflow-component',
      ruleVersion,
      defaultValue: 'untagged',
      rules: JSON.stringify([{ Type: 'INHERITED_VALUE', InheritedValue: { DimensionName: 'TAG', DimensionKey: 'component' } }]),
    });
  }

  /**
   * From here, since CloudFormation makes exports in us-east-1 alone, and straight into the cell: into a bucket of another account, which AWS allows
   * since 2026-03 (S3BucketOwner). The cell's stack `Cost` comes first. Sources: AWS Data Exports User Guide, "Setting up an Amazon S3 bucket for data exports";
   * AWS Billing and Cost Management Data Exports API changes of 2026-03-26; read 2026-11.
   */
  private addExport({ cell, statement, tableConfiguration, bucket }: BillExport): void {
    new CfnExport(this, `Bill-${cell}`, {
      export: {
        name: cell,
        description: `Bill of ${cell}, and of what serves it`,
        dataQuery: { queryStatement: statement, tableConfigurations: { COST_AND_USAGE_REPORT: { ...tableConfiguration } } },
        destinationConfigurations: {
          s3Destination: {
            s3Bucket: bucket.name,
            s3BucketOwner: bucket.account,
            s3Prefix: bucket.prefix,
            s3Region: bucket.region,
            // A month's files are written again until the bill is final.
            s3OutputConfigurations: { format: 'PARQUET', compression: 'PARQUET', outputType: 'CUSTOM', overwrite: 'OVERWRITE_REPORT' },
          },
        },
        refreshCadence: { frequency: 'SYNCHRONOUS' },
      },
    });
  }
}

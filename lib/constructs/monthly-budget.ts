import { createHash } from 'node:crypto';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

export interface MonthlyBudgetProps {
  /** What an engineer reads in the e-mail, such as `prod-eu-lake`: runbooks go by it. */
  readonly name: string;
  readonly limitUsd: number;
  /** Percentages of the limit, at most 5 together: of what was spent, and of what AWS expects of the whole month. */
  readonly notifyAt: { readonly actual: readonly number[]; readonly forecast: readonly number[] };
  readonly email: string;
  /** Costs with this value of the tag `component`. @default - all costs of the account, or, in the management account, of the organization */
  readonly component?: string;
}

/**
 * A budget of a calendar month, net of credits and refunds: what is paid [BUD-1].
 *
 * What to do: docs/06-runbooks/budget-exceeded.md.
 *
 * By e-mail, and not by the alert topics: their only reader is the same address, and Budgets, which works from us-east-1, would need a way into each
 * topic and each key. A budget takes no change of its notifications: CloudFormation makes another, under another name, so the name ends with a digest of them.
 */
export class MonthlyBudget extends Construct {
  readonly budget: CfnBudget;

  constructor(scope: Construct, id: string, { name, limitUsd, notifyAt, email, component }: MonthlyBudgetProps) {
    super(scope, id);
    const count = notifyAt.actual.length + notifyAt.forecast.length;
    // Source: AWS CloudFormation, "AWS::Budgets::Budget": at most five notifications a budget, read 2026-11.
    if (count < 1 || count > 5) throw new RangeError(`MonthlyBudget.notifyAt: received ${count} thresholds; allowed: 1 to 5`);
    if (!(limitUsd > 0)) throw new RangeError(`MonthlyBudget.limitUsd: received ${limitUsd}; allowed: more than 0, in USD`);
    const notification = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers: [{ subscriptionType: 'EMAIL', address: email }],
    });
    const notifications = [
      ...notifyAt.actual.map((threshold) => notification('ACTUAL', threshold)),
      ...notifyAt.forecast.map((threshold) => notification('FORECASTED', threshold)),
    ];
    const digest = createHash('sha256').update(JSON.stringify(notifications)).digest('hex').slice(0, 6);
    this.budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `${name}-${digest}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limitUsd, unit: 'USD' },
        ...(component === undefined ? {} : { costFilters: { TagKeyValue: [`user:component$${component}`] } }),
      },
      notificationsWithSubscribers: notifications,
    });
  }
}

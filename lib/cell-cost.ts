import type { Construct } from 'constructs';
import { billedCells } from './billed-cells';
import type { Cell } from './config/schema';
import { accountParts } from './cost/attribution/accounts';
import { lineItemColumns } from './cost/attribution/line-items';
import { attributionSql, costNames } from './cost/attribution/query';
import { USAGE_PREFIX, usageColumns } from './cost/attribution/usage';
import { componentPercents } from './cost/component-budgets';
import { fixedLines, hourlyLines } from './cost/hourly';
import { CostStack } from './stacks/cost-stack';
import { DetectionStack } from './stacks/detection-stack';
import { LogArchiveStack } from './stacks/log-archive-stack';

export interface CostSurroundings {
  readonly billed: ReturnType<typeof billedCells>;
  readonly managementAccount: string;
  readonly logArchive: LogArchiveStack;
  readonly alerts: DetectionStack['alerts'];
  /** Whether a second Region has replicas of the tables. */
  readonly isReplicated: boolean;
}

/** What the cell costs, with its recovery Region, and whom [BUD-1, BUD-3]. */
export function addCost(
  scope: Construct,
  cell: Cell,
  { billed, managementAccount, logArchive, alerts, isReplicated }: CostSurroundings,
): CostStack {
  const { name, account, home, monthlyBudgetUsd, alertEmail, queryScanGib } = cell;
  const place = {
    cell: name,
    account,
    region: home.region,
    zones: home.availabilityZoneIds.length,
    natZones: home.egress.kind === 'regional' ? home.availabilityZoneIds.length : 1,
    interfaceEndpoints: home.interfaceEndpoints.length,
    isReplicated,
  };
  return new CostStack(scope, 'Cost', {
    env: { account, region: home.region },
    cell: name,
    monthlyBudgetUsd,
    componentPercents,
    email: alertEmail,
    hourly: { lines: hourlyLines(place), fixed: fixedLines(place) },
    attribution: {
      names: costNames,
      managementAccount,
      lineItemColumns,
      usageColumns,
      usagePrefix: USAGE_PREFIX,
      // No other cell is named: its bill does not come here.
      query: attributionSql({ accounts: accountParts(name, billed, managementAccount).filter(({ part }) => part > 0) }),
      isWatched: billed.some((other) => other.name === name && other.holdsCustomerData),
    },
    queryScanGib,
    accessLogs: logArchive.accessLogs,
    logs: logArchive.networkLogs,
    alerts,
  });
}

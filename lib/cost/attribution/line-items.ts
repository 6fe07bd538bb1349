import type { ExportedAccounts } from './accounts';

/**
 * What of CUR 2.0 is exported, under which names, so that no map of tags has to be read afterwards: the export takes them out, and Athena and DuckDB read
 * plain columns. Sources: AWS Data Exports User Guide, "Cost and Usage Report (CUR) 2.0" (table dictionary, "Split line item columns") and "Data query: SQL query
 * and table configurations", read 2026-11.
 */
export interface LineItemColumn {
  readonly name: string;
  readonly type: 'string' | 'double' | 'timestamp';
  /** @default - the column of that name */
  readonly from?: string;
}

export const lineItemColumns = [
  { name: 'line_item_usage_account_id', type: 'string' },
  { name: 'line_item_product_code', type: 'string' },
  { name: 'line_item_usage_type', type: 'string' },
  { name: 'line_item_line_item_type', type: 'string' },
  { name: 'line_item_resource_id', type: 'string' },
  { name: 'line_item_unblended_cost', type: 'double' },
  { name: 'line_item_usage_start_date', type: 'timestamp' },
  { name: 'split_line_item_parent_resource_id', type: 'string' },
  { name: 'split_line_item_split_cost', type: 'double' },
  { name: 'split_line_item_unused_cost', type: 'double' },
  // Tags of ours stand under `user_`, those of split cost allocation under `aws_` (unverified: the form of the latter).
  { name: 'component', type: 'string', from: 'resource_tags.user_component' },
  { name: 'eks_namespace', type: 'string', from: 'resource_tags.aws_eks_namespace' },
] as const satisfies readonly LineItemColumn[];

/** What an export asks for: some accounts' lines, and no column that nothing reads. (`!=`: unverified, the guide names no operators.) */
export const exportStatement = (accounts: ExportedAccounts): string =>
  `SELECT ${lineItemColumns.map((column) => ('from' in column ? `${column.from} AS ${column.name}` : column.name)).join(', ')} FROM COST_AND_USAGE_REPORT${conditionOf(accounts)}`;

function conditionOf(accounts: ExportedAccounts): string {
  const [listed, operator, between] = 'only' in accounts ? [accounts.only, '=', ' OR '] : [accounts.allBut, '!=', ' AND '];
  return listed.length === 0
    ? ''
    : ` WHERE ${listed.map((account) => `line_item_usage_account_id ${operator} '${account}'`).join(between)}`;
}

/** Lines by the hour and by the resource, with pods' shares of nodes. */
export const exportConfiguration = {
  TIME_GRANULARITY: 'HOURLY',
  INCLUDE_RESOURCES: 'TRUE',
  INCLUDE_SPLIT_COST_ALLOCATION_DATA: 'TRUE',
  INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY: 'FALSE',
} as const;

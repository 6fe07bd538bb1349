/** What watching costs: alarms and objectives of a template, and two ways to count by tenant. Dashboards, canaries and collection come with their stacks. */
import { priceOf } from './price-sheet';

export interface Watching {
  /** Metrics in metric alarms: each is billed by the metrics that it asks for. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly objectives: number;
}

/** USD a month of alarms. Objectives are left out: for what AWS bills them by no source was found (docs/01-architecture/decisions/ADR-034). */
export const alarmsUsd = ({ alarmMetrics, compositeAlarms }: Watching, region: string): number =>
  alarmMetrics * priceOf('CloudWatch', 'Alarm, standard resolution', region).usd +
  compositeAlarms * priceOf('CloudWatch', 'Alarm, composite', region).usd;

const MINUTES_A_MONTH = 43_800;
const FIGURES = 8;
const LINE_BYTES = 300;

export interface Counting {
  readonly tenants: number;
  /** Pods of all services together; each writes a line a minute for each tenant that it has seen. */
  readonly pods: number;
  readonly rules: number;
}

/** USD a month of a metric for each tenant and figure, without a line of log. */
export function metricEachUsd({ tenants }: Counting, region: string): number {
  const metrics = tenants * FIGURES;
  const first = Math.min(metrics, 10_000);
  return (
    first * priceOf('CloudWatch', 'Custom metrics, first 10,000', region).usd +
    (metrics - first) * priceOf('CloudWatch', 'Custom metrics, next 240,000', region).usd
  );
}

/** USD a month of a line a minute, pod and tenant, and of rules over them, each of which matches the lines of one service of four. */
export function lineEachUsd({ tenants, pods, rules }: Counting, region: string): number {
  const lines = tenants * pods * MINUTES_A_MONTH;
  return (
    (lines * LINE_BYTES * priceOf('CloudWatch', 'Logs ingestion, Standard class', region).usd) / 1e9 +
    rules * priceOf('CloudWatch', 'Contributor Insights rule', region).usd +
    ((rules / 4) * lines * priceOf('CloudWatch', 'Contributor Insights matching log events', region).usd) / 1e6
  );
}

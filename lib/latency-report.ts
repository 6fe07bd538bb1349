import type { StackTemplate } from './checks/assembly';
import type { Platform } from './config/schema';
import { apiLimits } from './api/limits';
import { tiers } from './config/tiers';
import { readDeliveryQueues } from './latency/delivery';
import { classTraits, deliverySchedule } from './constructs/delivery-schedule';
import type { ReportProps } from './latency/report';
import { readSettings, type ManifestSettings } from './latency/settings';

/** The largest cell, as it stands at home. */
export const MODELLED = { cell: 'prod-us', region: 'us-east-1' } as const;

/** Enterprise customers, by the context; how many of them a cell has is as its share of all events. */
const CUSTOMERS = 60;

/**
 * What the model of latency is told, from configuration, templates and manifests: the only place that knows all three.
 * @param manifests of the cluster of `MODELLED`
 */
export function latencyReportProps(
  { environments }: Pick<Platform, 'environments'>,
  stacks: readonly StackTemplate[],
  manifests: readonly ManifestSettings[],
): ReportProps {
  const siblings = environments.find(({ cells }) => cells.some(({ name }) => name === MODELLED.cell))?.cells ?? [];
  const cell = siblings.find(({ name }) => name === MODELLED.cell);
  if (!cell) throw new RangeError(`cell: received '${MODELLED.cell}'; allowed: a cell of the configuration`);
  const ofCell = stacks.filter(({ path }) => path.startsWith(`${MODELLED.cell}/`));
  const events = siblings.reduce((sum, { workload }) => sum + workload.eventsPerDay, 0);
  return {
    cell: cell.name,
    settings: readSettings(ofCell, manifests),
    workload: cell.workload,
    plan: { schedule: deliverySchedule, classes: classTraits },
    largest: {
      eventsASecond: tiers.enterprise.eventsPerSecond,
      burstEvents: tiers.enterprise.burstEvents,
      batchEvents: apiLimits.maxBatchEvents,
    },
    queues: readDeliveryQueues(ofCell.filter(({ region }) => region === MODELLED.region)),
    tenants: Math.round((CUSTOMERS * cell.workload.eventsPerDay) / events),
  };
}

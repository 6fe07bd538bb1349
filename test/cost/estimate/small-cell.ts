/** A cell of one stack, whose workload is round figures: what is worked out by hand stays readable. */
import { figuresOf, type Figures } from '../../../lib/cost/estimate/assumptions';
import { buying, type CellInputs, type Resource, type Workload } from '../../../lib/cost/estimate/inputs';
import { Meter, type MeteredLine } from '../../../lib/cost/estimate/meter';
import { pricers } from '../../../lib/cost/estimate/pricers';
import { DAYS_A_MONTH, trafficOf, type Traffic } from '../../../lib/cost/estimate/traffic';

/** A million events a month, exactly: 365 months are 12 years. */
export const MILLION_A_MONTH = 1e6 / DAYS_A_MONTH;

export const workload: Workload = {
  eventsPerDay: MILLION_A_MONTH,
  eventBytes: 1024,
  deliveriesPerEvent: 2,
  eventsPerRequest: 1,
  profileReadsPerDay: 0,
  tenants: 1,
  persons: 1,
  profileBytes: 1000,
};

export const resource = (type: string, properties: Readonly<Record<string, unknown>> = {}, logicalId = 'Thing'): Resource => ({
  type,
  logicalId,
  properties,
});

export const cellOf = (resources: readonly Resource[], of: Partial<CellInputs> = {}): CellInputs => ({
  environment: 'prod',
  holdsCustomerData: true,
  cell: 'small',
  homeRegion: 'us-east-1',
  servingRegion: 'us-east-1',
  budgetUsd: 100,
  maximumVcpus: 100,
  workload,
  pods: [{ service: 'all', least: 4, most: 8, vcpus: 0.5, memoryGib: 0.5, target: 0.6 }],
  buying,
  ...of,
  stacks: [{ path: 'small/Stack', region: 'us-east-1', resources }],
});

interface Given {
  readonly traffic?: Partial<Traffic>;
  readonly figures?: Partial<Figures>;
  readonly of?: Partial<CellInputs>;
}

/** Lines of the first resource alone, by traffic and figures that the test says. */
export function linesOf(resources: readonly Resource[], { traffic = {}, figures = {}, of = {} }: Given = {}): readonly MeteredLine[] {
  const inputs = cellOf(resources, of);
  const all = { ...figuresOf('expected'), ...figures };
  const meter = new Meter(inputs, { ...trafficOf(inputs, all), ...traffic }, all);
  const [first] = resources;
  const [stack] = inputs.stacks;
  const pricer = first && pricers[first.type];
  if (!first || !stack || !pricer) throw new RangeError(`resource: received '${first?.type ?? 'none'}'; allowed: one that is priced`);
  pricer(meter, stack, first);
  return meter.lines;
}

/** To the cent, by what the line is called. */
export const centsOf = (lines: readonly MeteredLine[]): Readonly<Record<string, string>> =>
  Object.fromEntries(lines.map(({ item, usd }) => [item, usd.toFixed(2)]));

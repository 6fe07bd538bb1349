import rows from './prices.json';

/** A list price in USD, on demand, before tax, free tiers and discounts. */
interface PriceRow {
  readonly service: string;
  readonly item: string;
  readonly unit: string;
  /** By Region; null where no source was found. */
  readonly prices: Readonly<Record<string, number | null>>;
  readonly source: string;
  readonly asOf: string;
  readonly note?: string;
}

export interface Price {
  readonly usd: number;
  readonly unit: string;
  /** True where the Region's own price was not found: then it is that of us-east-1 times the ratio of EC2's prices. */
  readonly estimated: boolean;
}

const sheet: readonly PriceRow[] = rows;

/** The best known item in every Region, after which other prices are estimated. */
const reference = { service: 'EC2', item: 'm7g.large Linux on-demand, shared tenancy' };

const rowsByService = new Map<string, Map<string, PriceRow>>();
for (const row of sheet) rowsByService.set(row.service, (rowsByService.get(row.service) ?? new Map<string, PriceRow>()).set(row.item, row));

const rowOf = (service: string, item: string): PriceRow | undefined => rowsByService.get(service)?.get(item);

/** Regions whose costs can be estimated. */
export function pricedRegions(): readonly string[] {
  return Object.entries(rowOf(reference.service, reference.item)?.prices ?? {})
    .filter(([, usd]) => usd !== null)
    .map(([region]) => region);
}

/**
 * The list price of an item in a Region.
 * @throws RangeError for an item that is not on the sheet, or for which there is no price to start from.
 */
export function priceOf(service: string, item: string, region: string): Price {
  const row = rowOf(service, item);
  if (!row) throw new RangeError(`item: received '${service}: ${item}'; allowed: an item of lib/cost/prices.json`);
  const own = row.prices[region];
  if (typeof own === 'number') return { usd: own, unit: row.unit, estimated: false };
  // A ratio is no money: it does not grow with a Region's prices.
  if (typeof row.prices['us-east-1'] === 'number' && pricedRegions().includes(region) && !row.unit.startsWith('USD')) {
    return { usd: row.prices['us-east-1'], unit: row.unit, estimated: true };
  }
  const [home, here, there] = [
    row.prices['us-east-1'],
    ...['us-east-1', region].map((name) => rowOf(reference.service, reference.item)?.prices[name]),
  ];
  if (typeof home !== 'number' || typeof here !== 'number' || typeof there !== 'number') {
    throw new RangeError(
      `region: received '${region}' for '${service}: ${item}'; allowed: ${pricedRegions().join(', ')}, with a price in us-east-1`,
    );
  }
  return { usd: (home * there) / here, unit: row.unit, estimated: true };
}

/** What each tenant cost and what is left of its price [BUD-3, CST-2], from the answers of the one query. */
import { columnName, shownDrivers } from './query';
import type { Driver } from './rules';

export const UNATTRIBUTED = '(unattributed)';

export interface TenantCost {
  readonly tenant: string;
  /** Why it reached no tenant; empty for a tenant. */
  readonly reason: string;
  readonly cents: number;
  readonly usdBy: Readonly<Record<Exclude<Driver, 'pods'>, number>>;
}

/** Rows as an engine gives them, numbers as numbers or as text. @throws RangeError for a row that is none of the query's. */
export const parseAnswer = (rows: readonly Readonly<Record<string, unknown>>[]): readonly TenantCost[] =>
  rows.map((row) => {
    const number = (name: string): number => {
      const value = row[name];
      const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof read !== 'number' || !Number.isFinite(read))
        throw new RangeError(`${name}: received ${JSON.stringify(value)}; allowed: a number`);
      return read;
    };
    const { tenant, reason } = row;
    if (typeof tenant !== 'string' || tenant === '') throw new RangeError(`tenant: received ${JSON.stringify(tenant)}; allowed: a name`);
    return {
      tenant,
      reason: typeof reason === 'string' ? reason : '',
      cents: number('cents'),
      usdBy: Object.fromEntries(shownDrivers.map((driver) => [driver, number(columnName(driver))])) as TenantCost['usdBy'],
    };
  });

export interface Attribution {
  readonly totalCents: number;
  /** Of the total, in per cent. */
  readonly attributedPercent: number;
  readonly evenPercent: number;
  readonly overheadPercent: number;
  readonly unattributed: readonly { readonly reason: string; readonly cents: number }[];
  readonly averageTenantUsd: number;
}

/** How much of a bill reached tenants, and how. */
export function summarize(rows: readonly TenantCost[]): Attribution {
  const tenants = rows.filter(({ tenant }) => tenant !== UNATTRIBUTED);
  const rest = rows.filter(({ tenant }) => tenant === UNATTRIBUTED);
  const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0);
  const totalCents = sum(rows.map(({ cents }) => cents));
  const attributedCents = sum(tenants.map(({ cents }) => cents));
  // What could not be attributed counts whichever sign it has: a refund must not hide a new service.
  const whole = attributedCents + sum(rest.map(({ cents }) => Math.abs(cents)));
  // To a thousandth: sums of floating point differ in the last digits with the order in which an engine adds.
  const percent = (usd: number) => (whole > 0 ? Math.round((usd * 1e7) / whole) / 1e3 : 0);
  return {
    totalCents,
    attributedPercent: percent(attributedCents / 100),
    evenPercent: percent(sum(tenants.map(({ usdBy }) => usdBy.even))),
    overheadPercent: percent(sum(tenants.map(({ usdBy }) => usdBy.overhead))),
    unattributed: rest.map(({ reason, cents }) => ({ reason, cents })).sort((a, b) => Math.abs(b.cents) - Math.abs(a.cents)),
    averageTenantUsd: tenants.length > 0 ? attributedCents / 100 / tenants.length : 0,
  };
}

/** What tenants pay, by their tier: an input, since billing is another system's. */
export interface PriceList {
  /** USD a month. */
  readonly tiers: Readonly<Record<string, number>>;
  /** Each tenant's tier. */
  readonly tenants: Readonly<Record<string, string>>;
}

export interface TenantMargin {
  readonly tenant: string;
  readonly costUsd: number;
  readonly tier?: string;
  readonly priceUsd?: number;
  readonly marginUsd?: number;
  /** Of the price. */
  readonly marginPercent?: number;
}

/**
 * Cost beside price, the smallest margin first; a tenant without a price comes before all others.
 * @throws RangeError for a tier that has no price.
 */
export function margins(rows: readonly TenantCost[], { tiers, tenants }: PriceList): readonly TenantMargin[] {
  return rows
    .filter(({ tenant }) => tenant !== UNATTRIBUTED)
    .map(({ tenant, cents }): TenantMargin => {
      const costUsd = cents / 100;
      const tier = tenants[tenant];
      if (tier === undefined) return { tenant, costUsd };
      const priceUsd = tiers[tier];
      if (priceUsd === undefined) throw new RangeError(`tenants.${tenant}: received '${tier}'; allowed: ${Object.keys(tiers).join(', ')}`);
      const marginUsd = Math.round(priceUsd * 100 - cents) / 100;
      return { tenant, costUsd, tier, priceUsd, marginUsd, marginPercent: priceUsd > 0 ? (marginUsd / priceUsd) * 100 : 0 };
    })
    .sort((a, b) => (a.marginUsd ?? -Infinity) - (b.marginUsd ?? -Infinity) || b.costUsd - a.costUsd);
}

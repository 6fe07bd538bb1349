import { describe, expect, it } from 'vitest';
import { jurisdictions } from '../../lib/config/jurisdictions';
import { platform } from '../../lib/config/platform';
import { parsePlatform, validatePlatform } from '../../lib/config/validate';
import { pricedRegions } from '../../lib/cost/price-sheet';

const cells = platform.environments.flatMap((environment) => environment.cells.map((cell) => ({ environment, cell })));
const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

/** The cells of the design, written again: a figure that changes in one place only is a slip. */
const design = [
  { cell: 'dev', account: '111111111111', place: 'us us-east-1', recovery: 'none', eventsPerDay: 100_000, budgetUsd: 1_500 },
  { cell: 'staging', account: '222222222222', place: 'eu eu-west-1', recovery: 'eu-central-1', eventsPerDay: 500_000, budgetUsd: 1_500 },
  { cell: 'prod-us', account: '333333333333', place: 'us us-east-1', recovery: 'us-west-2', eventsPerDay: 6_000_000, budgetUsd: 6_000 },
  { cell: 'prod-eu', account: '444444444444', place: 'eu eu-west-1', recovery: 'eu-central-1', eventsPerDay: 4_000_000, budgetUsd: 4_000 },
];

const networks = [
  { cell: 'dev', home: '10.0.0.0/16', homeZones: 'use1-az1 use1-az2', recovery: 'none', recoveryZones: '' },
  {
    cell: 'staging',
    home: '10.16.0.0/16',
    homeZones: 'euw1-az1 euw1-az2 euw1-az3',
    recovery: '10.17.0.0/16',
    recoveryZones: 'euc1-az1 euc1-az2 euc1-az3',
  },
  {
    cell: 'prod-us',
    home: '10.32.0.0/16',
    homeZones: 'use1-az1 use1-az2 use1-az4',
    recovery: '10.33.0.0/16',
    recoveryZones: 'usw2-az1 usw2-az2 usw2-az3',
  },
  {
    cell: 'prod-eu',
    home: '10.48.0.0/16',
    homeZones: 'euw1-az1 euw1-az2 euw1-az3',
    recovery: '10.49.0.0/16',
    recoveryZones: 'euc1-az1 euc1-az2 euc1-az3',
  },
];

describe('the committed platform', () => {
  it('has no problem', () => {
    expect(validatePlatform(platform, { pricedRegions: pricedRegions() })).toEqual([]);
    expect(parsePlatform(platform, { pricedRegions: pricedRegions() })).toBe(platform);
  });

  it('has the environments in the order in which changes reach them', () => {
    expect(platform.environments.map(({ name, holdsCustomerData }) => ({ name, holdsCustomerData }))).toEqual([
      { name: 'dev', holdsCustomerData: false },
      { name: 'staging', holdsCustomerData: false },
      { name: 'prod', holdsCustomerData: true },
    ]);
  });

  it('has the accounts, Regions, volumes and budgets of the design', () => {
    expect(
      cells.map(({ cell }) => ({
        cell: cell.name,
        account: cell.account,
        place: `${cell.jurisdiction} ${cell.home.region}`,
        recovery: cell.recovery.kind === 'none' ? 'none' : cell.recovery.region,
        eventsPerDay: cell.workload.eventsPerDay,
        budgetUsd: cell.monthlyBudgetUsd,
      })),
    ).toEqual(design);
  });

  it('has the networks and zones of the design', () => {
    expect(
      cells.map(({ cell: { name, home, recovery } }) => ({
        cell: name,
        home: home.cidr,
        homeZones: home.availabilityZoneIds.join(' '),
        recovery: recovery.kind === 'none' ? 'none' : recovery.cidr,
        recoveryZones: recovery.kind === 'none' ? '' : recovery.availabilityZoneIds.join(' '),
      })),
    ).toEqual(networks);
  });

  it('has the organization in its management account', () => {
    expect(platform.organization).toMatchObject({ managementAccount: '999999999999', region: 'us-east-1' });
  });

  it('has production for the 10 million events a day of SLI-1, of 2 KB each', () => {
    const production = cells.filter(({ environment }) => environment.holdsCustomerData).map(({ cell }) => cell.workload);
    expect(sum(production.map(({ eventsPerDay }) => eventsPerDay))).toBe(10_000_000);
    expect(cells.map(({ cell }) => cell.workload.eventBytes)).toEqual(cells.map(() => 2048));
  });

  it('budgets less than the 50,000 USD a month of BUD-1, and production less than the 30,000 of CST-1', () => {
    expect(sum(cells.map(({ cell }) => cell.monthlyBudgetUsd))).toBeLessThanOrEqual(50_000);
    const production = cells.filter(({ environment }) => environment.holdsCustomerData);
    expect(sum(production.map(({ cell }) => cell.monthlyBudgetUsd))).toBeLessThanOrEqual(30_000);
  });

  it('keeps every log and audit record for the 90 days of SEC-3', () => {
    for (const { logDays, auditDays, auditLockDays } of cells.map(({ cell }) => cell.retention))
      expect(Math.min(logDays, auditDays, auditLockDays)).toBeGreaterThanOrEqual(90);
  });

  it("keeps no copy of customers' data for longer than the 25 days that the 30 of CMP-1 leave", () => {
    for (const { rawEventDays, restoreDays } of cells.map(({ cell }) => cell.retention))
      expect(Math.max(rawEventDays, restoreDays)).toBeLessThanOrEqual(25);
  });
});

describe('the jurisdictions', () => {
  /** Member states of the Union, by the Region's city: Dublin, Paris, Frankfurt, Stockholm, Milan, Aragon. */
  const memberStates = ['eu-west-1', 'eu-west-3', 'eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2'];

  it('have EU customers in member states only', () => {
    expect([...jurisdictions.eu].sort()).toEqual([...memberStates].sort());
  });

  it.each(['eu-west-2', 'eu-central-2'])('leave out %s, which is in Europe but outside the Union', (region) => {
    expect(Object.values(jurisdictions).flat()).not.toContain(region);
  });

  it('have US customers in the United States only', () => {
    expect(jurisdictions.us.every((region) => /^us-(east|west)-\d$/.test(region))).toBe(true);
  });

  it('share no Region', () => {
    const regions = Object.values(jurisdictions).flat();
    expect(new Set(regions).size).toBe(regions.length);
  });
});

import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { validatePlatform } from '../../lib/config/validate';
import { changed, options, propertyOf, replaced, valueAt, type Path } from '../support/platforms';

const dev = 'environments.dev.cells.dev';
const staging = 'environments.staging.cells.staging';
const us = 'environments.prod.cells.prod-us';
const eu = 'environments.prod.cells.prod-eu';

type Changes = Readonly<Record<string, unknown>>;

interface Case {
  readonly what: string;
  /** A platform that breaks the rule, and each problem that it has: the property, and what of the allowed range identifies the rule. */
  readonly rejected: Changes;
  readonly problems: readonly (readonly [property: string, allowed: string])[];
  /** The nearest platform that keeps the rule; the committed one if there is none. */
  readonly taken?: Changes;
}

const spain = (account: string): Changes => ({
  [`${account}.region`]: 'eu-south-2',
  [`${account}.availabilityZoneIds`]: ['eus2-az1', 'eus2-az2', 'eus2-az3'],
});

const places: readonly Case[] = [
  {
    what: 'a recovery Region of another jurisdiction',
    rejected: { [`${eu}.recovery.region`]: 'us-west-2', [`${eu}.recovery.availabilityZoneIds`]: ['usw2-az1', 'usw2-az2', 'usw2-az3'] },
    problems: [[`${eu}.recovery.region`, 'a Region of eu, eu-west-1, eu-west-3, eu-central-1']],
  },
  {
    what: 'a home Region of another jurisdiction',
    rejected: { [`${us}.jurisdiction`]: 'eu' },
    problems: [
      [`${us}.home.region`, '[REG-1, REG-3]'],
      [`${us}.recovery.region`, '[REG-1, REG-3]'],
      ...[0, 1, 2].map((index) => [`${us}.delivery.destinations.${index}.data.jurisdiction`, '[REG-3]'] as const),
    ],
  },
  {
    what: 'London, which is outside the Union',
    rejected: { [`${eu}.recovery.region`]: 'eu-west-2', [`${eu}.recovery.availabilityZoneIds`]: ['euw2-az1', 'euw2-az2', 'euw2-az3'] },
    problems: [
      [`${eu}.recovery.region`, '[REG-1, REG-3]'],
      [`${eu}.recovery.region`, '[BUD-2]'],
    ],
  },
  {
    what: 'recovery in the home Region',
    rejected: { [`${eu}.recovery.region`]: 'eu-west-1', [`${eu}.recovery.availabilityZoneIds`]: ['euw1-az1', 'euw1-az2', 'euw1-az3'] },
    problems: [[`${eu}.recovery.region`, 'another Region than home [SLO-4]']],
    taken: {
      [`${eu}.home.region`]: 'eu-central-1',
      [`${eu}.home.availabilityZoneIds`]: ['euc1-az1', 'euc1-az2', 'euc1-az3'],
      [`${eu}.warehouse.accountUrl`]: 'ab12342.eu-central-1.privatelink.snowflakecomputing.com',
      [`${eu}.warehouse.privateLinkService`]: 'com.amazonaws.vpce.eu-central-1.vpce-svc-00000000000000020',
      [`${eu}.recovery.region`]: 'eu-west-1',
      [`${eu}.recovery.availabilityZoneIds`]: ['euw1-az1', 'euw1-az2', 'euw1-az3'],
    },
  },
  {
    what: 'a Region without prices',
    rejected: spain(`${eu}.recovery`),
    problems: [[`${eu}.recovery.region`, 'a Region of the price sheet, us-east-1, us-west-2, eu-west-1, eu-central-1 [BUD-2]']],
  },
  {
    what: "two zones with customers' data",
    rejected: { [`${us}.home.availabilityZoneIds`]: ['use1-az1', 'use1-az2'] },
    problems: [[`${us}.home.availabilityZoneIds`, '3 to 4 zones [SLO-1]']],
    taken: { [`${us}.home.availabilityZoneIds`]: ['use1-az1', 'use1-az2', 'use1-az6'] },
  },
  {
    what: "two zones for recovery with customers' data",
    rejected: { [`${eu}.recovery.availabilityZoneIds`]: ['euc1-az1', 'euc1-az2'] },
    problems: [[`${eu}.recovery.availabilityZoneIds`, '3 to 4 zones [SLO-1]']],
  },
  {
    what: "one zone without customers' data",
    rejected: { [`${dev}.home.availabilityZoneIds`]: ['use1-az1'] },
    problems: [[`${dev}.home.availabilityZoneIds`, '2 to 4 zones [SLO-1]']],
    taken: { [`${staging}.home.availabilityZoneIds`]: ['euw1-az1', 'euw1-az2'] },
  },
  {
    what: 'five zones',
    rejected: { [`${us}.home.availabilityZoneIds`]: ['use1-az1', 'use1-az2', 'use1-az4', 'use1-az5', 'use1-az6'] },
    problems: [[`${us}.home.availabilityZoneIds`, '3 to 4 zones [SLO-1]']],
    taken: { [`${us}.home.availabilityZoneIds`]: ['use1-az1', 'use1-az2', 'use1-az4', 'use1-az5'] },
  },
  {
    what: 'a zone of another Region',
    rejected: { [`${us}.home.availabilityZoneIds.2`]: 'use2-az1', [`${eu}.recovery.availabilityZoneIds.0`]: 'euw1-az1' },
    problems: [
      [`${us}.home.availabilityZoneIds.2`, 'a zone of us-east-1, use1-azN'],
      [`${eu}.recovery.availabilityZoneIds.0`, 'a zone of eu-central-1, euc1-azN'],
    ],
  },
  {
    what: 'a zone in which EKS places no control plane',
    rejected: { [`${us}.home.availabilityZoneIds.2`]: 'use1-az3' },
    problems: [[`${us}.home.availabilityZoneIds.2`, 'a zone in which EKS places control planes']],
    taken: { [`${us}.home.availabilityZoneIds.2`]: 'use1-az5' },
  },
  {
    what: 'a zone twice',
    rejected: { [`${eu}.home.availabilityZoneIds.2`]: 'euw1-az1' },
    problems: [[`${eu}.home.availabilityZoneIds.2`, 'each zone once']],
  },
];

const networks: readonly Case[] = [
  {
    what: "a network that another cell's recovery has",
    rejected: { [`${eu}.home.cidr`]: '10.33.0.0/16' },
    problems: [[`${eu}.home.cidr`, `does not overlap ${us}.recovery (10.33.0.0/16)`]],
    taken: { [`${eu}.home.cidr`]: '10.34.0.0/16' },
  },
  {
    what: 'a network that a cell of another environment has',
    rejected: { [`${staging}.home.cidr`]: '10.0.0.0/16' },
    problems: [[`${staging}.home.cidr`, `does not overlap ${dev}.home (10.0.0.0/16)`]],
    taken: { [`${staging}.home.cidr`]: '192.168.0.0/16' },
  },
  {
    what: 'one network at home and for recovery',
    rejected: { [`${us}.recovery.cidr`]: '10.32.0.0/16' },
    problems: [[`${us}.recovery.cidr`, `does not overlap ${us}.home (10.32.0.0/16)`]],
  },
  {
    what: "the networks of Kubernetes' services",
    rejected: { [`${us}.home.cidr`]: '10.100.0.0/16', [`${eu}.recovery.cidr`]: '172.20.0.0/16' },
    problems: [
      [`${us}.home.cidr`, 'does not overlap the range of Kubernetes services (10.100.0.0/16)'],
      [`${eu}.recovery.cidr`, 'does not overlap the range of Kubernetes services (172.20.0.0/16)'],
    ],
    taken: { [`${us}.home.cidr`]: '10.101.0.0/16', [`${eu}.recovery.cidr`]: '172.21.0.0/16' },
  },
];

const names: readonly Case[] = [
  {
    what: 'a name that another cell has',
    rejected: { [`${staging}.name`]: 'dev' },
    problems: [['environments.staging.cells.dev.name', 'a name that no other cell has']],
    taken: { [`${staging}.name`]: 'rehears' },
  },
  {
    what: "a cell with the name of the organization's stage, which is too long for one",
    rejected: { [`${dev}.name`]: 'organization' },
    problems: [['environments.dev.cells.organization.name', 'at most 7 characters']],
  },
  {
    what: 'a name that another environment has',
    rejected: { 'environments.staging.name': 'dev' },
    problems: [['environments.1.name', 'a name that no other environment has']],
  },
  {
    what: 'an account that another cell has',
    rejected: { [`${eu}.account`]: '333333333333' },
    problems: [[`${eu}.account`, 'a cell is one account']],
    taken: { [`${eu}.account`]: '555555555555' },
  },
  {
    what: 'a cell in the management account',
    rejected: { 'organization.managementAccount': '111111111111' },
    problems: [[`${dev}.account`, 'a cell is one account']],
  },
];

const money: readonly Case[] = [
  {
    what: 'budgets that sum up to more than BUD-1',
    // 38,500 + 1,500 + 6,000 + 4,000 = 50,000.
    rejected: { [`${staging}.monthlyBudgetUsd`]: 38_501 },
    problems: [dev, staging, us, eu].map((cell) => [`${cell}.monthlyBudgetUsd`, 'at most 50000 USD a month, not 50001 [BUD-1]'] as const),
    taken: { [`${staging}.monthlyBudgetUsd`]: 38_500 },
  },
  {
    what: 'a budget of more than CST-1 allows for the events',
    // 4 million events a day, 365 / 12 days a month, 0.0001 USD: 12,166.67 USD.
    rejected: { [`${eu}.monthlyBudgetUsd`]: 12_167 },
    problems: [[`${eu}.monthlyBudgetUsd`, 'at most 12166, 0.0001 USD an event [CST-1]']],
    taken: { [`${eu}.monthlyBudgetUsd`]: 12_166 },
  },
  {
    what: 'too few events for the budget',
    rejected: { [`${us}.workload.eventsPerDay`]: 1_000_000 },
    problems: [[`${us}.monthlyBudgetUsd`, 'at most 3041, 0.0001 USD an event [CST-1]']],
    taken: { [`${us}.workload.eventsPerDay`]: 2_000_000 },
  },
];

const safeguards: readonly Case[] = [
  {
    what: 'a lock that outlasts the audit records',
    rejected: { [`${eu}.retention.auditLockDays`]: 401 },
    problems: [[`${eu}.retention.auditLockDays`, 'at most auditDays, 400']],
    taken: { [`${eu}.retention.auditLockDays`]: 400 },
  },
  {
    what: "a lock with customers' data that an administrator can lift",
    rejected: { [`${eu}.retention.auditLockMode`]: 'GOVERNANCE' },
    problems: [[`${eu}.retention.auditLockMode`, "'COMPLIANCE', since customers' data is in it [SEC-3]"]],
    taken: { [`${staging}.retention.auditLockMode`]: 'COMPLIANCE' },
  },
  {
    what: 'a recovery Region that serves without addresses',
    rejected: { [`${staging}.recovery.state`]: 'serving' },
    problems: [[`${staging}.recovery.reservedAddressesPerZone`, 'at least 1 while it serves']],
    taken: { [`${staging}.recovery.state`]: 'serving', [`${staging}.recovery.reservedAddressesPerZone`]: 1 },
  },
  {
    what: 'a database whose least capacity is more than its most',
    rejected: { [`${eu}.database.minimumUnits`]: 16.5 },
    problems: [[`${eu}.database.minimumUnits`, 'at most maximumUnits, 16']],
    taken: { [`${eu}.database.minimumUnits`]: 16 },
  },
  {
    what: "a database that sleeps with customers' data",
    rejected: { [`${us}.database.minimumUnits`]: 0 },
    problems: [[`${us}.database.minimumUnits`, 'at least 0.5']],
    taken: { [`${staging}.database.minimumUnits`]: 0 },
  },
  {
    what: 'a service whose fewest pods are more than its most',
    rejected: { [`${eu}.cluster.services.ingest.minimumPods`]: 25 },
    problems: [[`${eu}.cluster.services.ingest.minimumPods`, 'at most maximumPods, 24']],
    taken: { [`${eu}.cluster.services.ingest.minimumPods`]: 24 },
  },
  {
    what: "a service without a pod in each zone with customers' data",
    rejected: { [`${us}.cluster.services.delivery.minimumPods`]: 2 },
    problems: [[`${us}.cluster.services.delivery.minimumPods`, 'at least 3, one in each zone']],
    taken: { [`${staging}.cluster.services.delivery.minimumPods`]: 2 },
  },
  {
    what: "egress of a single zone with customers' data",
    rejected: { [`${us}.home.egress`]: valueAt(['environments', 0, 'cells', 0, 'home', 'egress']) },
    problems: [[`${us}.home.egress.kind`, "'regional', since customers depend on it [SLO-1]"]],
    taken: { [`${staging}.home.egress`]: valueAt(['environments', 0, 'cells', 0, 'home', 'egress']) },
  },
  {
    what: "customers' data without recovery",
    rejected: { [`${us}.recovery`]: valueAt(['environments', 0, 'cells', 0, 'recovery']) },
    problems: [[`${us}.recovery.kind`, "'pilot-light', since customers' data is in it [SLO-4, SLO-5]"]],
    taken: { [`${staging}.recovery`]: valueAt(['environments', 0, 'cells', 0, 'recovery']) },
  },
  {
    what: "customers' data where the safeguards were left out",
    rejected: { 'environments.dev.holdsCustomerData': true },
    problems: [
      [`${dev}.home.availabilityZoneIds`, '3 to 4 zones'],
      [`${dev}.recovery.kind`, "'pilot-light'"],
      [`${dev}.home.egress.kind`, "'regional'"],
      [`${dev}.retention.auditLockMode`, "'COMPLIANCE'"],
      [`${dev}.warehouse.kind`, "'snowflake'"],
      [`${dev}.database.minimumUnits`, 'at least 0.5'],
      [`${dev}.cluster.services.ingest.minimumPods`, 'at least 3, one in each zone'],
      [`${dev}.cluster.services.processor.minimumPods`, 'at least 3, one in each zone'],
      [`${dev}.cluster.services.delivery.minimumPods`, 'at least 3, one in each zone'],
      [`${dev}.cluster.services.profiles.minimumPods`, 'at least 3, one in each zone'],
      [`${dev}.monthlyBudgetUsd`, 'at most 304, 0.0001 USD an event [CST-1]'],
    ],
    taken: { 'environments.prod.holdsCustomerData': false },
  },
];

const ways: readonly Case[] = [
  {
    what: 'an account of Snowflake in another Region of the jurisdiction',
    rejected: { [`${eu}.warehouse.accountUrl`]: 'ab99999.eu-central-1.privatelink.snowflakecomputing.com' },
    problems: [[`${eu}.warehouse.accountUrl`, 'one in eu-west-1 [REG-1, REG-3]']],
    taken: { [`${eu}.warehouse.accountUrl`]: 'ab99999.eu-west-1.privatelink.snowflakecomputing.com' },
  },
  {
    what: 'a way to Snowflake through another Region',
    rejected: { [`${eu}.warehouse.privateLinkService`]: 'com.amazonaws.vpce.us-east-1.vpce-svc-00000000000000020' },
    problems: [[`${eu}.warehouse.privateLinkService`, 'one in eu-west-1 [REG-1, REG-3]']],
  },
  {
    what: 'rows of staging in the warehouse of production',
    rejected: { [`${eu}.warehouse.accountUrl`]: valueAt(['environments', 1, 'cells', 0, 'warehouse', 'accountUrl']) },
    problems: [[`${eu}.warehouse.accountUrl`, 'no environment loads rows into another one']],
  },
  {
    what: "customers' data without a warehouse",
    rejected: { [`${us}.warehouse`]: valueAt(['environments', 0, 'cells', 0, 'warehouse']) },
    problems: [[`${us}.warehouse.kind`, "'snowflake', since customers' data is in it [TEC-2]"]],
    taken: { [`${staging}.warehouse`]: valueAt(['environments', 0, 'cells', 0, 'warehouse']) },
  },
  {
    what: 'a destination that keeps data in the other jurisdiction as if it stayed',
    rejected: { [`${eu}.delivery.destinations.0.data.jurisdiction`]: 'us' },
    problems: [[`${eu}.delivery.destinations.0.data.jurisdiction`, "'eu', or kind 'leaves' with the consent of the tenants [REG-3]"]],
    taken: {
      [`${eu}.delivery.destinations.0.data`]: {
        kind: 'leaves',
        to: 'United States',
        consent: 'Annex 3, signed by each tenant that uses it.',
      },
    },
  },
  {
    what: 'a domain twice',
    rejected: { [`${us}.delivery.destinations.1.domain`]: 'collect.analytics.example' },
    problems: [[`${us}.delivery.destinations.1.domain`, 'each domain once']],
  },
];

const found = (input: unknown) => validatePlatform(input, options);

describe.each([
  ['places', places],
  ['networks', networks],
  ['names and accounts', names],
  ['budgets', money],
  ['safeguards', safeguards],
  ['ways out', ways],
])('the rules about %s', (_, cases) => {
  it.each(cases)('rejects $what', ({ rejected, problems }) => {
    const actual = found(changed(rejected));
    expect(actual.map(({ property }) => property)).toEqual(problems.map(([property]) => property));
    for (const [index, [, allowed]] of problems.entries()) expect(actual[index]?.allowed).toContain(allowed);
  });

  it.each(cases)('take what comes nearest to $what', ({ taken = {} }) => {
    expect(found(changed(taken))).toEqual([]);
  });
});

describe('the rules together', () => {
  it('show the value that each problem is about', () => {
    const [problem, ...others] = found(changed({ [`${eu}.home.cidr`]: '10.33.0.0/16' }));
    expect(problem).toMatchObject({ property: `${eu}.home.cidr`, received: "'10.33.0.0/16'" });
    expect(others).toEqual([]);
  });

  it('reject zones without EKS in further Regions, should they be priced', () => {
    const zones = (third: string) => ({ [`${us}.recovery.availabilityZoneIds`]: ['usw1-az1', 'usw1-az3', third] });
    const judge = (third: string) =>
      validatePlatform(changed({ [`${us}.recovery.region`]: 'us-west-1', ...zones(third) }), {
        pricedRegions: [...options.pricedRegions, 'us-west-1'],
      }).map(({ property }) => property);
    expect(judge('usw1-az2')).toEqual([`${us}.recovery.availabilityZoneIds.2`]);
    expect(judge('usw1-az4')).toEqual([]);
  });

  it('reject all that is broken at once, in several cells and by several rules', () => {
    const cases = [places[4], networks[2], safeguards[0], names[4], money[1]].filter((one) => one !== undefined);
    const input = changed(Object.assign({}, ...cases.map(({ rejected }) => rejected)) as Changes);
    const expected = cases.flatMap(({ problems }) => problems.map(([property]) => property));
    expect(found(input).map(({ property }) => property)).toEqual(expect.arrayContaining(expected));
  });

  it('reject a cell that breaks them while another cell is malformed', () => {
    const input = changed({ ...networks[2]?.rejected, [`${eu}.account`]: 'none' });
    expect(found(input).map(({ property }) => property)).toEqual([`${eu}.account`, `${us}.recovery.cidr`]);
  });

  it("hold customers' data wherever an environment does not say", () => {
    const input = replaced(['environments', 0, 'holdsCustomerData'], 'no');
    expect(found(input).map(({ property }) => property)).toContain(`${dev}.recovery.kind`);
  });

  it('judge what is well formed of a cell in which other fields are not', () => {
    const input = changed({ [`${eu}.alertEmail`]: 'nobody', [`${eu}.recovery.region`]: 'eu-west-2', [`${eu}.home.cidr`]: '10.32.0.0/16' });
    expect(found(input).map(({ property }) => property)).toEqual([
      `${eu}.alertEmail`,
      `${eu}.recovery.region`,
      `${eu}.recovery.region`,
      ...[0, 1, 2].map((zone) => `${eu}.recovery.availabilityZoneIds.${zone}`),
      `${eu}.home.cidr`,
    ]);
  });

  it('judge any number of cells', () => {
    const cells: Path = ['environments', 2, 'cells'];
    const copy = (index: number) => ({
      ...platform.environments[2]?.cells[1],
      name: `eu-${index}`,
      account: String(500_000_000_000 + index),
      home: { ...platform.environments[2]?.cells[1]?.home, cidr: `10.${110 + index}.0.0/16` },
    });
    const twins = replaced(cells, [...(valueAt(cells) as readonly unknown[]), copy(0), copy(1)]);
    // Their account of Snowflake and their recovery networks are still those of prod-eu.
    expect(found(twins).map(({ property }) => property)).toEqual([
      ...[2, 3].map((index) => propertyOf([...cells, index, 'warehouse', 'accountUrl'], twins)),
      propertyOf([...cells, 2, 'recovery', 'cidr'], twins),
      propertyOf([...cells, 3, 'recovery', 'cidr'], twins),
    ]);
  });
});

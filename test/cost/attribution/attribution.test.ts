/** The bill of a month, shared by the one query, run in DuckDB as Athena gets it [BUD-3, CST-2]. */
import fc from 'fast-check';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountParts, exportedAccounts } from '../../../lib/cost/attribution/accounts';
import { exportStatement } from '../../../lib/cost/attribution/line-items';
import { attributionSql, costNames, type AttributionProps } from '../../../lib/cost/attribution/query';
import { summarize, UNATTRIBUTED, type TenantCost } from '../../../lib/cost/attribution/report';
import { rules, type Driver } from '../../../lib/cost/attribution/rules';
import { MANAGEMENT, syntheticMonth, type LineItem } from '../../../lib/cost/attribution/synthetic-month';
import type { CountingService, UsageRow } from '../../../lib/cost/attribution/usage';
import { ask, attribute, billWith, saidBy } from '../../support/bill-on-duckdb';

const US = '333333333333';
const EU = '444444444444';
/** What serves every cell, by the events of each. */
const partsOf = (own: string, share: number): AttributionProps => ({
  accounts: [
    { account: own, part: 1 },
    { account: own === US ? EU : US, part: 0 },
    ...['222222222222', '111111111111', MANAGEMENT].map((account) => ({ account, part: share })),
  ],
});
const cells = [
  { name: 'prod-us', props: partsOf(US, 0.6) },
  { name: 'prod-eu', props: partsOf(EU, 0.4) },
] as const;

const month = syntheticMonth(20261125);
const ofTenants = (rows: readonly TenantCost[]) => rows.filter(({ tenant }) => tenant !== UNATTRIBUTED);
const cents = (rows: readonly TenantCost[]) => rows.reduce((sum, row) => sum + row.cents, 0);
const billUsd = (lines: readonly LineItem[], { accounts }: AttributionProps) =>
  lines.reduce((sum, { line_item_usage_account_id: account, line_item_unblended_cost: usd }) => {
    const part = accounts.find((candidate) => candidate.account === account)?.part ?? 1;
    return sum + usd * part;
  }, 0);

const line = (product: string, usd: number, more: Partial<LineItem> = {}): LineItem => ({
  billing_period: '2026-11',
  line_item_usage_account_id: US,
  line_item_product_code: product,
  line_item_usage_type: '',
  line_item_line_item_type: 'Usage',
  line_item_resource_id: '',
  line_item_unblended_cost: usd,
  component: null,
  eks_namespace: null,
  split_line_item_parent_resource_id: null,
  split_line_item_split_cost: null,
  split_line_item_unused_cost: null,
  ...more,
});
const count = (tenant: string, service: CountingService, counts: Partial<UsageRow>, hour = '2026-11-10T07:00:00Z'): UsageRow => ({
  hour,
  tenant,
  service,
  ...counts,
});
const us = cells[0].props;

describe('a month of 60 tenants', () => {
  it.each(cells)(
    'is attributed in $name: over 95 %, at most 10 % of it evenly, to the cent, and nobody pays less than nothing',
    async ({ name, props }) => {
      const rows = await attribute(month.lineItems, month.usage[name] ?? [], props);
      const { attributedPercent, evenPercent, unattributed, totalCents, averageTenantUsd } = summarize(rows);
      expect(ofTenants(rows)).toHaveLength(name === 'prod-us' ? 36 : 24);
      expect(attributedPercent).toBeGreaterThan(95);
      expect(evenPercent).toBeLessThan(10);
      expect(unattributed).toEqual([]);
      expect(totalCents).toBe(Math.round(billUsd(month.lineItems, props) * 100));
      expect(Math.min(...ofTenants(rows).map((row) => row.cents))).toBeGreaterThan(0);
      expect(averageTenantUsd).toBeLessThan(500);
    },
  );

  it('adds up to the bill of the organization, cell by cell', async () => {
    const answers = await Promise.all(cells.map(({ name, props }) => attribute(month.lineItems, month.usage[name] ?? [], props)));
    const whole = month.lineItems.reduce((sum, { line_item_unblended_cost: usd }) => sum + usd, 0);
    // Each cell rounds its own total.
    expect(Math.abs(answers.reduce((sum, rows) => sum + cents(rows), 0) - whole * 100)).toBeLessThanOrEqual(1);
  });

  it('is the same month from the same seed, and another from another', () => {
    expect(syntheticMonth(20261125)).toEqual(month);
    expect(syntheticMonth(20261126)).not.toEqual(month);
  });
});

describe('a small month, computed by hand', () => {
  const usage = [
    count('acme', 'ingest', { events: 300, event_bytes: 900 }),
    count('globex', 'ingest', { events: 100, event_bytes: 100 }),
    count('acme', 'ingest', { events: 5_000, event_bytes: 1_000 }, '2026-10-10T07:00:00Z'),
    count('acme', 'delivery', { deliveries: 10, delivery_bytes: 10 }),
    count('globex', 'delivery', { deliveries: 30, delivery_bytes: 90 }),
  ];
  const of = async (lines: readonly LineItem[], rows = usage) =>
    (await attribute(lines, rows, us)).map(({ tenant, reason, cents: amount }) => [tenant, reason, amount]);

  it.each<[what: string, lines: readonly LineItem[], acme: number, globex: number]>([
    ['events of this month', [line('awswaf', 40)], 3000, 1000],
    ['bytes of this month', [line('AmazonKinesis', 10)], 900, 100],
    ['bytes of all months, for what is kept', [line('AmazonDynamoDB', 20, { line_item_usage_type: 'TimedStorage-ByteHrs' })], 1900, 100],
    ['deliveries', [line('AWSQueueService', 4)], 100, 300],
    ['nothing, evenly', [line('AmazonRoute53', 3)], 150, 150],
    ['what they cause otherwise', [line('awswaf', 40), line('AmazonECR', 8)], 3600, 1200],
    [
      'what they bear, for a tax',
      [line('awswaf', 40), line('AmazonRoute53', 4), line('X', 4.4, { line_item_line_item_type: 'Tax' })],
      3520,
      1320,
    ],
    ['what they bear, for a credit', [line('awswaf', 40), line('Y', -10, { line_item_line_item_type: 'Credit' })], 2250, 750],
    ['a correction, like a credit', [line('awswaf', 40), line('AmazonKinesis', -10)], 2250, 750],
    ['cents that are left, to who lost most by rounding', [line('AmazonRoute53', 0.01)], 1, 0],
  ])('shares by %s', async (_, lines, acme, globex) => {
    expect(await of(lines)).toEqual([
      ['acme', '', acme],
      ['globex', '', globex],
    ]);
  });

  const node = line('AmazonEC2', 100, { line_item_usage_type: 'BoxUsage:m7g.large', line_item_resource_id: 'i-1' });
  const pod = (namespace: string, split: number, unused: number, instance = 'i-1') =>
    line('AmazonEKS', 0, {
      eks_namespace: namespace,
      split_line_item_parent_resource_id: instance,
      split_line_item_split_cost: split,
      split_line_item_unused_cost: unused,
    });

  it('shares an instance by what pods took of it, whatever split cost allocation says that it cost', async () => {
    // A quarter of it for ingest, three for delivery.
    expect(await of([node, pod('ingest', 10, 10), pod('delivery', 50, 10)])).toEqual([
      ['acme', '', 75 * 25 + 25 * 75],
      ['globex', '', 25 * 25 + 75 * 75],
    ]);
  });

  it('shares an instance without pods, and what serves all pods, by what else was caused', async () => {
    expect(await of([line('awswaf', 40), node, pod('ingest', 10, 0, 'i-2')])).toEqual([
      ['acme', '', 3000 + 7500],
      ['globex', '', 1000 + 2500],
    ]);
    expect(await of([line('awswaf', 40), node, pod('kube-system', 10, 0)])).toEqual([
      ['acme', '', 3000 + 7500],
      ['globex', '', 1000 + 2500],
    ]);
  });

  it("rejects a service that no rule names: it is nobody's, and says which it is", async () => {
    expect(await of([line('awswaf', 40), line('AmazonBraket', 12.35)])).toEqual([
      [UNATTRIBUTED, 'no rule: AmazonBraket', 1235],
      ['acme', '', 3000],
      ['globex', '', 1000],
    ]);
  });

  it.each(['Fee', 'RIFee', 'SavingsPlanUpfrontFee'])(
    "rejects a %s of an unknown product as everybody's: somebody bought it",
    async (lineType) => {
      const bought = line('a1b2c3d4marketplace', 5_000, { line_item_line_item_type: lineType });
      expect(await of([line('awswaf', 40), bought])).toEqual([
        [UNATTRIBUTED, 'no rule: a1b2c3d4marketplace', 500_000],
        ['acme', '', 3000],
        ['globex', '', 1000],
      ]);
    },
  );

  it.each([
    ['ComputeSavingsPlans', 'SavingsPlanUpfrontFee'],
    ['ComputeSavingsPlans', 'SavingsPlanRecurringFee'],
    ['AWSSupportEnterprise', 'Fee'],
  ])('shares %s, a %s, by what tenants bear', async (product, lineType) => {
    expect(await of([line('awswaf', 40), line('AmazonRoute53', 4), line(product, 4.4, { line_item_line_item_type: lineType })])).toEqual([
      ['acme', '', 3520],
      ['globex', '', 1320],
    ]);
  });

  it('shares what is reserved of a service by the rule of that service', async () => {
    expect(await of([line('awswaf', 40), line('AmazonRDS', 4, { line_item_line_item_type: 'RIFee' })])).toEqual([
      ['acme', '', 3100],
      ['globex', '', 1300],
    ]);
  });

  it('rejects an account that is not of the organization', async () => {
    expect(await of([line('awswaf', 40), line('awswaf', 9, { line_item_usage_account_id: '121212121212' })])).toEqual([
      [UNATTRIBUTED, 'no account: 121212121212', 900],
      ['acme', '', 3000],
      ['globex', '', 1000],
    ]);
  });

  it('rejects to share by what nobody counted', async () => {
    expect(await of([line('awswaf', 40), line('AmazonKinesis', 10)], [count('acme', 'ingest', { events: 1 })])).toEqual([
      [UNATTRIBUTED, 'nobody to share by: eventBytes', 1000],
      ['acme', '', 4000],
    ]);
    expect(await of([line('awswaf', 40)], [])).toEqual([[UNATTRIBUTED, 'nobody to share by: events', 4000]]);
  });

  it('rejects a refund beyond what tenants bear as theirs: nobody ends below nothing', async () => {
    expect(await of([line('awswaf', 40), line('Y', -50, { line_item_line_item_type: 'Refund' })])).toEqual([
      [UNATTRIBUTED, 'nobody to share by: adjustment', -1000],
      ['acme', '', 0],
      ['globex', '', 0],
    ]);
  });

  it('takes another month, another account and a count below nothing for nothing', async () => {
    const lines = [
      line('awswaf', 40),
      line('awswaf', 7, { billing_period: '2026-10' }),
      line('awswaf', 7, { line_item_usage_account_id: EU }),
    ];
    expect(await of(lines, [...usage, count('globex', 'ingest', { events: -100 })])).toEqual([
      ['acme', '', 3000],
      ['globex', '', 1000],
    ]);
  });
});

describe('what is exported, and then attributed', () => {
  const billed = [
    { name: 'dev', account: '111111111111', holdsCustomerData: false, eventsPerDay: 1 },
    { name: 'prod-us', account: US, holdsCustomerData: true, eventsPerDay: 60 },
    { name: 'prod-eu', account: EU, holdsCustomerData: true, eventsPerDay: 40 },
  ];
  const bill = [US, EU, '111111111111', MANAGEMENT, '121212121212'].map((account) =>
    line('awswaf', 10, { line_item_usage_account_id: account }),
  );
  const exported = async (cell: string) => {
    const accounts = accountParts(cell, billed, MANAGEMENT);
    const connection = await billWith(bill, [count('acme', 'ingest', { events: 1 })]);
    try {
      const [, condition = 'true'] = exportStatement(exportedAccounts(accounts)).split(' WHERE ');
      await connection.run(`DELETE FROM "${costNames.database}"."${costNames.lineItems}" WHERE NOT (${condition})`);
      return (await ask(connection, { accounts })).map(({ tenant, reason, cents: amount }) => [tenant, reason, amount]);
    } finally {
      connection.closeSync();
    }
  };

  it.each([
    ['prod-us', 1000 + 600 + 600],
    ['prod-eu', 1000 + 400 + 400],
  ])('rejects in %s an account that no list has: its cost is told, and nobody bears it', async (cell, acme) => {
    expect(await exported(cell)).toEqual([
      [UNATTRIBUTED, 'no account: 121212121212', 1000],
      ['acme', '', acme],
    ]);
  });

  it('is its own account alone where there are no customers', async () => {
    expect(await exported('dev')).toEqual([['acme', '', 1000]]);
  });

  it("has no line of another cell's account with customers", () => {
    expect(exportStatement(exportedAccounts(accountParts('prod-us', billed, MANAGEMENT)))).toMatch(
      new RegExp(` WHERE line_item_usage_account_id != '${EU}'$`),
    );
  });
});

describe('any month', () => {
  const amount = fc.integer({ min: -200_000, max: 2_000_000 }).map((thousandths) => thousandths / 1000);
  const products = [...new Set([...rules.map(({ product }) => product.replaceAll('%', '')), 'AmazonBraket', ''])];
  const anyLine = fc
    .record({
      product: fc.constantFrom(...products),
      usd: amount,
      usageType: fc.constantFrom('BoxUsage:m7g.large', 'NatGateway-Bytes', 'DataTransfer-Out-Bytes', 'TimedStorage-ByteHrs', "it's", ''),
      lineType: fc.constantFrom('Usage', 'Tax', 'Credit', 'Refund', 'SavingsPlanNegation', ''),
      account: fc.constantFrom(US, EU, '111111111111', '121212121212'),
      component: fc.constantFrom(null, 'lake', 'streaming'),
      instance: fc.constantFrom(null, 'i-1', 'i-2'),
      namespace: fc.constantFrom(null, 'ingest', 'delivery', 'kube-system'),
      resource: fc.constantFrom('', 'i-1', 'i-2'),
    })
    .map(({ product, usd, usageType, lineType, account, component, instance, namespace, resource }) =>
      line(product, usd, {
        line_item_usage_type: usageType,
        line_item_line_item_type: lineType,
        line_item_usage_account_id: account,
        line_item_resource_id: resource,
        component,
        split_line_item_parent_resource_id: instance,
        split_line_item_split_cost: instance === null ? null : 1,
        eks_namespace: namespace,
      }),
    );
  const counted = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined });
  const anyUsage = fc
    .record({
      tenant: fc.constantFrom('a', 'b', 'c', "d'--"),
      events: counted,
      event_bytes: counted,
      compute_ms: counted,
      profile_writes: counted,
      deliveries: counted,
      delivery_bytes: counted,
      reads: counted,
    })
    .map(({ tenant, ...counts }) => count(tenant, 'ingest', counts));

  it("reconciles to the cent, leaves nobody below nothing, and tells what is nobody's", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { minLength: 1, maxLength: 40 }), fc.array(anyUsage, { maxLength: 12 }), async (lines, usage) => {
        const rows = await attribute(lines, usage, us);
        expect(Math.abs(cents(rows) - billUsd(lines, us) * 100)).toBeLessThanOrEqual(0.5 + 1e-3);
        expect(Math.min(0, ...ofTenants(rows).map((row) => row.cents))).toBe(0);
        const unknown = lines
          .filter((item) => item.line_item_product_code === 'AmazonBraket' && ['Usage', ''].includes(item.line_item_line_item_type))
          .filter((item) => item.line_item_usage_account_id === US && item.line_item_usage_type === '')
          .reduce((sum, item) => sum + item.line_item_unblended_cost, 0);
        // Corrections of it cancel each other, and may cancel it.
        if (lines.every((item) => item.line_item_unblended_cost >= 0) && unknown > 0.01) {
          expect(rows.some(({ reason }) => reason === 'no rule: AmazonBraket')).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the rules', () => {
  let connection: DuckDBConnection;
  let usual: readonly TenantCost[];
  beforeAll(async () => {
    connection = await billWith(month.lineItems, month.usage['prod-us'] ?? []);
    usual = await ask(connection, us);
  });
  afterAll(() => connection.closeSync());

  it('each say why, and have a name of their own', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { why } of rules) expect(why.length).toBeGreaterThan(10);
    // It would stand for any letter.
    for (const { product, usageTypes = [], lineTypes = [] } of rules)
      expect([product, ...usageTypes, ...lineTypes].join()).not.toContain('_');
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    'decide by %s: shared by something else, somebody pays something else',
    async (id, rule) => {
      const driver: Driver = rule.driver === 'events' ? 'even' : 'events';
      const changed = await ask(connection, {
        ...us,
        rules: rules.map((candidate) => (candidate.id === id ? { ...candidate, driver } : candidate)),
      });
      expect(changed).not.toEqual(usual);
    },
  );

  it.each(rules.map(({ id }) => id))('notice that %s is gone', async (id) => {
    const changed = await ask(connection, { ...us, rules: rules.filter((candidate) => candidate.id !== id) });
    expect(changed).not.toEqual(usual);
  });
});

describe('the query', () => {
  const sql = attributionSql(us);

  it('has nothing left to fill in, one parameter, and changes nothing', () => {
    expect(sql).not.toMatch(/\{\w+\}/);
    expect(sql.match(/\?/g)).toHaveLength(1);
    expect(sql).not.toMatch(/\b(DELETE|INSERT|UPDATE|MERGE|DROP|ALTER|CREATE)\b/);
    // Source: Amazon Athena User Guide, "Service Quotas": a query string of 262,144 bytes, read 2026-11.
    expect(Buffer.byteLength(sql)).toBeLessThan(262_144);
  });

  /**
   * What both engines have, and mean alike. Sources: Trino documentation, "Functions and operators" (Athena engine version 3); DuckDB documentation,
   * "Functions"; read 2026-11.
   */
  const inBoth = ['abs', 'cast', 'coalesce', 'count', 'floor', 'greatest', 'max', 'over', 'round', 'row_number', 'substr', 'sum'];
  const words = ['as', 'accounts', 'from', 'join', 'namespaces', 'rules', 'then', 'values', 'when', 'on', 'in', 'by'];

  it('calls only functions that Athena and DuckDB have, and none of the words that DuckDB has alone', () => {
    const text = sql.replaceAll(/--[^\n]*/g, '').replaceAll(/'[^']*'/g, "''");
    const called = [...text.matchAll(/\b([a-z_]+)\s*\(/gi)].map(([, name = '']) => name.toLowerCase());
    expect([...new Set(called)].filter((name) => !inBoth.includes(name) && !words.includes(name))).toEqual([]);
    expect(text).not.toMatch(/::|\bQUALIFY\b|\bEXCLUDE\b|\bILIKE\b|\bGROUP BY ALL\b|\/\/|\[/);
    // Trino divides whole numbers to whole numbers, DuckDB does not: what is divided is a double.
    expect([...text.matchAll(/(\S+) \/ (\S+)/g)].map(([division]) => division)).toEqual([
      'usd / sum(usd)',
      'amount / sum(amount)',
      '1e0 / count(*)',
      'c.usd / t.usd',
      'b.usd / t.usd',
    ]);
  });

  /** Each part of the query, changed: a month with something of everything must tell. */
  const mutations: readonly (readonly [what: string, from: string, to: string])[] = [
    ['all months of the bill', 'WHERE i.billing_period = ?', "WHERE i.billing_period <> ? || '!'"],
    ['all of every account', '* coalesce(CAST(a.part AS double), 1e0)', ''],
    ['accounts of nobody', "WHEN is_foreign THEN 'no account'", "WHEN is_foreign THEN 'even'"],
    ["unknown services as everybody's", "WHEN driver IS NULL THEN 'no rule'", "WHEN driver IS NULL THEN 'even'"],
    ['corrections by their own rule', "WHEN usd < 0e0 THEN 'adjustment'", "WHEN usd < -1e9 THEN 'adjustment'"],
    ['the last rule that fits', 'ORDER BY r.priority)', 'ORDER BY r.priority DESC)'],
    ['rules for any component', 'AND l.component LIKE r.component', ''],
    ['rules for any line', 'AND l.line_type LIKE r.line_type', ''],
    ['rules for any usage', 'AND l.usage_type LIKE r.usage_type', ''],
    ['rules for any product', 'l.product LIKE r.product AND', ''],
    ['instances without their pods', 'ON p.instance = j.resource', 'ON p.instance = j.product'],
    ['pods without what was unused', ' + coalesce(CAST(i.split_line_item_unused_cost AS double), 0e0)', ''],
    ['usage of all months', 'WHEN substr(u.hour, 1, 7) = p.month', 'WHEN true'],
    ['usage of later months', 'WHERE substr(u.hour, 1, 7) <= p.month', 'WHERE true'],
    ['counts below nothing', 'greatest(CAST(coalesce(u.events, 0) AS double), 0e0)', 'CAST(coalesce(u.events, 0) AS double)'],
    ['overhead by all that is borne', "FROM measured WHERE driver <> 'even'", 'FROM measured'],
    ['refunds without end', 'greatest(p.usd, -t.usd)', 'p.usd'],
    ['what is left, dropped', 'WHERE abs(usd) > 1e-6', 'WHERE abs(usd) > 1e9'],
    ['cents that are left, dropped', 'WHEN place <= missing THEN 1e0', 'WHEN place <= missing THEN 0e0'],
  ];
  const connections: DuckDBConnection[] = [];
  beforeAll(async () => {
    const lines = [
      ...month.lineItems,
      line('AmazonBraket', 12.3),
      line('AmazonKinesis', -4, { line_item_usage_type: 'X' }),
      line('awswaf', 3, { line_item_usage_account_id: '121212121212' }),
      line('awswaf', 99, { billing_period: '2026-10' }),
    ];
    const usage = [
      ...(month.usage['prod-us'] ?? []),
      count('prod-us-tenant-01', 'ingest', { events: -50_000 }),
      count('prod-us-tenant-02', 'ingest', { events: 9_000_000, event_bytes: 9e9 }, '2026-12-01T00:00:00Z'),
    ];
    connections.push(
      await billWith(lines, usage),
      await billWith([line('awswaf', 1), line('Y', -9, { line_item_line_item_type: 'Refund' })], usage),
    );
  });
  afterAll(() => connections.forEach((connection) => connection.closeSync()));
  const said = (change: (text: string) => string) => Promise.all(connections.map((connection) => saidBy(connection, us, change)));

  it.each(mutations)('notices %s', async (_, from, to) => {
    expect(sql.includes(from)).toBe(true);
    expect(await said((text) => text.replace(from, () => to))).not.toEqual(await said((text) => text));
  });
});

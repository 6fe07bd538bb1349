/** Budgets, cost by the hour, the bill and the usage of a cell; and the same of the organization [BUD-1, BUD-2, BUD-3, CST-3]. */
import { Match } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { HourlyCost } from '../../lib/constructs/hourly-cost';
import { MonthlyBudget } from '../../lib/constructs/monthly-budget';
import { accountParts, exportedAccounts, type BilledCell } from '../../lib/cost/attribution/accounts';
import { lineItemColumns } from '../../lib/cost/attribution/line-items';
import { usageColumns } from '../../lib/cost/attribution/usage';
import { componentPercents } from '../../lib/cost/component-budgets';
import { fixedLines, hourlyLines, type HourlyCell } from '../../lib/cost/hourly';
import { platformStacks, platformTemplate } from '../support/platform-assembly';
import { propertiesOf, SmallStack } from '../support/small-app';

const cells = platform.environments.flatMap((environment) => environment.cells.map((cell) => ({ ...cell, environment })));
const templateOf = (cell: string) => platformTemplate(`${cell}/Cost`);

interface BudgetProperties {
  readonly Budget: {
    readonly BudgetName: string;
    readonly BudgetLimit: { readonly Amount: number };
    readonly CostFilters?: { readonly TagKeyValue: readonly string[] };
  };
  readonly NotificationsWithSubscribers: readonly {
    readonly Notification: { readonly NotificationType: string; readonly Threshold: number };
    readonly Subscribers: readonly { readonly Address: string }[];
  }[];
}
const budgetsOf = (cell: string) => propertiesOf(templateOf(cell), 'AWS::Budgets::Budget') as unknown as readonly BudgetProperties[];

describe.each(cells)('the budgets of $name', ({ name, monthlyBudgetUsd, alertEmail }) => {
  const budgets = budgetsOf(name);
  const [whole, ...components] = budgets;

  it('are one of the account, and one of each component', () => {
    expect(whole?.Budget).toMatchObject({ BudgetLimit: { Amount: monthlyBudgetUsd } });
    expect(whole?.Budget.CostFilters).toBeUndefined();
    const filters = components.map(({ Budget }) => Budget.CostFilters?.TagKeyValue);
    expect(filters).toEqual(Object.keys(componentPercents).map((component) => [`user:component$${component}`]));
  });

  it('know every component that a stack of the cell has', () => {
    const tagged = platformStacks()
      .filter(({ path }) => path.startsWith(`${name}/`))
      .flatMap(({ resources }) =>
        resources.flatMap(({ properties }) => (properties['Tags'] as { Key?: string; Value?: string }[] | undefined) ?? []),
      )
      .flatMap((tag) => (tag.Key === 'component' && tag.Value ? [tag.Value] : []));
    expect([...new Set(tagged)].filter((component) => !(component in componentPercents))).toEqual([]);
  });

  it("tell the cell's address, of what was spent and of what is expected", () => {
    for (const { NotificationsWithSubscribers: told } of budgets) {
      expect(told.flatMap(({ Subscribers }) => Subscribers.map(({ Address }) => Address))).toEqual(told.map(() => alertEmail));
      expect(new Set(told.map(({ Notification }) => Notification.NotificationType))).toEqual(new Set(['ACTUAL', 'FORECASTED']));
    }
  });

  it('have names of their own, which runbooks go by', () => {
    const names = budgets.map(({ Budget }) => Budget.BudgetName);
    expect(new Set(names).size).toBe(names.length);
    for (const budget of names) expect(budget).toMatch(new RegExp(`^${name}(-[a-z]+)?-[0-9a-f]{6}$`));
  });
});

describe('a budget', () => {
  const make = (props: Partial<ConstructorParameters<typeof MonthlyBudget>[2]> = {}) => {
    const stack = new SmallStack('Small', ['euw1-az1']);
    new MonthlyBudget(stack, 'Budget', {
      name: 'x',
      limitUsd: 100,
      notifyAt: { actual: [100], forecast: [100] },
      email: 'a@example.com',
      ...props,
    });
    return (propertiesOf(stack.template, 'AWS::Budgets::Budget')[0] as unknown as BudgetProperties).Budget.BudgetName;
  };

  it('has another name when its notifications change, since CloudFormation then makes it anew, and the same when its limit does', () => {
    expect(make({ email: 'b@example.com' })).not.toBe(make());
    expect(make({ notifyAt: { actual: [90], forecast: [100] } })).not.toBe(make());
    expect(make({ limitUsd: 200 })).toBe(make());
  });

  it.each([
    [{ notifyAt: { actual: [], forecast: [] } }, 'received 0 thresholds'],
    [{ notifyAt: { actual: [1, 2, 3], forecast: [4, 5, 6] } }, 'received 6 thresholds'],
    [{ limitUsd: 0 }, 'received 0'],
    [{ limitUsd: Number.NaN }, 'received NaN'],
  ])('rejects %j', (props, message) => {
    expect(() => make(props)).toThrow(message);
  });
});

describe('the organization', () => {
  const template = platformTemplate('organization/Cost');

  it('has the target and the hard cap as budgets of all accounts', () => {
    const budgets = propertiesOf(template, 'AWS::Budgets::Budget') as unknown as readonly BudgetProperties[];
    expect(budgets.map(({ Budget }) => [Budget.BudgetLimit.Amount, Budget.CostFilters])).toEqual([
      [50_000, undefined],
      [75_000, undefined],
    ]);
  });

  it('rejects to hang on a monitor that the account may have already: anomalies are a stack of their own', () => {
    for (const type of ['AWS::CE::AnomalyMonitor', 'AWS::CE::AnomalySubscription']) template.resourceCountIs(type, 0);
    expect(JSON.stringify(template.toJSON())).not.toContain('organization-Anomalies');
  });

  it('watches for anomalies by service and by account, and tells of those that matter', () => {
    const anomalies = platformTemplate('organization/Anomalies');
    anomalies.resourceCountIs('AWS::CE::AnomalyMonitor', 2);
    const [subscription = {}] = propertiesOf(anomalies, 'AWS::CE::AnomalySubscription');
    expect(subscription['MonitorArnList']).toHaveLength(2);
    expect(JSON.parse(String(subscription['ThresholdExpression']))).toMatchObject({
      And: [{ Dimensions: { Values: ['50'] } }, { Dimensions: { Values: ['25'] } }],
    });
  });

  it('sorts the bill by cell and by component', () => {
    const [byCell = {}, byComponent = {}] = propertiesOf(template, 'AWS::CE::CostCategory');
    expect((JSON.parse(String(byCell['Rules'])) as { Value: string }[]).map(({ Value }) => Value)).toEqual(cells.map(({ name }) => name));
    expect(JSON.parse(String(byComponent['Rules']))).toEqual([
      { Type: 'INHERITED_VALUE', InheritedValue: { DimensionName: 'TAG', DimensionKey: 'component' } },
    ]);
  });

  it.each(cells)(
    'exports into $name what is its own, and what serves it, and nothing of another cell',
    ({ name, account, home, environment }) => {
      const exports = propertiesOf(template, 'AWS::BCMDataExports::Export').map(
        ({ Export }) => Export as Record<string, Record<string, unknown>>,
      );
      const own = exports.find((candidate) => (candidate['Name'] as unknown) === name);
      const statement = String(own?.['DataQuery']?.['QueryStatement']);
      const served = cells.filter((cell) => cell.environment.holdsCustomerData && cell.name !== name);
      expect(statement.split(' WHERE ')[1]).toBe(
        environment.holdsCustomerData
          ? served.map((cell) => `line_item_usage_account_id != '${cell.account}'`).join(' AND ')
          : `line_item_usage_account_id = '${account}'`,
      );
      const destination = own?.['DestinationConfigurations']?.['S3Destination'] as Record<string, unknown>;
      expect(destination).toMatchObject({ S3BucketOwner: account, S3Region: home.region });
      // The bucket that the cell has under this name.
      templateOf(name).hasResourceProperties('AWS::S3::Bucket', { BucketName: destination['S3Bucket'] });
      for (const column of lineItemColumns) expect(statement).toContain(column.name);
    },
  );
});

describe.each(cells)('bill and usage in $name', ({ name, account, environment }) => {
  const template = templateOf(name);

  it('are let in from the management account alone, and from nobody else', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'ExportsOfTheOrganizationWrite',
            Principal: { Service: 'bcm-data-exports.amazonaws.com' },
            Action: 's3:PutObject',
            Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': '999999999999' } }),
          }),
        ]),
      },
    });
  });

  it('are tables with the columns of the export and of the contract', () => {
    const tables = propertiesOf(template, 'AWS::Glue::Table').map(
      ({ TableInput }) => TableInput as { Name: string; StorageDescriptor: { Columns: { Name: string }[] } },
    );
    expect(tables.map((table) => [table.Name, table.StorageDescriptor.Columns.map((column) => column.Name)])).toEqual([
      ['line_items', lineItemColumns.map((column) => column.name)],
      ['usage_by_tenant', usageColumns.map((column) => column.name)],
    ]);
  });

  it('are asked by the one query, with the accounts of the cell', () => {
    const [statement = {}] = propertiesOf(template, 'AWS::Athena::PreparedStatement');
    expect(statement).toMatchObject({ StatementName: 'attribute_cost', WorkGroup: `${name}-cost` });
    expect(String(statement['QueryStatement'])).toContain(`('${account}', 1)`);
  });

  it('are watched where there are customers, and nowhere else', () => {
    const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm').map(({ MetricName }) => MetricName ?? 'by the hour');
    expect(alarms).toEqual(environment.holdsCustomerData ? ['by the hour', 'CostUnknown', 'CostAttributed'] : ['by the hour']);
    template.resourceCountIs('AWS::Lambda::Function', environment.holdsCustomerData ? 1 : 0);
  });
});

describe("which part of a bill is a cell's", () => {
  const anyCells = fc
    .uniqueArray(fc.record({ holdsCustomerData: fc.boolean(), eventsPerDay: fc.integer({ min: 1, max: 1e9 }) }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((list): BilledCell[] => list.map((cell, index) => ({ name: `c${index}`, account: String(index).padStart(12, '0'), ...cell })));

  it('is the whole of each account, all cells with customers together', () => {
    fc.assert(
      fc.property(anyCells, (list) => {
        const served = list.filter(({ holdsCustomerData }) => holdsCustomerData);
        fc.pre(served.length > 0);
        const parts = served.map(({ name }) => accountParts(name, list, '999999999999'));
        for (const account of [...list.map((cell) => cell.account), '999999999999']) {
          const sum = parts.reduce((total, own) => total + (own.find((part) => part.account === account)?.part ?? 0), 0);
          expect(sum).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('is its own account alone without customers', () => {
    const list = [
      { name: 'dev', account: '1', holdsCustomerData: false, eventsPerDay: 1 },
      { name: 'eu', account: '2', holdsCustomerData: true, eventsPerDay: 1 },
    ];
    expect(exportedAccounts(accountParts('dev', list, '9'))).toEqual({ only: ['1'] });
    expect(exportedAccounts(accountParts('eu', list, '9'))).toEqual({ allBut: [] });
    const us = { name: 'us', account: '3', holdsCustomerData: true, eventsPerDay: 1 };
    expect(exportedAccounts(accountParts('eu', [...list, us], '9'))).toEqual({ allBut: ['3'] });
  });

  it('rejects a cell that is not there', () => {
    expect(() => accountParts('x', [], '9')).toThrow("received 'x'");
  });
});

describe('cost by the hour', () => {
  const place: HourlyCell = {
    cell: 'prod-us',
    account: '333333333333',
    region: 'us-east-1',
    zones: 3,
    natZones: 3,
    interfaceEndpoints: 2,
    isReplicated: true,
  };
  const priced = (what: string) => hourlyLines(place).find((line) => line.what.startsWith(what))?.usdPerUnit;

  it('has prices that a calculation by hand gives', () => {
    // In 0.08, fan-out 0.05, twice out 0.04, Firehose 0.029: USD a GB.
    expect(priced('events in')).toBeCloseTo(0.239e-9, 15);
    // A write 0.625 and its replica 0.625, USD a million.
    expect(priced('profiles written')).toBeCloseTo(1.25e-6, 12);
    // Two instances at 0.12 USD a unit and hour.
    expect(priced('capacity of two')).toBeCloseTo(0.24, 10);
    const network = fixedLines(place).find(({ component }) => component === 'network');
    // Three NAT at 0.045, their addresses at 0.005, two endpoints in three zones at 0.01.
    expect(network?.usdPerHour).toBeCloseTo(3 * 0.05 + 6 * 0.01, 10);
  });

  it('is told for each component with a metric, and by one sum of at most ten metrics', () => {
    const { byComponent, total } = new HourlyCost({ lines: hourlyLines(place), fixed: fixedLines(place) });
    expect(byComponent.map(({ component }) => component)).toEqual([
      'cluster',
      'delivery',
      'edge',
      'metadata',
      'network',
      'profiles',
      'security',
      'streaming',
    ]);
    expect(Object.keys(total.usingMetrics).length).toBe(7);
    expect(total.expression).not.toContain('SEARCH');
    // Metric math knows no exponent.
    expect(byComponent.map(({ metric }) => metric.expression).join()).not.toMatch(/\de-?\d/i);
  });

  it('counts what is billed by the hour once, in the component and in the sum', () => {
    const fixed = [{ component: 'a', what: 'x', usdPerHour: 0.5 }];
    const lines = [
      { component: 'a', what: 'y', usdPerUnit: 2e-9, metric: { namespace: 'N', name: 'M', statistic: 'Sum', dimensions: {} } },
    ];
    const { byComponent, total } = new HourlyCost({ lines, fixed });
    expect(total.expression).toBe('FILL(total0, 0) * 2 / 1000000000 + 0.5');
    expect(byComponent[0]?.metric.expression).toBe('FILL(a0, 0) * 2 / 1000000000 + 0.5');
  });

  it('rejects what an alarm could not take, and what hangs on no metric', () => {
    const [line] = hourlyLines(place);
    if (!line) throw new Error('There are lines');
    expect(() => new HourlyCost({ lines: Array.from({ length: 11 }, () => line), fixed: [] })).toThrow('received 11 metrics');
    expect(() => new HourlyCost({ lines: [line], fixed: [{ component: 'alone', what: 'x', usdPerHour: 1 }] })).toThrow('received alone');
  });

  it.each(cells)('pages nobody in $name, and fires at twice the budget', ({ name, monthlyBudgetUsd }) => {
    const [alarm = {}] = propertiesOf(templateOf(name), 'AWS::CloudWatch::Alarm');
    expect(alarm['Threshold']).toBeCloseTo((2 * monthlyBudgetUsd) / 730, 2);
    expect(alarm['AlarmDescription']).toContain('docs/06-runbooks/cost-by-the-hour.md');
  });
});

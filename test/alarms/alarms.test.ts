/** What holds for each alarm of every environment, whoever made it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { instruments, MOST_METRICS, metricsOf, NAMESPACE, watched } from '../../lib/telemetry/instruments';
import { objectives } from '../../lib/slo/objectives';
import { platformStacks } from '../support/platform-assembly';
import { alarmsOf, type AnyAlarm, type MetricAlarm, type TemplateOfStack } from './cloudwatch/read';
import { platform } from '../../lib/config/platform';
import { alarmsUsd, lineEachUsd } from '../../lib/cost/observability';
import { tenantRules } from '../../lib/telemetry/records';
import { recordedMetrics } from './recorded-metrics';

const root = join(__dirname, '../..');
const templates: readonly TemplateOfStack[] = platformStacks().map(({ path, templateFile }) => ({
  stack: path,
  resources: (JSON.parse(readFileSync(templateFile, 'utf8')) as { Resources: TemplateOfStack['resources'] }).Resources,
}));
const alarms: readonly AnyAlarm[] = templates.flatMap(alarmsOf);
const metrics = alarms.filter((alarm): alarm is MetricAlarm => alarm.kind === 'metric');
const composites = alarms.filter((alarm) => alarm.kind === 'composite');
const runbookOf = ({ description }: AnyAlarm) => /Runbook: (docs\/06-runbooks\/[a-z0-9-]+\.md)$/.exec(description)?.[1] ?? '';

/** Runbooks of what no alarm tells: why each has no alarm. */
const withoutAlarm: Readonly<Record<string, string>> = {
  'access-review': 'a review by the calendar, and questions of an auditor',
  'backup-failed': 'told by an event of AWS Backup, not by an alarm',
  'budget-exceeded': 'told by AWS Budgets, not by an alarm',
  'budget-growth-stopped': 'told by AWS Budgets, not by an alarm',
  'data-subject-request': 'asked for by a tenant',
  'database-upgrade': 'planned',
  'domain-blocked': 'its alarm is in cells that block unlisted domains, of which there is none yet',
  'event-replay': 'a procedure that several runbooks lead to',
  'guardduty-severe-finding': 'told by an event of GuardDuty',
  'kubernetes-upgrade': 'planned',
  'region-lost': 'decided by people',
  'restore-from-backup': 'decided by people',
  rollback: 'decided by people',
  'tenant-delivery-stop': 'decided by people',
};

interface Used {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly string[];
}

/** Of objectives in Application Signals. */
function metricsIn(value: unknown): readonly Used[] {
  if (typeof value !== 'object' || value === null) return [];
  const { Namespace, MetricName, Dimensions } = value as {
    Namespace?: string;
    MetricName?: string;
    Dimensions?: readonly { Name: string }[];
  };
  const own =
    Namespace && MetricName ? [{ namespace: Namespace, name: MetricName, dimensions: (Dimensions ?? []).map(({ Name }) => Name) }] : [];
  return [...own, ...Object.values(value).flatMap(metricsIn)];
}

function isKnown({ namespace, name, dimensions }: Used): boolean {
  const set = [...dimensions].sort().join();
  if (namespace === NAMESPACE) {
    const sets = [
      ...Object.values(instruments)
        .filter((instrument) => instrument.name === name)
        .flatMap((instrument) => instrument.sets.map((one) => one.map((attribute) => attribute.name))),
      ...Object.entries(watched)
        .filter(([key]) => key === name)
        .map(([, own]) => own.dimensions),
    ];
    return sets.some((one) => [...one].sort().join() === set);
  }
  return recordedMetrics.some(
    (metric) => metric.namespace === namespace && metric.name === name && metric.dimensions.some((one) => [...one].sort().join() === set),
  );
}

describe('every alarm', () => {
  it('watches a metric that AWS publishes under these dimensions, or that the contract has a service emit', () => {
    const used: readonly Used[] = [
      ...metrics.flatMap(({ queries }) => Object.values(queries).map((query) => ({ ...query, dimensions: Object.keys(query.dimensions) }))),
      ...templates.flatMap(({ resources }) =>
        Object.values(resources)
          .filter(({ Type }) => Type === 'AWS::ApplicationSignals::ServiceLevelObjective')
          .flatMap(metricsIn),
      ),
    ];
    expect(used.length).toBeGreaterThan(500);
    expect(used.filter((one) => !isKnown(one))).toEqual([]);
  });

  it('says what silence means', () => {
    const treatments = templates.flatMap(({ resources }) =>
      Object.values(resources)
        .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
        .map(({ Properties }) => Properties?.['TreatMissingData']),
    );
    expect([...new Set(treatments)].sort()).toEqual(['breaching', 'notBreaching']);
  });

  it('that fills in what is missing asks for some of the last minutes, since the newest is always filled in', () => {
    const filled = metrics.filter(({ expression, periodMinutes }) => expression?.includes('FILL') && periodMinutes === 1);
    // It fires on silence, so that the newest minute counts for it, and one more than is needed is asked for.
    const onSilence = filled.filter(({ id }) => id === 'requestsAbsent');
    expect(filled.length).toBeGreaterThan(20);
    expect(filled.filter((alarm) => !onSilence.includes(alarm) && alarm.outOf - alarm.atLeast < 1).map(({ key }) => key)).toEqual([]);
    for (const { atLeast, outOf } of onSilence) expect([atLeast, outOf]).toEqual([4, 4]);
  });

  it('looks back no longer than CloudWatch does: a day, or a week by hours', () => {
    for (const { key, periodMinutes, outOf } of metrics) {
      expect(periodMinutes * outOf, key).toBeLessThanOrEqual(periodMinutes >= 60 ? 10_080 : 1_440);
    }
  });

  it('is asked by a composite alarm or a service of AWS, if it tells nobody itself', () => {
    const asked = new Set(composites.flatMap((alarm) => alarm.children));
    const alone = alarms.filter(({ severity, key }) => severity === 'nobody' && !asked.has(key)).map(({ id }) => id);
    expect([...new Set(alone)]).toEqual(['zonalAvailabilityBurn']);
  });

  it('that is told once is suppressed by one that pages', () => {
    const byKey = new Map(alarms.map((alarm) => [alarm.key, alarm]));
    const causes = composites.flatMap((alarm) => (alarm.suppressor ? [byKey.get(alarm.suppressor.key)?.severity] : []));
    expect(causes.length).toBeGreaterThan(0);
    expect([...new Set(causes)]).toEqual(['page']);
  });
});

describe('runbooks', () => {
  const named = new Set(alarms.map(runbookOf));
  const files = readdirSync(join(root, 'docs/06-runbooks')).map((file) => file.replace(/\.md$/, ''));

  it('are there for each alarm, under its name', () => {
    expect([...named].filter((path) => path === '' || !existsSync(join(root, path)))).toEqual([]);
  });

  it('have an alarm each, or a reason for having none', () => {
    const without = files.filter((file) => !named.has(`docs/06-runbooks/${file}.md`));
    expect(without.sort()).toEqual(Object.keys(withoutAlarm).sort());
  });

  it.each(files.filter((file) => !(file in withoutAlarm)))(
    '%s says what customers notice, where to look first, what to do, and when to escalate',
    (file) => {
      const text = readFileSync(join(root, 'docs/06-runbooks', `${file}.md`), 'utf8');
      for (const part of [
        /^# \S/,
        /^## Description$/m,
        /[Cc]ustomers?\b/,
        /^## Investigation$/m,
        /^1\. /m,
        /^## Resolution$/m,
        /^- \*\*Escalate\*\*: \S/m,
      ]) {
        expect(text).toMatch(part);
      }
    },
  );
});

describe('objectives', () => {
  it('that are watched by single alarms have them', () => {
    const families = new Set(alarms.map((alarm) => runbookOf(alarm).replace(/^.*\/|\.md$/g, '')));
    const wanted = objectives.flatMap(({ measure }) =>
      measure.kind === 'alarms' ? measure.families : measure.kind === 'budget' ? [measure.family] : [],
    );
    expect(wanted.filter((family) => !families.has(family))).toEqual([]);
  });

  it('are one for each measure of the context that is about what runs', () => {
    const covered = new Set(objectives.flatMap(({ measures }) => measures));
    const expected = [
      'SLI-1',
      'SLI-2',
      'SLI-3',
      'SLI-4',
      'SLI-5',
      'SLO-1',
      'SLO-2',
      'SLO-3',
      'SLO-4',
      'SLO-5',
      'SLO-6',
      'OPS-2',
      'CST-1',
      'CST-3',
      'OBS-1',
    ];
    expect(expected.filter((id) => !covered.has(id))).toEqual([]);
  });
});

it('the contract makes no more metrics than it says', () => {
  const most = Object.values(instruments).reduce((sum, instrument) => sum + metricsOf(instrument), 0);
  expect(most).toBeLessThanOrEqual(MOST_METRICS);
});

describe('what alarms cost', () => {
  const ofCell = (name: string) => {
    const own = <T extends AnyAlarm>(some: readonly T[]) => some.filter(({ stack }) => stack.startsWith(`${name}/`));
    return {
      alarmMetrics: own(metrics).reduce((sum, { queries }) => sum + Object.keys(queries).length, 0),
      compositeAlarms: own(composites).length,
      objectives: 0,
    };
  };

  it.each(platform.environments.flatMap(({ cells }) => cells).map((cell) => [cell.name, cell] as const))(
    'in %s, with counting by tenant and the metrics of the contract, leaves a quarter of the 8 %% of its budget that watching may cost',
    (name, { home, monthlyBudgetUsd }) => {
      // The contract's metrics at their most, each 0.30 USD. Collection, dashboards and canaries have what is left: 40 USD in dev and staging.
      const usd =
        alarmsUsd(ofCell(name), home.region) +
        lineEachUsd({ tenants: 60, pods: 12, rules: tenantRules.length }, home.region) +
        MOST_METRICS * 0.3;
      expect(usd).toBeGreaterThan(30);
      expect(usd).toBeLessThan(0.06 * monthlyBudgetUsd);
    },
  );
});

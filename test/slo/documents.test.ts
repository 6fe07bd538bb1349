import { describe, expect, it } from 'vitest';
import { lineEachUsd, metricEachUsd } from '../../lib/cost/observability';
import { serviceNames } from '../../lib/gitops/tree-props';
import { budgets, objectives } from '../../lib/slo/objectives';
import { objectivesDocument } from '../../lib/slo/document';
import { LONGEST_MINUTES, tiers } from '../../lib/slo/tiers';
import { telemetryDocument } from '../../lib/telemetry/document';
import { emitters, forbidden, instruments } from '../../lib/telemetry/instruments';
import { emittersWithSpans, logFields, spans, tenantFields, tenantRules } from '../../lib/telemetry/records';

const PODS = 12;
const costs = [10, 60, 300, 1_000].map((tenants) => {
  const counting = { tenants, pods: PODS, rules: tenantRules.length };
  return { tenants, metricsUsd: metricEachUsd(counting, 'us-east-1'), linesUsd: lineEachUsd(counting, 'us-east-1') };
});

describe('the docs say what the data say', () => {
  it('of objectives', async () => {
    await expect(objectivesDocument()).toMatchFileSnapshot('../../docs/01-architecture/slos.md');
  });
  it('of telemetry', async () => {
    await expect(telemetryDocument(costs)).toMatchFileSnapshot('../../docs/02-data/telemetry.md');
  });
});

describe('objectives', () => {
  it('have names of their own, and goals that leave a budget', () => {
    expect(new Set(objectives.map(({ id }) => id)).size).toBe(objectives.length);
    for (const { measure } of budgets) expect(measure.goalPercent).toBeLessThan(100);
  });

  it('ask of no tier more than all being bad', () => {
    for (const { id, measure } of budgets) {
      for (const name of measure.tiers) expect(tiers[name].burn * (100 - measure.goalPercent), `${id} ${name}`).toBeLessThanOrEqual(50);
    }
  });

  it('have windows that CloudWatch takes', () => {
    for (const { windows } of Object.values(tiers)) {
      for (const { periodMinutes, outOf, atLeast } of windows) {
        expect(atLeast).toBeLessThanOrEqual(outOf);
        expect(periodMinutes * outOf).toBeLessThanOrEqual(
          periodMinutes >= 60 ? LONGEST_MINUTES.hourPeriods : LONGEST_MINUTES.minutePeriods,
        );
      }
    }
  });
});

describe('the contract', () => {
  it('is that of the services of the cluster', () => {
    expect([...emitters].sort()).toEqual([...serviceNames].sort());
    expect(emittersWithSpans).toEqual(emitters);
  });

  it('has nothing that is forbidden', () => {
    const names: readonly string[] = [
      ...Object.values(instruments).flatMap(({ sets }) => sets.flatMap((set) => set.map(({ name }) => name))),
      ...logFields.map(({ name }) => name),
      ...tenantFields.map(({ name }) => name),
      ...spans.flatMap(({ attributes }) => attributes),
    ];
    expect(names.filter((name) => forbidden.some((never) => never === name))).toEqual([]);
  });

  it('has no dimension without a bound, and no tenant among them', () => {
    for (const { sets } of Object.values(instruments)) {
      for (const { name, values } of sets.flat()) {
        expect(values.length).toBeLessThanOrEqual(12);
        expect(name).not.toBe('tenant');
      }
    }
  });

  it('counts by tenant for less than metrics would, from 60 tenants on', () => {
    for (const { tenants, metricsUsd, linesUsd } of costs) if (tenants >= 60) expect(linesUsd).toBeLessThan(metricsUsd);
  });
});

import { Duration } from 'aws-cdk-lib';
import { CfnServiceLevelObjective } from 'aws-cdk-lib/aws-applicationsignals';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { BudgetObjective } from '../slo/objectives';
import type { Known, MetricRef, Sli } from '../slo/types';

export type KnownValues = Readonly<Record<Known, string>>;

const dimensionsOf = ({ dimensions }: Pick<MetricRef, 'dimensions'>, known: KnownValues): Record<string, string> =>
  Object.fromEntries(Object.entries(dimensions).map(([name, value]) => [name, typeof value === 'string' ? value : known[value.known]]));

const metricOf = (ref: MetricRef, known: KnownValues, period: Duration): Metric =>
  new Metric({ namespace: ref.namespace, metricName: ref.name, dimensionsMap: dimensionsOf(ref, known), statistic: ref.statistic, period });

/** `HTTPCode_ELB_5XX_Count` -> `hTTPCodeELB5XXCount`: an ID of metric math. The same metric has the same ID, so that it is paid for once. */
const idOf = ({ name, statistic }: MetricRef): string => {
  const letters = `${name}_${statistic}`.replace(/[^A-Za-z0-9]+/g, '');
  return letters.charAt(0).toLowerCase() + letters.slice(1);
};

const filled = (ref: MetricRef): string => `FILL(${idOf(ref)}, 0)`;
const sumOf = (refs: readonly MetricRef[]): string => refs.map(filled).join(' + ');

/**
 * What of all was bad over a period, in percent; 0 where there was too little to say. Filled in where nothing was published, since CloudWatch publishes no zeros of the load
 * balancer. Source: CloudWatch User Guide, "Using metric math", "CloudWatch statistics definitions", read 2026-11.
 */
export function badPercent(
  { measure, title }: BudgetObjective,
  known: KnownValues,
): (period: Duration, atLeastBad: number) => MathExpression {
  const { sli, atLeastCount } = measure;
  return (period, atLeastBad) => {
    const { refs, expression } =
      sli.kind === 'counts' ? ofCounts(sli, atLeastCount, atLeastBad) : ofDistribution(sli, atLeastCount, atLeastBad);
    return new MathExpression({
      label: `${title}: bad, in percent`,
      expression,
      usingMetrics: Object.fromEntries(refs.map((ref) => [idOf(ref), metricOf(ref, known, period)])),
      period,
    });
  };
}

function ofCounts({ total, bad }: Extract<Sli, { kind: 'counts' }>, atLeast: number, atLeastBad: number) {
  const all = sumOf(total);
  const few = `${all} < ${String(atLeast)} OR ${sumOf(bad)} < ${String(atLeastBad)}`;
  return { refs: [...total, ...bad], expression: `IF(${few}, 0, 100 * (${sumOf(bad)}) / (${all}))` };
}

function ofDistribution({ metric, value }: Extract<Sli, { kind: 'within' }>, atLeast: number, atLeastBad: number) {
  const count: MetricRef = { ...metric, statistic: 'SampleCount' };
  const share: MetricRef = { ...metric, statistic: `PR(0:${value})` };
  const bad = `(100 - FILL(${idOf(share)}, 100))`;
  const few = `${filled(count)} < ${String(atLeast)} OR ${filled(count)} * ${bad} < ${String(100 * atLeastBad)}`;
  return { refs: [count, share], expression: `IF(${few}, 0, ${bad})` };
}

type Query = CfnServiceLevelObjective.MetricDataQueryProperty;

const PERIOD_SECONDS = 60;

/** The objective as Application Signals keeps it: attainment over the window, what is left of the budget, burn rates as metrics. */
export function requestBasedSli({ measure }: BudgetObjective, known: KnownValues): CfnServiceLevelObjective.RequestBasedSliProperty {
  const { sli } = measure;
  const query = (
    ref: MetricRef | (Omit<MetricRef, 'statistic'> & { readonly statistic: string }),
    id: string,
    returnData: boolean,
  ): Query => ({
    id,
    metricStat: {
      metric: {
        namespace: ref.namespace,
        metricName: ref.name,
        dimensions: Object.entries(dimensionsOf(ref, known)).map(([name, value]) => ({ name, value })),
      },
      period: PERIOD_SECONDS,
      stat: ref.statistic,
    },
    returnData,
  });
  const queries = (refs: readonly MetricRef[]): Query[] => {
    const [only, ...others] = refs;
    if (only && others.length === 0) return [query(only, idOf(only), true)];
    return [...refs.map((ref) => query(ref, idOf(ref), false)), { id: 'sum', expression: sumOf(refs), returnData: true }];
  };
  return {
    requestBasedSliMetric:
      sli.kind === 'counts'
        ? { totalRequestCountMetric: queries(sli.total), monitoredRequestCountMetric: { badCountMetric: queries(sli.bad) } }
        : {
            totalRequestCountMetric: [query({ ...sli.metric, statistic: 'SampleCount' }, 'all', true)],
            monitoredRequestCountMetric: {
              goodCountMetric: [query({ ...sli.metric, statistic: `TC(0:${String(sli.value)})` }, 'good', true)],
            },
          },
  };
}

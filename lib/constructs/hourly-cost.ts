import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** A metric, and what one of its unit costs; see lib/cost/hourly.ts, which makes them from the price sheet. */
export interface PricedMetric {
  readonly component: string;
  readonly what: string;
  readonly usdPerUnit: number;
  readonly metric:
    | {
        readonly namespace: string;
        readonly name: string;
        readonly statistic: string;
        readonly dimensions: Readonly<Record<string, string>>;
      }
    | { readonly search: string; readonly statistic: string };
}

export interface HourlyCostProps {
  readonly lines: readonly PricedMetric[];
  /** What is billed by the hour, whatever the load. */
  readonly fixed: readonly { readonly component: string; readonly what: string; readonly usdPerHour: number }[];
}

const HOUR = Duration.hours(1);

/** A price as metric math takes it, without an exponent; a very small one as a part of a billion, which people read too. */
const plain = (usd: number): string => {
  const digits = (value: number) => value.toFixed(9).replace(/\.?0+$/, '');
  return usd !== 0 && usd < 1e-3 ? `${digits(usd * 1e9)} / 1000000000` : digits(usd);
};

/**
 * USD an hour, computed by CloudWatch from metrics that are there anyway [CST-3]: nothing of ours runs, nothing is stored, and no failure of a function looks like
 * a saving. A figure is as fresh as its metrics, minutes; only AWS's usage metric of vCPUs and the sum of an hour take longer.
 */
export class HourlyCost {
  /** By component, for a view. */
  readonly byComponent: readonly { readonly component: string; readonly metric: cloudwatch.MathExpression }[];
  /** Of all of what has a name of ours and what is billed by the hour, for an alarm: alarms take ten metrics, and no search. */
  readonly total: cloudwatch.MathExpression;

  constructor({ lines, fixed }: HourlyCostProps) {
    const components = [...new Set([...lines, ...fixed].map(({ component }) => component))].sort();
    this.byComponent = components.map((component) => {
      const own = lines.filter((line) => line.component === component);
      return {
        component,
        metric: expressionOf(
          component,
          component,
          own,
          fixed.filter((line) => line.component === component),
        ),
      };
    });
    const named = lines.filter(({ metric }) => !('search' in metric));
    // Source: Amazon CloudWatch User Guide, "Create an alarm based on a metric math expression": up to 10 metrics, read 2026-11.
    if (named.length > 10) throw new RangeError(`HourlyCost.lines: received ${named.length} metrics with a name; allowed: at most 10`);
    this.total = expressionOf('total', 'USD an hour', named, fixed);
  }
}

function expressionOf(
  prefix: string,
  label: string,
  lines: HourlyCostProps['lines'],
  fixed: HourlyCostProps['fixed'],
): cloudwatch.MathExpression {
  const id = (index: number) => `${prefix.replaceAll('-', '_')}${index}`;
  const usingMetrics: Record<string, cloudwatch.IMetric> = {};
  const terms = lines.map(({ metric, usdPerUnit }, index) => {
    if ('search' in metric) return `SUM(SEARCH('${metric.search}', '${metric.statistic}', ${HOUR.toSeconds()})) * ${plain(usdPerUnit)}`;
    const { namespace, name, statistic, dimensions } = metric;
    usingMetrics[id(index)] = new cloudwatch.Metric({
      namespace,
      metricName: name,
      statistic,
      period: HOUR,
      dimensionsMap: { ...dimensions },
    });
    // A metric that is silent costs nothing: without this, none of the sum would be known.
    return `FILL(${id(index)}, 0) * ${plain(usdPerUnit)}`;
  });
  const perHour = plain(fixed.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0));
  // A number alone is no time series.
  if (terms.length === 0)
    throw new RangeError(`HourlyCost.fixed: received ${prefix}, which has no metric; allowed: components of the lines`);
  return new cloudwatch.MathExpression({ expression: [...terms, perHour].join(' + '), label, period: HOUR, usingMetrics });
}

/** Alarms as the templates have them: nothing here knows how they were made. */
import { compile, type Compiled } from './expression';
import { compileRule, type Rule } from './rule';
import type { Evaluation, Treatment } from './state';

type Json = Readonly<Record<string, unknown>>;

/** A metric as CloudWatch would look it up. */
export interface Query {
  readonly namespace: string;
  readonly name: string;
  readonly statistic: string;
  readonly periodMinutes: number;
  /** By name; what only a deployment knows as the JSON that asks for it. */
  readonly dimensions: Readonly<Record<string, string>>;
}

export type Severity = 'page' | 'ticket' | 'nobody';

interface Common {
  /** `STACK/LOGICAL-ID`, as rules of composite alarms are made to name it. */
  readonly key: string;
  /** As the code has it: `fastAvailabilityBurn`. */
  readonly id: string;
  readonly stack: string;
  readonly severity: Severity;
  readonly description: string;
}

export interface MetricAlarm extends Common, Evaluation {
  readonly kind: 'metric';
  readonly queries: Readonly<Record<string, Query>>;
  /** The text that `compiled` was made of; absent where the metric itself is watched. */
  readonly expression?: string;
  readonly compiled: Compiled;
  readonly isBeyond: (value: number) => boolean;
  readonly threshold: number;
  readonly periodMinutes: number;
}

export interface CompositeAlarm extends Common {
  readonly kind: 'composite';
  readonly rule: Rule;
  readonly children: readonly string[];
  readonly suppressor?: { readonly key: string; readonly waitMinutes: number; readonly extensionMinutes: number };
}

export type AnyAlarm = MetricAlarm | CompositeAlarm;

const comparisons: Readonly<Record<string, (threshold: number) => (value: number) => boolean>> = {
  GreaterThanThreshold: (threshold) => (value) => value > threshold,
  LessThanThreshold: (threshold) => (value) => value < threshold,
};

export interface TemplateOfStack {
  readonly stack: string;
  readonly resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Json }>>;
}

export function alarmsOf({ stack, resources }: TemplateOfStack): readonly AnyAlarm[] {
  return Object.entries(resources).flatMap(([logicalId, { Type, Properties = {} }]): readonly AnyAlarm[] => {
    const common: Common = {
      key: `${stack}/${logicalId}`,
      id: logicalId.replace(/^Alarms/, '').slice(0, -8),
      stack,
      severity: severityOf(Properties['AlarmActions']),
      description: String(Properties['AlarmDescription']),
    };
    if (Type === 'AWS::CloudWatch::Alarm') return [metricAlarm(common, Properties)];
    if (Type === 'AWS::CloudWatch::CompositeAlarm') return [compositeAlarm(common, stack, Properties)];
    return [];
  });
}

function severityOf(actions: unknown): Severity {
  const text = JSON.stringify(actions ?? []);
  return text.includes('AlertsPage') ? 'page' : text.includes('AlertsTicket') ? 'ticket' : 'nobody';
}

function metricAlarm(common: Common, properties: Json): MetricAlarm {
  const outOf = Number(properties['EvaluationPeriods']);
  const threshold = Number(properties['Threshold']);
  const comparison = comparisons[String(properties['ComparisonOperator'])];
  if (!comparison)
    throw new RangeError(
      `ComparisonOperator: received '${String(properties['ComparisonOperator'])}'; allowed: ${Object.keys(comparisons).join(', ')}`,
    );
  const { queries, expression } = queriesOf(properties);
  return {
    ...common,
    kind: 'metric',
    outOf,
    atLeast: Number(properties['DatapointsToAlarm'] ?? outOf),
    treatment: String(properties['TreatMissingData'] ?? 'missing') as Treatment,
    queries,
    expression,
    // Quotas are the account's: whoever simulates an alarm on one has to say how large it is.
    compiled: compile(expression === undefined || expression.includes('SERVICE_QUOTA') ? (Object.keys(queries)[0] ?? 'm') : expression),
    threshold,
    isBeyond: comparison(threshold),
    periodMinutes: Math.max(...Object.values(queries).map(({ periodMinutes }) => periodMinutes)),
  };
}

interface MetricStat {
  readonly Metric: { readonly Namespace: string; readonly MetricName: string; readonly Dimensions?: readonly Dimension[] };
  readonly Period: number;
  readonly Stat: string;
}
interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

const dimensionsOf = (dimensions: readonly Dimension[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, typeof Value === 'string' ? Value : JSON.stringify(Value)]));

function queriesOf(properties: Json): Pick<MetricAlarm, 'queries' | 'expression'> {
  const metrics = properties['Metrics'] as
    readonly { readonly Id: string; readonly Expression?: string; readonly MetricStat?: MetricStat }[] | undefined;
  if (!metrics) {
    return {
      queries: {
        m: {
          namespace: String(properties['Namespace']),
          name: String(properties['MetricName']),
          statistic: String(properties['Statistic'] ?? properties['ExtendedStatistic']),
          periodMinutes: Number(properties['Period']) / 60,
          dimensions: dimensionsOf(properties['Dimensions'] as readonly Dimension[] | undefined),
        },
      },
    };
  }
  return {
    expression: metrics.find(({ Expression }) => Expression !== undefined)?.Expression,
    queries: Object.fromEntries(
      metrics.flatMap(({ Id, MetricStat: stat }) =>
        stat
          ? [
              [
                Id,
                {
                  namespace: stat.Metric.Namespace,
                  name: stat.Metric.MetricName,
                  statistic: stat.Stat,
                  periodMinutes: stat.Period / 60,
                  dimensions: dimensionsOf(stat.Metric.Dimensions),
                },
              ] as const,
            ]
          : [],
      ),
    ),
  };
}

function compositeAlarm(common: Common, stack: string, properties: Json): CompositeAlarm {
  const { rule, names } = compileRule(resolved(stack, properties['AlarmRule']));
  const suppressor = properties['ActionsSuppressor'];
  return {
    ...common,
    kind: 'composite',
    rule,
    children: names,
    ...(suppressor === undefined
      ? {}
      : {
          suppressor: {
            key: resolved(stack, suppressor),
            waitMinutes: Number(properties['ActionsSuppressorWaitPeriod']) / 60,
            extensionMinutes: Number(properties['ActionsSuppressorExtensionPeriod']) / 60,
          },
        }),
  };
}

/** A text in which alarms of the same stack are called by their keys. @throws RangeError for what names an alarm elsewhere. */
function resolved(stack: string, value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as {
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
    readonly 'Fn::GetAtt'?: readonly string[];
  };
  if (join) return join[1].map((part) => resolved(stack, part)).join(join[0]);
  if (attribute?.[1] === 'Arn') return `${stack}/${String(attribute[0])}`;
  throw new RangeError(`rule: received '${JSON.stringify(value)}'; allowed: text, and ARNs of alarms of the same stack`);
}

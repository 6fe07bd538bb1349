/** What an objective is: plain data, from which alarms, Application Signals' objectives, dashboards and a page of the docs are made. */

/** Values of dimensions that only a stack knows. */
export type Known = 'loadBalancer' | 'profilesTargetGroup';

/** A metric of CloudWatch, as AWS or lib/telemetry names it. */
export interface MetricRef {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, { readonly known: Known } | string>>;
  readonly statistic: 'Sum' | 'SampleCount' | `PR(0:${number})`;
}

/** Good and bad things, counted. */
export type Sli =
  /** Bad ones over all; each is a sum of metrics. */
  | { readonly kind: 'counts'; readonly total: readonly MetricRef[]; readonly bad: readonly MetricRef[] }
  /** Those of a distribution that are at or below a value are good. */
  | {
      readonly kind: 'within';
      readonly metric: Omit<MetricRef, 'statistic'>;
      /** In the metric’s own unit. */
      readonly value: number;
    };

/** How fast a budget may go before somebody is told. `budget` is what the goal leaves: 0.05 % of 99.95 %. */
export interface BurnTier {
  readonly name: 'steep' | 'fast' | 'sustained' | 'slow' | 'leak';
  readonly severity: 'page' | 'ticket';
  /** Times the budget. */
  readonly burn: number;
  /** Fewer bad ones than this in a period are chance: in a minute of a night one request is more than 1 %. */
  readonly atLeastBad: number;
  /** All of them have to say so. */
  readonly windows: readonly {
    readonly periodMinutes: number;
    readonly outOf: number;
    /** That many of the last `outOf` periods. */
    readonly atLeast: number;
  }[];
  /** What of the budget of 30 days is gone by then at the least, in percent. */
  readonly says: string;
}

/** How it is known whether an objective is kept. */
export type Measure =
  | {
      readonly kind: 'budget';
      /** Of its alarms’ names, and the name of their runbook. */
      readonly family: string;
      /** Where a family has several objectives. */
      readonly percentile?: 'p50' | 'p95' | 'p99';
      readonly sli: Sli;
      /** In percent of all, over the window. */
      readonly goalPercent: number;
      readonly tiers: readonly BurnTier['name'][];
      /** Fewer in a period than this say nothing. */
      readonly atLeastCount: number;
    }
  /** By single alarms on levels, which the stacks own: the families of their names. */
  | { readonly kind: 'alarms'; readonly families: readonly string[] }
  /** By what is written down: nothing in CloudWatch knows it. */
  | { readonly kind: 'record'; readonly where: string };

export interface Objective {
  /** Unique; names of alarms begin with it. */
  readonly id: string;
  /** Of docs/00-context. */
  readonly measures: readonly string[];
  readonly title: string;
  readonly goal: string;
  readonly window: string;
  readonly owner: 'platform engineers' | 'service teams' | 'head of engineering';
  readonly measure: Measure;
  /** Where it is measured from, and what it does not see. */
  readonly note: string;
}

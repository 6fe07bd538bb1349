/** What the register of stores says of each store, and how its figures are found in templates. */
import type { ResourceDefinition, StackTemplate } from './assembly';
import { propertyAt } from './rule';

/** One resource of a cell, wherever the cell is: by its stack below the stage, its type, and how its logical ID begins. */
export interface ResourceName {
  /** ID of the stack below the stage, such as `Lake`. */
  readonly stack: string;
  /** Such as `AWS::S3::Bucket`. */
  readonly type: string;
  /** Beginning of the logical ID, which is made from the path of the construct: `Raw` of `RawBucket7486E833`. */
  readonly id: string;
}

/** A part of a recovery point: published by AWS, or a setting of a template. */
export type Term = { readonly what: string } & (
  | { readonly seconds: number; readonly source: string }
  | { readonly setting: ResourceName; readonly property: string; /** @default 1 */ readonly secondsPerUnit?: number }
);

/** How a store survives the loss of its Region [SLO-5]. */
export type Copy =
  /** A copy that lags behind by `terms` when all is well, and about which an alarm pages before it is 15 minutes old. */
  | {
      readonly kind: 'copied';
      readonly by: string;
      /** What holds the copy, in the recovery Region: a stack of its own there, or a part of this very resource. */
      readonly copy: ResourceName | 'replica of this resource';
      readonly terms: readonly Term[];
      readonly alarm: ResourceName;
      /** Unit of the alarm's threshold. */
      readonly alarmUnit: 'seconds' | 'milliseconds';
    }
  /** Made again from another store, whose recovery point it shares. */
  | { readonly kind: 'derived'; readonly from: string; readonly by: string }
  /** Not kept: what is lost is worth nothing. */
  | { readonly kind: 'none'; readonly because: string };

export interface RecoveryStep {
  readonly what: string;
  readonly minutes: number;
  /** Where the figure is from; `estimate` until a rehearsal has measured it. */
  readonly source: string;
}

export interface Store {
  /** As people call it, such as `profiles`. */
  readonly name: string;
  readonly holds: string;
  readonly resource: ResourceName;
  readonly copy: Copy;
  /** From the decision to take over until it serves in the recovery Region [SLO-4]. */
  readonly recovery: readonly RecoveryStep[];
  /**
   * Days after which nothing is left of what was erased, at most 28: the erasure itself is given two of CMP-1's 30.
   * `request` means that rows are erased one by one, and this is what stays behind them: versions, snapshots, points in time.
   */
  readonly erasure: { readonly by: 'expiry' | 'request'; readonly days: number };
}

export const stageOf = ({ path }: StackTemplate): string => path.split('/')[0] ?? path;

const stackIdOf = ({ path }: StackTemplate): string => path.split('/').slice(1).join('/');

/** By the tag that each resource of a stack carries. */
export const holdsCustomerData = ({ resources }: StackTemplate): boolean =>
  resources.some((resource) => {
    const tags = propertyAt(resource, 'Tags');
    return Array.isArray(tags)
      ? (tags as { readonly Key?: unknown; readonly Value?: unknown }[]).some(
          ({ Key, Value }) => Key === 'data-classification' && Value === 'customer-data',
        )
      : propertyAt(resource, 'Tags', 'data-classification') === 'customer-data';
  });

export const isNamed = ({ stack, type, id }: ResourceName, resource: ResourceDefinition): boolean =>
  stackIdOf(resource.stack) === stack && resource.type === type && resource.logicalId.startsWith(id);

/** The one resource of a stage under this name; undefined where there is none, or more than one. */
export function findResource(stacks: readonly StackTemplate[], name: ResourceName): ResourceDefinition | undefined {
  const found = stacks.flatMap(({ resources }) => resources.filter((resource) => isNamed(name, resource)));
  return found.length === 1 ? found[0] : undefined;
}

/** Seconds that a term adds, in one stage; undefined where its setting is not there or cannot be resolved. */
export function secondsOf(term: Term, stacks: readonly StackTemplate[]): number | undefined {
  if ('seconds' in term) return term.seconds;
  const resource = findResource(stacks, term.setting);
  const value = resource && propertyAt(resource, ...term.property.split('.'));
  return typeof value === 'number' ? value * (term.secondsPerUnit ?? 1) : undefined;
}

/** When all is well: the sum of the terms. */
export function expectedSeconds(terms: readonly Term[], stacks: readonly StackTemplate[]): number | undefined {
  return terms.map((term) => secondsOf(term, stacks)).reduce<number | undefined>((sum, seconds) => add(sum, seconds), 0);
}

/** The age of a copy at which an engineer has been told: the alarm's threshold, and the periods until it fires. */
export function alarmSeconds(alarm: ResourceDefinition, unit: 'seconds' | 'milliseconds'): number | undefined {
  const [threshold, periods, period] = ['Threshold', 'EvaluationPeriods', 'Period'].map((property) => propertyAt(alarm, property));
  if (typeof threshold !== 'number' || typeof periods !== 'number' || typeof period !== 'number') return undefined;
  return threshold / (unit === 'milliseconds' ? 1000 : 1) + periods * period;
}

const add = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a + b);

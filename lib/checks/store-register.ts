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
  | {
      readonly kind: 'derived';
      readonly from: string;
      readonly by: string;
      /** What is older than the other store: a copy in the recovery Region, and the alarm that tells while the other still has it. */
      readonly older?: { readonly copy: ResourceName; readonly alarm: ResourceName; readonly toldWithinHours: number };
    }
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
  /** Whether AWS Backup has it, against mistakes that replication copies; if not, why not. */
  readonly backup: 'daily' | { readonly none: string };
  readonly erasure: Erasure;
}

/** When nothing is left of what was erased: at most 28 days, since the erasure itself is given two of CMP-1's 30. */
export type Erasure =
  /** Rows are erased one by one, and this is how long something stays behind them: versions, snapshots, points in time. */
  | { readonly by: 'request'; readonly days: number }
  /** What is in it is gone so many days after it was written here, which may be long after it was accepted. */
  | {
      readonly by: 'expiry';
      readonly days: number;
      /** Stores whose readers write into this one, at the latest when it leaves those. @default - ingest alone, at once */
      readonly fedBy?: readonly string[];
      /** How old an event may be that is replayed into it: a setting of a template, in days. @default - nothing is replayed */
      readonly replayed?: { readonly setting: ResourceName; readonly property: string };
      /** Days after it first came here, or to the store it came from, in which it may be put back, so that its days begin anew. @default - never */
      readonly putBackDays?: number;
    };

/**
 * How old an event may be when it is written into a store, in days: each store on its way may have kept it to the end.
 * Undefined where a setting is missing, a store is not in the register, or they feed each other.
 */
export function arrivalDays(
  name: string,
  stores: readonly Store[],
  stacks: readonly StackTemplate[],
  seen: readonly string[] = [],
): number | undefined {
  const store = stores.find((candidate) => candidate.name === name);
  if (!store || seen.includes(name)) return undefined;
  if (store.erasure.by === 'request') return 0;
  const { fedBy = [], replayed, putBackDays = 0 } = store.erasure;
  const resource = replayed && findResource(stacks, replayed.setting);
  const setting = replayed ? Number((resource && propertyAt(resource, ...replayed.property.split('.'))) ?? Number.NaN) : 0;
  const ages = fedBy.map((feeder) => {
    const days = stores.find((candidate) => candidate.name === feeder)?.erasure.days;
    return add(arrivalDays(feeder, stores, stacks, [...seen, name]), days);
  });
  return ages.includes(undefined) || Number.isNaN(setting) ? undefined : Math.max(setting, ...(ages as number[])) + putBackDays;
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

/** Seconds from a fault until its alarm fires. */
export function alarmPeriodSeconds(alarm: ResourceDefinition): number | undefined {
  const [periods, period] = ['EvaluationPeriods', 'Period'].map((property) => propertyAt(alarm, property));
  return typeof periods === 'number' && typeof period === 'number' ? periods * period : undefined;
}

/** The age of a copy at which an engineer has been told: the alarm's threshold, and the periods until it fires. */
export function alarmSeconds(alarm: ResourceDefinition, unit: 'seconds' | 'milliseconds'): number | undefined {
  const threshold = propertyAt(alarm, 'Threshold');
  return typeof threshold === 'number' ? add(threshold / (unit === 'milliseconds' ? 1000 : 1), alarmPeriodSeconds(alarm)) : undefined;
}

const add = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a + b);

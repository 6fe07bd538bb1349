/**
 * Which objects of a bucket would go earlier than today. Rules overlap, and the earliest wins, so rules cannot be compared one by one:
 * for each new rule there is one object that is touched by as few other rules as possible, and if that one lives as long as it did, all do.
 */
import { at, figure, listAt, type Properties } from './properties';

/** What a rule does to the objects that its filter takes. */
interface Expiry {
  /** `current`: days until an object expires; `date`: a day on which it does; `noncurrent`: days that an overwritten version is kept. */
  readonly kind: 'current' | 'date' | 'noncurrent';
  readonly prefix: string;
  /** Only a literal prefix says where objects are. */
  readonly isLiteral: boolean;
  readonly tags: readonly string[];
  /** Bytes; both bounds exclusive, as S3 has them. */
  readonly above: number;
  readonly below: number;
  /** Newer versions that must be there before one goes. */
  readonly newer: number;
  readonly life: unknown;
}

/** What is earlier than before. */
export interface Earlier {
  readonly what: string;
  /** The prefix, if no rule has spoken of it before: objects may never have been there. */
  readonly newPrefix?: string;
}

const rulesOf = (properties: Properties): readonly unknown[] => listAt(properties, 'LifecycleConfiguration', 'Rules');
const prefixOf = (rule: unknown): unknown => at(rule, 'Prefix') ?? '';

function expiriesOf(properties: Properties): readonly Expiry[] {
  return rulesOf(properties)
    .filter((rule) => at(rule, 'Status') === 'Enabled')
    .flatMap((rule) => {
      const prefix = prefixOf(rule);
      const filter = {
        isLiteral: typeof prefix === 'string',
        prefix: typeof prefix === 'string' ? prefix : JSON.stringify(prefix),
        tags: listAt(rule, 'TagFilters').map((tag) => `${String(at(tag, 'Key'))}=${String(at(tag, 'Value'))}`),
        above: figure(at(rule, 'ObjectSizeGreaterThan'), -1),
        below: figure(at(rule, 'ObjectSizeLessThan'), Infinity),
        newer: 0,
      };
      const noncurrent = at(rule, 'NoncurrentVersionExpiration');
      const newer = figure(at(noncurrent, 'NewerNoncurrentVersions'), 0);
      const found: readonly Expiry[] = [
        { ...filter, kind: 'current', life: at(rule, 'ExpirationInDays') },
        { ...filter, kind: 'date', life: at(rule, 'ExpirationDate') },
        { ...filter, kind: 'noncurrent', newer, life: at(noncurrent, 'NoncurrentDays') ?? at(rule, 'NoncurrentVersionExpirationInDays') },
      ];
      return found.filter(({ life }) => life !== undefined);
    });
}

const lifeOf = ({ kind, life }: Expiry): number => (kind === 'date' ? Date.parse(String(life)) : figure(life, Infinity));

/** Not JSON alone, which takes all that is no finite figure for the same. */
const textOf = (rule: Expiry): string => JSON.stringify({ ...rule, above: String(rule.above), below: String(rule.below) });

/** Sizes within the rule's bounds, one for each set of rules that can touch an object. */
const sizesOf = (rule: Expiry, others: readonly Expiry[]): readonly number[] =>
  [rule, ...others].flatMap(({ above, below }) => [above + 1, below]).filter((size) => size > rule.above && size < rule.below);

/** How long the object of this size lives that `rule` touches, and as few `others` as possible. */
const lifeUnder = (others: readonly Expiry[], rule: Expiry, size: number): number =>
  Math.min(
    Infinity,
    ...others
      .filter(
        ({ kind, prefix, tags, above, below, newer }) =>
          kind === rule.kind &&
          rule.prefix.startsWith(prefix) &&
          tags.every((tag) => rule.tags.includes(tag)) &&
          size > above &&
          size < below &&
          newer <= rule.newer,
      )
      .map(lifeOf),
  );

const place = ({ prefix, tags, above, below }: Expiry): string =>
  [
    ...(prefix === '' ? [] : [` under ${prefix}`]),
    ...(tags.length > 0 ? [` tagged ${tags.join(', ')}`] : []),
    ...(above >= 0 ? [` above ${above} bytes`] : []),
    ...(below < Infinity ? [` below ${below} bytes`] : []),
  ].join('');

function sentence(rule: Expiry, before: number): string {
  const days = (life: number) => `${life} day${life === 1 ? '' : 's'}`;
  const instead = before === Infinity ? 'instead of never' : `instead of ${rule.kind === 'date' ? new Date(before).toISOString() : before}`;
  if (rule.kind === 'date') return `Objects${place(rule)} expire on ${String(rule.life)} ${instead}`;
  const after = Number.isNaN(lifeOf(rule)) ? JSON.stringify(rule.life) : days(lifeOf(rule));
  if (rule.kind === 'current') return `Objects${place(rule)} expire after ${after} ${instead}: those that are older go within a day`;
  const kept = rule.newer > 0 ? ` beyond ${rule.newer} newer` : '';
  return `Versions${kept} of objects${place(rule)} go after ${after} ${instead}: what was overwritten is gone sooner`;
}

/** Objects and versions that would go earlier, a line for each rule that does it. Transitions, and uploads that never ended, lose nothing. */
export function earlierExpiries(before: Properties, after: Properties): readonly Earlier[] {
  const [old, now] = [expiriesOf(before), expiriesOf(after)];
  // Without versioning an overwritten object was gone at once, so nothing can be gone sooner.
  const hadVersions = at(before, 'VersioningConfiguration') !== undefined;
  return now
    .filter(({ kind }) => kind !== 'noncurrent' || hadVersions)
    .filter((rule) => !old.some((other) => textOf(other) === textOf(rule)))
    .flatMap((rule) => {
      const isUnresolved = Number.isNaN(rule.above) || Number.isNaN(rule.below);
      const lives = isUnresolved ? [Infinity] : sizesOf(rule, old).map((size) => lifeUnder(old, rule, size));
      const longest = Math.max(...lives);
      // Written so that what only a deployment resolves, which is NaN here, counts as earlier.
      if (lives.length === 0 || lifeOf(rule) >= longest) return [];
      const isNew = rule.isLiteral && rule.prefix !== '' && !rulesOf(before).some((other) => prefixOf(other) === rule.prefix);
      return [{ what: sentence(rule, longest), ...(isNew ? { newPrefix: rule.prefix } : {}) }];
    });
}

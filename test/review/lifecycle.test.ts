import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earlierExpiries } from '../../lib/review/lifecycle';

type Rule = Readonly<Record<string, unknown>>;

const bucket = (...rules: readonly Rule[]) => ({
  VersioningConfiguration: { Status: 'Enabled' },
  LifecycleConfiguration: { Rules: rules.map((rule) => ({ Status: 'Enabled', ...rule })) },
});
const told = (before: readonly Rule[], after: readonly Rule[]) => earlierExpiries(bucket(...before), bucket(...after));
const sentences = (before: readonly Rule[], after: readonly Rule[]) => told(before, after).map(({ what }) => what);

const whole = (days: number): Rule => ({ ExpirationInDays: days });
const under = (prefix: string, days: number): Rule => ({ Prefix: prefix, ExpirationInDays: days });
const noncurrent = (days: number, newer?: number): Rule => ({
  NoncurrentVersionExpiration: { NoncurrentDays: days, NewerNoncurrentVersions: newer },
});

describe('a lifecycle that shortens nothing', () => {
  it.each<[string, readonly Rule[], readonly Rule[]]>([
    ['a rule that goes', [whole(21)], []],
    ['a rule that is switched off', [whole(21)], [{ ...whole(21), Status: 'Disabled' }]],
    ['a rule of another name', [{ ...whole(21), Id: 'One' }], [{ ...whole(21), Id: 'Another' }]],
    ['a prefix beside the whole bucket that lives longer', [whole(21)], [whole(21), under('tmp/', 30)]],
    ['a prefix that is narrower', [under('tmp/', 1)], [under('tmp/old/', 1)]],
    ['a rule split in two', [whole(21)], [under('', 21), under('events/', 21)]],
    ['a later end of a prefix', [whole(21), under('tmp/', 1)], [whole(21), under('tmp/', 2)]],
    ['versions that stay longer', [noncurrent(1)], [noncurrent(14)]],
    ['more versions that stay', [noncurrent(1, 2)], [noncurrent(1, 5)]],
    ['another class of storage', [whole(21)], [whole(21), { Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 1 }] }]],
    ['uploads that never end', [whole(21)], [whole(21), { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }]],
    ['a rule that only a deployment resolves, as it was', [under('', 21)], [{ Id: 'Same', ...under('', 21) }]],
  ])('is %s', (_, before, after) => {
    expect(told(before, after)).toEqual([]);
  });

  it('is the first end of versions of a bucket that had none', () => {
    expect(earlierExpiries({}, bucket(noncurrent(1)))).toEqual([]);
  });
});

describe('a lifecycle that shortens something', () => {
  const ends = 'those that are older go within a day';
  it.each<[string, readonly Rule[], readonly Rule[], string]>([
    ['a rule where there was none', [], [whole(21)], `Objects expire after 21 days instead of never: ${ends}`],
    [
      'a rule that is switched on',
      [{ ...whole(1), Status: 'Disabled' }],
      [whole(1)],
      `Objects expire after 1 day instead of never: ${ends}`,
    ],
    ['a prefix widened', [under('tmp/', 1), whole(21)], [whole(1)], `Objects expire after 1 day instead of 21: ${ends}`],
    ['a new prefix', [whole(21)], [whole(21), under('tmp/', 1)], `Objects under tmp/ expire after 1 day instead of 21: ${ends}`],
    [
      'a tag taken away',
      [{ ...whole(1), TagFilters: [{ Key: 'keep', Value: 'no' }] }],
      [whole(1)],
      `Objects expire after 1 day instead of never: ${ends}`,
    ],
    [
      'another tag',
      [{ ...whole(1), TagFilters: [{ Key: 'keep', Value: 'no' }] }],
      [{ ...whole(1), TagFilters: [{ Key: 'keep', Value: 'yes' }] }],
      `Objects tagged keep=yes expire after 1 day instead of never: ${ends}`,
    ],
    [
      'larger objects',
      [{ ...whole(1), ObjectSizeLessThan: 10 }],
      [{ ...whole(1), ObjectSizeLessThan: 20 }],
      `Objects below 20 bytes expire after 1 day instead of never: ${ends}`,
    ],
    ['a day', [whole(21)], [whole(21), { ExpirationDate: '2027-01-01' }], 'Objects expire on 2027-01-01 instead of never'],
    [
      'what only a deployment resolves',
      [whole(21)],
      [{ ExpirationInDays: { Ref: 'Days' } }],
      `Objects expire after {"Ref":"Days"} instead of 21: ${ends}`,
    ],
    [
      'versions',
      [noncurrent(14)],
      [noncurrent(1)],
      'Versions of objects go after 1 day instead of 14: what was overwritten is gone sooner',
    ],
    [
      'the number of versions',
      [noncurrent(14, 5)],
      [noncurrent(14, 1)],
      'Versions beyond 1 newer of objects go after 14 days instead of never: what was overwritten is gone sooner',
    ],
  ])('rejects %s, and says of which objects', (_, before, after, what) => {
    expect(sentences(before, after)).toEqual([what]);
  });

  it('tells a prefix of which no rule has spoken: there may be nothing in it', () => {
    expect(told([whole(21)], [whole(21), under('tmp/', 1)])[0]?.newPrefix).toBe('tmp/');
    expect(told([under('tmp/', 5)], [under('tmp/', 1)])[0]?.newPrefix).toBeUndefined();
    expect(told([whole(21)], [whole(1)])[0]?.newPrefix).toBeUndefined();
  });
});

/** Every object that rules over these prefixes, tags and sizes can tell apart, and how long each lives, by trying. */
describe('a lifecycle, against every object there can be', () => {
  const keys = ['', 'a', 'ab', 'abz', 'az', 'b', 'z'];
  const tagSets = [[], ['t'], ['u'], ['t', 'u']];
  const sizes = [0, 1, 2, 3, 4];
  const ranks = [0, 1, 2, 3];
  interface Drawn {
    readonly prefix: string;
    readonly tags: readonly string[];
    readonly above?: number;
    readonly below?: number;
    readonly kind: 'current' | 'noncurrent';
    readonly newer?: number;
    readonly days: number;
    readonly isEnabled: boolean;
  }
  const drawn: fc.Arbitrary<Drawn> = fc.record(
    {
      prefix: fc.constantFrom('', 'a', 'ab', 'b'),
      tags: fc.constantFrom<string[]>(...tagSets),
      above: fc.integer({ min: 0, max: 3 }),
      below: fc.integer({ min: 1, max: 4 }),
      kind: fc.constantFrom('current', 'noncurrent'),
      newer: fc.integer({ min: 1, max: 3 }),
      days: fc.integer({ min: 1, max: 4 }),
      isEnabled: fc.boolean(),
    },
    { requiredKeys: ['prefix', 'tags', 'kind', 'days', 'isEnabled'] },
  );
  const toRule = ({ prefix, tags, above, below, kind, newer, days, isEnabled }: Drawn): Rule => ({
    Status: isEnabled ? 'Enabled' : 'Disabled',
    Prefix: prefix,
    TagFilters: tags.map((Key) => ({ Key, Value: 'x' })),
    ObjectSizeGreaterThan: above,
    ObjectSizeLessThan: below,
    ...(kind === 'current' ? { ExpirationInDays: days } : noncurrent(days, newer)),
  });
  const objects = keys.flatMap((key) =>
    tagSets.flatMap((tags) =>
      sizes.flatMap((size) =>
        ranks.flatMap((rank) => (['current', 'noncurrent'] as const).map((kind) => ({ key, tags, size, rank, kind }))),
      ),
    ),
  );
  const life = (rules: readonly Drawn[], { key, tags, size, rank, kind }: (typeof objects)[number]) =>
    Math.min(
      Infinity,
      ...rules
        .filter(
          (rule) =>
            rule.isEnabled &&
            rule.kind === kind &&
            key.startsWith(rule.prefix) &&
            rule.tags.every((tag) => tags.includes(tag)) &&
            size > (rule.above ?? -1) &&
            size < (rule.below ?? Infinity) &&
            (kind === 'current' || rank >= (rule.newer ?? 0)),
        )
        .map(({ days }) => days),
    );

  it('is told to shorten exactly when some object lives shorter', () => {
    const rules = fc.array(drawn, { maxLength: 4 });
    let [shortened, harmless] = [0, 0];
    fc.assert(
      fc.property(rules, rules, (before, after) => {
        const isShorter = objects.some((object) => life(after, object) < life(before, object));
        if (isShorter) shortened += 1;
        else harmless += 1;
        expect(told(before.map(toRule), after.map(toRule)).length > 0).toBe(isShorter);
      }),
      { numRuns: 500 },
    );
    expect(Math.min(shortened, harmless)).toBeGreaterThan(20);
  });

  it('loses nothing by any lengthening of any rule, and something by any shortening of one that acts alone', () => {
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 4 }), fc.nat(), fc.integer({ min: 1, max: 30 }), (rules, index, more) => {
        const longer = rules.map((rule, at) => (at === index % rules.length ? { ...rule, days: rule.days + more } : rule));
        expect(told(rules.map(toRule), longer.map(toRule))).toEqual([]);
        const [alone] = rules.map((rule) => ({ ...rule, isEnabled: true, above: undefined, below: undefined }));
        if (alone) expect(told([toRule({ ...alone, days: alone.days + more })], [toRule(alone)])).toHaveLength(1);
      }),
    );
  });
});

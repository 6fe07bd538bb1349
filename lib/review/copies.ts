/** Where a store's second copy comes from: replicas, replication, what reads a stream, what selects for backup. */
import type { Judge } from './judge';
import { at, figure, isOn, listAt, same, short, type Properties } from './properties';

const isEnabled = (rule: unknown): boolean => at(rule, 'Status') === 'Enabled';
const bucketOf = (rule: unknown): unknown => at(rule, 'Destination', 'Bucket');

/** What a replication's rule copies: the newer `Filter`, or the older `Prefix`. */
const scopeOf = (rule: unknown): { readonly prefix: unknown; readonly tags: unknown } => {
  const filter = at(rule, 'Filter');
  return {
    prefix: at(filter, 'Prefix') ?? at(filter, 'And', 'Prefix') ?? at(rule, 'Prefix') ?? '',
    tags: at(filter, 'TagFilter') ?? at(filter, 'And', 'TagFilters'),
  };
};

function copiesAsMuch(before: unknown, after: unknown): boolean {
  const [old, now] = [scopeOf(before), scopeOf(after)];
  const isWithin =
    same(old.prefix, now.prefix) || (typeof old.prefix === 'string' && typeof now.prefix === 'string' && old.prefix.startsWith(now.prefix));
  return isEnabled(after) && same(bucketOf(before), bucketOf(after)) && isWithin && (now.tags === undefined || same(old.tags, now.tags));
}

const tableDestinations = (properties: Properties): readonly string[] =>
  listAt(properties, 'ReplicationConfiguration', 'Rules')
    .flatMap((rule) => listAt(rule, 'Destinations'))
    .map((destination) => short(at(destination, 'DestinationTableBucketARN')));

const selected = (properties: Properties): readonly string[] =>
  ['Resources', 'ListOfTags'].flatMap((key) => listAt(properties, 'BackupSelection', key).map((entry) => JSON.stringify(entry)));
const narrowing = (properties: Properties): readonly unknown[] => [
  at(properties, 'BackupSelection', 'NotResources'),
  at(properties, 'BackupSelection', 'Conditions'),
];

/** Whether one entry of a selection takes all that another one takes; both as JSON, and AWS Backup knows `*` at the end. */
const covers = (wide: string, narrow: string): boolean => wide === narrow || (wide.endsWith('*"') && narrow.startsWith(wide.slice(0, -2)));

/** A mapping with a starting position reads a stream; a queue keeps its messages until they are taken. */
const readsStream = (mapping: Properties): boolean => at(mapping, 'StartingPosition') !== undefined;
const isReading = (mapping: Properties): boolean => at(mapping, 'Enabled') === undefined || isOn(at(mapping, 'Enabled'));

/** Retries and ages without limit are -1, and so is nothing. */
const limit = (mapping: Properties, property: string): number => {
  const value = at(mapping, property);
  return value === -1 ? Infinity : figure(value, Infinity);
};

export const copies: readonly Judge[] = [
  {
    types: ['AWS::DynamoDB::GlobalTable'],
    judge: (before, after) => {
      const regions = (properties: Properties) => listAt(properties, 'Replicas').map((replica) => at(replica, 'Region'));
      return regions(before)
        .filter((region) => !regions(after).includes(region))
        .map((region) => `The replica in ${String(region)} is deleted, with its points in time`);
    },
    instead: 'If the Region is given up: take a backup there first, and say so in a decision record',
  },
  {
    types: ['AWS::S3::Bucket'],
    judge: (before, after) =>
      listAt(before, 'ReplicationConfiguration', 'Rules')
        .filter(isEnabled)
        .filter((rule) => !listAt(after, 'ReplicationConfiguration', 'Rules').some((other) => copiesAsMuch(rule, other)))
        .map((rule) => `Objects are no longer copied to ${short(bucketOf(rule))}, or fewer are [SLO-5]`),
    instead: 'Keep the rule beside the new one, or say in lib/checks/stores.ts what holds in its place',
  },
  {
    types: ['AWS::S3Tables::TableBucket'],
    judge: (before, after) =>
      tableDestinations(before)
        .filter((destination) => !tableDestinations(after).includes(destination))
        .map((destination) => `Tables are no longer copied to ${destination} [SLO-5]`),
    instead: 'Add the new destination first, wait until it holds everything, then take this one away',
  },
  {
    types: ['AWS::RDS::DBCluster'],
    judge: (before, after) =>
      at(before, 'GlobalClusterIdentifier') !== undefined &&
      !same(at(after, 'GlobalClusterIdentifier'), at(before, 'GlobalClusterIdentifier'))
        ? ['The cluster leaves its global database, and follows it no longer [SLO-5]']
        : [],
    instead: 'docs/05-recovery/README.md, "Failing back"',
  },
  {
    types: ['AWS::Backup::BackupSelection'],
    judge: (before, after, { siblings }) => {
      const now = [...siblings, after].flatMap(selected);
      return [
        ...selected(before)
          .filter((entry) => !now.some((wide) => covers(wide, entry)))
          .map((entry) => `${short(JSON.parse(entry))} is no longer backed up [SLO-3]`),
        ...(Object.keys(after).length > 0 &&
        !same(narrowing(before), narrowing(after)) &&
        narrowing(after).some((value) => value !== undefined)
          ? ['Exceptions or conditions differ: what they take out is no longer backed up [SLO-3]']
          : []),
      ];
    },
    judgesDeletion: true,
    instead: 'Keep it selected, or say in a decision record what its backup is from now on',
  },
  {
    types: ['AWS::Lambda::EventSourceMapping'],
    judge: (before, after) => {
      if (!readsStream(before) || !isReading(before)) return [];
      const source = short(at(before, 'EventSourceArn'));
      if (Object.keys(after).length === 0)
        return [`Nobody reads ${source} in its place: what it had not copied ends with the stream's retention`];
      const givesUp = ['MaximumRetryAttempts', 'MaximumRecordAgeInSeconds'].filter(
        (property) => !(limit(after, property) >= limit(before, property)),
      );
      return [
        ...(isReading(after) ? [] : [`${source} is no longer read: what is not copied ends with the stream's retention`]),
        ...(same(at(before, 'EventSourceArn'), at(after, 'EventSourceArn'))
          ? []
          : [
              `${source} is no longer read, but ${short(at(after, 'EventSourceArn'))}: what is not copied ends with the stream's retention`,
            ]),
        ...(same(at(before, 'StartingPosition'), at(after, 'StartingPosition')) || at(after, 'StartingPosition') === 'TRIM_HORIZON'
          ? []
          : [`It starts anew at ${short(at(after, 'StartingPosition'))}: what is not copied by then is skipped`]),
        ...givesUp.map((property) => `${property} is ${String(at(after, property))}: records that fail for longer are skipped`),
        ...(same(at(before, 'FilterCriteria'), at(after, 'FilterCriteria')) || at(after, 'FilterCriteria') === undefined
          ? []
          : ['FilterCriteria differ: records that they do not take are skipped']),
      ];
    },
    judgesDeletion: true,
    instead: 'Keep it until another one has read to the same place',
  },
];

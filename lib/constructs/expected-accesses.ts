/**
 * Who is meant to touch which store as itself, and not in a session of one tenant: the services and functions whose work is all tenants' at once [ADR-027].
 * `anomalies` tells of everybody else. test/queries/expected-accesses.test.ts compares it with the templates: each role is there, and each role of a cell that
 * may touch data of such a store is here.
 */

/** A role by its stack, below the stage, and the beginning of its logical ID. */
interface OwnRole {
  readonly stacks: readonly string[];
  readonly id: string;
}

const pod = (service: string): OwnRole => ({ stacks: ['Workloads', 'RecoveryWorkloads'], id: `${service}Role` });
const streaming = (id: string): OwnRole => ({ stacks: ['Streaming', 'RecoveryStreaming'], id });
const ofHome = (stack: string, id: string): OwnRole => ({ stacks: [stack], id });

const ingest = pod('Ingest');
const processor = pod('Processor');
const delivery = pod('Delivery');
const profiles = pod('Profiles');
const rawFirehose = streaming('RawRole');
const quarantineFirehose = streaming('QuarantineRole');
/** Into the table at home; into lines where the table is a replica. */
const tableFirehose = ofHome('Streaming', 'TableRole');
const linesFirehose = ofHome('RecoveryStreaming', 'EnrichedLinesRole');
const warehouseFirehose = ofHome('WarehouseAccess', 'LoaderRole');
const secondCopy = ofHome('Streaming', 'SecondCopyCopierRole');
const replayer = streaming('ReplayReplayerRole');
const spillReplication = ofHome('Lake', 'SpillReplicationRole');
const tableReplication = ofHome('Lake', 'TableReplicationRole');
const erasure = ofHome('Lake', 'ErasureRole');
const costWatcher = ofHome('Cost', 'WatchWatcherRole');

export interface ExpectedAccess {
  /** As the column `store` of the queries has it: the name behind the cell's. */
  readonly roles: readonly OwnRole[];
  /** AWS services that touch it by themselves, as `userIdentity.invokedBy` names them (unverified: which of them leave data events at all). */
  readonly services: readonly string[];
}

const by = (...roles: readonly OwnRole[]): ExpectedAccess => ({ roles, services: [] });

/** By the column `store` of the queries. */
export const expectedAccesses: Readonly<Record<string, ExpectedAccess>> = {
  events: by(ingest, processor, rawFirehose, secondCopy, replayer),
  enriched: by(processor, tableFirehose, linesFirehose, warehouseFirehose, replayer),
  raw: by(rawFirehose, tableFirehose, linesFirehose, warehouseFirehose, secondCopy, replayer),
  spill: by(ingest, replayer, spillReplication),
  quarantine: by(quarantineFirehose, replayer),
  lake: { roles: [tableFirehose, tableReplication, erasure], services: ['maintenance.s3tables.amazonaws.com'] },
  'query-results': { roles: [], services: ['s3.amazonaws.com'] },
  // EventBridge announces spilled objects.
  replay: { roles: [replayer], services: ['events.amazonaws.com'] },
  'replay-dead': { roles: [], services: ['events.amazonaws.com', 'sqs.amazonaws.com'] },
  ...Object.fromEntries(
    ['streaming', 'batch', 'webhook'].flatMap((destinationClass) => [
      [`delivery-${destinationClass}`, by(processor, delivery)],
      [`delivery-${destinationClass}-retry`, by(delivery)],
      [`delivery-${destinationClass}-dead`, by(delivery)],
    ]),
  ),
  // Counts per tenant for the bill, which the watcher reads beside it [BUD-3].
  usage: by(ingest, processor, profiles, delivery, costWatcher),
  bill: by(costWatcher),
  // Which pod reads which shard: the library's own tables, in which no tenant is.
  processor: by(processor),
  'processor-CoordinatorState': by(processor),
  'processor-WorkerMetricStats': by(processor),
};

/**
 * CloudFormation names a role STACK-LOGICALID-RANDOM, and cuts both where that has more than 64 characters, by a rule that is unpublished: of the stack's name
 * we rely on 19 characters, as the policies of the organization do [ADR-006], of the logical ID on 16 (unverified).
 */
const UNCUT = { stack: 19, id: 16 } as const;

const uncut = (text: string, length: number, more: string): string => (text.length > length ? `${text.slice(0, length)}${more}` : text);

/** Patterns of the names of a role's copies, for a regular expression that Trino and DuckDB read alike. */
export const rolePatterns = (cell: string, { stacks, id }: OwnRole): readonly string[] =>
  stacks.map((stack) => `${uncut(`${cell}-${stack}`, UNCUT.stack, '[A-Za-z]*')}-${id.slice(0, UNCUT.id)}[A-Za-z0-9]*-[A-Za-z0-9]+`);

/** Whether the columns `store` and `role` are such a pair, in SQL. */
export function expectedRoles(cell: string): string {
  const cases = Object.entries(expectedAccesses)
    .filter(([, { roles }]) => roles.length > 0)
    .map(
      ([store, { roles }]) =>
        `WHEN '${store}' THEN regexp_extract(role, '^(${roles.flatMap((role) => rolePatterns(cell, role)).join('|')})$', 1)`,
    );
  return ['CASE store', ...cases, 'END'].join('\n      ');
}

/** Whether the columns `store` and `invoked_by` are such a pair, in SQL. */
export const expectedServices = (): string =>
  Object.entries(expectedAccesses)
    .flatMap(([store, { services }]) => services.map((service) => `(store = '${store}' AND invoked_by = '${service}')`))
    .join(' OR ');

/**
 * What the services say of each tenant, hour by hour: by it a bill is shared [BUD-3]. The page for who writes a service: docs/02-data/usage.md,
 * which a test compares with this file.
 *
 * It counts and names nobody but the tenant: no person, no content, so that it is no customer's data and outlives the month.
 */

/** Services that write, each what it alone can count. */
export type CountingService = 'ingest' | 'processor' | 'delivery' | 'profiles';

export interface UsageColumn {
  readonly name: string;
  /** Of Hive, as Glue has it. */
  readonly type: 'string' | 'bigint';
  /** Who counts it; of all of them, if nobody is named. */
  readonly by?: CountingService;
  readonly what: string;
}

export const usageColumns = [
  { name: 'hour', type: 'string', what: 'when it happened, the hour in UTC, such as `2026-11-24T13:00:00Z`' },
  { name: 'tenant', type: 'string', what: 'whose it was, from the verified token' },
  { name: 'service', type: 'string', what: 'who counted: `ingest`, `processor`, `delivery`, `profiles`' },
  { name: 'events', type: 'bigint', by: 'ingest', what: 'events accepted' },
  { name: 'event_bytes', type: 'bigint', by: 'ingest', what: 'bytes of these events, as they were put into the stream' },
  {
    name: 'compute_ms',
    type: 'bigint',
    by: 'processor',
    what: 'milliseconds of CPU spent on them, measured around each batch and split by events',
  },
  { name: 'profile_writes', type: 'bigint', by: 'processor', what: 'write units of DynamoDB, as each answer tells them' },
  { name: 'deliveries', type: 'bigint', by: 'delivery', what: 'attempts to deliver, those that failed too' },
  { name: 'delivery_bytes', type: 'bigint', by: 'delivery', what: 'bytes sent to destinations, with what was sent again' },
  { name: 'reads', type: 'bigint', by: 'profiles', what: 'requests answered by the profile API' },
] as const satisfies readonly UsageColumn[];

export type UsageName = (typeof usageColumns)[number]['name'];

/** A line of JSON; what a service does not count it leaves out. */
export type UsageRow = { readonly hour: string; readonly tenant: string; readonly service: CountingService } & Partial<
  Readonly<Record<Exclude<UsageName, 'hour' | 'tenant' | 'service'>, number>>
>;

/** Prefix of the objects, below which a day is a partition. */
export const USAGE_PREFIX = 'usage/';

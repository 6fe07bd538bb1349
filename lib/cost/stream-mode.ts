/**
 * What the stream of events costs in each of Kinesis' modes, from volume and readers [BUD-1, CST-1]: ADR-009 shows the figures, and a
 * test holds it to them.
 */
import { priceOf } from './price-sheet';

export interface StreamTraffic {
  readonly region: string;
  /** Events in an average day. */
  readonly eventsPerDay: number;
  /** Mean size of an event in bytes. */
  readonly eventBytes: number;
  /** How many times the average the busiest minute of the day is. */
  readonly peakFactor: number;
  /** Readers that share a shard's 2 MB/s: Firehose, and the second copy. */
  readonly sharedReaders: number;
  /** Readers by enhanced fan-out, with 2 MB/s of each shard to themselves. */
  readonly fanOutReaders: number;
  /** Days for which records are kept, 1 to 7. */
  readonly retentionDays: number;
}

export interface StreamCost {
  readonly mode: 'provisioned' | 'on demand, standard' | 'on demand, advantage';
  /** Shards at the peak, at 75 % of what they take; 0 where Kinesis chooses. */
  readonly shards: number;
  /** USD a month of 730 hours. */
  readonly usd: number;
}

const HOURS_A_MONTH = 730;
const DAYS_A_MONTH = 365 / 12;
const SECONDS_A_DAY = 86_400;
const BYTES_A_GB = 1e9;

/** Of a shard: bytes and records a second. Source: Amazon Kinesis Data Streams Developer Guide, "Quotas and limits", read 2026-11. */
const SHARD_BYTES = 1_048_576;
const SHARD_RECORDS = 1_000;
/** A shard that is fuller throttles at the next uneven minute. */
const SHARD_USE = 0.75;
/** A PUT payload unit. Source: Amazon Kinesis Data Streams pricing, read 2026-11. */
const PAYLOAD_UNIT_BYTES = 25_600;
/**
 * Least usage that the advantage mode bills for all streams of an account and Region together, of data in and of data out, in MiB a second.
 * Source: Amazon Kinesis Data Streams Developer Guide, "On-demand Advantage mode features and use cases", read 2026-11.
 */
const ADVANTAGE_LEAST_MIB = 25;

export function compareStreamModes(traffic: StreamTraffic): readonly StreamCost[] {
  const { region, eventsPerDay, eventBytes, peakFactor, sharedReaders, fanOutReaders, retentionDays } = traffic;
  const price = (item: string) => priceOf('Kinesis Data Streams', item, region).usd;
  const eventsPerMonth = eventsPerDay * DAYS_A_MONTH;
  const peakEvents = (eventsPerDay / SECONDS_A_DAY) * peakFactor;
  const shards = Math.max(1, Math.ceil(Math.max((peakEvents * eventBytes) / SHARD_BYTES, peakEvents / SHARD_RECORDS) / SHARD_USE));
  const gb = (eventsPerMonth * eventBytes) / BYTES_A_GB;
  // On demand each record is billed in whole KiB.
  const billedGb = (eventsPerMonth * Math.ceil(eventBytes / 1024) * 1024) / BYTES_A_GB;
  const keptGb = (gb / DAYS_A_MONTH) * (retentionDays - 1);
  const shardHours = shards * HOURS_A_MONTH;
  const leastGb = (ADVANTAGE_LEAST_MIB * 1_048_576 * SECONDS_A_DAY * DAYS_A_MONTH) / BYTES_A_GB;

  return [
    {
      mode: 'provisioned',
      shards,
      usd:
        shardHours * price('Provisioned shard') +
        ((eventsPerMonth * Math.ceil(eventBytes / PAYLOAD_UNIT_BYTES)) / 1e6) * price('PUT payload units (25 KB)') +
        (retentionDays > 1 ? shardHours * price('Provisioned extended retention (24 h to 7 d)') : 0) +
        fanOutReaders * (shardHours * price('Provisioned enhanced fan-out') + gb * price('Provisioned enhanced fan-out data retrieval')),
    },
    {
      mode: 'on demand, standard',
      shards: 0,
      usd:
        HOURS_A_MONTH * price('On-demand (standard) stream') +
        billedGb *
          (price('On-demand (standard) data in') +
            sharedReaders * price('On-demand (standard) data out') +
            fanOutReaders * price('On-demand (standard) enhanced fan-out data out')) +
        keptGb * price('On-demand (standard) extended retention (24 h to 7 d)'),
    },
    {
      mode: 'on demand, advantage',
      shards: 0,
      usd:
        Math.max(billedGb, leastGb) * price('On-demand Advantage data in') +
        Math.max(billedGb * (sharedReaders + fanOutReaders), leastGb) * price('On-demand Advantage data out') +
        // No price of its own was found for retention: at least 60 % less than standard, says AWS.
        keptGb * price('On-demand (standard) extended retention (24 h to 7 d)') * 0.4,
    },
  ];
}

/**
 * What the public API takes at most. A limit may grow in a version, never shrink: clients build batches by it [TIM-1]. The contract says the
 * same numbers (test/api/routes.test.ts), docs/02-data/api.md the reasons.
 */
export const apiLimits = {
  /** Of an event as compact JSON in UTF-8, which is how it is stored. A quarantined one still fits into a record of Firehose: docs/02-data/events.md. */
  maxEventBytes: 256 * 1024,
  /** One call of Kinesis' PutRecords takes as many. Source: Kinesis Data Streams API Reference, "PutRecords", read 2026-11. */
  maxBatchEvents: 500,
  /**
   * Of a batch's body, inflated. With a KiB of stamps for each event it stays below the 5 MiB that PutRecords has always taken (10 MiB since 2025-10),
   * and a pod's memory below 4 MiB for each request under way.
   */
  maxBatchBytes: 4 * 1024 * 1024,
  /** Of a lookup's body, inflated. */
  maxLookupBytes: 8 * 1024,
  /** For how long an event's ID is remembered: libraries repeat for a day. ADR-010. */
  deduplicationHours: 48,
  /** An event may say that it happened so much later than we received it: its time decides the order, so one from next year would win for good. */
  maxClockAheadMinutes: 60,
} as const;

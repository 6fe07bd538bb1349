/**
 * Measures how far the replica of the lake's table is behind: S3 tells it on request, and publishes no metric of it.
 * Source: Amazon S3 API Reference, S3 Tables, "GetTableReplicationStatus", read 2026-11.
 */

const MINUTE_MS = 60_000;

/**
 * @typedef {{
 *   replicationStatus?: string,
 *   failureMessage?: string,
 *   lastSuccessfulReplicatedUpdate?: { timestamp?: Date },
 * }} Destination
 */

/**
 * Minutes since the replica was like the table: none when S3 has nothing left to copy.
 * @param {readonly Destination[]} destinations
 * @param {number} now milliseconds since 1970
 * @returns {number | undefined} undefined where it never was: silence is what the alarm takes for a fault
 */
export function lagMinutes(destinations, now) {
  const lags = destinations.map(({ replicationStatus, lastSuccessfulReplicatedUpdate: last }) => {
    if (replicationStatus?.toLowerCase() === 'completed') return 0;
    return last?.timestamp ? (now - last.timestamp.getTime()) / MINUTE_MS : undefined;
  });
  return lags.length === 0 || lags.includes(undefined) ? undefined : Math.max(.../** @type {number[]} */ (lags));
}

/**
 * A line that CloudWatch makes a metric of. Source: Amazon CloudWatch User Guide, "Embedded metric format specification", read 2026-11.
 * @param {string} cell
 * @param {number} lag
 * @param {number} now
 */
export const metricLine = (cell, lag, now) =>
  JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: 'DataFlow', Dimensions: [['Cell']], Metrics: [{ Name: 'LakeReplicaLag', Unit: 'None' }] }],
    },
    Cell: cell,
    LakeReplicaLag: Math.round(lag * 10) / 10,
  });

/**
 * @param {{ status: () => Promise<readonly Destination[]>, tell: (line: string) => void, now: () => number, cell: string }} services
 */
export async function watch({ status, tell, now, cell }) {
  const destinations = await status();
  for (const { failureMessage } of destinations) if (failureMessage) tell(failureMessage);
  const lag = lagMinutes(destinations, now());
  if (lag !== undefined) tell(metricLine(cell, lag, now()));
}

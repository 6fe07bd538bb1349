import { describe, expect, it } from 'vitest';
import { lagMinutes, metricLine, watch } from '../../lib/functions/watch-replica/handler.mjs';

const now = Date.parse('2026-11-25T12:00:00Z');
const last = (minutesAgo: number) => ({ lastSuccessfulReplicatedUpdate: { timestamp: new Date(now - minutesAgo * 60_000) } });

describe('the watch of the replica', () => {
  it.each([
    ['nothing when all is copied, however long ago', [{ replicationStatus: 'completed', ...last(900) }], 0],
    ['the time since the last copy while one is due', [{ replicationStatus: 'pending', ...last(7) }], 7],
    ['the same when S3 has failed', [{ replicationStatus: 'failed', ...last(400) }], 400],
    ['the worst of several', [{ replicationStatus: 'completed' }, { replicationStatus: 'FAILED', ...last(90) }], 90],
    ['nothing at all where there never was a copy', [{ replicationStatus: 'pending' }], undefined],
    ['nothing at all where none is made', [], undefined],
  ])('measures %s', (_, destinations, expected) => {
    expect(lagMinutes(destinations, now)).toBe(expected);
  });

  it('writes what CloudWatch makes a metric of, with the dimension by which the alarm finds it', () => {
    expect(JSON.parse(metricLine('prod-eu', 7.26, now))).toEqual({
      _aws: {
        Timestamp: now,
        CloudWatchMetrics: [{ Namespace: 'DataFlow', Dimensions: [['Cell']], Metrics: [{ Name: 'LakeReplicaLag', Unit: 'None' }] }],
      },
      Cell: 'prod-eu',
      LakeReplicaLag: 7.3,
    });
  });

  it('tells why S3 has failed, and stays silent about a lag that it cannot know', async () => {
    const told: string[] = [];
    const status = () => Promise.resolve([{ replicationStatus: 'failed', failureMessage: 'Access denied to key' }]);
    await watch({ status, tell: (line: string) => void told.push(line), now: () => now, cell: 'prod-eu' });
    expect(told).toEqual(['Access denied to key']);
  });

  it('rejects, so that the alarm hears nothing, when S3 does not answer', async () => {
    const status = () => Promise.reject(new Error('Service unavailable'));
    await expect(watch({ status, tell: () => undefined, now: () => now, cell: 'prod-eu' })).rejects.toThrow('Service unavailable');
  });
});

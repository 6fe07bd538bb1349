/**
 * Kept apart: no threshold is chosen, and none is changed, by what happens on these. Whoever changes one after a threshold was chosen says so in the
 * commit, and names a new series that takes its place.
 */
import { stretch } from './healthy';
import { failRequests, slowDown, stopProcessing, type FaultKind } from './faults';
import type { Random } from './random';
import type { Frame } from './signals';

const each =
  (change: (frame: Frame, minute: number, since: number, random: Random) => void): FaultKind['lay'] =>
  (frame, from, random, minutes) => {
    for (const m of stretch(frame, from, minutes)) change(frame, m, m - from, random);
  };

export const heldOutFaults: readonly FaultKind[] = [
  {
    name: 'brown-out',
    story: '8 % of requests are answered 504, in an hour when nothing was deployed',
    wanted: 'page',
    minutes: 50,
    lay: each((frame, m, _, r) => {
      failRequests(frame, m, 0.08, 'balancer5xx', r);
      slowDown(frame, m, 0.1, r);
    }),
  },
  {
    name: 'outage that comes and goes',
    story: 'pods are killed for want of memory: all requests fail in two minutes of three',
    wanted: 'page',
    minutes: 36,
    lay: each((frame, m, since, r) => {
      if (since % 3 < 2) failRequests(frame, m, 1, 'balancer5xx', r);
    }),
  },
  {
    name: 'nothing comes in',
    story: 'DNS answers wrongly: no request reaches the load balancer, and none fails there',
    wanted: 'page',
    minutes: 30,
    lay: each((frame, m) => {
      const gone = [
        'requests',
        'refused',
        'balancer5xx',
        'ingest5xx',
        'profiles5xx',
        'screened',
        'reads',
        'readsOver200',
        'readsOver500',
        'accepted',
        'processed',
        'failed',
        'over100',
        'over300',
        'over500',
        'queued',
        'delivered',
        'deliveredLate',
        'tableWrites',
        'tableLagMs',
      ] as const;
      for (const name of gone) frame[name][m] = NaN;
      frame.probesPassed[m] = 0;
    }),
  },
  {
    name: 'profiles alone fail',
    story: 'reads are answered 500, each of them; events come in as ever',
    wanted: 'page',
    minutes: 25,
    lay: each((frame, m) => (frame.profiles5xx[m] = frame.reads[m] ?? 0)),
  },
  {
    name: 'half the processors stop',
    story: 'half the shards are read by nobody; the other half is well',
    wanted: 'page',
    minutes: 30,
    lay: each((frame, m, since, r) => {
      for (const name of ['processed', 'queued', 'delivered', 'tableWrites'] as const)
        frame[name][m] = Math.round((frame[name][m] ?? 0) / 2);
      frame.behindMs[m] = (since + 1) * 60_000;
      if (since > 0 && r.uniform() < 0.5) frame.probesPassed[m] = 0;
    }),
  },
  {
    name: 'processing hangs',
    story: 'a lock in the processor: every event takes two seconds, none fails',
    wanted: 'page',
    minutes: 30,
    lay: each((frame, m, _, r) => {
      slowDown(frame, m, 1, r);
      frame.behindMs[m] = r.lognormal(3_000, 0.3);
    }),
  },
  {
    name: 'everything stops',
    story: 'the nodes’ role is gone: first processors, a few minutes later pods that answer requests',
    wanted: 'page',
    minutes: 40,
    lay: each((frame, m, since, r) => {
      stopProcessing(frame, m, since);
      if (since < 6) return;
      failRequests(frame, m, 1, 'balancer5xx', r);
      frame.ingestPods[m] = NaN;
      frame.profilesPods[m] = NaN;
    }),
  },
  {
    name: 'deliveries lost',
    story: 'a version of delivery drops one delivery in twenty',
    wanted: 'page',
    minutes: 45,
    lay: each((frame, m, _, r) => {
      frame.lost[m] = r.poisson((frame.queued[m] ?? 0) * 0.05);
      frame.delivered[m] = Math.round((frame.delivered[m] ?? 0) * 0.95);
    }),
  },
  {
    name: 'replication crawls',
    story: 'writes reach the other Region, later by half a minute in each minute [SLO-5]',
    wanted: 'page',
    minutes: 60,
    lay: each((frame, m, since) => (frame.tableLagMs[m] = 30_000 * (since + 1))),
  },
  {
    name: 'deployment fails for a few',
    story: 'a version answers 500 to 3 % of requests, for two hours',
    wanted: 'page',
    minutes: 120,
    lay: each((frame, m, _, r) => {
      failRequests(frame, m, 0.03, 'pods', r);
    }),
  },
  {
    name: 'zone lost, and taken out',
    story: 'a zone is gone; its targets are out within a minute, the others carry on',
    wanted: 'no page',
    minutes: 60,
    lay: each((frame, m, since, r) => {
      if (since === 0) failRequests(frame, m, 0.2, 'balancer5xx', r);
      frame.ingestPods[m] = 4;
      frame.profilesPods[m] = 2;
    }),
  },
  {
    name: 'flood of bad tokens',
    story: 'a scanner: ten times as many requests as customers send, each refused; customers notice nothing',
    wanted: 'no page',
    minutes: 45,
    lay: each((frame, m, _, r) => (frame.refused[m] = 10 * (frame.requests[m] ?? 0) + r.whole(0, 500))),
  },
  {
    name: 'large destination down',
    story: 'one destination of a fifth of all deliveries refuses everything for four hours',
    wanted: 'no page',
    minutes: 240,
    lay: each((frame, m) => {
      const share = 0.2;
      frame.destinationRefused[m] = Math.round((frame.queued[m] ?? 0) * share);
      frame.delivered[m] = Math.round((frame.delivered[m] ?? 0) * (1 - share));
      frame.retried[m] = (frame.retried[m] ?? 0) + Math.round((frame.queued[m] ?? 0) * 0.01);
    }),
  },
  {
    name: 'reads slower',
    story: '4 % of reads take more than 500 ms for two days: four times what SLI-4 allows',
    wanted: 'ticket',
    minutes: 2 * 1_440,
    lay: each((frame, m, _, r) => {
      frame.readsOver500[m] = Math.min(frame.reads[m] ?? 0, (frame.readsOver500[m] ?? 0) + r.poisson((frame.reads[m] ?? 0) * 0.04));
      frame.readsOver200[m] = Math.max(frame.readsOver500[m] ?? 0, frame.readsOver200[m] ?? 0);
    }),
  },
  {
    name: 'slower leak',
    story: '0.12 % of requests fail for six days: the month’s budget is gone in two weeks',
    wanted: 'ticket',
    minutes: 6 * 1_440,
    lay: each((frame, m, _, r) => {
      frame.ingest5xx[m] = (frame.ingest5xx[m] ?? 0) + r.poisson((frame.requests[m] ?? 0) * 0.0012);
    }),
  },
];

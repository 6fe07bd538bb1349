/** Faults, as what they change. Each is laid over a cell that is well. Whoever writes one decides here, before any threshold, what it should cause. */
import type { Random } from './random';
import { stretch, worsen } from './healthy';
import type { Fault, Frame, Wanted } from './signals';

export interface FaultKind {
  readonly name: string;
  readonly story: string;
  readonly wanted: Wanted;
  readonly minutes: number;
  readonly lay: (frame: Frame, from: number, random: Random, minutes: number) => void;
}

type Lay = FaultKind['lay'];

const each =
  (change: (frame: Frame, minute: number, since: number, random: Random) => void): Lay =>
  (frame, from, random, minutes) => {
    for (const m of stretch(frame, from, minutes)) change(frame, m, m - from, random);
  };

const around = (share: number, random: Random): number => Math.min(1, share * random.lognormal(1, 0.1));

/** A share of all requests fails, and with them what they would have brought. */
export function failRequests(frame: Frame, m: number, share: number, by: 'balancer5xx' | 'pods', random: Random): void {
  const now = around(share, random);
  if (by === 'balancer5xx') {
    worsen(frame, 'balancer5xx', 'requests', m, now);
    // The load balancer counts as requests those alone that reached a pod.
    for (const name of ['requests', 'reads'] as const) frame[name][m] = Math.round((frame[name][m] ?? 0) * (1 - now));
  } else {
    const reads = frame.reads[m] ?? 0;
    frame.profiles5xx[m] = Math.round(reads * now);
    frame.ingest5xx[m] = Math.round(((frame.requests[m] ?? 0) - reads) * now);
  }
  for (const name of ['accepted', 'processed', 'queued', 'delivered', 'tableWrites', 'over100', 'over300', 'over500'] as const) {
    frame[name][m] = Math.round((frame[name][m] ?? 0) * (1 - now));
  }
  if (random.uniform() < now) frame.probesPassed[m] = 0;
}

/** Events lie in the stream: what is read late is late, and when nobody reads nothing is processed. */
export function stopProcessing(frame: Frame, m: number, since: number): void {
  frame.behindMs[m] = NaN;
  for (const name of [
    'processed',
    'over100',
    'over300',
    'over500',
    'queued',
    'delivered',
    'tableWrites',
    'failed',
    'retried',
    'retriedWell',
  ] as const) {
    frame[name][m] = NaN;
  }
  frame.tableLagMs[m] = NaN;
  if (since > 0) frame.probesPassed[m] = 0;
}

export const slowDown = (frame: Frame, m: number, over500: number, random: Random): void => {
  worsen(frame, 'over100', 'processed', m, around(Math.min(1, over500 * 3), random));
  worsen(frame, 'over300', 'processed', m, around(Math.min(1, over500 * 1.6), random));
  worsen(frame, 'over500', 'processed', m, around(over500, random));
};

const critical: readonly FaultKind[] = [
  {
    name: 'full outage',
    story: 'no pod answers; the load balancer answers 503',
    wanted: 'page',
    minutes: 25,
    lay: each((frame, m, since, r) => {
      failRequests(frame, m, 1, 'balancer5xx', r);
      frame.ingestPods[m] = since > 0 ? 0 : 6;
      frame.profilesPods[m] = since > 0 ? 0 : 3;
    }),
  },
  {
    name: 'zone lost, half',
    story: 'a zone of three neither works nor is taken out: a third of requests fail',
    wanted: 'page',
    minutes: 40,
    lay: each((frame, m, _, r) => {
      failRequests(frame, m, 0.33, 'balancer5xx', r);
      frame.ingestPods[m] = 4;
      frame.profilesPods[m] = 2;
      slowDown(frame, m, 0.2, r);
    }),
  },
  {
    name: 'bad deployment',
    story: 'a version answers 500 to a fifth of requests',
    wanted: 'page',
    minutes: 20,
    lay: each((frame, m, _, r) => {
      failRequests(frame, m, 0.2, 'pods', r);
    }),
  },
  {
    name: 'processing stops',
    story: 'each processor crashes at its start; ingest goes on, and the stream keeps what comes',
    wanted: 'page',
    minutes: 35,
    lay: each((frame, m, since) => {
      stopProcessing(frame, m, since);
    }),
  },
  {
    name: 'processing too slow',
    story: 'a third of the processors’ capacity is gone at the peak: the backlog grows by 20 seconds a minute',
    wanted: 'page',
    minutes: 45,
    lay: each((frame, m, since, r) => {
      frame.behindMs[m] = 1_000 + since * 20_000;
      slowDown(frame, m, since === 0 ? 0.4 : 1, r);
    }),
  },
  {
    name: 'processing fails',
    story: 'a profile’s table refuses a key: 5 % of events are given up',
    wanted: 'page',
    minutes: 30,
    lay: each((frame, m, _, r) => {
      worsen(frame, 'failed', 'processed', m, around(0.05, r));
      frame.tableThrottles[m] = r.whole(200, 900);
    }),
  },
  {
    name: 'deliveries stop',
    story: 'the delivery service has lost its rights: nothing leaves, the queue grows',
    wanted: 'page',
    minutes: 40,
    lay: each((frame, m) => {
      frame.delivered[m] = NaN;
      frame.retried[m] = NaN;
      frame.retriedWell[m] = NaN;
      frame.deliveredLate[m] = NaN;
      frame.probesPassed[m] = 0;
    }),
  },
  {
    name: 'table replication stops',
    story: 'what is written to profiles no longer reaches the other Region [SLO-5]',
    wanted: 'page',
    minutes: 60,
    lay: each((frame, m) => (frame.tableLagMs[m] = NaN)),
  },
  {
    name: 'database copy stands still',
    story: 'the copy is a minute further behind in each minute [SLO-5]',
    wanted: 'page',
    minutes: 60,
    lay: each((frame, m, since) => (frame.databaseLagMs[m] = (since + 1) * 60_000)),
  },
  {
    name: 'second copy stops',
    story: 'the function that copies events is refused: the oldest event without a copy gets older [SLO-5]',
    wanted: 'page',
    minutes: 60,
    lay: each((frame, m, since) => (frame.secondCopyMs[m] = 25_000 + (since + 1) * 60_000)),
  },
  {
    name: 'all tokens refused',
    story: 'the load balancer cannot fetch the provider’s keys: it answers 401 to everybody',
    wanted: 'page',
    minutes: 30,
    lay: each((frame, m) => {
      frame.refused[m] = (frame.requests[m] ?? 0) + (frame.refused[m] ?? 0);
      for (const name of ['requests', 'screened', 'reads', 'readsOver200', 'readsOver500', 'ingest5xx', 'profiles5xx'] as const)
        frame[name][m] = 0;
      for (const name of ['accepted', 'processed', 'queued', 'delivered', 'tableWrites', 'over100', 'over300', 'over500'] as const)
        frame[name][m] = 0;
      frame.probesPassed[m] = 0;
      frame.tableLagMs[m] = NaN;
    }),
  },
];

const lesser: readonly FaultKind[] = [
  {
    name: 'two-minute blip',
    story: '40 % of requests fail for two minutes: a ninth of the month’s budget at most, and over before anybody could act',
    wanted: 'no page',
    minutes: 2,
    lay: each((frame, m, _, r) => {
      failRequests(frame, m, 0.4, 'balancer5xx', r);
    }),
  },
  {
    name: 'slow leak',
    story: '0.2 % of requests fail for three days: four times as fast as the budget allows',
    wanted: 'ticket',
    minutes: 3 * 1_440,
    lay: each((frame, m, _, r) => {
      frame.ingest5xx[m] = (frame.ingest5xx[m] ?? 0) + r.poisson((frame.requests[m] ?? 0) * 0.002);
    }),
  },
  {
    name: 'latency creeps',
    story: '3 % of events are later than 500 ms for two days: three times what SLI-2 allows',
    wanted: 'ticket',
    minutes: 2 * 1_440,
    lay: each((frame, m, _, r) => {
      slowDown(frame, m, 0.03, r);
    }),
  },
  {
    name: 'noisy tenant',
    story:
      'one tenant sends three times what all others do; the stream refuses some of it for a quarter of an hour, ingest spills, its own deliveries wait',
    wanted: 'ticket',
    minutes: 90,
    lay: each((frame, m, since, r) => {
      for (const name of ['requests', 'accepted', 'screened'] as const) frame[name][m] = Math.round((frame[name][m] ?? 0) * 4);
      for (const name of ['processed', 'tableWrites', 'queued'] as const) frame[name][m] = Math.round((frame[name][m] ?? 0) * 3.6);
      if (since < 15) frame.throttled[m] = r.whole(50, 600);
      frame.acuPercent[m] = Math.min(100, (frame.acuPercent[m] ?? 0) * 1.3);
    }),
  },
  {
    name: 'dead letters',
    story: 'a tenant’s destination has refused its events for a day: they are in the dead-letter queue',
    wanted: 'ticket',
    minutes: 600,
    lay: each((frame, m, since) => (frame.deadLetters[m] = 20 + since)),
  },
  {
    name: 'database full',
    story: 'a query without an index takes all the capacity that the database may have',
    wanted: 'ticket',
    minutes: 180,
    lay: each((frame, m, _, r) => {
      frame.acuPercent[m] = Math.min(100, 97 + r.normal());
      frame.connections[m] = (frame.connections[m] ?? 0) * 3;
    }),
  },
];

export const tunedFaults: readonly FaultKind[] = [...critical, ...lesser];

/** Lays a fault of that kind over the frame, and says what ought to happen. */
export function layFault(frame: Frame, kind: FaultKind, from: number, random: Random): Fault {
  const { name, story, wanted, minutes } = kind;
  kind.lay(frame, from, random, minutes);
  return { name, story, from, to: Math.min(frame.requests.length, from + minutes), wanted };
}

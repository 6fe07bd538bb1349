/**
 * A cell that is well, with what being well looks like: a day's shape, noise, a heavy tail, deployments, pods that are moved, destinations that are down,
 * tenants that send more than usual, metrics that come late or not at all. Its figures are assumptions, none is measured: nothing has been deployed.
 */
import { random, type Random } from './random';
import { DAY_MINUTES, emptyFrame, type Fault, type Frame, type Series, type Signal } from './signals';

export interface Load {
  /** On average. Batches of 20 make few requests of many events. */
  readonly eventsPerMinute: number;
  readonly eventsPerRequest: number;
  readonly readsPerMinute: number;
}

/** A cell of 4 million events a day whose customers send batches: few requests, so each error weighs. */
export const quiet: Load = { eventsPerMinute: 2_778, eventsPerRequest: 20, readsPerMinute: 60 };
/** A cell of 6 million events a day, each a request of its own. */
export const busy: Load = { eventsPerMinute: 4_167, eventsPerRequest: 1, readsPerMinute: 600 };

/** Share of the average, with a mean of 1: a night, a day, an hour of four times the average, and weekends at 60 %. */
export function shape(minute: number): number {
  const hour = (minute % DAY_MINUTES) / 60;
  const day = Math.floor(minute / DAY_MINUTES) % 7;
  const wave = 0.89 - 0.6 * Math.cos(((hour - 3) / 24) * 2 * Math.PI);
  const peak = 2.5 * Math.exp(-(((hour - 14) / 1.1) ** 2));
  return (wave + peak) * (day > 4 ? 0.6 : 1.04);
}

/** The minutes from `from` on, at most `length`, that lie within the series. */
export function* stretch(frame: Frame, from: number, length: number): Generator<number> {
  const end = Math.min(frame.requests.length, from + length);
  for (let minute = Math.max(0, from); minute < end; minute += 1) yield minute;
}

export function healthyFrame(minutes: number, load: Load, seed: number): Frame {
  const frame = emptyFrame(minutes);
  const r = random(seed);
  for (let minute = 0; minute < minutes; minute += 1) fillMinute(frame, minute, load, r);
  return frame;
}

function fillMinute(frame: Frame, m: number, load: Load, r: Random): void {
  const level = shape(m) * r.lognormal(1, 0.06);
  const events = r.poisson(level * load.eventsPerMinute);
  const reads = r.poisson(level * load.readsPerMinute);
  const writes = Math.round(events / load.eventsPerRequest);
  // Most minutes are alike, and one in a few hundred has a tail ten times as heavy.
  const tail = r.lognormal(1, 0.5) * (r.uniform() < 0.003 ? 10 : 1);
  const put = (name: Signal, value: number) => (frame[name][m] = value);
  put('requests', writes + reads);
  put('refused', r.poisson(0.4 * level));
  put('balancer5xx', r.poisson((writes + reads) * 1e-5));
  put('ingest5xx', r.poisson(writes * 3e-5));
  put('profiles5xx', r.poisson(reads * 1e-4));
  put('screened', writes + reads);
  put('reads', reads);
  put('readsOver200', Math.min(reads, r.poisson(reads * 0.015 * tail)));
  put('readsOver500', Math.min(frame.readsOver200[m] ?? 0, r.poisson(reads * 0.0015 * tail)));
  put('ingestPods', 6);
  put('profilesPods', 3);
  put('accepted', events);
  put('processed', events);
  put('failed', r.poisson(events * 5e-6));
  put('over100', Math.min(events, r.poisson(events * Math.min(0.9, 0.3 * tail ** 0.4))));
  put('over300', Math.min(frame.over100[m] ?? 0, r.poisson(events * Math.min(0.9, 0.012 * tail))));
  put('over500', Math.min(frame.over300[m] ?? 0, r.poisson(events * Math.min(0.9, 0.002 * tail))));
  put('behindMs', r.lognormal(80, 0.6));
  put('queued', events * 2);
  put('delivered', Math.round(events * 2 * 0.9985));
  put('deliveredLate', r.poisson(events * 2 * 2e-4 * tail));
  put('lost', r.poisson(events * 2 * 1e-6));
  put('destinationRefused', r.poisson(events * 2 * 0.0015));
  const retried = r.poisson(events * 2 * 0.0015);
  put('retried', retried);
  put('retriedWell', Math.max(0, retried - r.poisson(retried * 0.01)));
  put('tableWrites', events);
  put('tableLagMs', r.lognormal(900, 0.35));
  put('databaseLagMs', r.lognormal(250, 0.4));
  put('secondCopyMs', r.lognormal(25_000, 0.35));
  put('rawLateSeconds', r.lognormal(310, 0.12));
  put('acuPercent', Math.min(100, 18 + 14 * level + 3 * r.normal()));
  put('connections', Math.max(8, Math.round(36 + 12 * level + 3 * r.normal())));
  put('probesPassed', r.uniform() < 0.0008 ? 0 : 100);
}

/** Adds `share` of the requests or events of a minute to a count of bad ones. */
export function worsen(frame: Frame, bad: Signal, of: Signal, m: number, share: number): void {
  const total = frame[of][m] ?? 0;
  frame[bad][m] = Math.min(Math.max(total, frame[bad][m] ?? 0), (frame[bad][m] ?? 0) + Math.round(total * share));
}

/** Calls `happen` at moments that come `perWeek` times a week on average, independently of each other. */
function often(frame: Frame, r: Random, perWeek: number, happen: (minute: number) => void): void {
  const gap = (7 * DAY_MINUTES) / perWeek;
  for (let m = -Math.log(1 - r.uniform()) * gap; m < frame.requests.length; m += -Math.log(1 - r.uniform()) * gap) happen(Math.floor(m));
}

/** What a quarter has of small trouble, none of which is worth waking anybody: blips that are, are returned by name. */
export function addNuisances(frame: Frame, seed: number): readonly Fault[] {
  const r = random(seed ^ 0x5eed);
  const blips: Fault[] = [];
  // Pods moved by the autoscaler: connections break off.
  often(frame, r, 20, (m) => {
    frame.balancer5xx[m] = (frame.balancer5xx[m] ?? 0) + r.whole(1, 4);
    frame.ingestPods[m] = 5;
  });
  // Deployments: cold pods for a few minutes [VEL-1].
  often(frame, r, 12, (from) => {
    for (const m of stretch(frame, from, r.whole(2, 4))) {
      worsen(frame, 'over500', 'processed', m, 0.02 + 0.04 * r.uniform());
      worsen(frame, 'readsOver500', 'reads', m, 0.01 + 0.03 * r.uniform());
      worsen(frame, 'balancer5xx', 'requests', m, 0.001 * r.uniform());
    }
  });
  // A second or two without answers inside one minute.
  often(frame, r, 2, (m) => {
    worsen(frame, 'over500', 'processed', m, 0.1 + 0.25 * r.uniform());
    worsen(frame, 'readsOver500', 'reads', m, 0.1 + 0.25 * r.uniform());
  });
  // A shard splits, or a reader's lease moves.
  often(frame, r, 1.5, (from) => {
    const worst = r.lognormal(15_000, 0.5);
    for (const m of stretch(frame, from, r.whole(1, 2))) {
      frame.behindMs[m] = worst;
      worsen(frame, 'over500', 'processed', m, 0.08 + 0.12 * r.uniform());
    }
  });
  // A tenant imports: more events, some refused by the stream while it grows, and spilled.
  often(frame, r, 1, (from) => {
    const factor = 1.5 + 2 * r.uniform();
    for (const m of stretch(frame, from, r.whole(10, 40))) {
      for (const name of ['requests', 'accepted', 'processed', 'screened', 'tableWrites'] as const) {
        frame[name][m] = Math.round((frame[name][m] ?? 0) * factor);
      }
      if (m < from + 2 && factor > 3) frame.throttled[m] = r.whole(5, 200);
    }
  });
  // A destination is down: its tenant's deliveries wait. It is the destination's fault, and is told to the tenant.
  often(frame, r, 3, (from) => {
    const share = 0.01 + 0.1 * r.uniform();
    for (const m of stretch(frame, from, r.whole(5, 180))) {
      worsen(frame, 'destinationRefused', 'queued', m, share);
      frame.delivered[m] = Math.round((frame.delivered[m] ?? 0) * (1 - share));
    }
  });
  // Copies hesitate.
  often(frame, r, 0.4, (from) => {
    for (const m of stretch(frame, from, r.whole(1, 3))) {
      frame.tableLagMs[m] = r.lognormal(20_000, 0.4);
      frame.databaseLagMs[m] = r.lognormal(8_000, 0.4);
      frame.secondCopyMs[m] = r.lognormal(70_000, 0.2);
    }
  });
  // Nothing was published, though all is well.
  often(frame, r, 0.3, (from) => {
    const silent = Object.values(frame).filter(() => r.uniform() < 0.5);
    for (const m of stretch(frame, from, r.whole(1, 3))) for (const values of silent) values[m] = NaN;
  });
  // Two minutes or less that customers' libraries bridge by trying again.
  often(frame, r, 0.25, (from) => {
    const share = 0.05 + 0.55 * r.uniform();
    const length = r.whole(1, 2);
    for (const m of stretch(frame, from, length)) {
      worsen(frame, 'balancer5xx', 'requests', m, share);
      frame.probesPassed[m] = r.uniform() < share ? 0 : 100;
    }
    blips.push({
      name: 'blip',
      story: `${Math.round(share * 100)} % of requests fail, ${length} min`,
      from,
      to: from + length,
      wanted: 'no page',
    });
  });
  return blips;
}

export function healthy(name: string, days: number, load: Load, seed: number): Series {
  const minutes = days * DAY_MINUTES;
  const frame = healthyFrame(minutes, load, seed);
  return { name, frame, minutes, faults: addNuisances(frame, seed) };
}

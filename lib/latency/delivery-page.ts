/** What the page says of delivery, and of two faults. */
import { deliveryLimits, recoveredAfter, recoveredByChance, retryTimes, type DestinationTraits } from './delivery';
import { outage, slotMs, unfairWaitSeconds } from './faults';
import type { Volume } from './load';
import { against, share, table, time, whole } from './page';
import {
  BATCH,
  burstOutcomes,
  capacityAt,
  deliveryOutcomes,
  distinctClasses,
  larger,
  noisyOutcomes,
  RESPONSE_MS,
  TIMES_ITS_SHARE,
  type ReportProps,
} from './report';

const withinTwoSeconds = (ms: number): string => {
  if (!Number.isFinite(ms)) return '**without end**';
  return ms < deliveryLimits.withinMs ? whole(ms) : `**${whole(ms)}**`;
};

export function deliverySection(props: ReportProps, volumes: readonly Volume[]): string[] {
  const { schedule } = props.plan;
  const attempts = retryTimes(schedule);
  const [average] = volumes;
  if (!average) return [];
  return [
    '## Processed to delivered [SLI-5: within 2 s, over 99.9 % delivered, over 95 % of failed ones on a retry]',
    props.queues.length > 0
      ? `Queues of the templates: ${props.queues.map(({ name, delaySeconds }) => `\`${name}\` (delay ${delaySeconds} s)`).join(', ')}.`
      : 'Queues are not in the templates yet: delivery is as planned.',
    `Reckoned for each class as if all deliveries went to it, with destinations that answer in ${RESPONSE_MS} ms in the mean: an example, since destinations are others' systems.` +
      ` Each delivery is taken to go to a destination of the largest tenant that sends for ever what it may, ${props.largest.eventsASecond} events a second, in batches of ${BATCH}.` +
      ' Ours ends when the call begins. Slower than what is bearable, the queue grows: for all, or for that destination alone.',
    table(
      [
        'class',
        'volume',
        'ours, p50 / p99 / p99.9 in ms',
        'answered within 2 s',
        'bearable mean answer, all',
        'bearable, that destination',
      ],
      [
        ...volumes.map((volume) => ({ volume, of: props, name: volume.name as string })),
        ...volumes.slice(2).map((volume) => ({ volume, of: larger(props, volume), name: `${volume.name}, larger pods` })),
      ].flatMap(({ volume, of, name }) =>
        deliveryOutcomes(of, volume).map((found) => [
          found.name,
          name,
          [found.begun.p50, found.begun.p99, found.begun.p999].map(withinTwoSeconds).join(' / '),
          share(found.answeredInTime, 2),
          `${whole(found.bearableResponseMs)} ms`,
          `${whole(found.bearableOfOneMs)} ms`,
        ]),
      ),
    ),
    `### A burst of one tenant to one destination`,
    `The worst of three runs, with ${capacityAt(props, average).pods.delivery} pods, those of the average, since the autoscaler is later than a burst, and judges CPU, not calls. While all calls to the destination are taken, a delivery waits in its pod for ${schedule.localWaitMilliseconds / 1000} s at most; then it is sent away for ${schedule.busyDelaysSeconds.join(', ')} s, shortened by half at most.` +
      " Other tenants' deliveries do not wait for it. Bold misses 99.9 %: SLI-5's goal is over all deliveries of a month, not of a burst, and such a burst spends it by as many deliveries as it has late.",
    table(
      ['burst', 'class', 'mean answer', 'answered within 2 s', 'sent away', 'longest, queued to answered'],
      burstOutcomes(props).map(({ burst, name, responseMs, answeredInTime, sentAway, longestMs }) => [
        burst,
        name,
        `${whole(responseMs)} ms`,
        answeredInTime >= deliveryLimits.delivered ? share(answeredInTime, 2) : `**${share(answeredInTime, 2)}**`,
        share(sentAway),
        time(longestMs / 1000),
      ]),
    ),
    `A destination that answers in a second in the mean misses 2 s for over ${share(Math.exp(-2))} of its deliveries whatever we do; ${props.largest.burstEvents.toLocaleString('en-US')} events in a second are more than pods have CPU for. A list is one answer for up to ${Math.max(...Object.values(props.plan.classes).map(({ deliveriesPerCall }) => deliveriesPerCall))} deliveries, so shares of lists vary by some tenths from run to run.`,
    `Retries: after ${schedule.retryDelaysSeconds.map((seconds) => time(seconds)).join(', ')}, then again and again until ${schedule.giveUpHours} h, ${attempts.length} of them. Of deliveries that fail` +
      ` in an outage of six hours ${share(recoveredAfter(schedule, 6 * 3_600))} are brought by a retry; if each attempt failed with a chance of one half, ${share(recoveredByChance(schedule, 0.5))}.` +
      ' What a destination refuses for good (its 4xx) no retry brings: that is outside of this.',
  ];
}

export function faultsSection(props: ReportProps, volumes: readonly Volume[]): string[] {
  const { plan, settings, tenants, workload } = props;
  const [average, peak] = volumes;
  if (!average || !peak) return [];
  const hours = 6;
  const outageRow = (what: string, className: string, traits: DestinationTraits, deliveriesASecond: number): string[] => {
    const found = outage({
      plan,
      traits,
      pods: settings.pods.delivery.minimum,
      deliveriesASecond,
      outageSeconds: hours * 3_600,
      responseMs: RESPONSE_MS,
    });
    return [
      what,
      className,
      whole(found.backlog),
      whole(found.receiptsASecond),
      `${Number((found.requests / 1e6).toFixed(1))} million`,
      time(found.drainSeconds),
      time(found.quotaSeconds),
    ];
  };
  const streaming = Object.values(plan.classes)[0];
  const calls = settings.pods.delivery.minimum * (streaming?.callsPerPod ?? 0);
  const deliveries = peak.eventsASecond * workload.deliveriesPerEvent;
  const flood = deliveries + (deliveries / tenants) * (TIMES_ITS_SHARE - 1);
  const noisy = noisyOutcomes(props);
  return [
    `## A tenant that sends ${TIMES_ITS_SHARE} times its share`,
    `One of ${tenants} tenants of one size sends ${(TIMES_ITS_SHARE / tenants).toFixed(1)} times what all of them send otherwise. What the others' events take (stream by measured percentiles) if ingest let it pass, and how many times its share ingest may` +
      ' let a tenant send until the others miss TEC-4, with the pods that there are:',
    table(
      ['volume', "the tenant's events", "the others' p50 / p95 / p99", 'once there are more pods', 'bearable', 'that is, a second'],
      noisy.map(({ volume, ofOnePerson, before, after, bearableTimes }) => [
        volume.name,
        ofOnePerson ? 'of one person: one shard' : 'of many persons: all shards',
        against(before),
        against(after),
        `${bearableTimes} times`,
        `${whole((bearableTimes * volume.eventsASecond) / tenants)} events`,
      ]),
    ),
    `So ingest's limits for a tenant, and for a person of a tenant, have to stay below the smallest of these: they, and not the autoscaler, keep tenants apart before the queues. More pods do not help: there is one for each of the ${capacityAt(props, average).shards} shards already.` +
      ' A person alone can fill a shard (512 events of 2 KiB a second); then Kinesis refuses a part of what belongs to it, of any tenant, and ingest spills it.',
    `In the delivery queues: a fair queue serves quiet tenants first as soon as one has over 10 % of what is in flight, and 30 messages at least (Amazon SQS Developer Guide, "How Amazon SQS fair queues work", read 2026-11). ${whole(calls)} calls of the ${Object.keys(plan.classes)[0] ?? ''} class can be` +
      ` open at once: until then 30 of them are the tenant's, and if it had all of them, a place would be free within ${whole(slotMs(calls, RESPONSE_MS))} ms for 999 of 1,000 deliveries of the others. Without message groups everybody would wait behind the tenant, at answers of ${RESPONSE_MS} ms` +
      ` for ${time(unfairWaitSeconds(flood, (calls * 1000) / RESPONSE_MS, 600))} after ten minutes of it at the peak.`,
    `## A destination that is down for ${hours} hours`,
    `With the least number of pods, and ${RESPONSE_MS} ms an answer when it is back. A delivery that is not tried goes into the retry queue again with its wait, so that it is delayed and not in flight; where it waited as a received message, SQS' quota of 120,000 in flight would stop the queue for all tenants.`,
    table(
      [
        'whose',
        'class',
        'waiting at the end',
        'receipts a second at the end',
        'requests to SQS for it',
        'until all is delivered',
        'until the quota, if in flight',
      ],
      distinctClasses(plan).flatMap(({ name, traits }) => [
        outageRow("one tenant's, an event a delivery", name, traits, average.eventsASecond / tenants),
        outageRow("every tenant's, an event a delivery", name, traits, average.eventsASecond),
      ]),
    ),
    `Nothing is given up: ${plan.schedule.giveUpHours} h is longer. A million requests costs 0.50 USD (lib/cost/prices.json, SQS, with the surcharge of fair queues).`,
  ];
}

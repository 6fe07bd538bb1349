/** The model as a page for people: docs/01-architecture/latency.md is this text, and a test holds it to that. */
import { deliveryLimits, recoveredAfter, recoveredByChance, retryTimes } from './delivery';
import { outage, slotMs, unfairWaitSeconds } from './faults';
import { cpuMs, figures, type Figure, type FigureName } from './figures';
import { volumesOf, type Volume } from './load';
import {
  capacityAt,
  caseOf,
  deliveryOutcomes,
  larger,
  noisyOutcomes,
  outcomes,
  RESPONSE_MS,
  TIMES_ITS_SHARE,
  type Outcome,
  type ReportProps,
} from './report';
import { reported } from './reported';
import { limits, percentileNames, percentiles, type Percentiles } from './simulation';
import { LINGER_VARIABLE } from './settings';
import type { Way } from './way';
import { chosen, ways, type HopName, type WayName } from './ways';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...header), row(...header.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const time = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return 'without end';
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3_600).toFixed(1))} h`;
};
const share = (value: number, digits = 1): string => `${(Math.floor(value * 100 * 10 ** digits) / 10 ** digits).toFixed(digits)} %`;

/** Within a hundredth of its limit a percentile is said to the tenth: rounded it would look as if it broke it, or did not. */
function against(found: Percentiles): string {
  return percentileNames
    .map((name) => {
      const ms = found[name];
      if (!Number.isFinite(ms)) return '**without end**';
      const near = Math.abs(ms - limits[name]) < limits[name] / 100;
      const shown = near ? ms.toFixed(1) : whole(ms);
      return ms < limits[name] ? shown : `**${shown}**`;
    })
    .join(' / ');
}

function evidenceOf({ evidence }: Figure): string {
  if (evidence.kind === 'percentiles') return evidence.cited.map(([p, ms]) => `p${Number((p * 100).toFixed(1))} ${ms}`).join(', ');
  return `${evidence.kind}: ${evidence.meanMs}`;
}

const hopNames: Readonly<Partial<Record<HopName, string>>> = {
  loadBalancer: 'load balancer',
  ingestWait: 'wait for ingest',
  ingestWork: 'ingest',
  ingestLinger: 'its gathering',
  stream: 'stream',
  processorWait: 'wait for the processor',
  processorLinger: 'its gathering',
  processorWork: 'processor',
  write: 'DynamoDB put',
  read: 'DynamoDB get',
  send: 'SQS send',
};

function described(way: Way<HopName>): string {
  if (way.kind === 'hop') return hopNames[way.hop] ?? figures[way.hop as FigureName].what;
  const parts = way.of.map(described);
  return way.kind === 'sequence' ? parts.join(', then ') : `(${parts.join(' and ')})`;
}

const byVolume = (found: readonly Outcome[]): string[][] =>
  [...new Set(found.map(({ volume }) => volume))].map((volume) => [
    volume.name,
    whole(volume.eventsASecond),
    ...found.filter((outcome) => outcome.volume === volume).map((outcome) => against(outcome.found)),
  ]);

export function latencyDocument(props: ReportProps): string {
  const volumes = volumesOf(props.workload.eventsPerDay);
  return `${[
    '# Latency of an event',
    `Written by \`npm run -s latency\` from \`lib/latency\`, the synthesized templates and the manifests (figures of ${props.cell}:` +
      ` ${props.workload.eventsPerDay / 1e6} million events a day); a test compares it, and the picture. What was decided by it:` +
      ' [ADR-026](decisions/ADR-026-latency.md). Nothing in it was measured by us: it says what published figures make of our settings.',
    '![Latency by volume and by way](latency.svg)',
    ...answer(props, volumes),
    ...hops(),
    ...capacity(props, volumes),
    ...others(props, volumes),
    ...delivery(props, volumes),
    ...faults(props, volumes),
    ...contract(),
  ].join('\n\n')}\n`;
}

function answer(props: ReportProps, volumes: readonly Volume[]): string[] {
  const [, , tenTimes, hundredTimes] = volumes;
  const withLarger = [tenTimes, hundredTimes].flatMap((volume) =>
    volume ? [[`${volume.name}, larger pods`, whole(volume.eventsASecond), ...stream(larger(props, volume), volume)]] : [],
  );
  return [
    '## Ingestion to processed [SLI-2: p50 below 100 ms, p95 below 300; TEC-4: p99 below 500]',
    "The clock starts when the load balancer has the request, and stops when SQS has taken the message into the tenant's delivery queue. The answer to the" +
      ' client is not on it: the record goes on while the answer goes back. Nor is the put of the enriched event, which is made beside the delivery, nor the warehouse.',
    `The way: ${described(ways[chosen].way)}. \`and\`: side by side, the later one counts.`,
    table(
      ['volume', 'events a second', 'p50 / p95 / p99 in ms, stream by measured percentiles', "stream by AWS' mean"],
      [...byVolume(outcomes(props, chosen)), ...withLarger],
    ),
    'Bold breaks its limit. Where a mean alone is published, or nothing, each percentile is the worse of two: of the mean each time, which has the highest median,' +
      ' and of an exponential distribution, which has a long tail. Without end: more arrives than pods can do.',
    table(
      ['volume', 'stream by', 'not kept, and reported', 'because'],
      reported.map(({ volumes: names, streams, missed, because }) => [names.join('; '), streams.join('; '), missed.join(', '), because]),
    ),
  ];
}

const stream = (props: ReportProps, volume: Volume): string[] => [
  against(percentiles(caseOf(props, chosen, volume, 'percentiles'))),
  against(percentiles(caseOf(props, chosen, volume, 'published mean'))),
];

function hops(): string[] {
  return [
    '## Hops, and where their figures are from',
    table(
      ['hop', 'milliseconds', 'source', 'as of', 'what it holds'],
      Object.values(figures).map((figure: Figure) => [figure.what, evidenceOf(figure), figure.source, figure.asOf, figure.note]),
    ),
    'A distribution goes through each cited percentile: in pieces lognormal (the logarithm of the time is a straight line over the normal score), since that adds' +
      ' nothing between what is published, is positive, and has the long tail to the right that services have; beyond the last percentile its last piece goes on.' +
      ' Hops are drawn independently of each other: an hour in which all are slow at once is not in here.',
    `CPU of an event, estimated (ADR-020), to be measured in dev: ingest ${cpuMs.ingest} ms, processor ${cpuMs.processor} ms, a delivery ${cpuMs.delivery} ms of a vCPU.` +
      ' A pod is reckoned at the share of a vCPU that it is sure of (`requests.cpu`), and events wait for it as in M/M/c: for any pod of ingest, for the one pod that has' +
      ' the shard. Our key adds nothing to each event: Kinesis calls KMS about every five minutes (Developer Guide, "Costs, Regions, and performance considerations", read 2026-11).',
  ];
}

function capacity(props: ReportProps, volumes: readonly Volume[]): string[] {
  const line = (name: string, of: ReportProps, volume: Volume): string[] => {
    const { shards, pods, fullest, vcpus } = capacityAt(of, volume);
    return [name, String(shards), ...Object.values(pods).map(String), share(fullest, 0), whole(vcpus)];
  };
  return [
    '## Pods and shards',
    `Of the settings: the processor's own consumer at the stream (${props.settings.fanOut ? 'there' : '**not there: polling**'}), the stream's mode (${
      props.settings.shards === 'on demand' ? 'on demand: four shards, and room for twice the peak' : `${props.settings.shards} shards`
    }), least and most pods, their CPU, the autoscaler's target. A shard has one reader: pods beyond the number of shards have nothing to do, and lower the mean by which the autoscaler judges.`,
    table(
      ['volume', 'shards', 'ingest pods', 'processor pods', 'delivery pods', 'fullest processor pod', 'vCPU asked for'],
      volumes.flatMap((volume, index) => [
        line(volume.name, props, volume),
        ...(index < 2 ? [] : [line(`${volume.name}, larger pods`, larger(props, volume), volume)]),
      ]),
    ),
    '"Larger pods": a processor pod for each shard, of the size that a half-full shard needs at the target, and no most of pods.',
  ];
}

function others(props: ReportProps, volumes: readonly Volume[]): string[] {
  const [, peak, tenTimes] = volumes;
  const names = Object.keys(ways) as WayName[];
  const cells = (name: WayName, volume: Volume | undefined): string[] => {
    if (!volume) return [];
    const [measured, published] = [
      against(percentiles(caseOf(props, name, volume, 'percentiles'))),
      against(percentiles(caseOf(props, name, volume, 'published mean'))),
    ];
    return [measured, measured === published ? 'the same' : published];
  };
  return [
    '## Other ways',
    table(
      ['way', 'at the peak, by percentiles', "by AWS' mean", 'at 10 times, pods as they are', "by AWS' mean"],
      names.map((name) => [ways[name].name, ...cells(name, peak), ...cells(name, tenTimes)]),
    ),
  ];
}

function delivery(props: ReportProps, volumes: readonly Volume[]): string[] {
  const { schedule } = props.plan;
  const attempts = retryTimes(schedule);
  return [
    '## Processed to delivered [SLI-5: within 2 s, over 99.9 % delivered, over 95 % of failed ones on a retry]',
    props.queues.length > 0
      ? `Queues of the templates: ${props.queues.map(({ name, delaySeconds }) => `\`${name}\` (delay ${delaySeconds} s)`).join(', ')}.`
      : 'Queues are not in the templates yet: delivery is as planned.',
    `Reckoned for each class as if all deliveries went to it, with destinations that answer in ${RESPONSE_MS} ms in the mean: an example, since destinations are others' systems.` +
      ' Ours ends when the call begins. Slower than what is bearable, the queue grows.',
    table(
      ['class', 'volume', 'ours, p50 / p99 / p99.9 in ms', 'answered within 2 s', 'bearable mean answer'],
      volumes
        .slice(0, 2)
        .flatMap((volume) =>
          deliveryOutcomes(props, volume).map(({ name, begun, answeredInTime, bearableResponseMs }) => [
            name,
            volume.name,
            [begun.p50, begun.p99, begun.p999]
              .map((ms) => (ms < deliveryLimits.withinMs ? whole(ms) : `**${Number.isFinite(ms) ? whole(ms) : 'without end'}**`))
              .join(' / '),
            share(answeredInTime),
            time(bearableResponseMs / 1000),
          ]),
        ),
    ),
    `Retries: after ${schedule.retryDelaysSeconds.map((seconds) => time(seconds)).join(', ')}, then again and again until ${schedule.giveUpHours} h, ${attempts.length} of them. Of deliveries that fail` +
      ` in an outage of six hours ${share(recoveredAfter(schedule, 6 * 3_600))} are brought by a retry; if each attempt failed with a chance of one half, ${share(recoveredByChance(schedule, 0.5))}.` +
      ' What a destination refuses for good (its 4xx) no retry brings: that is outside of this.',
  ];
}

function faults(props: ReportProps, volumes: readonly Volume[]): string[] {
  const { plan, settings, tenants, workload } = props;
  const [average, peak] = volumes;
  if (!average || !peak) return [];
  const hours = 6;
  const outageRow = (what: string, className: string, deliveriesASecond: number): string[] => {
    const traits = plan.classes[className];
    if (!traits) return [];
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
  const classes = Object.keys(plan.classes).filter(
    (name, index, all) => index === all.findIndex((other) => JSON.stringify(plan.classes[other]) === JSON.stringify(plan.classes[name])),
  );
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
      classes.flatMap((name) => [
        outageRow("one tenant's, an event a delivery", name, average.eventsASecond / tenants),
        outageRow("every tenant's, an event a delivery", name, average.eventsASecond),
      ]),
    ),
    `Nothing is given up: ${plan.schedule.giveUpHours} h is longer. A million requests costs 0.50 USD (lib/cost/prices.json, SQS, with the surcharge of fair queues).`,
  ];
}

function contract(): string[] {
  return [
    '## What this asks of the services',
    [
      '- **Processor: many events at once, in order by partition key alone.** One after another a shard would get 1,000 / 40 ms = 25 events a second, where 70 arrive at the peak.',
      "- **Processor: calls that need nothing of each other together**: deduplication with the read of the profile; then the profile's write, the send to the delivery queue and the put of the enriched event. The checkpoint follows all of them.",
      '- **Deduplication forgives its own record**: the item carries the sequence number of the record, and the condition is "no such item, or this sequence number". A pod that dies after it would otherwise have its event dropped as a duplicate when it is read again [SLI-3].',
      `- **No service gathers** before it puts or works, or says so in its variable \`${LINGER_VARIABLE}\` (milliseconds), from which this model takes it. The Kinesis Producer Library gathers for 100 ms unless it is told otherwise.`,
      '- **Connections stay open** to all endpoints: each figure above is of a connection that was there.',
    ].join('\n'),
  ];
}

/** The model as a page for people: docs/01-architecture/latency.md is this text, and a test holds it to that. */
import { deliverySection, faultsSection } from './delivery-page';
import { cpuMs, figures, type Figure, type FigureName } from './figures';
import { volumesOf, type Volume } from './load';
import { against, share, table, whole } from './page';
import { capacityAt, caseOf, larger, outcomes, type Outcome, type ReportProps } from './report';
import { reported } from './reported';
import { LINGER_VARIABLE } from './settings';
import { percentiles } from './simulation';
import type { Way } from './way';
import { chosen, ways, type HopName, type WayName } from './ways';

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
    ...deliverySection(props, volumes),
    ...faultsSection(props, volumes),
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponential, percentileOf, type Quantiles } from '../../lib/latency/distribution';
import { dealt, enlarged, podsAt, shardsAt, volumesOf } from '../../lib/latency/load';
import { seeded, shuffle } from '../../lib/latency/random';
import { caseOf, missesOf, outcomes } from '../../lib/latency/report';
import { reportedMisses } from '../../lib/latency/reported';
import { limits, missed, percentiles, sampled, type Percentiles } from '../../lib/latency/simulation';
import { inSequence, times, together, type Way } from '../../lib/latency/way';
import { chosen, ways, type WayName } from '../../lib/latency/ways';
import { changedManifests, changedStacks, props } from './report-props';

const [average, peak, tenTimes, hundredTimes] = volumesOf(6_000_000);
if (!average || !peak || !tenTimes || !hundredTimes) throw new Error('four volumes');

const drawn = (quantiles: Quantiles, seed: number, size = 100_000): Float64Array =>
  shuffle(
    Float64Array.from({ length: size }, (_, index) => quantiles((index + 0.5) / size)),
    seeded(seed),
  );

describe('the generator', () => {
  it('gives the same numbers for a seed, and others for another', () => {
    const first = (seed: number) => Array.from({ length: 5 }, seeded(seed));
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });

  it('is uniform', () => {
    const random = seeded(3);
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw += 1) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('loses nothing when it shuffles', () => {
    const values = Float64Array.from({ length: 1000 }, (_, index) => index);
    const shuffled = shuffle(Float64Array.from(values), seeded(4));
    expect(shuffled).not.toEqual(values);
    expect(shuffled.sort()).toEqual(values);
  });
});

describe('a way', () => {
  it('of exponential hops in sequence takes what Erlang says', () => {
    let seed = 0;
    const three: Way = inSequence('a', 'b', 'c');
    const found = times(three, () => drawn(exponential(10), (seed += 1))).sort();
    // Quantiles of a gamma distribution of shape 3 and scale 10.
    for (const [share, ms] of [
      [0.5, 26.741],
      [0.95, 62.958],
      [0.99, 84.059],
    ] as const) {
      expect(Math.abs(percentileOf(found, share) / ms - 1)).toBeLessThan(0.01);
    }
  });

  it('of hops side by side takes what the later of them does', () => {
    let seed = 10;
    const found = times(together('a', 'b'), () => drawn(exponential(10), (seed += 1))).sort();
    // Both are below t in (1 - exp(-t/10))^2 of all events.
    for (const share of [0.5, 0.95, 0.99]) {
      expect(Math.abs(percentileOf(found, share) / (-10 * Math.log(1 - Math.sqrt(share))) - 1)).toBeLessThan(0.01);
    }
  });

  it('takes no less than its longest part, and no more than all of them', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 3, maxLength: 3 }), (ms) => {
        const sample = (hop: string) => Float64Array.of(ms[Number(hop)] ?? 0);
        const [mixed] = times(inSequence('0', together('1', '2')), sample);
        expect(mixed).toBeGreaterThanOrEqual(Math.max(...ms));
        expect(mixed).toBeLessThanOrEqual(ms.reduce((sum, each) => sum + each, 0) + 1e-9);
      }),
    );
  });
});

describe('pods and shards', () => {
  it('are as many as the autoscaler asks for, within its least and its most', () => {
    const pods = { minimum: 3, maximum: 24, vcpus: 0.5, target: 0.6, lingerMs: 0 };
    expect([1, 278, 2_778, 27_778].map((events) => podsAt(pods, events, 2))).toEqual([3, 3, 19, 24]);
  });

  it('are four shards on demand, and then room for twice the peak', () => {
    expect([average, peak, tenTimes, hundredTimes].map((volume) => shardsAt({ shards: 'on demand' }, volume, 2048))).toEqual([
      4, 4, 11, 109,
    ]);
    expect(shardsAt({ shards: 2 }, hundredTimes, 2048)).toBe(2);
  });

  it('deal shards out evenly, and leave pods beyond them idle', () => {
    expect(dealt(4, 3)).toEqual([
      { share: 0.5, ofOne: 0.5 },
      { share: 0.5, ofOne: 0.25 },
    ]);
    expect(dealt(4, 8)).toEqual([{ share: 1, ofOne: 0.25 }]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (shards, pods) => {
        expect(dealt(shards, pods).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('the latency of an event', () => {
  const of = props();
  const at = (way: WayName, volume = peak, changed = of): Percentiles => percentiles(caseOf(changed, way, volume, 'percentiles'));
  const onPaper = (changed: typeof of) => outcomes(changed, chosen);

  it('is the same figures each time', () => {
    expect(sampled(caseOf(of, chosen, peak, 'percentiles'), 'exponential', 2_000)).toEqual(
      sampled(caseOf(of, chosen, peak, 'percentiles'), 'exponential', 2_000),
    );
  });

  it('breaks no limit but those that ADR-026 reports, and still breaks each of them', () => {
    expect([...missesOf(onPaper(of))].sort()).toEqual([...reportedMisses].sort());
  });

  it('keeps TEC-4 at the average and at the peak, by either figure of the stream', () => {
    for (const { volume, found } of onPaper(of)) if (volume.eventsASecond <= peak.eventsASecond) expect(found.p99).toBeLessThan(limits.p99);
  });

  it('is 109 ms at p50 with a processor pod less, as ADR-026 says', () => {
    expect(Math.round(at(chosen, peak, props(undefined, scaler('processor', 'minReplicas', 3))).p50)).toBe(109);
  });

  it('is longer if calls wait for each other that need not', () => {
    expect(at('beside').p50).toBeGreaterThan(at('stream').p50 + 5);
    expect(at('oneByOne').p50).toBeGreaterThan(at('beside').p50 + 30);
  });

  it('is kept at ten times the volume with larger pods, but for the reported p50', () => {
    for (const volume of [tenTimes, hundredTimes]) {
      const larger = { ...of, settings: enlarged(of.settings, volume, of.workload.eventBytes) };
      expect(missed(at(chosen, volume, larger))).toEqual([]);
      expect(missed(percentiles(caseOf(larger, chosen, volume, 'published mean')))).toEqual(['p50']);
    }
  });

  const noConsumer = changedStacks((resource) => (resource.type === 'AWS::Kinesis::StreamConsumer' ? undefined : resource));
  const consumerOf = (properties: Readonly<Record<string, unknown>>) =>
    changedStacks((resource) =>
      resource.type === 'AWS::Kinesis::StreamConsumer' ? { ...resource, properties: { ...resource.properties, ...properties } } : resource,
    );
  const provisioned = changedStacks((resource) =>
    resource.type === 'AWS::Kinesis::Stream'
      ? { ...resource, properties: { ...resource.properties, StreamModeDetails: { StreamMode: 'PROVISIONED' }, ShardCount: 1 } }
      : resource,
  );
  const container = ['spec', 'template', 'spec', 'containers', 0];
  const linger = (service: string, ms: string) =>
    changedManifests('Deployment', service, [...container, 'env', 0], { name: 'LINGER_MS', value: ms });
  const lingering = linger('ingest', '250');
  const scaler = (service: string, key: string, value: unknown) =>
    changedManifests('HorizontalPodAutoscaler', service, ['spec', key], value);

  it.each([
    ["the processor's consumer is gone", props(noConsumer), ['p50', 'p95', 'p99']],
    ['the consumer is of another stream', props(consumerOf({ StreamARN: { 'Fn::GetAtt': ['Enriched', 'Arn'] } })), ['p50', 'p95', 'p99']],
    ["the consumer has a name that is not the processor's", props(consumerOf({ ConsumerName: 'other' })), ['p50', 'p95', 'p99']],
    ['ingest gathers for 250 ms', props(undefined, lingering), ['p50', 'p95']],
    ['the processor gathers for 400 ms', props(undefined, linger('processor', '400')), ['p50', 'p95', 'p99']],
    ['there is one processor pod', props(undefined, scaler('processor', 'maxReplicas', 1)), ['p50', 'p95', 'p99']],
    ['there are three processor pods for four shards', props(undefined, scaler('processor', 'minReplicas', 3)), ['p50']],
    ['there is one ingest pod', props(undefined, scaler('ingest', 'maxReplicas', 1)), ['p50', 'p95', 'p99']],
    [
      'a processor pod is sure of a fifth of a vCPU',
      props(undefined, changedManifests('Deployment', 'processor', [...container, 'resources', 'requests', 'cpu'], '200m')),
      ['p50', 'p95', 'p99'],
    ],
    ['the stream has one shard', props(provisioned), ['p50', 'p95', 'p99']],
  ])('rejects that %s', (_, changed, broken) => {
    expect(missed(at(chosen, peak, changed))).toEqual(broken);
  });

  it.each([
    ['the stream', () => props(changedStacks((resource) => (resource.type === 'AWS::Kinesis::Stream' ? undefined : resource)))],
    ['a deployment', () => props(undefined, changedManifests('Deployment', 'processor', ['metadata', 'name'], 'other'))],
    ['the least number of pods', () => props(undefined, scaler('ingest', 'minReplicas', undefined))],
    ['a readable linger', () => props(undefined, linger('ingest', 'soon'))],
    [
      'a readable CPU',
      () => props(undefined, changedManifests('Deployment', 'ingest', [...container, 'resources', 'requests', 'cpu'], 'half')),
    ],
  ])('is told of nothing without %s', (_, broken) => {
    expect(broken).toThrow('settings: ');
  });

  it('has each way end where the event is in the delivery queue', () => {
    for (const { way } of Object.values(ways)) {
      expect(JSON.stringify(way.kind === 'sequence' ? way.of.at(-1) : undefined)).toContain('"send"');
    }
  });
});

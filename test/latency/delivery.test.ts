import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bearableResponseMs,
  deliveryLimits,
  deliveryTimes,
  readDeliveryQueues,
  recoveredAfter,
  recoveredByChance,
  retryTimes,
  type DeliveryCase,
  type DeliveryPlan,
  type DeliveryQueue,
} from '../../lib/latency/delivery';
import { bearableTimes, beyondItsShare, othersLatency, outage, slotMs, unfairWaitSeconds } from '../../lib/latency/faults';
import { volumesOf } from '../../lib/latency/load';
import { caseOf, deliveryOutcomes, noisyOutcomes, type ReportProps } from '../../lib/latency/report';
import { limits } from '../../lib/latency/simulation';
import { chosen } from '../../lib/latency/ways';
import { stackTemplate } from '../support/fixtures';
import { platformStacks } from '../support/platform-assembly';
import { changedManifests, props } from './report-props';

const of = props();
const [average, peak] = volumesOf(6_000_000);
if (!average || !peak) throw new Error('two volumes');
const SIX_HOURS = 6 * 3_600;
const queue = (name: string, properties: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: name, ...properties },
});

/** SLI-5 on paper: what of it these settings break. */
function broken(changed: ReportProps): string[] {
  const { schedule } = changed.plan;
  return [
    ...[average, peak]
      .filter((volume): volume is NonNullable<typeof volume> => volume !== undefined)
      .flatMap((volume) =>
        deliveryOutcomes(changed, volume).filter(
          ({ begun, answeredInTime }) => !(begun.p999 < deliveryLimits.withinMs && answeredInTime >= deliveryLimits.delivered),
        ),
      )
      .map(({ name }) => `within 2 s: ${name}`),
    ...(recoveredAfter(schedule, SIX_HOURS) >= deliveryLimits.recovered ? [] : ['an outage of six hours']),
    ...(recoveredByChance(schedule, 0.5) >= deliveryLimits.recovered ? [] : ['every second attempt fails']),
  ];
}

const withSchedule = (schedule: Partial<DeliveryPlan['schedule']>): ReportProps => ({
  ...of,
  plan: { ...of.plan, schedule: { ...of.plan.schedule, ...schedule } },
});
const withClass = (traits: Partial<DeliveryPlan['classes'][string]>): ReportProps => ({
  ...of,
  plan: { ...of.plan, classes: Object.fromEntries(Object.entries(of.plan.classes).map(([name, each]) => [name, { ...each, ...traits }])) },
});
const delayed: DeliveryQueue[] = [{ name: 'prod-us-delivery-streaming', delaySeconds: 5 }];

describe('delivery', () => {
  it('keeps SLI-5 on paper', () => {
    expect(broken(of)).toEqual([]);
  });

  it.each([
    ['a queue delays by 5 s', { ...of, queues: delayed }, 'within 2 s: streaming, webhook'],
    ['deliveries are gathered for 2 s', withClass({ gatherMilliseconds: 2_000 }), 'within 2 s: batch'],
    ['a pod may have one call to a destination', withClass({ callsPerDestination: 1 }), 'within 2 s: streaming, webhook'],
    ['nothing waits in a pod', withSchedule({ localWaitMilliseconds: 0 }), 'within 2 s: streaming, webhook'],
    ['what finds no call goes away for minutes', withSchedule({ localWaitMilliseconds: 0, busyDelaysSeconds: [300] }), 'within 2 s: batch'],
    ['one poller takes turns between new ones and retries', withSchedule({ pollers: 'in-turn' }), 'within 2 s: streaming, webhook'],
    ['a pod may have 16 calls open', withClass({ callsPerPod: 16, deliveriesPerCall: 1 }), 'within 2 s: streaming, webhook'],
    [
      'there is one pod',
      props(undefined, changedManifests('HorizontalPodAutoscaler', 'delivery', ['spec', 'maxReplicas'], 1)),
      'within 2 s: streaming, webhook',
    ],
    ['it is given up after two hours', withSchedule({ giveUpHours: 2 }), 'an outage of six hours'],
    ['there are no retries', withSchedule({ retryDelaysSeconds: [] }), 'an outage of six hours'],
    ['a retry comes after a day', withSchedule({ retryDelaysSeconds: [86_400] }), 'every second attempt fails'],
  ])('rejects that %s', (_, changed, expected) => {
    expect(broken(changed)).toContain(expected);
  });

  it('feels what the templates of its cell say, and not those of its recovery Region', () => {
    const withQueue = (region: string) => {
      const delivery = stackTemplate(
        { Main: queue('prod-us-delivery-webhook', { DelaySeconds: 5 }) },
        { path: 'prod-us/Delivery', region },
      );
      return props([...platformStacks(), delivery]);
    };
    expect(broken(withQueue('us-east-1'))).toContain('within 2 s: streaming, webhook');
    expect(broken(withQueue('us-west-2'))).toEqual([]);
  });

  it('reads its queues from templates, and not those of retries, dead letters or others', () => {
    const stack = stackTemplate({
      Main: queue('cell-delivery-webhook', { DelaySeconds: 7 }),
      Quick: queue('cell-delivery-batch'),
      Retry: queue('cell-delivery-webhook-retry', { DelaySeconds: 9 }),
      Dead: queue('cell-delivery-webhook-dead'),
      Other: queue('cell-replay'),
      Topic: { Type: 'AWS::SNS::Topic', Properties: { QueueName: 'cell-delivery-webhook' } },
    });
    expect(readDeliveryQueues([stack])).toEqual([
      { name: 'cell-delivery-webhook', delaySeconds: 7 },
      { name: 'cell-delivery-batch', delaySeconds: 0 },
    ]);
  });

  it('waits as the schedule says, and as long again after its last wait', () => {
    expect(retryTimes({ ...of.plan.schedule, retryDelaysSeconds: [5, 30, 900], giveUpHours: 1 })).toEqual([5, 35, 935, 1835, 2735]);
    expect(retryTimes({ ...of.plan.schedule, retryDelaysSeconds: [], giveUpHours: 1 })).toEqual([]);
  });

  it('brings more after a shorter outage, and with a longer schedule', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 400_000 }), fc.integer({ min: 1, max: 100 }), (seconds, giveUpHours) => {
        const schedule = { ...of.plan.schedule, giveUpHours };
        const share = recoveredAfter(schedule, seconds);
        expect(share).toBeLessThanOrEqual(1);
        expect(recoveredAfter(schedule, seconds * 2)).toBeLessThanOrEqual(share);
        expect(recoveredAfter({ ...schedule, giveUpHours: giveUpHours + 1 }, seconds)).toBeGreaterThanOrEqual(share);
      }),
    );
  });

  it('bears answers until all calls are taken, and not longer ones', () => {
    const traits = of.plan.classes['streaming'];
    if (!traits) throw new Error('streaming');
    const load: Omit<DeliveryCase, 'responseMs'> = {
      queues: [],
      pods: of.settings.pods.delivery,
      deliveriesASecond: 400,
      schedule: of.plan.schedule,
      destination: { deliveriesASecond: 1, batch: 1 },
    };
    const responseMs = bearableResponseMs(load, traits);
    expect(deliveryTimes({ ...load, responseMs: responseMs * 0.9 }, traits).begun.p50).toBeLessThan(100);
    expect(deliveryTimes({ ...load, responseMs: responseMs * 1.1 }, traits).begun.p50).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a destination that is down', () => {
  const traits = { callsPerPod: 64, callsPerDestination: 16, waitingPerDestination: 250, deliveriesPerCall: 1, gatherMilliseconds: 0 };
  const down = { plan: of.plan, traits, pods: 3, deliveriesASecond: 10, outageSeconds: SIX_HOURS, responseMs: 200 };

  it('leaves what a calculation by hand says', () => {
    const found = outage(down);
    expect(found.backlog).toBe(216_000);
    expect(found.receiptsASecond).toBeCloseTo(216_000 / 675, 6);
    expect(found.requests).toBeCloseTo(3 * 108_000 * 32, 6);
    // 48 calls of 200 ms are 240 a second, of which 10 are new ones; it is looked for once a minute.
    expect(found.drainSeconds).toBeCloseTo(60 + 216_000 / 230, 6);
    expect(found.quotaSeconds).toBe(12_000);
  });

  it('is never caught up with by fewer calls than arrive', () => {
    expect(outage({ ...down, pods: 1, responseMs: 2_000 }).drainSeconds).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a tenant of a hundred times its share', () => {
  it('has as many tenants beside it as its cell has', () => {
    expect(of.tenants).toBe(36);
    expect(beyondItsShare({ tenants: 36, times: 100 }, average)).toBeCloseTo((69.44 / 36) * 99, 0);
  });

  it('is borne within what is said to be bearable, and not beyond it', () => {
    const peakCase = caseOf(of, chosen, peak, 'percentiles');
    for (const ofOnePerson of [false, true]) {
      const times = bearableTimes(peakCase, of.tenants, ofOnePerson);
      expect(othersLatency(peakCase, { tenants: of.tenants, times }, ofOnePerson).before.p99).toBeLessThan(limits.p99);
      expect(othersLatency(peakCase, { tenants: of.tenants, times: times + 1 }, ofOnePerson).before.p99).not.toBeLessThan(limits.p99);
    }
  });

  it('is worse as one person than as many, and not borne at the peak without a limit of ingest', () => {
    const found = noisyOutcomes(of);
    for (const volume of [average, peak]) {
      const [many, one] = found.filter((each) => each.volume.name === volume.name);
      expect(one?.bearableTimes).toBeLessThan(many?.bearableTimes ?? 0);
    }
    expect(found.filter(({ volume }) => volume.name === 'peak').every(({ before }) => before.p99 === Number.POSITIVE_INFINITY)).toBe(true);
  });

  it('leaves a place to the others in a fair queue at once, and in another one after its backlog', () => {
    expect(slotMs(192, 200)).toBeLessThan(10);
    expect(unfairWaitSeconds(2_000, 1_000, 600)).toBe(600);
    expect(unfairWaitSeconds(900, 1_000, 600)).toBe(0);
  });
});

/** The fault case "a destination is down for six hours" [SLI-5], and what the schedule promises besides. ADR-024. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stores } from '../../lib/checks/stores';
import { platform } from '../../lib/config/platform';
import {
  classTraits,
  deliverySchedule,
  destinationClasses,
  IN_FLIGHT_QUOTA,
  LONGEST_DELAY_SECONDS,
  queueDays,
  retryDelaySeconds,
  shortened,
} from '../../lib/constructs/delivery-schedule';
import { simulateOutage, type Outage, type Schedule } from './delivery-outage';

const DAY = 86_400;
const cells = platform.environments.flatMap(({ cells: all }) => all);
const production = cells.filter(({ name }) => name.startsWith('prod'));
const perSecond = ({ workload }: (typeof cells)[number]) => (workload.eventsPerDay * workload.deliveriesPerEvent) / DAY;

/** 60 customers, half of them in each cell of production: an average one's deliveries, and a large one's, which is ten times that. */
const average = Math.max(...production.map(perSecond)) / 30;
const down: Outage = { destinationClass: 'webhook', deliveriesPerSecond: average, outageHours: 6, pods: 3, answerSeconds: 0.2 };
const with_ = (changed: Partial<Schedule>): Schedule => ({ ...deliverySchedule, ...changed });

describe('a destination that is down for six hours', () => {
  const result = simulateOutage(down);
  const large = simulateOutage({ ...down, deliveriesPerSecond: 10 * average });

  it('loses no delivery, and gives none up', () => {
    for (const { queued, delivered, deadLetters } of [result, large]) {
      expect(deadLetters).toBe(0);
      expect(delivered).toBeGreaterThan(0);
      // The very last seconds of the run may be on their way.
      expect(queued - delivered).toBeLessThan(10);
    }
  });

  it('has its deliveries within half an hour of its return, a large tenant of ten times the average within two hours', () => {
    expect(result.drainedAfterSeconds).toBeLessThan(30 * 60);
    expect(large.drainedAfterSeconds).toBeLessThan(2 * 3600);
  });

  it('keeps to a fiftieth of the quota of messages in flight', () => {
    expect(Math.max(result.mostInFlight, large.mostInFlight)).toBeLessThan(IN_FLIGHT_QUOTA / 50);
  });

  it('lets no message near the end of its retention: each is sent anew every quarter of an hour', () => {
    expect(large.longestInQueueSeconds).toBeLessThanOrEqual(LONGEST_DELAY_SECONDS);
    expect(large.longestInQueueSeconds).toBeLessThan((queueDays.retry * DAY) / 100);
  });

  it('costs little: under 5 USD for the large tenant, at 0.50 USD a million requests of a fair queue', () => {
    expect((large.sqsRequests / 1e6) * 0.5).toBeLessThan(5);
  });

  it('delivers on retry more than 95 % of what failed [SLI-5]: all of it', () => {
    expect(result.failedFirst).toBeGreaterThan(result.queued * 0.4);
    expect(result.deliveredOnRetry / result.failedFirst).toBeGreaterThan(0.95);
    expect(result.deliveredOnRetry).toBe(result.failedFirst);
  });

  it('holds few workers of the class, and no longer than a call takes, so that other tenants keep theirs', () => {
    const { callsPerPod, callsPerDestination, callTimeoutSeconds } = classTraits.webhook;
    expect(result.workersHeld).toBeLessThanOrEqual(down.pods * callsPerDestination);
    expect(callsPerDestination / callsPerPod).toBeLessThanOrEqual(1 / 4);
    expect(callTimeoutSeconds).toBeLessThan(deliverySchedule.visibilitySeconds / 2);
  });
});

describe('longer outages', () => {
  it.each([24, 48, 70])('of %i hours lose nothing either', (outageHours) => {
    const result = simulateOutage({ ...down, deliveriesPerSecond: average / 10, outageHours });
    expect(result.deadLetters).toBe(0);
    expect(result.deliveredOnRetry).toBe(result.failedFirst);
  });

  it('of four days send to the dead letters what is older than three, and nothing else', () => {
    const result = simulateOutage({ ...down, deliveriesPerSecond: average / 10, outageHours: 96 });
    expect(result.deadLetters / (average / 10) / 3600).toBeGreaterThan(23.5);
    expect(result.deadLetters / (average / 10) / 3600).toBeLessThan(24.5);
    expect(result.queued - result.delivered - result.deadLetters).toBeLessThan(10);
  });
});

describe('other settings', () => {
  it('rejects giving up before the outage is over: deliveries are lost', () => {
    expect(simulateOutage({ ...down, schedule: with_({ giveUpHours: 5 }) }).deadLetters).toBeGreaterThan(10_000);
  });

  it('rejects hiding what waits: two average tenants with a dead destination would fill the quota, and stop everybody', () => {
    const hidden = simulateOutage({ ...down, deliveriesPerSecond: 2 * average, hides: true });
    expect(hidden.mostInFlight).toBeGreaterThan(IN_FLIGHT_QUOTA);
  });

  it('rejects never holding a destination for down: each retry would hold a worker until its time is over', () => {
    const blind = simulateOutage({ ...down, schedule: with_({ opensAfterFailures: Number.POSITIVE_INFINITY }) });
    expect(blind.workersHeld).toBe(down.pods * classTraits.webhook.callsPerDestination);
    expect(blind.mostInFlight).toBeGreaterThan(simulateOutage(down).mostInFlight);
  });

  it('rejects busy delays that stay short: what an outage has left would come back again and again', () => {
    const short = simulateOutage({ ...down, deliveriesPerSecond: 10 * average, schedule: with_({ busyDelaysSeconds: [1, 2, 5, 15] }) });
    expect((short.sqsRequests / 1e6) * 0.5).toBeGreaterThan(10);
    expect(short.mostInFlight).toBeGreaterThan(IN_FLIGHT_QUOTA / 50);
  });

  it('rejects asking once an hour whether it is back: half an hour would not do', () => {
    const slow = simulateOutage({ ...down, outageHours: 6.1, schedule: with_({ probeSeconds: 3600 }) });
    expect(slow.drainedAfterSeconds ?? Infinity).toBeGreaterThan(30 * 60);
  });
});

describe('the schedule', () => {
  it('gives each failed attempt a wait that SQS knows, longer than the one before, and never less than half of it', () => {
    const { retryDelaysSeconds } = deliverySchedule;
    expect([...retryDelaysSeconds].sort((a, b) => a - b)).toEqual([...retryDelaysSeconds]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failed, random) => {
        const seconds = retryDelaySeconds(failed, random);
        const whole = retryDelaysSeconds[failed - 1] ?? LONGEST_DELAY_SECONDS;
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(whole / 2);
        expect(seconds).toBeLessThanOrEqual(Math.min(whole, LONGEST_DELAY_SECONDS));
      }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('rejects %d failed attempts', (failed) => {
    expect(() => retryDelaySeconds(failed, 0)).toThrow('allowed: an integer from 1');
  });

  it('has no wait that SQS would refuse', () => {
    const { parkedDelaySeconds, busyDelaysSeconds, retryDelaysSeconds } = deliverySchedule;
    for (const seconds of [parkedDelaySeconds, ...busyDelaysSeconds, ...retryDelaysSeconds]) {
      expect(Number.isInteger(seconds)).toBe(true);
      expect(shortened(seconds, 0.999)).toBeGreaterThanOrEqual(1);
      expect(shortened(seconds, 0)).toBeLessThanOrEqual(LONGEST_DELAY_SECONDS);
    }
    expect(LONGEST_DELAY_SECONDS).toBe(15 * 60);
  });

  it('lets what found no call wait in its pod within the two seconds [SLI-5] and within its visibility, and sends it away for a second first', () => {
    const { localWaitMilliseconds, busyDelaysSeconds, visibilitySeconds } = deliverySchedule;
    expect(localWaitMilliseconds).toBeGreaterThanOrEqual(1_000);
    expect(localWaitMilliseconds).toBeLessThan(2_000);
    for (const { gatherMilliseconds, callTimeoutSeconds } of Object.values(classTraits)) {
      expect(gatherMilliseconds).toBeLessThan(localWaitMilliseconds);
      expect(localWaitMilliseconds / 1000 + callTimeoutSeconds).toBeLessThan(visibilitySeconds / 2);
    }
    expect(busyDelaysSeconds[0]).toBe(1);
    expect([...busyDelaysSeconds].sort((a, b) => a - b)).toEqual([...busyDelaysSeconds]);
  });

  it('lets one destination have a quarter at most of what may wait in a pod, and of its calls, or half in the class of lists', () => {
    for (const [name, traits] of Object.entries(classTraits))
      expect(traits.waitingPerDestination / traits.waitingPerPod, name).toBeLessThanOrEqual(name === 'batch' ? 1 / 2 : 1 / 4);
    for (const { services } of cells.map(({ cluster }) => cluster))
      expect(deliverySchedule.waitingMebibytes).toBeLessThanOrEqual(services.delivery.memoryMib / 4);
  });

  it('makes good what fails for seconds within two minutes: three attempts', () => {
    const [first = 0, second = 0] = deliverySchedule.retryDelaysSeconds;
    expect(first + second).toBeLessThan(120);
  });

  it('leaves five days to look after a delivery is given up, and deletes it then', () => {
    const { giveUpHours, expireDays } = deliverySchedule;
    expect(giveUpHours / 24 + queueDays.dead).toBe(expireDays);
    expect(queueDays.dead).toBeGreaterThan(queueDays.retry);
    expect(giveUpHours / 24).toBeLessThanOrEqual(queueDays.main);
  });
});

describe('the capacity of the least pods that a cell has', () => {
  /** An answer of a destination in the tail, which nobody promises: an assumption. */
  const SECONDS_PER_CALL = 0.5;

  it.each(production.map((cell) => [cell.name, cell] as const))(
    'of %s takes its peak in any one class, four times the average',
    (_, cell) => {
      for (const destinationClass of destinationClasses) {
        const { callsPerPod, deliveriesPerCall } = classTraits[destinationClass];
        // Lists are taken as filled to a tenth.
        const perCall = Math.max(1, deliveriesPerCall / 10);
        const capacity = (cell.cluster.services.delivery.minimumPods * callsPerPod * perCall) / SECONDS_PER_CALL;
        // Each class is taken to have two thirds of all deliveries.
        expect(capacity, destinationClass).toBeGreaterThan((4 * perSecond(cell) * 2) / 3);
      }
    },
  );

  it('gathers and calls within the two seconds of SLI-5 where a destination answers in half a second', () => {
    for (const { gatherMilliseconds } of Object.values(classTraits)) expect(gatherMilliseconds / 1000 + SECONDS_PER_CALL).toBeLessThan(2);
  });

  it('holds fewer messages in flight, with all pods of a cell all their calls and all that waits for one, than half of the quota', () => {
    const pods = Math.max(...cells.map(({ cluster }) => cluster.services.delivery.maximumPods));
    for (const { callsPerPod, deliveriesPerCall, waitingPerPod } of Object.values(classTraits)) {
      expect(pods * (callsPerPod * deliveriesPerCall + waitingPerPod)).toBeLessThan(IN_FLIGHT_QUOTA / 2);
    }
  });
});

describe('the erasure of what is in the queues [CMP-1]', () => {
  const { expireDays } = deliverySchedule;
  /** Sent to the dead letters in its last hour, kept there to the end, and sent back by an engineer then. */
  const latestSendBack = expireDays + queueDays.dead;

  it.each(
    destinationClasses.flatMap((destinationClass) => [
      `${destinationClass} deliveries`,
      `${destinationClass} retries`,
      `${destinationClass} dead letters`,
    ]),
  )('is reckoned with for %s as the schedule lets a message come back', (name) => {
    const { erasure } = stores.find((store) => store.name === name) ?? {};
    if (erasure?.by !== 'expiry') throw new Error(`${name} is not in the register`);
    const role = name.endsWith('retries') ? 'retry' : name.endsWith('dead letters') ? 'dead' : 'main';
    expect(erasure.days).toBe(queueDays[role]);
    expect(erasure.putBackDays ?? 0).toBe(role === 'main' ? 0 : latestSendBack);
  });
});

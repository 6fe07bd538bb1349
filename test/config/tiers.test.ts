/** Quotas that a cell can keep, all at once, and that its expected volume fits into [SLI-1, SLO-1]. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiLimits } from '../../lib/api/limits';
import { platform } from '../../lib/config/platform';
import {
  capacityDeliveriesPerSecond,
  capacityEventsPerSecond,
  deliveryCalls,
  entitledDeliveriesPerSecond,
  entitledEventsPerSecond,
  tierNames,
  tiers,
} from '../../lib/config/tiers';
import { classTraits } from '../../lib/constructs/delivery-schedule';
import { validatePlatform } from '../../lib/config/validate';
import { changed, options } from '../support/platforms';

const cells = platform.environments.flatMap((environment) => environment.cells);
const us = 'environments.prod.cells.prod-us';
/** The peak of a day, over its average: docs/00-context. */
const PEAK = 4;
const SECONDS_A_DAY = 86_400;

const plannedOf = (cell: (typeof cells)[number]) => {
  if (cell.tenants.kind !== 'shared') throw new Error(`${cell.name} is dedicated`);
  return cell.tenants.planned;
};

describe('tiers', () => {
  it('each allow more than the one before', () => {
    for (const [smaller, larger] of [['standard', 'growth'] as const, ['growth', 'enterprise'] as const]) {
      for (const [quota, value] of Object.entries(tiers[smaller]))
        expect(tiers[larger][quota as keyof typeof tiers.growth]).toBeGreaterThan(value);
    }
  });

  it('take a whole batch after a pause, whatever the tier', () => {
    for (const tier of tierNames) expect(tiers[tier].burstEvents).toBeGreaterThanOrEqual(apiLimits.maxBatchEvents);
  });

  it('are those of the table of docs/01-architecture/tenants.md', async () => {
    const { readFileSync } = await import('node:fs');
    const text = readFileSync('docs/01-architecture/tenants.md', 'utf8');
    for (const quota of Object.keys(tiers.standard) as (keyof typeof tiers.standard)[]) {
      const row = tierNames.map((tier) => tiers[tier][quota].toLocaleString('en-US')).join(' | ');
      expect(text).toContain(`| \`${quota}\` | ${row} |`);
    }
  });
});

/**
 * A pod's bucket, as docs/01-architecture/tenants.md, "How quotas are kept", has it. In shares of an event, as many as there are pods: whole numbers, so that
 * what is due after a wait is there, and not a rounding less.
 */
class Bucket {
  tokens: number;
  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly pods: number,
  ) {
    this.tokens = burst;
  }
  /** Takes a request, or says after how many seconds to ask again. */
  take(count: number): 'taken' | number {
    if (this.tokens < this.pods) return Math.max(1, Math.ceil((this.pods - this.tokens) / this.perSecond));
    this.tokens -= count * this.pods;
    return 'taken';
  }
  pass(seconds: number): void {
    this.tokens = Math.min(this.burst, this.tokens + seconds * this.perSecond);
  }
}

describe("a pod's share of a quota", () => {
  const services = cells.flatMap(({ name, cluster }) =>
    (['ingest', 'profiles'] as const).map((service) => [`${name}'s ${service}`, service, cluster.services[service].maximumPods] as const),
  );

  it.each(services)('holds one for each tier, with all pods of %s: less would refuse for ever', (_, service, pods) => {
    for (const tier of tierNames) {
      const burst = service === 'ingest' ? tiers[tier].burstEvents : tiers[tier].burstProfileReads;
      expect(burst / pods, tier).toBeGreaterThanOrEqual(1);
    }
  });

  it('lets each batch of the API pass after a pause, and the next one after the wait that it is told; it never owes more than a batch', () => {
    const most = Math.max(...services.filter(([, service]) => service === 'ingest').map(([, , pods]) => pods));
    const batches = fc.array(fc.integer({ min: 1, max: apiLimits.maxBatchEvents }), { minLength: 1, maxLength: 20 });
    const sent = batches.map((list) => [apiLimits.maxBatchEvents, ...list]);
    fc.assert(
      fc.property(fc.constantFrom(...tierNames), fc.integer({ min: 1, max: most }), sent, (tier, pods, list) => {
        const { burstEvents, eventsPerSecond } = tiers[tier];
        const bucket = new Bucket(burstEvents, eventsPerSecond, pods);
        let [seconds, taken] = [0, 0];
        for (const [index, count] of list.entries()) {
          const first = bucket.take(count);
          if (index === 0) expect(first).toBe('taken');
          if (first !== 'taken') {
            expect(first).toBeLessThanOrEqual(Math.ceil((apiLimits.maxBatchEvents * pods) / eventsPerSecond));
            bucket.pass(first);
            seconds += first;
            expect(bucket.take(count)).toBe('taken');
          }
          taken += count;
          expect(bucket.tokens).toBeGreaterThan(-apiLimits.maxBatchEvents * pods);
        }
        // In the long run the quota, and at most a batch over the burst [ADR-036].
        expect(taken).toBeLessThan((burstEvents + seconds * eventsPerSecond) / pods + apiLimits.maxBatchEvents);
      }),
    );
  });
});

describe('the planned tenants', () => {
  it('are the 60 of the sizing, in production', () => {
    const production = cells.filter(({ name }) => name.startsWith('prod-')).map(plannedOf);
    expect(production.reduce((sum, mix) => sum + tierNames.reduce((all, tier) => all + mix[tier], 0), 0)).toBe(60);
  });

  it.each(cells.map((cell) => [cell.name, cell] as const))(
    'of %s may send what is expected at the peak, and no more than the cell takes',
    (_, cell) => {
      const entitled = entitledEventsPerSecond(plannedOf(cell));
      expect(entitled).toBeGreaterThan((cell.workload.eventsPerDay / SECONDS_A_DAY) * PEAK);
      expect(entitled).toBeLessThanOrEqual(capacityEventsPerSecond(cell.cluster.services));
    },
  );

  it.each(cells.map((cell) => [cell.name, cell] as const))(
    'of %s may have delivered what is expected at the peak, and no more than delivery can do [SLI-5]',
    (_, cell) => {
      const entitled = entitledDeliveriesPerSecond(plannedOf(cell));
      const { eventsPerDay, deliveriesPerEvent } = cell.workload;
      expect(entitled).toBeGreaterThan(((eventsPerDay * deliveriesPerEvent) / SECONDS_A_DAY) * PEAK);
      expect(entitled).toBeLessThanOrEqual(capacityDeliveriesPerSecond(cell.cluster.services.delivery));
    },
  );

  it('have two deliveries an event at the least, as the sizing has, and not one for each destination of each event', () => {
    for (const tier of tierNames) {
      const { deliveriesPerSecond, eventsPerSecond, destinations } = tiers[tier];
      expect(deliveriesPerSecond).toBeGreaterThanOrEqual(2 * eventsPerSecond);
      expect(deliveriesPerSecond).toBeLessThanOrEqual(destinations * eventsPerSecond);
    }
    const us = cells.find(({ name }) => name === 'prod-us');
    if (!us) throw new Error('There is no prod-us');
    const mix = plannedOf(us);
    const all = tierNames.reduce((sum, tier) => sum + mix[tier] * tiers[tier].eventsPerSecond * tiers[tier].destinations, 0);
    expect(all).toBeGreaterThan(capacityDeliveriesPerSecond(us.cluster.services.delivery));
  });

  it('are reckoned with the calls that a pod may have open in the class that has least, lists filled to a tenth', () => {
    const calls = Object.values(classTraits).map(({ callsPerPod, deliveriesPerCall }) => callsPerPod * Math.max(1, deliveriesPerCall / 10));
    expect(deliveryCalls.perPod).toBe(Math.min(...calls));
    expect(capacityDeliveriesPerSecond({ maximumPods: 1, cpuMillicores: 500 })).toBe(150);
    expect(capacityDeliveriesPerSecond({ maximumPods: 1, cpuMillicores: 4_000 })).toBe(256);
  });

  it('leave room for 15 million events a day [SLI-1]', () => {
    const production = cells.filter(({ name }) => name.startsWith('prod-'));
    const all = production.reduce((sum, cell) => sum + capacityEventsPerSecond(cell.cluster.services), 0);
    expect(all).toBeGreaterThan((15_000_000 / SECONDS_A_DAY) * PEAK);
  });

  it('rejects tenants who may send more together than the cell takes', () => {
    const problems = validatePlatform(changed({ [`${us}.tenants.planned.standard`]: 250 }), options);
    expect(problems.map(({ property }) => property)).toContain(`${us}.tenants.planned`);
    expect(problems[0]?.allowed).toContain('1440 events a second together');
  });

  it('rejects tenants who may have delivered more together than delivery can do, and takes as many as it can', () => {
    const problems = validatePlatform(changed({ [`${us}.tenants.planned.enterprise`]: 10 }), options);
    expect(problems.map(({ property }) => property)).toEqual([`${us}.tenants.planned`]);
    expect(problems[0]?.allowed).toContain('3600 deliveries a second together');
    expect(validatePlatform(changed({ [`${us}.tenants.planned.enterprise`]: 9 }), options)).toEqual([]);
  });

  it('rejects too few pods of delivery for the tenants, and takes one more', () => {
    const pods = (maximumPods: number) =>
      validatePlatform(changed({ [`${us}.cluster.services.delivery.maximumPods`]: maximumPods }), options).map(({ property }) => property);
    expect(pods(18)).toEqual([`${us}.tenants.planned`]);
    expect(pods(19)).toEqual([]);
  });

  it('rejects too few pods for the tenants, and takes one more', () => {
    const pods = (maximumPods: number) =>
      validatePlatform(changed({ [`${us}.cluster.services.processor.maximumPods`]: maximumPods }), options).map(({ property }) => property);
    expect(pods(10)).toEqual([`${us}.tenants.planned`]);
    expect(pods(11)).toEqual([]);
  });

  it('are taken exactly as long as they fit, whatever they are', () => {
    const cell = cells.find(({ name }) => name === 'prod-us');
    if (!cell) throw new Error('There is no prod-us');
    const mixes = fc.record({ standard: fc.nat(200), growth: fc.nat(100), enterprise: fc.nat(40) });
    fc.assert(
      fc.property(mixes, (planned) => {
        const fits =
          entitledEventsPerSecond(planned) <= capacityEventsPerSecond(cell.cluster.services) &&
          entitledDeliveriesPerSecond(planned) <= capacityDeliveriesPerSecond(cell.cluster.services.delivery);
        expect(validatePlatform(changed({ [`${us}.tenants.planned`]: planned }), options).length === 0).toBe(fits);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a dedicated cell', () => {
  const dedicated = (tenant: string) => ({ kind: 'dedicated', tenant, because: 'Its contract wants an account of its own.' });
  const problemsOf = (changes: Readonly<Record<string, unknown>>) =>
    validatePlatform(changed(changes), options).map(({ property }) => property);

  it('is for one tenant, with a reason', () => {
    expect(problemsOf({ [`${us}.tenants`]: dedicated('acme') })).toEqual([]);
    expect(problemsOf({ [`${us}.tenants`]: { ...dedicated('acme'), because: 'it wants it' } })).toEqual([`${us}.tenants.because`]);
  });

  it.each(['a', 'Acme', 'acme_corp', 'acme--corp', '-acme', 'acme#x', 'a'.repeat(41), '', '*'])(
    'rejects %j, which is no name of a tenant',
    (tenant) => {
      expect(problemsOf({ [`${us}.tenants`]: dedicated(tenant) })).toEqual([`${us}.tenants.tenant`]);
    },
  );

  it('rejects a second cell for the same tenant', () => {
    const eu = 'environments.prod.cells.prod-eu';
    expect(problemsOf({ [`${us}.tenants`]: dedicated('acme'), [`${eu}.tenants`]: dedicated('acme') })).toEqual([`${eu}.tenants.tenant`]);
    expect(problemsOf({ [`${us}.tenants`]: dedicated('acme'), [`${eu}.tenants`]: dedicated('acme-eu') })).toEqual([]);
  });
});

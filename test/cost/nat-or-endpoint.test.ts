import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { compareNatWithEndpoints } from '../../lib/cost/nat-or-endpoint';

const cells = platform.environments.flatMap((environment) => environment.cells);

const compare = ({ workload, home }: (typeof cells)[number]) =>
  compareNatWithEndpoints({ ...workload, region: home.region, zones: home.availabilityZoneIds.length });

describe('interface endpoints', () => {
  it.each(cells.map((cell) => [cell.name, cell] as const))('of %s are exactly those that are cheaper than NAT', (_, cell) => {
    const cheaper = compare(cell).filter(({ natUsd, endpointUsd }) => endpointUsd < natUsd);
    expect([...cell.home.interfaceEndpoints].sort()).toEqual(cheaper.map(({ service }) => service).sort());
  });

  it('equal a calculation by hand: 1,000,000 events of 1,000 bytes a day in us-east-1 over two zones', () => {
    const [kinesis] = compareNatWithEndpoints({
      region: 'us-east-1',
      zones: 2,
      eventsPerDay: 1_000_000,
      eventBytes: 1000,
      deliveriesPerEvent: 0,
    });
    // 3 kB an event, 30.4167 days: 91.25 GB. NAT 0.045 USD a GB; endpoint 2 zones x 730 h x 0.01 USD, and 0.01 USD a GB.
    expect(kinesis?.gbPerMonth).toBeCloseTo(91.25, 6);
    expect(kinesis?.natUsd).toBeCloseTo(4.10625, 6);
    expect(kinesis?.endpointUsd).toBeCloseTo(15.5125, 6);
    expect(kinesis?.breakEvenGb).toBeCloseTo(417.142857, 5);
  });

  it('cost the same by both ways at break-even', () => {
    const traffic = { region: 'eu-west-1', zones: 3, eventBytes: 2048, deliveriesPerEvent: 1 };
    const [{ breakEvenGb } = { breakEvenGb: 0 }] = compareNatWithEndpoints({ ...traffic, eventsPerDay: 1 });
    const eventsPerDay = (breakEvenGb * 1e9) / (3 * 2048) / (365 / 12);
    const [kinesis] = compareNatWithEndpoints({ ...traffic, eventsPerDay });
    expect(kinesis?.natUsd).toBeCloseTo(kinesis?.endpointUsd ?? 0, 6);
  });

  it('are shown in ADR-004 with the figures of today', () => {
    const record = readFileSync(join(__dirname, '../../docs/01-architecture/decisions/ADR-004-interface-endpoints.md'), 'utf8');
    for (const cell of cells) {
      for (const { service, gbPerMonth, natUsd, endpointUsd, breakEvenGb } of compare(cell)) {
        const figures = [gbPerMonth.toFixed(0), natUsd.toFixed(2), endpointUsd.toFixed(2), breakEvenGb.toFixed(0)];
        expect(record).toContain(`| ${[cell.name, service, ...figures, endpointUsd < natUsd ? 'endpoint' : 'NAT'].join(' | ')} |`);
      }
    }
  });
});

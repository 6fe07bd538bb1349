import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeCost } from '../../lib/cost/node-capacity';

/** Two cells with customers, of three zones and three services of three pods with half a vCPU. */
const cost = (eventsPerDay: number) => nodeCost({ region: 'us-east-1', eventsPerDay, cpuMsPerEvent: 9, leastVcpus: 9, leastNodes: 6 });

describe('the nodes', () => {
  it('cost what a calculation by hand says: six of them at 10 million events a day, since pods are three a service whatever comes', () => {
    const { vcpusAsked, nodes, onDemandUsd, savedUsd } = cost(10_000_000);
    // 1.04 vCPU used, 1.74 asked for at 60 %: less than the 9 of the least pods.
    expect([vcpusAsked, nodes]).toEqual([9, 6]);
    expect(onDemandUsd).toBeCloseTo(6 * 730 * 0.0725 * 1.12, 2);
    expect(savedUsd[0]).toBeCloseTo(6 * 730 * 0.0725 * 0.5, 2);
  });

  it('are shown in ADR-020 with the figures of today', () => {
    const record = readFileSync(join(__dirname, '../../docs/01-architecture/decisions/ADR-020-workloads.md'), 'utf8');
    for (const [name, volume] of Object.entries({ '10 million': 1e7, '100 million': 1e8, '1 billion': 1e9 })) {
      const { vcpusAsked, nodes, onDemandUsd, savedUsd } = cost(volume);
      const figures = [vcpusAsked.toFixed(0), String(nodes), onDemandUsd.toFixed(0), savedUsd.map((usd) => usd.toFixed(0)).join(' to ')];
      expect(record).toContain(`| ${[name, ...figures].join(' | ')} |`);
    }
  });

  it('rejects a Region without prices', () => {
    expect(() => nodeCost({ region: 'nowhere-1', eventsPerDay: 1, cpuMsPerEvent: 1, leastVcpus: 1, leastNodes: 1 })).toThrow('region');
  });
});

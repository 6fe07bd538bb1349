import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../../lib/cost/estimate/assumptions';
import { shardsOnDemand, trafficOf } from '../../../lib/cost/estimate/traffic';
import { cellOf, resource, workload } from './small-cell';

const figures = {
  ...figuresOf('expected'),
  duplicates: 0.01,
  enrichedGrowth: 1.5,
  deliveryAttempts: 1.1,
  deliveryOverheadBytes: 464,
  deliveriesPerSend: 1,
  deliveriesPerReceive: 4,
  deliveriesPerDelete: 4,
  recordsPerPut: 4,
  cpuMsPerEvent: 9,
  packed: 0.85,
  podHeadroom: 1,
};

describe('the traffic of a month', () => {
  it('is that of the workload, worked out by hand for a million events of 1 KiB', () => {
    const traffic = trafficOf(cellOf([]), figures);
    expect(traffic.events).toBeCloseTo(1e6, 3);
    expect(traffic.accepted).toBeCloseTo(1_010_000, 3);
    expect(traffic.eventGb).toBeCloseTo(1.03424, 6);
    // Once each, half as large again: 1e6 x 1,536.
    expect(traffic.enrichedGb).toBeCloseTo(1.536, 6);
    // Two an event, a tenth of them twice: 2.2 million of 1,536 and 464 bytes.
    expect(traffic.egressGb).toBeCloseTo(4.4, 6);
    // Each sent alone, received and deleted by fours: 2.2 million x 1.5.
    expect(traffic.calls.sqs).toBeCloseTo(3.3e6, 3);
    // A put a request, and one for four enriched ones.
    expect(traffic.calls.kinesis).toBeCloseTo(1_260_000, 3);
    // A get and a put an event; settings of one tenant, once a minute by two of four pods: 87,600.
    expect(traffic.calls.dynamoDb).toBeCloseTo(2_087_600, 0);
    expect(traffic.calls.deduplication).toBeCloseTo(1_010_000, 3);
  });

  it('has requests on the bill of queues by each 64 KB, and batches of a MiB at most', () => {
    const of = (eventBytes: number) => trafficOf(cellOf([], { workload: { ...workload, eventBytes } }), figures);
    expect(of(1024).sqsRequestsACall).toBe(1);
    // 100,000 x 1.5 = 150,000 bytes: sent alone in three parts; received by four in 600,000 bytes, ten parts: 3 + 10/4 + 1/4 for 1.5 calls.
    expect(of(100_000).sqsRequestsACall).toBeCloseTo(5.75 / 1.5, 9);
    // 300,000 x 1.5 = 450,000 bytes: two a batch, 14 parts; alone seven: 2.2 million x (1 + 1/2 + 1/4) calls.
    expect(of(300_000).calls.sqs).toBeCloseTo(2.2e6 * 1.75, 3);
    expect(of(300_000).sqsRequestsACall).toBeCloseTo((7 + 14 / 2 + 1 / 4) / 1.75, 9);
  });

  it("has nodes for what pods ask for at least, and then for CPU at the autoscaler's target", () => {
    // 4 x 0.5 and 0.4 of the system: 2.4 / 0.85 / 2 = 1.41.
    expect(trafficOf(cellOf([]), figures)).toMatchObject({ leastNodes: 2, nodes: 2 });
    // 1e8 / 86,400 x 9 ms / 0.6 = 17.36 vCPU / 0.85 / 2 = 10.2.
    expect(trafficOf(cellOf([], { workload: { ...workload, eventsPerDay: 1e8 } }), figures)).toMatchObject({ leastNodes: 2, nodes: 11 });
  });

  it('has a node in each zone', () => {
    const subnets = Array.from({ length: 9 }, (_, index) => resource('AWS::EC2::Subnet', {}, `Subnet${index}`));
    expect(trafficOf(cellOf(subnets), figures).leastNodes).toBe(3);
  });

  it('has four shards at first, and then twice the peak', () => {
    expect(shardsOnDemand(1e6, 2048)).toBe(4);
    // 1e9 / 86,400 x 4 = 46,296 a second x 2,048 bytes = 90.4 MiB: 181 shards.
    expect(shardsOnDemand(1e9, 2048)).toBe(181);
    // Small records: by their number. 46,296 / 1,000 x 2 = 92.6.
    expect(shardsOnDemand(1e9, 100)).toBe(93);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedUsd } from '../../../lib/cost/estimate/bill';
import { podsOf } from '../../../lib/cost/estimate/inputs';
import { checkQuotas, quotas } from '../../../lib/cost/estimate/quotas';
import { applyWhatIfs, parseEvents, sharing, whatIfs, withEvents } from '../../../lib/cost/estimate/what-if';
import { cellInputs } from '../../../lib/estimate-inputs';
import { standingBy, stacksOf } from '../../support/recovery-states';
import { cellOf, workload } from './small-cell';

const cells = cellInputs(standingBy, stacksOf(standingBy));
const [us] = cells.filter(({ cell }) => cell === 'prod-us');
if (!us) throw new RangeError('cells: received none called prod-us; allowed: the platform as it is');

describe('--set', () => {
  it.each<[string, 'dearer' | 'cheaper']>([
    ['natGateways=1', 'cheaper'],
    ['natGateways=6', 'dearer'],
    ['interfaceEndpointZones=1', 'cheaper'],
    ['databaseMinimumUnits=8', 'dearer'],
    ['logRetentionDays=365', 'dearer'],
    ['provisionedShards=2', 'cheaper'],
    ['onDemandAdvantage=1', 'dearer'],
    ['spotShare=0.5', 'cheaper'],
    ['savingsPlanShare=1', 'cheaper'],
    ['trailsDeduplication=0', 'cheaper'],
    ['infrequentLogs=1', 'cheaper'],
    ['eventBytes=4096', 'dearer'],
    ['deliveriesPerEvent=0.5', 'cheaper'],
    ['eventsPerRequest=1', 'dearer'],
    ['profileReadsPerDay=100000000', 'dearer'],
    ['persons=100000000', 'dearer'],
    ['tenants=500', 'dearer'],
  ])('%s is %s', (setting, expected) => {
    const usd = expectedUsd(applyWhatIfs(us, [setting]));
    if (expected === 'dearer') expect(usd).toBeGreaterThan(expectedUsd(us) + 0.5);
    else expect(usd).toBeLessThan(expectedUsd(us) - 0.5);
  });

  it('tries every key above', () => {
    expect(Object.keys(whatIfs)).toHaveLength(16);
  });

  it('costs a NAT gateway of two zones less to the cent: 2 x 32.85', () => {
    expect((expectedUsd(us) - expectedUsd(applyWhatIfs(us, ['natGateways=1']))).toFixed(2)).toBe('65.70');
  });

  it('rejects an unknown key, with the list', () => {
    expect(() => applyWhatIfs(us, ['natGateway=1'])).toThrow(`--set: received 'natGateway'; allowed: ${Object.keys(whatIfs).join(', ')}`);
    for (const key of ['toString', '__proto__', 'constructor', '']) expect(() => applyWhatIfs(us, [`${key}=1`])).toThrow(RangeError);
  });

  it.each([
    'natGateways=0',
    'natGateways=-1',
    'natGateways=1.5',
    'natGateways=',
    'natGateways',
    'natGateways=x',
    'natGateways=1e1',
    'natGateways=1=2',
    'natGateways=1=',
    'spotShare=1.1',
    'tenants=0',
  ])('rejects %s, with the range', (setting) => {
    expect(() => applyWhatIfs(us, [setting])).toThrow(/^--set \w+: received '.*'; allowed: an? (integer|number) from/);
  });
});

describe('--events', () => {
  it.each([
    ['100M', 1e8],
    ['1B', 1e9],
    ['1.5B', 1.5e9],
    ['250k', 250_000],
    ['2500000', 2_500_000],
  ])('takes %s', (given, events) => {
    expect(parseEvents(given)).toBe(events);
  });

  it.each(['-1', '-100M', '0', '999', '', 'many', '1e9', '1T', 'Infinity', 'NaN', '10 M', '1,000,000'])(
    "rejects '%s', with what is allowed",
    (given) => {
      expect(() => parseEvents(given)).toThrow(`--events: received '${given}'; allowed: events a day from 1,000 on`);
    },
  );

  it('throws nothing but a RangeError', () => {
    fc.assert(
      fc.property(fc.string(), (given) => {
        try {
          expect(parseEvents(given)).toBeGreaterThanOrEqual(1_000);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('shares a volume as cells share it today, and lets persons and reads grow with it', () => {
    const shared = sharing(
      cells.filter(({ holdsCustomerData }) => holdsCustomerData),
      1e8,
    );
    expect(shared.map(({ workload: { eventsPerDay } }) => Math.round(eventsPerDay))).toEqual([6e7, 4e7]);
    expect(withEvents(us, us.workload.eventsPerDay * 10).workload).toMatchObject({
      persons: us.workload.persons * 10,
      profileReadsPerDay: us.workload.profileReadsPerDay * 10,
    });
  });
});

describe('quotas', () => {
  it('let through what the platform is made for, and 10 billion a day', () => {
    for (const inputs of cells) expect(checkQuotas(inputs), inputs.cell).toEqual([]);
    expect(() =>
      sharing(
        cells.filter(({ holdsCustomerData }) => holdsCustomerData),
        1e10,
      ).flatMap(checkQuotas),
    ).not.toThrow();
  });

  it('say what has to be raised first', () => {
    const notes = checkQuotas(withEvents(us, 1e9));
    expect(notes.some((note) => note.includes('to be raised: Amazon DynamoDB, write units a second of a table on demand'))).toBe(true);
    expect(notes.some((note) => note.includes('on-demand vCPUs'))).toBe(true);
  });

  it('rejects a volume beyond what a stream can ever take, and names the quota and the volume that it allows', () => {
    // 10,000 MB a second / (4 x 2,048 bytes x 1.2) x 86,400 s = 87.9 billion events a day.
    expect(() => checkQuotas(withEvents(us, 1e11))).toThrow(
      /^--events: received 100,000,000,000 a day for prod-us; allowed: 87,890,625,000 a day: quota 'Amazon Kinesis Data Streams, write throughput of a stream on demand'/,
    );
    expect(() => checkQuotas(withEvents(us, 87_890_625_000))).not.toThrow();
  });

  it('rejects an event that no record can hold', () => {
    expect(() => checkQuotas(cellOf([], { workload: { ...workload, eventsPerDay: 1_000, eventBytes: 10_485_761 } }))).toThrow(
      /size of a record/,
    );
  });

  it('rejects an event that no message of a queue can hold, and names the size that it can', () => {
    // 1 MiB / 1.2, for what enrichment adds.
    expect(() => checkQuotas(applyWhatIfs(us, ['eventBytes=2000000']))).toThrow(
      /^--set eventBytes: received 2,000,000 bytes for prod-us; allowed: 873,813: quota 'Amazon SQS, size of a message/,
    );
    expect(() => checkQuotas(applyWhatIfs(us, ['eventBytes=873813']))).not.toThrow();
    expect(() => checkQuotas(applyWhatIfs(us, ['eventBytes=2000000', 'deliveriesPerEvent=0']))).not.toThrow();
  });

  it('have a source each', () => {
    for (const { name, source } of quotas) expect(source, name).toMatch(/read 2026-11/);
  });
});

describe('pods from manifests', () => {
  const deployment = {
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { template: { spec: { containers: [{ resources: { requests: { cpu: '250m', memory: '512Mi' } } }] } } },
  };
  const scaler = {
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'a' },
    spec: { minReplicas: 2, maxReplicas: 5, metrics: [{ resource: { target: { averageUtilization: 60 } } }] },
  };

  it('are those of the Deployment and its autoscaler', () => {
    expect(podsOf([deployment, scaler])).toEqual([{ service: 'a', least: 2, most: 5, vcpus: 0.25, memoryGib: 0.5, target: 0.6 }]);
    expect(us.pods.map(({ service, least }) => [service, least])).toEqual(
      expect.arrayContaining([
        ['ingest', 3],
        ['profiles', 3],
      ]),
    );
  });

  it('rejects a Deployment that nothing bounds, and a request that is no quantity', () => {
    expect(() => podsOf([deployment])).toThrow(RangeError);
    const broken = structuredClone(deployment);
    broken.spec.template.spec.containers[0] = { resources: { requests: { cpu: 'lots', memory: '1Gi' } } };
    expect(() => podsOf([broken, scaler])).toThrow("quantity: received 'lots'");
  });
});

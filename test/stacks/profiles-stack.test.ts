import { describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

const home = platformTemplate('prod-eu/Profiles');
const recovery = platformTemplate('prod-eu/RecoveryProfiles');

interface Table {
  readonly TableName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly TimeToLiveSpecification?: unknown;
  readonly BillingMode: string;
  readonly Replicas: readonly {
    readonly Region: string;
    readonly DeletionProtectionEnabled: boolean;
    readonly PointInTimeRecoverySpecification: unknown;
    readonly SSESpecification: { readonly KMSMasterKeyId: unknown };
  }[];
}
const tables = (template: typeof home) => propertiesOf(template, 'AWS::DynamoDB::GlobalTable') as unknown as readonly Table[];

describe('the tables', () => {
  it('have the names and keys that they will always have', () => {
    const keys = (table: Table) => [table.TableName, ...table.KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`)];
    expect(tables(home).map(keys).sort()).toEqual([
      ['prod-eu-deduplication', 'pk HASH'],
      ['prod-eu-profiles', 'pk HASH', 'sk RANGE'],
      ['prod-eu-tenants', 'pk HASH', 'sk RANGE'],
    ]);
  });

  it('are protected, recoverable for 14 days and encrypted by a key of the Region, in each Region [SEC-2, SLO-5, CMP-1]', () => {
    for (const { Replicas } of tables(home)) {
      for (const replica of Replicas) {
        expect(replica).toMatchObject({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 14 },
        });
        const key = JSON.stringify(replica.SSESpecification.KMSMasterKeyId);
        expect(key).toContain(
          replica.Region === 'eu-west-1' ? '{"Fn::GetAtt":["Key' : '"StackName":"prod-eu-RecoveryProfiles","Region":"eu-central-1"',
        );
      }
    }
  });

  it('are copied into the recovery Region, but for what is worth nothing after two days', () => {
    const regions = Object.fromEntries(tables(home).map(({ TableName, Replicas }) => [TableName, Replicas.map(({ Region }) => Region)]));
    expect(regions).toEqual({
      'prod-eu-deduplication': ['eu-west-1'],
      'prod-eu-profiles': ['eu-central-1', 'eu-west-1'],
      'prod-eu-tenants': ['eu-central-1', 'eu-west-1'],
    });
  });

  it('forget events by themselves', () => {
    const [table] = tables(home).filter(({ TableName }) => TableName.endsWith('deduplication'));
    expect(table?.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
  });

  it('are billed by request: nobody plans their capacity', () => {
    expect(tables(home).map(({ BillingMode }) => BillingMode)).toEqual(['PAY_PER_REQUEST', 'PAY_PER_REQUEST', 'PAY_PER_REQUEST']);
  });
});

describe('the recovery Region', () => {
  it('has its own memory of events, empty until it serves, and no second owner of the others', () => {
    expect(tables(recovery).map(({ TableName, Replicas }) => [TableName, Replicas.map(({ Region }) => Region)])).toEqual([
      ['prod-eu-deduplication', ['eu-central-1']],
    ]);
  });
});

describe('somebody is told', () => {
  interface Alarm {
    readonly MetricName?: string;
    readonly Dimensions?: readonly { readonly Value: string }[];
    readonly Metrics?: readonly {
      readonly Expression?: string;
      readonly MetricStat?: { readonly Metric: { readonly MetricName: string } };
    }[];
    readonly EvaluationPeriods: number;
  }
  const alarms = propertiesOf(home, 'AWS::CloudWatch::Alarm') as unknown as readonly Alarm[];
  const tablesOf = (metric: string) =>
    alarms.filter(({ MetricName }) => MetricName === metric).map(({ Dimensions }) => Dimensions?.[0]?.Value);

  it('of writes that are refused, and of reads: each event reads its profile', () => {
    expect(tablesOf('WriteThrottleEvents').sort()).toEqual(['prod-eu-deduplication', 'prod-eu-profiles', 'prod-eu-tenants']);
    expect(tablesOf('ReadThrottleEvents').sort()).toEqual(['prod-eu-profiles', 'prod-eu-tenants']);
  });

  it('of replication that stands still, which publishes no latency, while clients write', () => {
    const silent = alarms.filter(({ Metrics }) => Metrics !== undefined);
    expect(silent).toHaveLength(2);
    for (const { Metrics = [], EvaluationPeriods } of silent) {
      expect(Metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual(['IF(FILL(puts, 0) > 0 AND FILL(latency, -1) < 0, 1, 0)']);
      expect(Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? []).sort()).toEqual([
        'ReplicationLatency',
        'SuccessfulRequestLatency',
      ]);
      // Of the newest minutes nothing is published yet.
      expect(EvaluationPeriods).toBe(5);
    }
  });

  it('of no replication where there is no replica', () => {
    const dev = propertiesOf(platformTemplate('dev/Profiles'), 'AWS::CloudWatch::Alarm') as unknown as readonly Alarm[];
    expect(dev.filter(({ MetricName, Metrics }) => Metrics !== undefined || MetricName === 'ReplicationLatency')).toEqual([]);
  });
});

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { CredentialsKey } from '../constructs/tenant-isolation/credentials-key';
import { streamExceptions, tableExceptions } from '../constructs/tenant-isolation/exceptions';
import { streamGuard, tableGuard } from '../constructs/tenant-isolation/guards';
import { tenantServices, type TenantService } from '../constructs/tenant-isolation/tenant-session';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface ProfilesReplica {
  readonly region: string;
  /** Of a key in that Region. */
  readonly keyArn: string;
  /** Of the key of tenants' credentials in that Region, of which this one's is a replica. */
  readonly credentialsKeyArn: string;
}

export interface ProfilesStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`: the tables' names begin with it, and are the same in both Regions. */
  readonly cell: string;
  /** Days back to which a table can be restored, 1 to 26: a longer reach would keep what was erased [CMP-1]. */
  readonly pointInTimeDays: number;
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
  /**
   * `home` owns the tables, their replicas in the other Region included. `recovery` holds the key of those replicas, finds them by
   * name when it serves, and has a deduplication table of its own.
   */
  readonly role:
    | {
        readonly kind: 'home';
        readonly replica?: ProfilesReplica & {
          /**
           * Whether tables there refuse what they refuse here, and streams in both Regions too. Not in the update that makes them: AWS takes
           * policies of replicas in another Region, and of streams, only once these are there [ADR-023].
           */
          readonly isGuarded: boolean;
        };
      }
    | { readonly kind: 'recovery' };
}

/** Names by which a Region finds the tables, without asking the other one. */
export const profileTableNames = (cell: string) => ({
  profiles: `${cell}-profiles`,
  tenants: `${cell}-tenants`,
  deduplication: `${cell}-deduplication`,
});

const string = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });

/** The names of CloudWatch's statistics, namespaces and dimensions: Amazon DynamoDB Developer Guide, "DynamoDB metrics and dimensions", read 2026-11. */
const NAMESPACE = 'AWS/DynamoDB';

/** A quarter of SLO-5's 15 minutes, so that there is time to act; replication takes about a second otherwise. In milliseconds. */
const REPLICATION_LATENCY_ALARM_MS = Duration.minutes(4).toMilliseconds();

/**
 * Profiles, tenants' settings, and the memory of events that were seen: keys and access patterns are in
 * docs/02-data/profiles.md, the reasons in ADR-010.
 */
export class ProfilesStack extends PlatformStack {
  readonly key: kms.Key;
  /** Of the key under which clients encrypt what tenants entrust to them for their destinations. */
  readonly credentialsKeyArn: string;
  /** In the home Region, which owns their replicas too. */
  readonly tables?: {
    readonly profiles: dynamodb.TableV2;
    readonly tenants: dynamodb.TableV2;
  };

  constructor(scope: Construct, id: string, props: ProfilesStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: profiles, settings of tenants, deduplication',
      component: 'profiles',
      dataClassification: 'customer-data',
      stateful: true,
    });
    this.key = new kms.Key(this, 'Key', {
      description: 'Profiles, settings of tenants, deduplication',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const names = profileTableNames(props.cell);
    const replica = props.role.kind === 'home' ? props.role.replica : undefined;
    const { cell } = props;
    const { account, region } = this;
    this.credentialsKeyArn = new CredentialsKey(this, 'Credentials', { cell, replicaOf: replica?.credentialsKeyArn }).keyArn;
    const guard = (services: readonly TenantService[], at = region) =>
      tableGuard({ cell, account, region: at, services, exceptions: tableExceptions({ cell, account }) });
    const streams = replica?.isGuarded ? streamGuard({ exceptions: streamExceptions({ cell, account }) }) : undefined;
    const table = (
      tableId: string,
      tableName: string,
      copyTo: typeof replica,
      services: readonly TenantService[],
      traits: Pick<dynamodb.TablePropsV2, 'sortKey' | 'timeToLiveAttribute'>,
    ) =>
      new dynamodb.TableV2(this, tableId, {
        tableName,
        // Of tenant and person, or of tenant and event: spread evenly, and a tenant's own by its beginning [ADR-010].
        partitionKey: string('pk'),
        ...traits,
        billing: dynamodb.Billing.onDemand(),
        encryption: dynamodb.TableEncryptionV2.customerManagedKey(this.key, copyTo ? { [copyTo.region]: copyTo.keyArn } : {}),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: props.pointInTimeDays },
        contributorInsightsSpecification: { enabled: true, mode: dynamodb.ContributorInsightsMode.THROTTLED_KEYS },
        deletionProtection: true,
        removalPolicy: RemovalPolicy.RETAIN,
        resourcePolicy: guard(services),
        streamResourcePolicy: copyTo && streams,
        replicas: copyTo
          ? [
              {
                region: copyTo.region,
                deletionProtection: true,
                ...(copyTo.isGuarded ? { resourcePolicy: guard(services, copyTo.region), streamResourcePolicy: streams } : {}),
              },
            ]
          : [],
      });

    // One a Region, and neither is copied: what it holds is worth nothing after two days, and each copied write would cost as much as
    // the first. The recovery Region's is empty until that one serves, and costs nothing.
    table('Deduplication', names.deduplication, undefined, ['processor'], { timeToLiveAttribute: 'expiresAt' });
    if (props.role.kind === 'recovery') return;

    this.tables = {
      profiles: table('Profiles', names.profiles, replica, ['processor', 'profiles', 'operator'], { sortKey: string('sk') }),
      tenants: table('Tenants', names.tenants, replica, [...tenantServices], { sortKey: string('sk') }),
    };
    this.addAlarms(props, replica);
  }

  /** The recovery Region as the home Region's tables know it. */
  get asReplica(): ProfilesReplica {
    return {
      region: this.region,
      keyArn: (this.key.node.defaultChild as kms.CfnKey).attrArn,
      credentialsKeyArn: this.credentialsKeyArn,
    };
  }

  /** Of the tables that are worth a backup; none in the recovery Region. */
  get tableArns(): readonly string[] {
    return Object.values(this.tables ?? {}).map(({ tableArn }) => tableArn);
  }

  private addAlarms({ cell, alerts }: ProfilesStackProps, replica: ProfilesReplica | undefined): void {
    const alarms = new Alarms(this, 'Alarms', alerts);
    const names = profileTableNames(cell);
    const throttled = (role: string, TableName: string, access: 'Write' | 'Read') =>
      alarms.add(`${role}${access === 'Read' ? 'Reads' : ''}TableThrottled`, {
        metric: awsMetric(NAMESPACE, `${access}ThrottleEvents`, 'Sum', Duration.minutes(1), { TableName }),
        says: `${access}s of ${TableName} are throttled: a hot key, or a quota of the account.`,
        severity: 'page',
        fires: { above: 50 },
        forPeriods: 3,
        silence: 'is good',
        runbook: 'docs/06-runbooks/table-throttled.md',
      });
    for (const [role, TableName] of Object.entries(names)) throttled(role, TableName, 'Write');
    // Each event reads a profile, and each pod its tenants' settings. Nobody reads deduplication: it is written to under a condition.
    for (const role of ['profiles', 'tenants'] as const) throttled(role, names[role], 'Read');
    if (!replica) return;
    for (const role of ['profiles', 'tenants'] as const) this.alarmOnReplication(alarms, role, names[role], replica);
  }

  private alarmOnReplication(alarms: Alarms, role: string, TableName: string, replica: ProfilesReplica): void {
    const latency = (period: Duration) =>
      awsMetric(NAMESPACE, 'ReplicationLatency', 'Maximum', period, { TableName, ReceivingRegion: replica.region });
    alarms.add(`${role}ReplicationSlow`, {
      metric: latency(Duration.minutes(1)),
      says: `${TableName} reaches ${replica.region} late: what a loss of this Region would lose grows.`,
      severity: 'page',
      fires: { above: REPLICATION_LATENCY_ALARM_MS },
      forPeriods: 5,
      // Measured on items that arrive: the alarm below is for those that do not.
      silence: 'is good',
      runbook: 'docs/06-runbooks/replication-slow.md',
    });
    const period = Duration.minutes(1);
    alarms.add(`${role}ReplicationSilent`, {
      metric: new MathExpression({
        label: 'written here, and nothing arrives there',
        expression: 'IF(FILL(puts, 0) > 0 AND FILL(latency, -1) < 0, 1, 0)',
        usingMetrics: {
          // Of clients alone: consumed capacity counts what replication brings from the other Region too.
          puts: awsMetric(NAMESPACE, 'SuccessfulRequestLatency', 'SampleCount', period, { TableName, Operation: 'PutItem' }),
          latency: latency(period),
        },
        period,
      }),
      says: `${TableName} is written to, and nothing reaches ${replica.region}: replication stands still.`,
      severity: 'page',
      fires: { above: 0 },
      // A write in the last second of a period arrives in the next; and of the newest minute nothing is published yet.
      forPeriods: { atLeast: 3, outOf: 5 },
      silence: 'is good',
      runbook: 'docs/06-runbooks/replication-silent.md',
    });
  }
}

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnDBCluster, CfnDBClusterParameterGroup, CfnDBInstance, CfnDBSubnetGroup, CfnGlobalCluster } from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { DatabaseOperator } from '../constructs/database-operator';
import { Alarms, awsMetric } from '../constructs/alarms';
import { DatabaseAudit, pgauditSettings } from '../constructs/database-audit';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface MetadataStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`: the database is called after it in both Regions. */
  readonly cell: string;
  /** Of engineers who were approved: they run migrations, and let tenants in and out. */
  readonly elevatedRoleArn: string;
  /** With subnets called `Isolated`. */
  readonly vpc: ec2.IVpc;
  /** Admits the workloads on port 5432, and nobody else. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** In Aurora capacity units: 0.5 steps, up to 256. */
  readonly capacity: { readonly minimumUnits: number; readonly maximumUnits: number };
  /** Days that automated backups live, 1 to 25 [CMP-1]. */
  readonly backupDays: number;
  readonly logs: {
    readonly key: kms.IKey;
    /** Days, a value that CloudWatch Logs has. */
    readonly retentionDays: number;
  };
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
  /**
   * `home` makes the database, and a global one of it if there is a second Region.
   * `recovery` joins that as its secondary: without instance while it stands by, with two when it serves.
   */
  readonly role: { readonly kind: 'home'; readonly isGlobal: boolean } | { readonly kind: 'recovery'; readonly isServing: boolean };
}

const ENGINE = 'aurora-postgresql';
/** Of both Regions, or a failover is refused. The recovery Region's cluster goes first, and needs instances for it: docs/06-runbooks/database-upgrade.md. */
const ENGINE_VERSION = '17.7';

const DATABASE = 'metadata';

/**
 * Metadata of the control plane: tenants, members, destinations, requests for erasure. Aurora PostgreSQL, Serverless v2 [ADR-011]; its
 * schema is in database/migrations [ADR-012].
 *
 * Failing over: docs/06-runbooks/region-lost.md.
 *
 * There is no password: the master user too comes by a token of IAM, so there is none to rotate, in either Region [SEC-4].
 */
export class MetadataStack extends PlatformStack {
  readonly key: kms.Key;
  readonly cluster: CfnDBCluster;
  /** Of the cluster, in its own Region. */
  readonly clusterArn: string;
  readonly subnetGroupName: string;

  constructor(scope: Construct, id: string, props: MetadataStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: metadata of tenants in PostgreSQL',
      component: 'metadata',
      dataClassification: 'customer-data',
      stateful: true,
    });
    const { cell, role } = props;
    const name = `${cell}-metadata`;
    this.key = new kms.Key(this, 'Key', {
      description: 'Metadata of tenants',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.cluster = this.addCluster(name, props);
    this.clusterArn = `arn:${this.partition}:rds:${this.region}:${this.account}:cluster:${name}`;
    this.subnetGroupName = name;
    // In the recovery Region from the first day: roles are not to be made in the hour of a takeover [ADR-015].
    new DatabaseOperator(this, 'Operator', { cell, elevatedRoleArn: props.elevatedRoleArn, clusterResourceId: this.clusterResourceId });

    const alarms = new Alarms(this, 'Alarms', props.alerts);
    if (role.kind === 'home') {
      this.addInstances(name);
      if (role.isGlobal) {
        // Made of the cluster, so that a cell can get its second Region later.
        const global = new CfnGlobalCluster(this, 'Global', {
          globalClusterIdentifier: name,
          sourceDbClusterIdentifier: this.cluster.ref,
          deletionProtection: true,
        });
        global.applyRemovalPolicy(RemovalPolicy.RETAIN);
      }
      this.alarmOnCapacity(alarms, name);
      // Primary, it publishes no lag. It does once it follows the recovery Region, and is then the only copy.
      if (role.isGlobal) this.alarmOnLag(alarms, name, 'is good');
    } else {
      if (role.isServing) {
        this.addInstances(name);
        this.alarmOnCapacity(alarms, name);
      }
      // Nobody measures the lag, or nobody copies. Serving, the cluster is primary, and would page for ever.
      this.alarmOnLag(alarms, name, role.isServing ? 'is good' : 'is bad');
    }
  }

  /** By which IAM knows the database's users: `dbuser:ID/name`. */
  get clusterResourceId(): string {
    return this.cluster.attrDbClusterResourceId;
  }

  private addCluster(name: string, props: MetadataStackProps): CfnDBCluster {
    const isHome = props.role.kind === 'home';
    const subnets = new CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupName: name,
      dbSubnetGroupDescription: 'Isolated subnets: no way in or out but by the workloads',
      subnetIds: props.vpc.selectSubnets({ subnetGroupName: 'Isolated' }).subnetIds,
    });
    const parameters = new CfnDBClusterParameterGroup(this, 'Parameters', {
      dbClusterParameterGroupName: name,
      description: 'TLS alone, every session recorded',
      family: `${ENGINE}17`,
      parameters: {
        'rds.force_ssl': '1',
        ssl_min_protocol_version: 'TLSv1.2',
        shared_preload_libraries: 'pg_stat_statements,pgaudit',
        ...pgauditSettings,
      },
    });
    // RDS would make it without a key of ours, and keep its logs for ever.
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${name}/postgresql`,
      retention: props.logs.retentionDays,
      encryptionKey: props.logs.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new DatabaseAudit(this, 'Audit', { cell: props.cell, logGroup });

    const cluster = new CfnDBCluster(this, 'Cluster', {
      dbClusterIdentifier: name,
      engine: ENGINE,
      engineVersion: ENGINE_VERSION,
      ...(isHome
        ? { databaseName: DATABASE, masterUsername: 'master_user', masterUserAuthenticationType: 'iam-db-auth' }
        : // Known by name: this stack asks nothing of the Region that may be gone.
          { globalClusterIdentifier: name }),
      enableIamDatabaseAuthentication: true,
      serverlessV2ScalingConfiguration: { minCapacity: props.capacity.minimumUnits, maxCapacity: props.capacity.maximumUnits },
      storageEncrypted: true,
      kmsKeyId: this.key.keyArn,
      dbSubnetGroupName: subnets.ref,
      dbClusterParameterGroupName: parameters.ref,
      vpcSecurityGroupIds: [props.securityGroup.securityGroupId],
      enableCloudwatchLogsExports: ['postgresql'],
      databaseInsightsMode: 'standard',
      backupRetentionPeriod: props.backupDays,
      // In the night of both jurisdictions' customers; maintenance after a backup.
      preferredBackupWindow: '04:00-05:00',
      preferredMaintenanceWindow: 'tue:05:30-tue:06:30',
      copyTagsToSnapshot: true,
      deletionProtection: true,
    });
    // A snapshot is kept until somebody deletes it, and with it what was erased [CMP-1]: the cluster itself stays instead.
    cluster.applyRemovalPolicy(RemovalPolicy.RETAIN);
    cluster.node.addDependency(logGroup);
    return cluster;
  }

  /** A writer and one that takes its place, in another zone [SLO-1]: which is which changes with each failover. */
  private addInstances(name: string): void {
    for (const [tier, letter] of ['a', 'b'].entries()) {
      const instance = new CfnDBInstance(this, `Instance-${letter}`, {
        dbInstanceIdentifier: `${name}-${letter}`,
        dbClusterIdentifier: this.cluster.ref,
        dbInstanceClass: 'db.serverless',
        engine: ENGINE,
        // In tier 0 or 1 a reader is as large as the writer, and can take its place at once.
        promotionTier: tier,
        caCertificateIdentifier: 'rds-ca-ecc384-g1',
        publiclyAccessible: false,
        autoMinorVersionUpgrade: false,
        enablePerformanceInsights: true,
        performanceInsightsKmsKeyId: this.key.keyArn,
        performanceInsightsRetentionPeriod: 7,
      });
      // Data are the cluster's. Retained, it would run and bill on after failing back, and hold its name against the next takeover.
      instance.applyRemovalPolicy(RemovalPolicy.DESTROY);
    }
  }

  /** In the Region that follows alone. Source: Amazon Aurora User Guide, "Cluster-level metrics for Amazon Aurora", read 2026-11. */
  private alarmOnLag(alarms: Alarms, DBClusterIdentifier: string, silence: 'is good' | 'is bad'): void {
    alarms.add('databaseCopyLate', {
      metric: awsMetric('AWS/RDS', 'AuroraGlobalDBRPOLag', 'Maximum', Duration.minutes(1), { DBClusterIdentifier }),
      says: 'The copy of the database is more than 90 seconds behind, and not catching up: the loss of the Region that serves would soon lose more than SLO-5 allows.',
      severity: 'page',
      // Seen within 5 minutes of its standing still [SLO-6]; a second is usual.
      fires: { above: Duration.seconds(90).toMilliseconds() },
      forPeriods: { atLeast: 2, outOf: 3 },
      silence,
      runbook: 'docs/06-runbooks/database-copy-late.md',
    });
  }

  /** Source: Amazon Aurora User Guide, "Instance-level metrics for Amazon Aurora", "Aurora Serverless v2 capacity", read 2026-11. */
  private alarmOnCapacity(alarms: Alarms, DBClusterIdentifier: string): void {
    alarms.add('databaseCapacity', {
      metric: awsMetric('AWS/RDS', 'ACUUtilization', 'Average', Duration.minutes(5), { DBClusterIdentifier }),
      says: 'The database is near its largest capacity; beyond that, requests wait.',
      severity: 'ticket',
      fires: { above: 90 },
      forPeriods: 6,
      silence: 'is good',
      runbook: 'docs/06-runbooks/database-capacity.md',
    });
  }
}

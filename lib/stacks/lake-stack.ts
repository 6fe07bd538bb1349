import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnCatalog } from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { InventoryFormat, InventoryFrequency, InventoryObjectVersion, type Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { DataBucket, dataBucketName, REPLICATION_RULE, type DataBucketProps, type RemoteBucket } from '../constructs/data-bucket';
import { MAXIMUM_REPLAY_DAYS } from '../constructs/event-replay';
import { EventTable, eventTableNames, tableBucketArn } from '../constructs/event-table';
import { LakeErasure } from '../constructs/lake-erasure';
import { LakeOperator } from '../constructs/lake-operator';
import { LakeQueries } from '../constructs/lake-queries';
import type { PipelineFunctionProps } from '../constructs/pipeline-function';
import { ReplicaWatch } from '../constructs/replica-watch';
import { quarantineExceptions } from '../constructs/tenant-isolation/exceptions';
import { quarantineGuard } from '../constructs/tenant-isolation/guards';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

/** The lake of the other Region: its names are known, its key has to be told. */
export interface LakeReplica {
  readonly region: string;
  readonly keyArn: string;
}

export interface LakeStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`: names of buckets begin with it. */
  readonly cell: string;
  /** Days that raw batches live, 1 to 12 [CMP-1]: from them what the lake's replica lacks can be made again. */
  readonly rawEventDays: number;
  /** What one query may read, in GiB [BUD-2]. */
  readonly queryScanGib: number;
  readonly logs: PipelineFunctionProps['logs'];
  /** Of the same Region. */
  readonly accessLogs: IBucket;
  /** Of engineers whom somebody has put into the elevated group. */
  readonly elevatedRoleArn: string;
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
  readonly role: { readonly kind: 'home'; readonly replica?: LakeReplica } | { readonly kind: 'recovery' };
}

/** The lake's table bucket, and what begins the names of its other buckets. */
const lakeName = (cell: string): string => `${cell}-lake`;

/** As long as an event may be replayed: lib/constructs/event-replay.ts. In days. */
const SPILL_DAYS = MAXIMUM_REPLAY_DAYS;
/** Time for a tenant to see what was wrong with an event. In days. */
const QUARANTINE_DAYS = 14;
const QUERY_RESULT_DAYS = 7;

/** Where Firehose leaves what it cannot deliver. */
export const ERROR_PREFIX = 'errors/';

/**
 * Events at rest: raw batches, what ingest spills, what breaks its schema, and the table of enriched events with the queries that
 * answer for it. ADR-013; layout and deadlines are in docs/02-data/lake.md, a person's request in docs/06-runbooks/data-subject-request.md.
 *
 * Every bucket stands in both Regions from the first day, empty where nothing is copied: a takeover makes none.
 */
export class LakeStack extends PlatformStack {
  readonly key: kms.Key;
  readonly raw: Bucket;
  readonly spill: Bucket;
  readonly quarantine: Bucket;
  /** What a delivery into the table has to know. */
  readonly table: {
    readonly tableBucketName: string;
    readonly tableBucketArn: string;
    readonly namespace: string;
    readonly tableName: string;
  };

  constructor(scope: Construct, id: string, props: LakeStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: raw, spilled and quarantined events, the lake and its queries',
      component: 'lake',
      dataClassification: 'customer-data',
      stateful: true,
    });
    const { cell, accessLogs, role } = props;
    const replica = role.kind === 'home' ? role.replica : undefined;
    this.key = new kms.Key(this, 'Key', { description: 'Events at rest', enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });

    const bucket = (bucketId: string, traits: Omit<DataBucketProps, 'name' | 'key' | 'accessLogs'>) =>
      new DataBucket(this, bucketId, { name: `${cell}-${kebab(bucketId)}`, key: this.key, accessLogs, ...traits }).bucket;
    this.raw = bucket('Raw', { retentionDays: props.rawEventDays, watchedPrefix: ERROR_PREFIX });
    this.spill = bucket('Spill', {
      retentionDays: SPILL_DAYS,
      announcesObjects: true,
      // These events are in no stream, and so in no other copy, until they are replayed [SLO-5].
      replica: replica && this.remoteBucket(cell, 'Spill', replica),
    });
    this.quarantine = bucket('Quarantine', { retentionDays: QUARANTINE_DAYS, watchedPrefix: ERROR_PREFIX });
    this.guardQuarantine(cell);
    const results = bucket('QueryResults', { retentionDays: QUERY_RESULT_DAYS });
    this.listDaily(this.raw, results);

    const tableBucketName = lakeName(cell);
    const table = new EventTable(this, 'Table', {
      name: tableBucketName,
      key: this.key,
      role:
        role.kind === 'recovery'
          ? role
          : {
              kind: 'home',
              replica: replica && {
                tableBucketArn: tableBucketArn(tableBucketName, { account: this.account, region: replica.region }),
                keyArn: replica.keyArn,
              },
            },
    });
    this.table = {
      tableBucketName,
      tableBucketArn: tableBucketArn(tableBucketName, this),
      namespace: eventTableNames.namespace,
      tableName: eventTableNames.table,
    };
    this.addCatalog().node.addDependency(table);
    new LakeQueries(this, 'Queries', {
      name: lakeName(cell),
      table: `"s3tablescatalog/${tableBucketName}"."${eventTableNames.namespace}"."${eventTableNames.table}"`,
      results: { bucket: results, key: this.key },
      scanLimitBytes: props.queryScanGib * 2 ** 30,
    });
    const erasureJob = `${lakeName(cell)}-erasure`;
    new LakeOperator(this, 'Operator', {
      cell,
      elevatedRoleArn: props.elevatedRoleArn,
      workGroup: lakeName(cell),
      table: this.table,
      results,
      key: this.key,
      // The other Region's table is a replica, which nobody can write.
      erasureJob: role.kind === 'home' ? erasureJob : undefined,
    });
    if (role.kind === 'recovery') return;

    new LakeErasure(this, 'Erasure', { name: erasureJob, table: this.table, key: this.key, logs: props.logs });
    if (replica && table.table) {
      const alarms = new Alarms(this, 'Alarms', props.alerts);
      this.alarmOnSpillCopy(alarms, props, replica);
      this.alarmOnReplica(alarms, new ReplicaWatch(this, 'ReplicaWatch', { cell, table: table.table, logs: props.logs }));
    }
  }

  /** The recovery Region as the home Region's lake knows it. */
  get asReplica(): LakeReplica {
    return { region: this.region, keyArn: (this.key.node.defaultChild as kms.CfnKey).attrArn };
  }

  /** A bucket of the other Region's lake, as this one writes to it. */
  remoteBucket(cell: string, bucketId: 'Raw' | 'Spill', { region, keyArn }: LakeReplica): RemoteBucket {
    return { bucketName: dataBucketName(`${cell}-${kebab(bucketId)}`, { account: this.account, region }), region, keyArn };
  }

  /** By tenant, as its prefixes are [ADR-023]; the other buckets hold what is of all tenants together. */
  private guardQuarantine(cell: string): void {
    const { account, region } = this;
    const exceptions = quarantineExceptions({ cell, account });
    const { bucketArn } = this.quarantine;
    for (const statement of quarantineGuard({ cell, account, region, services: ['operator'], exceptions, bucketArn })) {
      this.quarantine.addToResourcePolicy(statement);
    }
  }

  /** Each object and its age, once a day: the proof that none outlives its deadline [CMP-1]. */
  private listDaily(bucket: Bucket, into: Bucket): void {
    bucket.addInventory({
      inventoryId: 'daily',
      destination: { bucket: into, prefix: 'inventory', bucketOwner: this.account },
      frequency: InventoryFrequency.DAILY,
      format: InventoryFormat.PARQUET,
      includeObjectVersions: InventoryObjectVersion.ALL,
      optionalFields: ['Size', 'LastModifiedDate', 'EncryptionStatus'],
    });
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'InventoryEncrypts',
        principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
        actions: ['kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': this.account },
          // By its name's ends, since the bucket needs the key first.
          ArnLike: { 'aws:SourceArn': `arn:${this.partition}:s3:::${dataBucketName('*', this)}` },
        },
      }),
    );
  }

  /**
   * Shows table buckets to Firehose and Athena, as databases. One a Region and account, under this very name; access is IAM's alone, since
   * Lake Formation would be a second place to look for who may read what.
   * Source: AWS Glue Developer Guide, "Creating a federated catalog for S3 Tables", read 2026-11.
   */
  private addCatalog(): CfnCatalog {
    const byIam = [{ principal: { dataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' }, permissions: ['ALL'] }];
    const catalog = new CfnCatalog(this, 'Catalog', {
      name: 's3tablescatalog',
      description: 'Table buckets of this Region',
      federatedCatalog: {
        identifier: `arn:${this.partition}:s3tables:${this.region}:${this.account}:bucket/*`,
        connectionName: 'aws:s3tables',
      },
      createDatabaseDefaultPermissions: byIam,
      createTableDefaultPermissions: byIam,
      allowFullTableExternalDataAccess: 'True',
    });
    catalog.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return catalog;
  }

  /** Source: Amazon S3 User Guide, "Amazon S3 metrics and dimensions: replication metrics", read 2026-11. */
  private alarmOnSpillCopy(alarms: Alarms, { cell }: LakeStackProps, replica: LakeReplica): void {
    alarms.add('spillCopyLate', {
      metric: awsMetric('AWS/S3', 'ReplicationLatency', 'Maximum', Duration.minutes(1), {
        SourceBucket: dataBucketName(`${cell}-spill`, this),
        DestinationBucket: dataBucketName(`${cell}-spill`, { account: this.account, region: replica.region }),
        RuleId: REPLICATION_RULE,
      }),
      says: 'Spilled events reach the recovery Region more than 10 minutes late: they are in no stream and in no other copy.',
      severity: 'page',
      fires: { above: Duration.minutes(10).toSeconds() },
      forPeriods: 3,
      // As a rule nothing is spilled, and nothing copied.
      silence: 'is good',
      runbook: 'docs/06-runbooks/spill-copy-late.md',
    });
  }

  /** Long before raw batches expire, from which what the replica lacks would be made. */
  private alarmOnReplica(alarms: Alarms, { lag }: ReplicaWatch): void {
    alarms.add('lakeReplicaLate', {
      metric: lag,
      says: "The lake's replica has not been like the lake for 6 hours: once raw batches expire, the loss of this Region would lose rows.",
      severity: 'ticket',
      fires: { above: 360 },
      forPeriods: 6,
      // Nobody measures, or S3 has never copied.
      silence: 'is bad',
      runbook: 'docs/06-runbooks/lake-replica-late.md',
    });
  }
}

/** `QueryResults` -> `query-results`. */
const kebab = (id: string): string => id.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();

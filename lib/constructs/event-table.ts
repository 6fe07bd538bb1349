import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnNamespace, CfnTable, CfnTableBucket } from 'aws-cdk-lib/aws-s3tables';
import { Construct } from 'constructs';

/** A table bucket of another Region: by ARN, which its fixed name gives. */
export interface RemoteTableBucket {
  readonly tableBucketArn: string;
  readonly keyArn: string;
}

export interface EventTableProps {
  /** Name of the table bucket, such as `prod-eu-lake`. */
  readonly name: string;
  /** Encrypts the tables. */
  readonly key: Key;
  /**
   * `home` makes the table, and copies it into the other Region if there is one. `recovery` is the bucket that receives it: S3
   * makes the table there, and keeps it read-only while the copying goes on.
   */
  readonly role: { readonly kind: 'home'; readonly replica?: RemoteTableBucket } | { readonly kind: 'recovery' };
}

/** Names by which queries and deliveries know the table. */
export const eventTableNames = { namespace: 'events', table: 'enriched' } as const;

/** ARN of a table bucket by its name: known at synth, so that no Region has to ask the other. */
export const tableBucketArn = (name: string, { account, region }: { readonly account: string; readonly region: string }): string =>
  `arn:aws:s3tables:${region}:${account}:bucket/${name}`;

/** Days for which an erased row can still be seen in an older snapshot. */
const SNAPSHOT_DAYS = 5;
/** Days after which a file that no snapshot shows is marked, and after which it is removed. AWS's own defaults. */
const UNREFERENCED_DAYS = 3;
const NONCURRENT_DAYS = 10;

/** As the enriched event has them: docs/02-data/events.md. Adding one at the end is safe; the list is read at the table's creation only. */
export const columns = [
  ['tenant', 'string', true],
  ['person', 'string', true],
  ['event_id', 'string', true],
  ['name', 'string', true],
  ['occurred_at', 'timestamptz', true],
  ['received_at', 'timestamptz', true],
  ['source', 'string', false],
  ['schema_version', 'int', false],
  ['properties', 'string', false],
] as const;
const columnId = (name: (typeof columns)[number][0]): number => columns.findIndex(([column]) => column === name) + 1;

/**
 * The lake's Iceberg table of enriched events, in S3 Tables: compacted, its snapshots and orphans removed, and copied into the
 * recovery Region by S3 itself [ADR-013]. By tenant and day, so that a tenant's rows are files of their own, and sorted by person, so
 * that a person's rows are in few of them [REG-1, REG-2].
 */
export class EventTable extends Construct {
  readonly bucket: CfnTableBucket;
  /** In the home Region. */
  readonly table?: CfnTable;

  constructor(scope: Construct, id: string, { name, key, role }: EventTableProps) {
    super(scope, id);
    const arn = tableBucketArn(name, Stack.of(this));
    this.admitMaintenance(key, arn);
    const replica = role.kind === 'home' ? role.replica : undefined;
    const replication = replica && this.addReplicationRole(replica, key, arn);

    this.bucket = new CfnTableBucket(this, 'Bucket', {
      tableBucketName: name,
      encryptionConfiguration: { sseAlgorithm: 'aws:kms', kmsKeyArn: key.keyArn },
      unreferencedFileRemoval: { status: 'Enabled', unreferencedDays: UNREFERENCED_DAYS, noncurrentDays: NONCURRENT_DAYS },
      replicationConfiguration: replication && {
        role: replication.roleArn,
        rules: [{ destinations: [{ destinationTableBucketArn: replica.tableBucketArn }] }],
      },
    });
    // With its rights, which S3 may try as soon as it is named.
    if (replication) this.bucket.node.addDependency(replication);
    this.bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    if (role.kind === 'recovery') return;

    const namespace = new CfnNamespace(this, 'Namespace', {
      tableBucketArn: this.bucket.attrTableBucketArn,
      namespace: eventTableNames.namespace,
    });
    namespace.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.table = new CfnTable(this, 'Table', {
      tableBucketArn: this.bucket.attrTableBucketArn,
      namespace: eventTableNames.namespace,
      tableName: eventTableNames.table,
      openTableFormat: 'ICEBERG',
      icebergMetadata: {
        icebergSchema: {
          schemaFieldList: columns.map(([column, type, required]) => ({ id: columnId(column), name: column, type, required })),
        },
        icebergPartitionSpec: {
          fields: [
            { name: 'tenant', sourceId: columnId('tenant'), transform: 'identity' },
            { name: 'received_day', sourceId: columnId('received_at'), transform: 'day' },
          ],
        },
        icebergSortOrder: {
          fields: [{ sourceId: columnId('person'), transform: 'identity', direction: 'asc', nullOrder: 'nulls-last' }],
        },
        // A deletion writes the files again. Athena does not heed it, and only hides rows: nobody deletes by Athena [CMP-1].
        tableProperties: { 'write.delete.mode': 'copy-on-write' },
      },
      compaction: { status: 'enabled', targetFileSizeMb: 256 },
      snapshotManagement: { status: 'enabled', minSnapshotsToKeep: 1, maxSnapshotAgeHours: SNAPSHOT_DAYS * 24 },
    });
    this.table.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.table.addResourceDependency(namespace);
  }

  /**
   * Without it compaction and the removal of erased rows stop, and nothing says so.
   * Source: Amazon S3 User Guide, "Permission requirements for S3 Tables SSE-KMS encryption", read 2026-11.
   */
  private admitMaintenance(key: Key, arn: string): void {
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TableMaintenance',
        principals: [new iam.ServicePrincipal('maintenance.s3tables.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': `${arn}/*` } },
      }),
    );
  }

  /** Source: Amazon S3 User Guide, "Setting up S3 Tables replication", read 2026-11. */
  private addReplicationRole(replica: RemoteTableBucket, key: Key, source: string): iam.Role {
    const role = new iam.Role(this, 'ReplicationRole', {
      description: 'S3 copies the lake into the recovery Region',
      // As with S3's own replication, AWS documents no condition on the account.
      assumedBy: new iam.ServicePrincipal('replication.s3tables.amazonaws.com'),
    });
    const allow = (sid: string, actions: string[], resources: string[]) =>
      role.addToPolicy(new iam.PolicyStatement({ sid, actions, resources }));
    const destination = replica.tableBucketArn;
    allow('ListSource', ['s3tables:ListTables'], [source]);
    allow(
      'ReadSource',
      ['s3tables:GetTable', 's3tables:GetTableData', 's3tables:GetTableMaintenanceConfiguration', 's3tables:GetTableMetadataLocation'],
      [`${source}/table/*`],
    );
    allow('MakeReplica', ['s3tables:CreateNamespace', 's3tables:CreateTable'], [destination]);
    allow(
      'WriteReplica',
      [
        's3tables:GetTableData',
        's3tables:PutTableData',
        's3tables:PutTableMaintenanceConfiguration',
        's3tables:UpdateTableMetadataLocation',
      ],
      [`${destination}/table/*`],
    );
    allow('UseKeys', ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], [key.keyArn, replica.keyArn]);
    return role;
  }
}

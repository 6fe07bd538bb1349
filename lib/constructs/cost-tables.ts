import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnPreparedStatement, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface CostColumn {
  readonly name: string;
  readonly type: string;
}

export interface CostTablesProps {
  /** Name of the cell, with which the workgroup's begins. */
  readonly cell: string;
  readonly names: { readonly database: string; readonly lineItems: string; readonly usage: string; readonly statement: string };
  readonly bill: { readonly bucket: IBucket; readonly prefix: string; readonly columns: readonly CostColumn[] };
  readonly usage: { readonly bucket: IBucket; readonly prefix: string; readonly columns: readonly CostColumn[]; readonly key: IKey };
  /** With the month as its parameter. */
  readonly query: string;
  /** What one query may read before Athena stops it, in bytes, 10,000,000 or more [BUD-2]. */
  readonly scanLimitBytes: number;
}

/** Where answers are, in the bucket of usage: as long as that, so that a month can be compared with the one of last year. */
export const ANSWERS_PREFIX = 'answers/';

/** The bill and the usage as tables of Athena, and the one query that brings them together [BUD-3]. */
export class CostTables extends Construct {
  readonly workGroupName: string;

  constructor(scope: Construct, id: string, { cell, names, bill, usage, query, scanLimitBytes }: CostTablesProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    this.workGroupName = `${cell}-cost`;
    const database = new CfnDatabase(this, 'Database', {
      catalogId: account,
      databaseInput: {
        name: names.database,
        description: 'Bill and usage: docs/07-cost/attribution.md',
        // By IAM alone, as in the lake (ADR-013).
        createTableDefaultPermissions: [{ principal: { dataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' }, permissions: ['ALL'] }],
      },
    });
    const table = (tableId: string, tableInput: CfnTable.TableInputProperty) =>
      new CfnTable(this, tableId, {
        catalogId: account,
        databaseName: names.database,
        tableInput: { tableType: 'EXTERNAL_TABLE', ...tableInput },
      }).addResourceDependency(database);
    const columns = (list: readonly CostColumn[]) => list.map(({ name, type }) => ({ name, type }));

    // Source: AWS Data Exports User Guide, "Understanding export delivery": prefix/export/data/BILLING_PERIOD=yyyy-MM/, read 2026-11.
    const billLocation = bill.bucket.s3UrlForObject(`${bill.prefix}/${cell}/data/`);
    table('LineItems', {
      name: names.lineItems,
      description: "Line items of the bill, in CUR 2.0's names",
      partitionKeys: [{ name: 'billing_period', type: 'string' }],
      parameters: {
        EXTERNAL: 'TRUE',
        'projection.enabled': 'true',
        'projection.billing_period.type': 'date',
        'projection.billing_period.format': 'yyyy-MM',
        'projection.billing_period.range': 'NOW-14MONTHS,NOW',
        'projection.billing_period.interval': '1',
        'projection.billing_period.interval.unit': 'MONTHS',
        'storage.location.template': `${billLocation}BILLING_PERIOD=\${billing_period}`,
      },
      storageDescriptor: {
        columns: columns(bill.columns),
        location: billLocation,
        inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
      },
    });
    const usageLocation = usage.bucket.s3UrlForObject(usage.prefix);
    table('Usage', {
      name: names.usage,
      description: 'What the services counted: docs/02-data/usage.md',
      partitionKeys: [{ name: 'day', type: 'string' }],
      parameters: {
        EXTERNAL: 'TRUE',
        'projection.enabled': 'true',
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy-MM-dd',
        'projection.day.range': 'NOW-400DAYS,NOW',
        'projection.day.interval': '1',
        'projection.day.interval.unit': 'DAYS',
        'storage.location.template': `${usageLocation}\${day}`,
      },
      storageDescriptor: {
        columns: columns(usage.columns),
        location: usageLocation,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    });

    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name: this.workGroupName,
      description: 'Cost by tenant: docs/07-cost/attribution.md',
      recursiveDeleteOption: false,
      workGroupConfiguration: {
        // What a client asks for instead is ignored.
        enforceWorkGroupConfiguration: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        bytesScannedCutoffPerQuery: scanLimitBytes,
        publishCloudWatchMetricsEnabled: true,
        resultConfiguration: {
          outputLocation: usage.bucket.s3UrlForObject(ANSWERS_PREFIX),
          expectedBucketOwner: account,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: usage.key.keyArn },
        },
      },
    });
    workGroup.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnPreparedStatement(this, 'Statement', {
      statementName: names.statement,
      workGroup: this.workGroupName,
      description: 'What each tenant cost in a month',
      queryStatement: query,
    }).addResourceDependency(workGroup);
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnPreparedStatement, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { OPERATOR_ROLE as DELIVERY_OPERATOR_ROLE } from './delivery-operator';
import { expectedRoles, expectedServices } from './expected-accesses';
import { LAKE_OPERATOR_ROLE } from './lake-operator';
import { TABLE_RESTORER_ROLE } from './table-restorer';
import { tenantRoleName, tenantServices } from './tenant-isolation/tenant-session';

export interface AuditQueriesProps {
  /** Name of the cell, such as `prod-eu`, with which the names of its stores begin. */
  readonly cell: string;
  /** The trail's files of this Region: the records, or their copy. */
  readonly records: {
    readonly bucket: IBucket;
    /** Days that a record is kept: further back there is nothing to look for. */
    readonly days: number;
    /** Of which the trail has records, and which queries look through. */
    readonly regions: readonly string[];
  };
  readonly results: { readonly bucket: IBucket; readonly key: IKey };
  /** What one query may read before Athena stops it, in bytes, 10,000,000 or more [BUD-2]. */
  readonly scanLimitBytes: number;
}

/** One a Region, in a catalogue that the account has to itself. */
export const auditNames = { database: 'audit', table: 'events' } as const;

const REGION = '[a-z0-9-]+';

/** Names of the roles whose sessions are a tenant's, in any Region. */
export const tenantRolePattern = (cell: string): string =>
  `(?:${tenantServices.map((service) => tenantRoleName({ cell, region: REGION }, service)).join('|')})`;

/** Names of the roles that people take. */
export const operatorRolePattern = (cell: string): string =>
  `(?:${[
    tenantRoleName({ cell, region: REGION }, 'operator'),
    ...[DELIVERY_OPERATOR_ROLE, LAKE_OPERATOR_ROLE, TABLE_RESTORER_ROLE].map((role) => `${cell}-${role}-${REGION}`),
  ].join('|')})`;

const folder = join(__dirname, '../queries/audit');
/** What the other queries begin with. */
const SHARED = 'accesses';

interface AuditQuery {
  /** As `EXECUTE` knows it. */
  readonly name: string;
  readonly purpose: string;
  readonly sql: string;
}

/** The queries of a cell, as Athena gets them. */
export function auditQueries({ cell, account }: { readonly cell: string; readonly account: string }): readonly AuditQuery[] {
  const read = (name: string) => readFileSync(join(folder, `${name}.sql`), 'utf8').trim();
  return readdirSync(folder)
    .map((file) => parse(file).name)
    .filter((name) => name !== SHARED)
    .sort()
    .map((name) => {
      const sql = read(name)
        // By a function: as a text, the `$'` of a pattern would mean what follows.
        .replace('{accesses}', () => read(SHARED).replace(/^-- .+\n/, ''))
        .replaceAll('{table}', `"${auditNames.database}"."${auditNames.table}"`)
        .replaceAll('{tenantRole}', tenantRolePattern(cell))
        .replaceAll('{operatorRole}', operatorRolePattern(cell))
        .replaceAll('{expectedRoles}', () => expectedRoles(cell))
        .replaceAll('{expectedServices}', expectedServices)
        .replaceAll('{cell}', cell)
        .replaceAll('{account}', account);
      const [, purpose = name] = /^-- (.+)$/m.exec(sql) ?? [];
      return { name: name.replaceAll('-', '_'), purpose, sql };
    });
}

/**
 * Who accessed which tenant's data and when, asked of the trail's files as they lie there [SEC-3]: nothing is converted or copied, and the locked bucket
 * is read alone. What can be told of which store: docs/02-data/audit.md, ADR-027; how
 * to answer somebody: docs/06-runbooks/access-review.md.
 */
export class AuditQueries extends Construct {
  constructor(scope: Construct, id: string, { cell, records, results, scanLimitBytes }: AuditQueriesProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    const database = new CfnDatabase(this, 'Database', {
      catalogId: account,
      databaseInput: {
        name: auditNames.database,
        description: 'Audit records: docs/02-data/audit.md',
        // By IAM alone, as in the lake (ADR-013).
        createTableDefaultPermissions: [{ principal: { dataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' }, permissions: ['ALL'] }],
      },
    });
    this.addTable(records).addResourceDependency(database);

    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name: `${cell}-audit`,
      description: 'Queries of the audit records: docs/02-data/audit.md',
      recursiveDeleteOption: false,
      workGroupConfiguration: {
        // What a client asks for instead is ignored.
        enforceWorkGroupConfiguration: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        bytesScannedCutoffPerQuery: scanLimitBytes,
        publishCloudWatchMetricsEnabled: true,
        resultConfiguration: {
          outputLocation: results.bucket.s3UrlForObject('results/'),
          expectedBucketOwner: account,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: results.key.keyArn },
        },
      },
    });
    workGroup.applyRemovalPolicy(RemovalPolicy.RETAIN);
    for (const { name, purpose, sql } of auditQueries({ cell, account })) {
      new CfnPreparedStatement(this, name, {
        statementName: name,
        workGroup: workGroup.name,
        description: purpose,
        queryStatement: sql,
      }).addResourceDependency(workGroup);
    }
  }

  /**
   * Partitions are computed, a Region and a day each, so that none is ever missing, and a query reads the days that it names. The day is that of delivery, UTC.
   * Source: Amazon Athena User Guide, "Create the table for CloudTrail logs in Athena using partition projection", read 2026-11.
   */
  private addTable({ bucket, days, regions }: AuditQueriesProps['records']): CfnTable {
    const { account } = Stack.of(this);
    const prefix = bucket.s3UrlForObject(`AWSLogs/${account}/CloudTrail`);
    return new CfnTable(this, 'Table', {
      catalogId: account,
      databaseName: auditNames.database,
      tableInput: {
        name: auditNames.table,
        description: "Records of the cell's trail",
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: ['region', 'day'].map((name) => ({ name, type: 'string' })),
        parameters: {
          EXTERNAL: 'TRUE',
          'projection.enabled': 'true',
          'projection.region.type': 'enum',
          'projection.region.values': regions.join(','),
          'projection.day.type': 'date',
          'projection.day.format': 'yyyy/MM/dd',
          'projection.day.range': `NOW-${days}DAYS,NOW`,
          'projection.day.interval': '1',
          'projection.day.interval.unit': 'DAYS',
          'storage.location.template': `${prefix}/\${region}/\${day}`,
        },
        storageDescriptor: {
          columns: columns.map(([name, type]) => ({ name, type })),
          location: `${prefix}/`,
          inputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: { serializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
        },
      },
    });
  }
}

/** Of the same page: the fields of a record that queries ask for, whatever else it has. */
const columns: readonly (readonly [name: string, type: string])[] = [
  [
    'useridentity',
    'struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,' +
      'sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,' +
      'sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>>>',
  ],
  ...(
    [
      'eventversion',
      'eventtime',
      'eventsource',
      'eventname',
      'awsregion',
      'sourceipaddress',
      'useragent',
      'errorcode',
      'errormessage',
      'requestparameters',
      'responseelements',
      'additionaleventdata',
      'requestid',
      'eventid',
      'readonly',
    ] as const
  ).map((name) => [name, 'string'] as const),
  ['resources', 'array<struct<arn:string,accountid:string,type:string>>'],
  ...(['eventtype', 'eventcategory', 'recipientaccountid', 'vpcendpointid'] as const).map((name) => [name, 'string'] as const),
];

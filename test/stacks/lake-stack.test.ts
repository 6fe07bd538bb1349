import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { columns } from '../../lib/constructs/event-table';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

const home = platformTemplate('prod-eu/Lake');
const recovery = platformTemplate('prod-eu/RecoveryLake');
const queries = join(__dirname, '../../lib/queries');

describe('the lake', () => {
  it('has the same buckets in both Regions, so that a takeover makes none', () => {
    const names = (template: typeof home, region: string) =>
      propertiesOf(template, 'AWS::S3::Bucket').map(({ BucketName }) => String(BucketName).replace(region, 'REGION'));
    expect(names(home, 'eu-west-1')).toEqual(names(recovery, 'eu-central-1'));
    expect(names(home, 'eu-west-1')).toEqual(
      ['raw', 'spill', 'quarantine', 'query-results'].map((name) => `prod-eu-${name}-444444444444-REGION`),
    );
  });

  it('announces what is spilled, and nothing else', () => {
    const announced = propertiesOf(home, 'AWS::S3::Bucket').filter(
      ({ NotificationConfiguration }) => NotificationConfiguration !== undefined,
    );
    expect(announced.map(({ BucketName }) => BucketName)).toEqual(['prod-eu-spill-444444444444-eu-west-1']);
  });

  it('keeps enriched events by tenant and day, sorted by person, encrypted by our key', () => {
    home.hasResourceProperties('AWS::S3Tables::Table', {
      IcebergMetadata: Match.objectLike({
        IcebergPartitionSpec: {
          Fields: [Match.objectLike({ SourceId: 1, Transform: 'identity' }), Match.objectLike({ SourceId: 6, Transform: 'day' })],
        },
        IcebergSortOrder: { Fields: [Match.objectLike({ SourceId: 2, Transform: 'identity' })] },
      }),
    });
    const [table] = propertiesOf(home, 'AWS::S3Tables::Table');
    const { IcebergSchema: schema } = table?.['IcebergMetadata'] as {
      readonly IcebergSchema: { readonly SchemaFieldList: readonly { readonly Name: string }[] };
    };
    expect([1, 2, 6].map((id) => schema.SchemaFieldList[id - 1]?.Name)).toEqual(['tenant', 'person', 'received_at']);
    home.hasResourceProperties('AWS::S3Tables::TableBucket', {
      EncryptionConfiguration: { SSEAlgorithm: 'aws:kms', KMSKeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } },
    });
  });

  it('lets S3 tidy up under our key, or erased rows would stay', () => {
    for (const template of [home, recovery]) {
      template.hasResourceProperties('AWS::KMS::Key', {
        KeyPolicy: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Sid: 'TableMaintenance',
              Principal: { Service: 'maintenance.s3tables.amazonaws.com' },
              Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            }),
          ]),
        },
      });
    }
  });

  it('is copied into the recovery Region, where S3 makes the table', () => {
    home.hasResourceProperties('AWS::S3Tables::TableBucket', {
      ReplicationConfiguration: {
        Rules: [{ Destinations: [{ DestinationTableBucketARN: 'arn:aws:s3tables:eu-central-1:444444444444:bucket/prod-eu-lake' }] }],
      },
    });
    recovery.resourceCountIs('AWS::S3Tables::Table', 0);
    recovery.hasResourceProperties('AWS::S3Tables::TableBucket', {
      TableBucketName: 'prod-eu-lake',
      UnreferencedFileRemoval: { Status: 'Enabled', UnreferencedDays: 3, NoncurrentDays: 10 },
    });
  });

  it('stops a query that reads too much, whatever its client asks for [BUD-2]', () => {
    home.hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: Match.objectLike({ EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 1024 * 2 ** 30 }),
    });
  });

  it('has a query for each file, with parameters in place of pasted text', () => {
    const files = readdirSync(queries).filter((file) => file.endsWith('.sql'));
    const made = [
      ...propertiesOf(home, 'AWS::Athena::PreparedStatement').map(({ StatementName }) => StatementName),
      ...propertiesOf(home, 'AWS::Athena::NamedQuery').map(({ Name }) => Name),
    ];
    expect(made.map((name) => `${String(name).replaceAll('_', '-')}.sql`).sort()).toEqual(files.sort());
    for (const { QueryStatement } of propertiesOf(home, 'AWS::Athena::PreparedStatement')) {
      expect(QueryStatement).toContain('FROM "s3tablescatalog/prod-eu-lake"."events"."enriched"');
      expect(QueryStatement).not.toContain('{table}');
    }
  });

  it.each(readdirSync(queries).filter((file) => file.endsWith('.sql')))(
    'answers by %s for one tenant alone, unless it is about all, and changes nothing',
    (file) => {
      const sql = readFileSync(join(queries, file), 'utf8');
      if (file !== 'rows-by-tenant.sql') expect(sql).toMatch(/WHERE tenant = \?/);
      expect(sql).toMatch(/^-- .+\nSELECT /);
      expect(sql).not.toMatch(/\b(DELETE|INSERT|UPDATE|MERGE|DROP|ALTER)\b/i);
    },
  );
});

describe('the erasure', () => {
  const [job] = propertiesOf(home, 'AWS::Glue::Job');

  it('writes files again: a job of Spark, on the table of the cell, one run at a time', () => {
    expect(job).toMatchObject({
      Name: 'prod-eu-lake-erasure',
      GlueVersion: '5.1',
      ExecutionProperty: { MaxConcurrentRuns: 1 },
      DefaultArguments: {
        '--table': 'lake.events.enriched',
        '--datalake-formats': 'iceberg',
        '--conf': expect.stringContaining('spark.sql.catalog.lake.warehouse=arn:aws:s3tables:eu-west-1:444444444444:bucket/prod-eu-lake'),
      },
    });
    home.hasResourceProperties('AWS::S3Tables::Table', {
      IcebergMetadata: Match.objectLike({ TableProperties: { 'write.delete.mode': 'copy-on-write' } }),
    });
  });

  it('writes logs into groups that are there before it, under our key', () => {
    const prefix = (job?.['DefaultArguments'] as Readonly<Record<string, string>>)['--custom-logGroup-prefix'];
    const groups = propertiesOf(home, 'AWS::Logs::LogGroup').filter(({ LogGroupName }) => String(LogGroupName).startsWith(`${prefix}/`));
    expect(groups.map(({ LogGroupName }) => LogGroupName)).toEqual([`${prefix}/error`, `${prefix}/output`]);
    for (const { KmsKeyId } of groups) expect(KmsKeyId).toBeDefined();
  });

  it('is not where the table is a replica, which takes no change', () => {
    recovery.resourceCountIs('AWS::Glue::Job', 0);
  });
});

describe('the record of an enriched event', () => {
  it('is described in docs/02-data/events.md as the table has it: its fields, in its order, times as Firehose takes them', () => {
    const sections = readFileSync(join(__dirname, '../../docs/02-data/events.md'), 'utf8').split('\n## ');
    const section = sections.find((text) => text.startsWith('The record')) ?? '';
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .map(([, field, accepted, enriched]) => ({ field, form: enriched === 'the same' ? accepted : enriched }))
      .filter(({ form }) => form !== '-');
    const forms: Readonly<Record<string, RegExp>> = {
      string: /^text/,
      int: /^whole number$/,
      timestamptz: /^whole number, microseconds since 1970$/,
    };
    expect(rows.map(({ field }) => field)).toEqual(columns.map(([name]) => name));
    for (const [index, [, type]] of columns.entries()) expect(rows[index]?.form).toMatch(forms[type] ?? /never/);
  });
});

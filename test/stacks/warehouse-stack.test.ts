/** Rows into Snowflake: what goes where, and who reads the key pair [TEC-2, REG-1, SEC-4]. */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../lib/config/validate';
import { reviewUpdates } from '../../lib/review/updates';
import { keptTypes } from '../../lib/checks/stateful-types';
import { platformStacks, platformTemplate, synthesize } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { propertiesOf } from '../support/small-app';
import { serving, stacksOf } from '../support/recovery-states';

const cells = { staging: 'eu-west-1', 'prod-us': 'us-east-1', 'prod-eu': 'eu-west-1' } as const;

describe.each(Object.entries(cells))('the warehouse of %s', (cell, region) => {
  const template = platformTemplate(`${cell}/Warehouse`);
  const access = platformTemplate(`${cell}/WarehouseAccess`);

  it("takes enriched events from the stream into the jurisdiction's own account, privately, by the fields' names", () => {
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: `${cell}-warehouse`,
      DeliveryStreamType: 'KinesisStreamAsSource',
      SnowflakeDestinationConfiguration: Match.objectLike({
        AccountUrl: Match.stringLikeRegexp(`^https://[a-z0-9]+\\.${region}\\.privatelink\\.snowflakecomputing\\.com$`),
        SnowflakeVpcConfiguration: {
          PrivateLinkVpceId: Match.stringLikeRegexp(`^com\\.amazonaws\\.vpce\\.${region}\\.vpce-svc-[0-9a-f]{17}$`),
        },
        DataLoadingOption: 'JSON_MAPPING',
        SnowflakeRoleConfiguration: { Enabled: true, SnowflakeRole: 'DATAFLOW_LOADER' },
        S3BackupMode: 'FailedDataOnly',
        S3Configuration: Match.objectLike({ ErrorOutputPrefix: 'errors/warehouse/' }),
      }),
    });
  });

  it('has a secret without a value, which no update can overwrite, under a key of its own', () => {
    const [secret, ...others] = propertiesOf(access, 'AWS::SecretsManager::Secret');
    expect(others).toEqual([]);
    expect(Object.keys(secret ?? {}).sort()).toEqual(['Description', 'KmsKeyId', 'Name', 'Tags']);
    expect(secret?.['Name']).toBe(`${cell}-snowflake`);
    expect(JSON.stringify(access.toJSON())).not.toMatch(/SecretString|\{\{resolve:/);
    access.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('lets the role of this Firehose alone read it, whatever others are allowed', async () => {
    const [policy] = propertiesOf(access, 'AWS::SecretsManager::ResourcePolicy');
    const stack = platformStacks().find(({ path }) => path === `${cell}/WarehouseAccess`);
    const loader = `arn:aws:iam::${stack?.account ?? ''}:role/loader`;
    const document: unknown = JSON.parse(
      JSON.stringify(policy?.['ResourcePolicy']).replaceAll(/\{"Fn::GetAtt":\["LoaderRole[0-9A-F]+","Arn"\]\}/g, `"${loader}"`),
    );
    const may = async (principal: string, action: string) => {
      const resource = `arn:aws:secretsmanager:${region}:${stack?.account ?? ''}:secret:${cell}-snowflake-AbCdEf`;
      const response = await runSimulation(
        {
          request: {
            principal,
            action: `secretsmanager:${action}`,
            resource: { resource, accountId: stack?.account ?? '' },
            contextVariables: { 'aws:PrincipalArn': principal },
          },
          identityPolicies: [
            { name: 'everything', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
          ],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
          resourcePolicy: document,
        },
        {},
      );
      if (response.resultType === 'error') throw new Error(response.errors.message);
      return response.overallResult === 'Allowed';
    };
    const another = loader.replace('loader', 'another');
    expect(await may(loader, 'GetSecretValue')).toBe(true);
    expect(await may(another, 'GetSecretValue')).toBe(false);
    expect(await may(another, 'PutSecretValue')).toBe(true);
    expect(await may(loader, 'ReplicateSecretToRegions')).toBe(false);
  });

  it('gives the role the stream, the error prefix, the secret and their keys by their services, and nothing else', () => {
    const [policy] = propertiesOf(template, 'AWS::IAM::Policy');
    const { Statement } = policy?.['PolicyDocument'] as { readonly Statement: readonly Readonly<Record<string, unknown>>[] };
    expect(Statement.map(({ Sid }) => Sid)).toEqual([
      'FindErrorBucket',
      'WriteErrors',
      'EncryptErrors',
      'ReadStream',
      'DecryptStream',
      'ReadKeyPair',
      'DecryptKeyPair',
      'WriteOwnLog',
    ]);
    for (const { Action, Condition } of Statement.filter(({ Sid }) => /crypt/.test(String(Sid)))) {
      expect(JSON.stringify(Action)).toMatch(/kms:/);
      expect(JSON.stringify(Condition)).toMatch(new RegExp(`kms:ViaService":"(s3|kinesis|secretsmanager)\\.${region}\\.amazonaws\\.com`));
    }
    expect(JSON.stringify(Statement)).not.toMatch(/"Resource":"\*"/);
  });

  it('tells when rows are late, and pages before the stream forgets what was not read', () => {
    const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm');
    expect(alarms.map(({ MetricName, Threshold }) => [MetricName, Threshold]).sort()).toEqual([
      ['DeliveryToSnowflake.DataFreshness', 900],
      ['KinesisMillisBehindLatest', 172_800_000],
      ['KinesisMillisBehindLatest', 900_000],
    ]);
    const [stream] = platformStacks()
      .filter(({ path }) => path === `${cell}/Streaming`)
      .flatMap(({ resources }) => resources.filter(({ properties }) => properties['Name'] === `${cell}-enriched`));
    expect(Number(stream?.properties['RetentionPeriodHours']) * 3_600_000).toBeGreaterThan(172_800_000);
  });
});

describe('without a warehouse', () => {
  it('dev has no stack of it', () => {
    expect(platformStacks().filter(({ path }) => path.startsWith('dev/Warehouse'))).toEqual([]);
  });

  it('a recovery Region that serves keeps enriched events as lines, and loads none', () => {
    const recovery = stacksOf(serving).filter(({ path }) => path.startsWith('prod-eu/Recovery'));
    const streams = recovery.flatMap(({ resources }) => resources.filter(({ type }) => type === 'AWS::KinesisFirehose::DeliveryStream'));
    expect(streams.length).toBeGreaterThan(0);
    for (const { properties } of streams) expect(properties['SnowflakeDestinationConfiguration']).toBeUndefined();
    expect(recovery.filter(({ path }) => path.includes('Warehouse'))).toEqual([]);
  });
});

describe('another table of the warehouse', () => {
  const eu = 'environments.prod.cells.prod-eu.warehouse';
  const of = (change: Readonly<Record<string, unknown>>) =>
    synthesize({ platform: parsePlatform(changed(change), options), environment: 'prod' });

  it('changes the delivery in place, and touches no secret', () => {
    const { changes } = reviewUpdates(of({}), of({ [`${eu}.table`]: 'ENRICHED_V2' }), keptTypes);
    expect(changes.map(({ stack, type, impact }) => `${stack} ${type} ${impact}`)).toEqual([
      'prod-eu/Warehouse AWS::KinesisFirehose::DeliveryStream updates',
    ]);
  });
});

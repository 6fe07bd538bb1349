import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';
import { serving, templateIn } from '../support/recovery-states';
import { propertiesOf } from '../support/small-app';

const prod = platformTemplate('prod-eu/Streaming');
const dev = platformTemplate('dev/Streaming');

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const policyOf = (idStart: string): readonly Statement[] => {
  const found = Object.entries(prod.findResources('AWS::IAM::Policy')).find(([id]) => id.startsWith(idStart));
  if (!found) throw new RangeError(`policy: received '${idStart}'; allowed: one of the stack`);
  return (found[1] as { readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } } }).Properties
    .PolicyDocument.Statement;
};
const actionsOf = (idStart: string) => policyOf(idStart).flatMap(({ Action }) => Action);

describe('the streams', () => {
  it('scale by themselves, remember a week or a weekend, and are encrypted by our key', () => {
    prod.allResourcesProperties('AWS::Kinesis::Stream', {
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      StreamEncryption: { EncryptionType: 'KMS', KeyId: Match.anyValue() },
    });
    expect(propertiesOf(prod, 'AWS::Kinesis::Stream').map(({ Name, RetentionPeriodHours }) => [Name, RetentionPeriodHours])).toEqual([
      ['prod-eu-events', 168],
      ['prod-eu-enriched', 72],
    ]);
  });

  it('give each processor a way of its own', () => {
    expect(propertiesOf(prod, 'AWS::Kinesis::StreamConsumer')).toEqual([
      { ConsumerName: 'processor', StreamARN: { 'Fn::GetAtt': [expect.stringMatching(/^Events/), 'Arn'] } },
    ]);
  });
});

describe('the deliveries', () => {
  it('leave raw events as compressed lines, by hour, and what fails under errors/', () => {
    prod.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: 'prod-eu-raw',
      DeliveryStreamType: 'KinesisStreamAsSource',
      ExtendedS3DestinationConfiguration: Match.objectLike({
        Prefix: 'events/!{timestamp:yyyy/MM/dd/HH}/',
        ErrorOutputPrefix: 'errors/raw/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/',
        CompressionFormat: 'GZIP',
        FileExtension: '.jsonl.gz',
        EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: Match.anyValue() } },
      }),
    });
  });

  it('part quarantined events by tenant, and wait under our key', () => {
    prod.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: 'prod-eu-quarantine',
      DeliveryStreamType: 'DirectPut',
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: Match.anyValue() },
      ExtendedS3DestinationConfiguration: Match.objectLike({
        DynamicPartitioningConfiguration: Match.objectLike({ Enabled: true }),
        Prefix: 'events/!{partitionKeyFromQuery:part}/!{timestamp:yyyy/MM/dd/HH}/',
      }),
    });
  });

  it('append enriched events to the table, and keep what fits no column', () => {
    prod.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: 'prod-eu-enriched',
      IcebergDestinationConfiguration: Match.objectLike({
        AppendOnly: true,
        CatalogConfiguration: {
          CatalogArn: 'arn:aws:glue:eu-west-1:444444444444:catalog/s3tablescatalog/prod-eu-lake',
        },
        DestinationTableConfigurationList: [{ DestinationDatabaseName: 'events', DestinationTableName: 'enriched' }],
        s3BackupMode: 'FailedDataOnly',
        S3Configuration: Match.objectLike({ ErrorOutputPrefix: 'errors/enriched/' }),
      }),
    });
  });

  it('keep enriched events as lines in a Region that serves, whose table is a replica', () => {
    const streaming = templateIn(serving, 'prod-eu/RecoveryStreaming');
    streaming.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: 'prod-eu-enriched',
      ExtendedS3DestinationConfiguration: Match.objectLike({ Prefix: 'enriched/!{timestamp:yyyy/MM/dd/HH}/' }),
    });
    expect(JSON.stringify(streaming.toJSON())).not.toContain('IcebergDestinationConfiguration');
  });

  it.each([
    ['prod-eu-raw', ['DeliveryToS3.DataFreshness', 'KinesisMillisBehindLatest']],
    ['prod-eu-quarantine', ['DeliveryToS3.DataFreshness']],
    ['prod-eu-enriched', ['DeliveryToIceberg.DataFreshness', 'KinesisMillisBehindLatest']],
  ])('page when %s delivers late, and when it reads late: in a day events would be lost', (name, metrics) => {
    const watched = propertiesOf(prod, 'AWS::CloudWatch::Alarm').filter(({ Dimensions }) =>
      JSON.stringify(Dimensions)?.includes(`"${name}"`),
    );
    expect(watched.map(({ MetricName }) => MetricName)).toEqual(metrics);
    for (const { AlarmActions } of watched) expect(JSON.stringify(AlarmActions)).toMatch(/Page/);
  });

  it('can write where they deliver, and nothing else', () => {
    expect(actionsOf('RawRole').filter((action) => action.startsWith('s3:Put'))).toEqual(['s3:PutObject']);
    expect(
      [...actionsOf('RawRole'), ...actionsOf('TableRole'), ...actionsOf('QuarantineRole')].filter((action) =>
        /Delete(?!d)|\*/.test(action),
      ),
    ).toEqual([]);
  });
});

describe('the second copy [SLO-5]', () => {
  it('takes every record since the beginning, each minute, until it is written', () => {
    prod.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      MaximumBatchingWindowInSeconds: 60,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
    });
  });

  it('goes to the recovery Region of the jurisdiction, and can write there and nothing else', () => {
    prod.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { BUCKET: 'prod-eu-raw-444444444444-eu-central-1', BUCKET_REGION: 'eu-central-1' } },
    });
    expect(actionsOf('SecondCopyCopierRole').filter((action) => action.startsWith('s3:'))).toEqual(['s3:PutObject']);
  });

  it('pages at 2 minutes, and when nobody copies', () => {
    const about = (text: string) =>
      propertiesOf(prod, 'AWS::CloudWatch::Alarm').filter(({ Metrics }) => JSON.stringify(Metrics ?? []).includes(text));
    prod.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'IteratorAge',
      Threshold: 120_000,
      DatapointsToAlarm: 2,
      EvaluationPeriods: 4,
    });
    expect(about('FILL(age, -1) < 0')).toMatchObject([{ Threshold: 0, DatapointsToAlarm: 5, EvaluationPeriods: 7 }]);
  });

  it('is not there where there is no second Region', () => {
    expect(propertiesOf(dev, 'AWS::Lambda::EventSourceMapping')).toHaveLength(1);
  });
});

describe('the replay', () => {
  it('begins with each spilled object, by itself', () => {
    prod.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: [Match.anyValue()] } } },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReplayQueue'), 'Arn'] } })],
    });
  });

  it('goes two objects at a time, and tries for a day before it asks for help', () => {
    prod.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    const [queue] = propertiesOf(prod, 'AWS::SQS::Queue').filter(({ RedrivePolicy }) => RedrivePolicy !== undefined);
    const { maxReceiveCount } = queue?.['RedrivePolicy'] as { readonly maxReceiveCount: number };
    expect((maxReceiveCount * Number(queue?.['VisibilityTimeout'])) / 3600).toBe(24);
  });

  it('removes spilled objects, and no raw batch', () => {
    const removal = policyOf('ReplayReplayerRole').filter(({ Action }) => [Action].flat().includes('s3:DeleteObject'));
    expect(removal).toHaveLength(1);
    expect(JSON.stringify(removal[0]?.Resource)).toContain('SpillBucket');
    expect(JSON.stringify(removal[0]?.Resource)).not.toContain('RawBucket');
  });

  it('may read what a runbook has it replay, in both Regions, and nothing else', () => {
    const read = policyOf('ReplayReplayerRole').filter(({ Action }) => [Action].flat().includes('s3:GetObject'));
    const resources = read.flatMap(({ Resource }) => [Resource].flat()).map((resource) => JSON.stringify(resource));
    const below = (bucket: string) =>
      resources
        .filter((arn) => arn.includes(bucket))
        .map((arn) => arn.match(/\/([\w/]*\*)/)?.[1])
        .sort();
    expect(below('SpillBucket')).toEqual(['*']);
    expect(below('RawBucket')).toEqual(['enriched/*', 'errors/enriched/*', 'events/*']);
    expect(below('prod-eu-raw-444444444444-eu-central-1')).toEqual(['enriched/*', 'errors/enriched/*', 'events/*']);
    expect(resources).toHaveLength(7);
  });

  it('takes no event that is older than its copies may become [CMP-1]', () => {
    prod.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike({ MAXIMUM_AGE_DAYS: '3' }) } });
  });

  it('is told of by what waits in the queue, seen or not, since SQS forgets the age of what was received three times', () => {
    const [waits] = propertiesOf(prod, 'AWS::CloudWatch::Alarm').filter(({ Metrics }) =>
      JSON.stringify(Metrics ?? []).includes('inFlight'),
    );
    expect(JSON.stringify(waits?.['Metrics'])).toMatch(/"visible \+ inFlight".*ApproximateNumberOfMessages/);
    expect(waits).toMatchObject({ Threshold: 0, EvaluationPeriods: 12 });
  });

  it('finds what EventBridge could not announce among the dead letters', () => {
    prod.hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReplayDeadLetters'), 'Arn'] } } })],
    });
  });
});

describe('every alarm of the stores', () => {
  it.each(['Streaming', 'Lake', 'Profiles', 'Metadata', 'Backup', 'RecoveryMetadata'])(
    'of %s tells somebody, and names a runbook',
    (stack) => {
      const alarms = propertiesOf(platformTemplate(`prod-eu/${stack}`), 'AWS::CloudWatch::Alarm');
      expect(alarms.length).toBeGreaterThan(0);
      for (const { AlarmActions, AlarmDescription } of alarms) {
        expect(AlarmActions).toHaveLength(1);
        expect(AlarmDescription).toMatch(/Runbook: docs\/06-runbooks\/[a-z-]+\.md$/);
      }
    },
  );
});

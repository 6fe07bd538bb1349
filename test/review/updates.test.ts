import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Stream, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { CfnDBCluster } from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { keptTypes } from '../../lib/checks/stateful-types';
import { reviewUpdates } from '../../lib/review/updates';
import { assembly, type Build } from './assembly';

const bucket =
  (id = 'Raw', props: s3.BucketProps = {}): Build =>
  (stack) =>
    void new s3.Bucket(stack, id, {
      bucketName: 'raw',
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ expiration: Duration.days(21) }],
      ...props,
    });
const nothing: Build = () => undefined;
const stream =
  (hours: number, name = 'events'): Build =>
  (stack) =>
    void new Stream(stack, 'Events', {
      streamName: name,
      streamMode: StreamMode.ON_DEMAND,
      retentionPeriod: Duration.hours(hours),
      removalPolicy: RemovalPolicy.RETAIN,
    });
const table =
  (replicas: string[], days = 14): Build =>
  (stack) =>
    void new dynamodb.TableV2(stack, 'Profiles', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      replicas: replicas.map((region) => ({ region })),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: days },
      removalPolicy: RemovalPolicy.RETAIN,
    });
const cluster =
  (props: Partial<ConstructorParameters<typeof CfnDBCluster>[2]> = {}): Build =>
  (stack) => {
    new CfnDBCluster(stack, 'Cluster', {
      engine: 'aurora-postgresql',
      backupRetentionPeriod: 14,
      deletionProtection: true,
      globalClusterIdentifier: 'metadata',
      ...props,
    }).applyRemovalPolicy(RemovalPolicy.RETAIN);
  };

const lossesOf = (before: string, after: string) => reviewUpdates(before, after, keptTypes).losses.map(({ what }) => what);

describe('an update', () => {
  it('of nothing changes and loses nothing', () => {
    expect(reviewUpdates(assembly(bucket()), assembly(bucket()), keptTypes)).toEqual({ changes: [], losses: [], leftBehind: [] });
  });

  it.each<[string, Build, Build]>([
    ['a tag', bucket(), (stack) => (bucket()(stack), Tags.of(stack).add('owner', 'another'))],
    ['longer retention', stream(24), stream(168)],
    ['a later expiry', bucket(), bucket('Raw', { lifecycleRules: [{ expiration: Duration.days(25) }] })],
    ['a further replica', table([]), table(['eu-central-1'])],
    ['more backups', cluster(), cluster({ backupRetentionPeriod: 20 })],
    ['capacity', cluster(), cluster({ serverlessV2ScalingConfiguration: { minCapacity: 1, maxCapacity: 16 } })],
  ])('of %s is in place, and loses nothing', (_, before, after) => {
    const { changes, losses } = reviewUpdates(assembly(before), assembly(after), keptTypes);
    expect(losses).toEqual([]);
    expect(changes.map(({ impact }) => impact)).toEqual(['updates']);
  });

  it('tells what is made and what goes, if nothing of it is kept', () => {
    const topic: Build = (stack) => void new s3.CfnBucketPolicy(stack, 'Policy', { bucket: 'raw', policyDocument: {} });
    expect(reviewUpdates(assembly(nothing), assembly(topic), keptTypes).changes.map(({ impact }) => impact)).toEqual(['creates']);
    expect(reviewUpdates(assembly(topic), assembly(nothing), keptTypes)).toMatchObject({
      changes: [{ impact: 'deletes' }],
      losses: [],
      leftBehind: [],
    });
  });

  it.each<[string, string, string, string]>([
    [
      'a name',
      assembly(stream(168)),
      assembly(stream(168, 'others')),
      'AWS::Kinesis::Stream is replaced: Name from "events" to "others"; the new one is empty, or fails for its name',
    ],
    [
      'a construct',
      assembly(bucket()),
      assembly(bucket('Batches')),
      expect.stringMatching(/\(Retain\): Stores Batches\w+ is made in its place, and empty$/) as string,
    ],
    [
      'a store that is not kept',
      assembly(bucket('Raw', { removalPolicy: RemovalPolicy.DESTROY })),
      assembly(nothing),
      'AWS::S3::Bucket is deleted, with what is in it',
    ],
    [
      'a Region',
      assembly(bucket()),
      assembly(bucket(), { region: 'eu-central-1' }),
      'It moves from 123456789012, eu-west-1 to 123456789012, eu-central-1: there it is made anew, and empty; here it stays behind',
    ],
    ['protection', assembly(bucket()), assembly(bucket(), { terminationProtection: false }), 'It can be deleted by its name alone'],
    [
      'the way back of a mistake',
      assembly(bucket()),
      assembly(bucket('Raw', { removalPolicy: RemovalPolicy.DESTROY })),
      'DeletionPolicy is Delete: the next mistake deletes it',
    ],
    [
      'retention',
      assembly(stream(168)),
      assembly(stream(24)),
      'RetentionPeriodHours from 168 to 24: records that are older are gone at once',
    ],
    [
      'an expiry',
      assembly(bucket()),
      assembly(bucket('Raw', { lifecycleRules: [{ expiration: Duration.days(7) }] })),
      'Objects expire after 7 days instead of 21: those that are older go within a day',
    ],
    [
      'versions',
      assembly(bucket()),
      assembly(bucket('Raw', { versioned: false })),
      'Versions are no longer kept: an overwritten object is gone',
    ],
    [
      'a replica',
      assembly(table(['eu-central-1'])),
      assembly(table([])),
      'The replica in eu-central-1 is deleted, with its points in time',
    ],
    [
      'points in time',
      assembly(table([])),
      assembly(table([], 7)),
      'Points in time in eu-west-1 from 14 days to 7: the table cannot be restored to an earlier one',
    ],
    [
      'backups',
      assembly(cluster()),
      assembly(cluster({ backupRetentionPeriod: 7 })),
      'BackupRetentionPeriod from 14 to 7: older backups are deleted at once',
    ],
    [
      'the global database',
      assembly(cluster()),
      assembly(cluster({ globalClusterIdentifier: undefined })),
      'The cluster leaves its global database, and follows it no longer [SLO-5]',
    ],
    [
      'deletion protection',
      assembly(cluster()),
      assembly(cluster({ deletionProtection: false })),
      'DeletionProtection is off: a call deletes it',
    ],
  ])('rejects the loss of %s, and says what happens', (_, before, after, what) => {
    expect(lossesOf(before, after)).toContainEqual(what);
  });
});

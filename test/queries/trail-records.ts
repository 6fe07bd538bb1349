/**
 * Records of the trail as AWS documents them: Amazon DynamoDB Developer Guide, "Understanding DynamoDB log file entries"; Amazon SQS Developer Guide, "Logging
 * Amazon SQS API calls using CloudTrail"; Amazon S3 User Guide, "Amazon S3 CloudTrail events" and "CloudTrail data event log file examples for S3 Tables"; Amazon
 * Athena User Guide, "Log Amazon Athena API calls with CloudTrail"; AWS CloudTrail User Guide, "CloudTrail userIdentity element". Read 2026-11.
 * What no page shows (BatchGetItem, Query, PutRecord) is marked.
 */
import type { TrailRecord } from '../support/athena-on-duckdb';

export const account = '444444444444';
export const cell = 'prod-eu';
const region = 'eu-west-1';

type Identity = Readonly<Record<string, TrailRecord[string]>>;

export const assumed = (role: string, session: string, of = account): Identity => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${session}`,
  arn: `arn:aws:sts::${of}:assumed-role/${role}/${session}`,
  accountId: of,
  sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${of}:role/${role}`, accountId: of, userName: role } },
});
export const tenantSession = (tenant: string, service = 'profiles'): Identity => assumed(`${cell}-${service}-tenant-${region}`, tenant);
export const engineer: Identity = assumed('AWSReservedSSO_DataflowElevated_0123456789abcdef', 'jo@example.com');
export const podRole = (service: string): Identity =>
  assumed(`${cell}-Workloads-${service}Role0123ABCD-x1y2z3`, `eks-${cell}-${service}-pod`);
/** By the role that every account of an organization has, with all permissions. */
export const administrator: Identity = assumed('OrganizationAccountAccessRole', 'mallory');
/** An approved engineer for one tenant: lib/constructs/tenant-isolation. */
export const operatorOf = (tenant: string): Identity => tenantSession(tenant, 'operator');
export const backup: Identity = { type: 'AWSService', invokedBy: 'backup.amazonaws.com' };

let count = 0;
/** A record of a data event; each has an ID that tells its order. */
export function record(eventSource: string, eventName: string, userIdentity: Identity, more: TrailRecord = {}): TrailRecord {
  count += 1;
  return {
    eventVersion: '1.11',
    userIdentity,
    eventTime: '2026-11-20T10:00:00Z',
    eventSource: `${eventSource}.amazonaws.com`,
    eventName,
    awsRegion: region,
    sourceIPAddress: '10.48.1.2',
    userAgent: 'aws-sdk-js/3',
    requestParameters: null,
    responseElements: null,
    requestID: `request-${count}`,
    eventID: `event-${String(count).padStart(3, '0')}`,
    readOnly: false,
    resources: [],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: account,
    eventCategory: 'Data',
    ...more,
  };
}

const tableArn = (table: string) => `arn:aws:dynamodb:${region}:${account}:table/${cell}-${table}`;
export const onTable = (eventName: string, who: Identity, requestParameters: TrailRecord, more: TrailRecord = {}, table = 'profiles') =>
  record('dynamodb', eventName, who, {
    requestParameters: { tableName: `${cell}-${table}`, ...requestParameters },
    resources: [{ accountId: account, type: 'AWS::DynamoDB::Table', ARN: tableArn(table) }],
    ...more,
  });
export const onItem = (eventName: string, who: Identity, pk: string, more: TrailRecord = {}, table = 'profiles') =>
  onTable(eventName, who, { key: { pk, sk: 'profile' } }, more, table);

export const onBucket = (eventName: string, who: Identity, bucket: string, request: TrailRecord, more: TrailRecord = {}) => {
  const bucketName = `${cell}-${bucket}-${account}-${region}`;
  return record('s3', eventName, who, {
    requestParameters: { bucketName, Host: `${bucketName}.s3.${region}.amazonaws.com`, ...request },
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucketName}/${String(request['key'] ?? '')}` },
      { accountId: account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketName}` },
    ],
    ...more,
  });
};

export const onLake = (eventName: string, who: Identity, key: string) =>
  record('s3tables', eventName, who, {
    requestParameters: { Host: `0123abcd--table-s3.s3.${region}.amazonaws.com`, key },
    resources: [
      { accountId: account, type: 'AWS::S3Tables::TableBucket', ARN: `arn:aws:s3tables:${region}:${account}:bucket/${cell}-lake` },
      { accountId: account, type: 'AWS::S3Tables::Table', ARN: `arn:aws:s3tables:${region}:${account}:bucket/${cell}-lake/table/0123` },
    ],
  });

export const onStream = (eventName: string, who: Identity, request: TrailRecord, stream = 'events') =>
  record('kinesis', eventName, who, {
    requestParameters: request,
    resources: [{ accountId: account, type: 'AWS::Kinesis::Stream', ARN: `arn:aws:kinesis:${region}:${account}:stream/${cell}-${stream}` }],
  });

export const onQueue = (eventName: string, who: Identity, queue: string, request: TrailRecord = {}) =>
  record('sqs', eventName, who, {
    requestParameters: { queueUrl: `https://sqs.${region}.amazonaws.com/${account}/${cell}-${queue}`, ...request },
    resources: [{ accountId: account, type: 'AWS::SQS::Queue', ARN: `arn:aws:sqs:${region}:${account}:${cell}-${queue}` }],
  });

export const denied: TrailRecord = { errorCode: 'AccessDenied', errorMessage: 'User is not authorized' };

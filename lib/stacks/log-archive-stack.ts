import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Bucket, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { AuditTrail } from '../constructs/audit-trail';
import { LogBucket } from '../constructs/log-bucket';
import { ReplicationRole, type ReplicationEnd } from '../constructs/replication-role';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface LogArchiveStackProps extends PlatformStackProps {
  readonly retention: {
    /** Days that operational logs are kept, 90 or more [SEC-3]. */
    readonly logDays: number;
    /** Days that audit records are kept, 90 or more [SEC-3]. */
    readonly auditDays: number;
    /** Days for which audit records are locked, 90 to auditDays. */
    readonly auditLockDays: number;
    readonly auditLockMode: 'COMPLIANCE' | 'GOVERNANCE';
  };
  /**
   * What this archive is to its cell.
   * `home` records the account's trail, and copies it into the archive of the recovery Region, if there is one.
   * `recovery` receives that copy, and keeps the logs of its own Region.
   */
  readonly role: { readonly kind: 'home'; readonly replica?: AuditReplica } | { readonly kind: 'recovery' };
}

/** The recovery Region's copy of the audit records: by ARN, since constructs do not reach across Regions. */
export interface AuditReplica {
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly region: string;
}

/**
 * The logs of a Region and the keys that encrypt them.
 * Several buckets, since their writers disagree: what can be locked is locked, what can have our key has it [ADR-002].
 */
export class LogArchiveStack extends PlatformStack {
  /** Audit records: locked [SEC-3]. */
  readonly audit: ReplicationEnd;
  /** Histories and snapshots of AWS Config. */
  readonly configurationHistory: ReplicationEnd;
  /** Flow logs and DNS queries; the key is that of log groups too. */
  readonly networkLogs: ReplicationEnd & { readonly retentionDays: number };
  /** Requests to S3 buckets. */
  readonly accessLogs: IBucket;
  /** Requests to and connections of load balancers. */
  readonly loadBalancerLogs: IBucket;

  constructor(scope: Construct, id: string, props: LogArchiveStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: audit records, logs of network and storage, and their keys',
      component: 'security',
      dataClassification: 'confidential',
      stateful: true,
    });
    const { logDays, auditDays, auditLockDays, auditLockMode } = props.retention;
    const replica = props.role.kind === 'home' && props.role.replica ? this.importReplica(props.role.replica) : undefined;

    const accessLogs = new LogBucket(this, 'AccessLogs', {
      retentionDays: logDays,
      encryption: { s3ManagedBecause: 'S3 delivers server access logs to buckets with SSE-S3 only' },
      lock: { unlockedBecause: 'S3 refuses a bucket with Object Lock as the target of server access logs' },
      accessLogs: { unloggedBecause: 'It would log its own deliveries without end' },
    }).bucket;
    this.accessLogs = accessLogs;

    const auditKey = this.addKey('AuditKey', 'Audit records and histories of configuration');
    const role = replica ? new ReplicationRole(this, 'AuditReplication') : undefined;
    const audit = new LogBucket(this, 'Audit', {
      retentionDays: auditDays,
      encryption: { key: auditKey },
      lock: { days: auditLockDays, mode: auditLockMode },
      accessLogs,
      replica: replica && role ? { ...replica, role } : undefined,
    }).bucket;
    this.audit = { bucket: audit, key: auditKey };
    if (replica && role) role.replicate(this.audit, replica);

    const configurationHistory = new LogBucket(this, 'ConfigurationHistory', {
      retentionDays: auditDays,
      encryption: { key: auditKey },
      lock: { unlockedBecause: 'AWS Config does not deliver to a bucket with Object Lock' },
      accessLogs,
    }).bucket;
    this.admitConfig(configurationHistory, auditKey);
    this.configurationHistory = { bucket: configurationHistory, key: auditKey };

    const logKey = this.addKey('LogKey', 'Flow logs, DNS queries and log groups');
    const networkLogs = new LogBucket(this, 'NetworkLogs', {
      retentionDays: logDays,
      encryption: { key: logKey },
      lock: { unlockedBecause: 'They tell what happened on the wire, not who was granted what; the audit records do, and are locked' },
      accessLogs,
    }).bucket;
    this.admitLogGroups(logKey);
    this.admitVendedLogs(networkLogs, logKey);
    this.networkLogs = { bucket: networkLogs, key: logKey, retentionDays: logDays };

    const loadBalancerLogs = new LogBucket(this, 'LoadBalancerLogs', {
      retentionDays: logDays,
      encryption: { s3ManagedBecause: 'Elastic Load Balancing delivers to buckets with SSE-S3 only' },
      lock: { unlockedBecause: 'AWS does not document Elastic Load Balancing as a writer to locked buckets' },
      accessLogs,
    }).bucket;
    this.admitLoadBalancers(loadBalancerLogs);
    this.loadBalancerLogs = loadBalancerLogs;

    if (props.role.kind === 'home') {
      new AuditTrail(this, 'AuditTrail', {
        bucket: audit,
        key: auditKey,
        unloggedBuckets: [audit, configurationHistory, networkLogs, accessLogs, loadBalancerLogs, ...(replica ? [replica.bucket] : [])],
      });
    }
  }

  /** This archive's audit records as the destination of another Region's. */
  get auditReplica(): AuditReplica {
    return {
      bucketArn: (this.audit.bucket.node.defaultChild as CfnBucket).attrArn,
      keyArn: (this.audit.key.node.defaultChild as kms.CfnKey).attrArn,
      region: this.region,
    };
  }

  private importReplica({ bucketArn, keyArn, region }: AuditReplica): ReplicationEnd {
    return {
      bucket: Bucket.fromBucketAttributes(this, 'ReplicaBucket', { bucketArn, region, account: this.account }),
      key: kms.Key.fromKeyArn(this, 'ReplicaKey', keyArn),
    };
  }

  private addKey(id: string, description: string): kms.Key {
    return new kms.Key(this, id, { description, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
  }

  /** Source: AWS Config Developer Guide, "Permissions for the Amazon S3 bucket" and "Permissions for the KMS key", read 2026-11. */
  private admitConfig(bucket: Bucket, key: kms.Key): void {
    const principals = [new iam.ServicePrincipal('config.amazonaws.com')];
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': this.account } };
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'ConfigLooksUpBucket',
        principals,
        actions: ['s3:GetBucketAcl', 's3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: ofThisAccount,
      }),
    );
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'ConfigWrites',
        principals,
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${this.account}/Config/*`)],
        conditions: { StringEquals: { ...ofThisAccount.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'ConfigEncrypts',
        principals,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: ofThisAccount,
      }),
    );
  }

  /**
   * VPC flow logs and Resolver query logs come from the same deliverer. For the former the CDK writes the bucket's policy.
   * Source: Amazon CloudWatch Logs User Guide, "Enable logging from AWS services: logs sent to Amazon S3", read 2026-11.
   */
  private admitVendedLogs(bucket: Bucket, key: kms.Key): void {
    const principals = [new iam.ServicePrincipal('delivery.logs.amazonaws.com')];
    const ofThisAccount = {
      StringEquals: { 'aws:SourceAccount': this.account },
      ArnLike: { 'aws:SourceArn': `arn:${this.partition}:logs:${this.region}:${this.account}:*` },
    };
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LogDeliveryWrites',
        principals,
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`dns-queries/AWSLogs/${this.account}/*`)],
        conditions: { ...ofThisAccount, StringEquals: { ...ofThisAccount.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LogDeliveryLooksUpBucket',
        principals,
        actions: ['s3:GetBucketAcl', 's3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: ofThisAccount,
      }),
    );
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LogDeliveryEncrypts',
        principals,
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: ofThisAccount,
      }),
    );
  }

  /** Source: Amazon CloudWatch Logs User Guide, "Encrypt log data using AWS KMS", read 2026-11. */
  private admitLogGroups(key: kms.Key): void {
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LogGroupsEncrypt',
        principals: [new iam.ServicePrincipal(`logs.${this.region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${this.partition}:logs:${this.region}:${this.account}:log-group:*` },
        },
      }),
    );
  }

  /**
   * By the service's principal, which replaced one account ID a Region; its path is not narrowed further, since a test
   * file is written beside the logs.
   * Source: Elastic Load Balancing documentation, "Attach a bucket policy to your S3 bucket", read 2026-11.
   */
  private admitLoadBalancers(bucket: Bucket): void {
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LoadBalancersWrite',
        principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`*/AWSLogs/${this.account}/*`)],
      }),
    );
  }
}

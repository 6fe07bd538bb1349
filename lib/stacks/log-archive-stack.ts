import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Bucket, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { AuditTrail } from '../constructs/audit-trail';
import { LogBucket } from '../constructs/log-bucket';
import { admitAccessLogs, admitConfig, admitLoadBalancers, admitLogGroups, admitVendedLogs } from '../constructs/log-writers';
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
  /** All buckets of logs of the recovery Region. */
  readonly logBucketArns: readonly string[];
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
    admitAccessLogs(accessLogs);
    this.accessLogs = accessLogs;

    const auditKey = this.addKey('AuditKey', 'Audit records and histories of configuration');
    const role = replica
      ? new ReplicationRole(this, 'AuditReplication', 'S3 replicates the audit records into the recovery Region')
      : undefined;
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
    admitConfig({ bucket: configurationHistory, key: auditKey });
    this.configurationHistory = { bucket: configurationHistory, key: auditKey };

    const logKey = this.addKey('LogKey', 'Flow logs, DNS queries and log groups');
    const networkLogs = new LogBucket(this, 'NetworkLogs', {
      retentionDays: logDays,
      encryption: { key: logKey },
      lock: { unlockedBecause: 'They tell what happened on the wire, not who was granted what; the audit records do, and are locked' },
      accessLogs,
    }).bucket;
    admitLogGroups(logKey);
    admitVendedLogs({ bucket: networkLogs, key: logKey });
    this.networkLogs = { bucket: networkLogs, key: logKey, retentionDays: logDays };

    const loadBalancerLogs = new LogBucket(this, 'LoadBalancerLogs', {
      retentionDays: logDays,
      encryption: { s3ManagedBecause: 'Elastic Load Balancing delivers to buckets with SSE-S3 only' },
      lock: { unlockedBecause: 'AWS does not document Elastic Load Balancing as a writer to locked buckets' },
      accessLogs,
    }).bucket;
    admitLoadBalancers(loadBalancerLogs);
    this.loadBalancerLogs = loadBalancerLogs;

    if (props.role.kind === 'home') {
      new AuditTrail(this, 'AuditTrail', {
        bucket: audit,
        key: auditKey,
        // Those of the recovery Region too: the trail is of both, and a copied record would be recorded there.
        unloggedBucketArns: [...this.logBucketArns(), ...(props.role.replica?.logBucketArns ?? [])],
      });
    }
  }

  /** This archive's audit records as the destination of another Region's. */
  get auditReplica(): AuditReplica {
    return {
      bucketArn: (this.audit.bucket.node.defaultChild as CfnBucket).attrArn,
      keyArn: (this.audit.key.node.defaultChild as kms.CfnKey).attrArn,
      region: this.region,
      logBucketArns: this.logBucketArns(),
    };
  }

  private logBucketArns(): string[] {
    const buckets = [this.audit.bucket, this.configurationHistory.bucket, this.networkLogs.bucket, this.accessLogs, this.loadBalancerLogs];
    return buckets.map((bucket) => (bucket.node.defaultChild as CfnBucket).attrArn);
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
}

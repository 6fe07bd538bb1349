import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** One end of a replication: a bucket and the key that its objects are encrypted by. */
export interface ReplicationEnd {
  readonly bucket: IBucket;
  readonly key: IKey;
}

/**
 * What S3 needs to copy a locked, encrypted bucket into another Region. The CDK's own role leaves out the reading of
 * retentions and legal holds, without which S3 fails to replicate locked objects.
 * Source: Amazon S3 User Guide, "Setting up permissions for live replication" and "Replicating encrypted objects", read 2026-11.
 */
export class ReplicationRole extends iam.Role {
  constructor(scope: Construct, id: string, description: string) {
    super(scope, id, {
      description,
      // Without a condition on its account, which AWS does not document for replication: where S3 did not send it, copies
      // would silently stop. The resource control policy refuses services that act for others.
      assumedBy: new iam.ServicePrincipal('s3.amazonaws.com'),
    });
  }

  /** Lets this role copy from one end to the other, and nothing else. */
  replicate(source: ReplicationEnd, destination: ReplicationEnd): void {
    const allow = (sid: string, actions: string[], resources: string[], conditions?: iam.Conditions) =>
      this.addToPolicy(new iam.PolicyStatement({ sid, actions, resources, conditions }));
    const viaS3 = (end: ReplicationEnd) => ({
      StringEquals: { 'kms:ViaService': `s3.${end.bucket.env.region}.amazonaws.com` },
      // With bucket keys the encryption context is the bucket, not the object.
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': [end.bucket.bucketArn, end.bucket.arnForObjects('*')] },
    });

    allow('ReadSource', ['s3:GetReplicationConfiguration', 's3:ListBucket'], [source.bucket.bucketArn]);
    allow(
      'ReadSourceVersions',
      [
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionTagging',
        's3:GetObjectRetention',
        's3:GetObjectLegalHold',
      ],
      [source.bucket.arnForObjects('*')],
    );
    allow('WriteReplica', ['s3:ReplicateObject', 's3:ReplicateTags'], [destination.bucket.arnForObjects('*')]);
    allow('DecryptSource', ['kms:Decrypt'], [source.key.keyArn], viaS3(source));
    allow('EncryptReplica', ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:Decrypt'], [destination.key.keyArn], viaS3(destination));
  }
}

import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface WarehouseAccessStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
}

/** By which a human finds the secret, and the runbooks name it. */
export const warehouseSecretName = (cell: string): string => `${cell}-snowflake`;

/**
 * The key pair by which the cell loads rows into Snowflake, and the one role that reads it: ADR-025.
 *
 * A stack of its own, since a human puts the value in between this one and the stack that loads (docs/04-deployment/README.md). The template
 * has no value, and says nothing of how one would be made: an update therefore writes no version, and what is in it stays.
 * Source: AWS CloudFormation Template Reference, "AWS::SecretsManager::Secret", SecretString: with neither, an empty secret is made, read 2026-11.
 */
export class WarehouseAccessStack extends PlatformStack {
  readonly key: kms.Key;
  readonly secretArn: string;
  /** Of Firehose. */
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: WarehouseAccessStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: key pair for Snowflake, and the role that reads it',
      component: 'warehouse',
      dataClassification: 'confidential',
      stateful: true,
    });
    const { cell } = props;
    this.key = new kms.Key(this, 'Key', {
      description: 'Key pair for Snowflake',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new iam.Role(this, 'LoaderRole', {
      description: `Firehose ${cell}-warehouse loads rows into Snowflake`,
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', { conditions: { StringEquals: { 'sts:ExternalId': this.account } } }),
    });
    // The L2 would make a value.
    const secret = new CfnSecret(this, 'KeyPair', {
      name: warehouseSecretName(cell),
      description: 'User and private key for Snowflake, put in by a human: docs/06-runbooks/warehouse-late.md',
      kmsKeyId: this.key.keyArn,
    });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.secretArn = secret.ref;
    const refuse = (sid: string, action: string, conditions?: iam.Conditions) =>
      new iam.PolicyStatement({
        sid,
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: [action],
        resources: ['*'],
        conditions,
      });
    new CfnResourcePolicy(this, 'KeyPairPolicy', {
      secretId: secret.ref,
      blockPublicPolicy: true,
      resourcePolicy: new iam.PolicyDocument({
        statements: [
          refuse('OtherReadersRefused', 'secretsmanager:GetSecretValue', {
            ArnNotEquals: { 'aws:PrincipalArn': this.role.roleArn },
          }),
          // A copy in another Region would be out of this policy's reach [REG-3].
          refuse('CopiesRefused', 'secretsmanager:ReplicateSecretToRegions'),
        ],
      }),
    });
  }
}

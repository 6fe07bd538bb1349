import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { credentialsGuard } from './guards';
import { credentialsKeyAlias } from './tenant-session';

export interface CredentialsKeyProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
  /**
   * ARN of the key in the other Region, of which this is to be a replica: what was encrypted in one Region is read in the other [SLO-4].
   * @default - a key of its own, that can have replicas
   */
  readonly replicaOf?: string;
}

/**
 * Under this key clients encrypt the credentials of tenants' destinations, each with its tenant in the context, before they go into the table of
 * tenants: who reads the item, a backup or the stream reads nothing [SEC-2]. A key of its own, since who may read settings may not read these.
 */
export class CredentialsKey extends Construct {
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { cell, replicaOf }: CredentialsKeyProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    const guard = credentialsGuard({ cell, account, region, services: ['delivery', 'operator'], exceptions: [] });
    const description = "Credentials of tenants' destinations";
    const resource = replicaOf === undefined ? this.addKey(description, guard) : this.addReplica(replicaOf, description, guard);
    this.keyArn = resource.attrArn;
    new kms.CfnAlias(this, 'Alias', { aliasName: credentialsKeyAlias(cell), targetKeyId: resource.attrKeyId });
  }

  private addKey(description: string, guard: readonly PolicyStatement[]): kms.CfnKey {
    const key = new kms.Key(this, 'Key', { description, enableKeyRotation: true, multiRegion: true, removalPolicy: RemovalPolicy.RETAIN });
    for (const statement of guard) key.addToResourcePolicy(statement);
    return key.node.defaultChild as kms.CfnKey;
  }

  /** Its rotation is the primary's. */
  private addReplica(primaryKeyArn: string, description: string, guard: readonly PolicyStatement[]): kms.CfnReplicaKey {
    const keyPolicy = new PolicyDocument({ statements: [ownerStatement(), ...guard] });
    const key = new kms.CfnReplicaKey(this, 'Replica', { primaryKeyArn, description, keyPolicy });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return key;
  }
}

/** As the CDK gives it to each key: who may use it is said by the policies of roles, and by the guard. */
const ownerStatement = () => new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: ['kms:*'], resources: ['*'] });

import { Stack } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface WorkloadIdentityProps {
  readonly clusterName: string;
  /** Name of the service: of its namespace and of its service account too. */
  readonly service: string;
  /** What its pods may do, and nothing else [SEC-4]. @default - nothing */
  readonly permissions?: readonly iam.PolicyStatement[];
}

/**
 * The role of one service's pods, by EKS Pod Identity: no key to keep, and no annotation in a manifest that could name another role.
 * Its sessions carry the cluster, the namespace and the service account as tags.
 */
export class WorkloadIdentity extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { clusterName, service, permissions = [] }: WorkloadIdentityProps) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    // Source: Amazon EKS User Guide, "EKS Pod Identity role: required trust policy", read 2026-11.
    const pods = new iam.ServicePrincipal('pods.eks.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnEquals: { 'aws:SourceArn': `arn:${partition}:eks:${region}:${account}:cluster/${clusterName}` },
      },
    });
    this.role = new iam.Role(this, 'Role', { description: `Pods of ${service}`, assumedBy: pods.withSessionTags() });
    for (const statement of permissions) this.role.addToPolicy(statement);

    new CfnPodIdentityAssociation(this, 'Association', {
      clusterName,
      namespace: service,
      serviceAccount: service,
      roleArn: this.role.roleArn,
    });
  }
}

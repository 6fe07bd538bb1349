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
    // By the tags of the session, which EKS sets and no pod can: another cluster's association with this role, or another service account's, gives
    // nothing [SEC-4]. Source: Amazon EKS User Guide, "Grant Pods access to AWS resources based on tags" and "EKS Pod Identity role", read 2026-11.
    const pods = new iam.ServicePrincipal('pods.eks.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:RequestTag/eks-cluster-arn': `arn:${partition}:eks:${region}:${account}:cluster/${clusterName}`,
          'aws:RequestTag/kubernetes-namespace': service,
          'aws:RequestTag/kubernetes-service-account': service,
        },
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

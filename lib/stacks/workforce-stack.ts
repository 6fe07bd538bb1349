import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import type { Construct } from 'constructs';
import { auditorPermissions } from '../constructs/auditor-permissions';
import { engineerPermissions } from '../constructs/engineer-permissions';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface WorkforceStackProps extends PlatformStackProps {
  /** Of IAM Identity Center, in this Region. */
  readonly instanceArn: string;
}

/**
 * How engineers come into the cells' accounts: by IAM Identity Center, with MFA [SEC-5]. Both are assigned for good, to groups; who is in the
 * elevated one is changed by hand, and by convention for an hour: docs/04-deployment/cluster-access.md.
 *
 * In AWS the two may do the same. What elevates is the access entry in the cluster, for a session of an hour at most. A third, `Audit`, asks who accessed
 * what, and is another group's [SEC-3].
 */
export class WorkforceStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: WorkforceStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: permission sets of engineers',
      component: 'security',
      dataClassification: 'internal',
      stateful: true,
    });
    const permissionSet = (name: string, description: string, session: Duration, inlinePolicy: PolicyDocument) => {
      const set = new CfnPermissionSet(this, name, {
        name: `Dataflow${name}`,
        description,
        instanceArn: props.instanceArn,
        sessionDuration: session.toIsoString(),
        // Names and settings: it lists buckets and tables, and reads nothing that is in them.
        managedPolicies: [`arn:${this.partition}:iam::aws:policy/job-function/ViewOnlyAccess`],
        inlinePolicy,
      });
      // Made anew, its roles in the accounts would have other names, and the clusters' access entries would admit nobody.
      set.applyRemovalPolicy(RemovalPolicy.RETAIN);
    };
    permissionSet('ReadOnly', 'Look at a cell and into its cluster', Duration.hours(8), engineerPermissions());
    permissionSet('Elevated', 'Change what is in a cluster, by approval', Duration.hours(1), engineerPermissions());
    permissionSet('Audit', 'Ask who accessed what', Duration.hours(4), auditorPermissions());
  }
}

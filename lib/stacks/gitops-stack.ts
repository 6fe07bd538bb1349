import { Duration, Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnCapability } from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { ArgoRefresh } from '../constructs/argo-refresh';
import { BirthManifest, type BirthManifestProps } from '../constructs/birth-manifest';
import { birthItems, type ArgoGroups } from '../constructs/birth-items';
import { admit } from '../constructs/kubernetes-cluster';
import { ports } from '../constructs/security-tiers';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface GitOpsStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
  readonly cluster: BirthManifestProps['cluster'] & { readonly arn: string };
  /** Of the same Region. */
  readonly network: { readonly vpc: ec2.IVpc; readonly deployer: ec2.ISecurityGroup; readonly engineers: ec2.ISecurityGroup };
  /** Where the manifests are. */
  readonly source: { readonly connectionArn: string; readonly owner: string; readonly repository: string };
  /** IAM Identity Center, by which people come to Argo CD [SEC-5]. */
  readonly workforce: ArgoGroups & { readonly instanceArn: string; readonly region: string };
  /** What pods are registered with, by the services that the load balancer serves. */
  readonly targetGroupArns: Readonly<Record<string, string>>;
  readonly logs: BirthManifestProps['logs'];
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
}

const NAMESPACE = 'argocd';

/** Argo CD, run by AWS, and what it starts from: ADR-018. */
export class GitOpsStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: GitOpsStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: Argo CD, and what only CloudFormation knows, written into the cluster',
      component: 'gitops',
      dataClassification: 'internal',
      stateful: false,
    });
    const { cell, cluster, network, source } = props;
    const capability = this.addArgo(props);

    const connectionId = Fn.select(1, Fn.split('/', source.connectionArn));
    const birth = new BirthManifest(this, 'Birth', {
      cell,
      cluster,
      network: { vpc: network.vpc, securityGroup: network.deployer },
      items: birthItems({
        namespace: NAMESPACE,
        clusterArn: cluster.arn,
        // Source: Amazon EKS User Guide, "Configure repository access: CodeConnections", read 2026-11.
        repositoryUrl: `https://codeconnections.${this.region}.amazonaws.com/git-http/${this.account}/${this.region}/${connectionId}/${source.owner}/${source.repository}.git`,
        path: `gitops/${cell}/${this.region}`,
        groups: props.workforce,
        targetGroupArns: props.targetGroupArns,
      }),
      logs: props.logs,
    });
    // The types of Argo CD's objects come with it.
    birth.node.addDependency(capability);

    const refresh = new ArgoRefresh(this, 'Refresh', {
      cell,
      cluster,
      network: { vpc: network.vpc, securityGroup: network.deployer },
      namespace: NAMESPACE,
      logs: props.logs,
    });
    // The application, and the right to ask for it.
    refresh.node.addDependency(birth);
    this.alarmOnRefresh(refresh, props.alerts);
  }

  /** Source: AWS Lambda Developer Guide, "Types of metrics for Lambda functions", read 2026-11. */
  private alarmOnRefresh({ refresher }: ArgoRefresh, alerts: GitOpsStackProps['alerts']): void {
    const alarms = new Alarms(this, 'Alarms', alerts);
    const metric = (name: string) =>
      awsMetric('AWS/Lambda', name, 'Sum', Duration.minutes(5), { FunctionName: refresher.function.functionName });
    alarms.add('argoRefreshFailed', {
      metric: metric('Errors'),
      says: 'Argo CD could not be asked to look at the repository for 15 minutes: a rollback takes up to 6 minutes longer.',
      severity: 'ticket',
      fires: { above: 3 },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/argo-refresh-failed.md',
    });
    // A rule that is switched off, or an account without a concurrent call to spare, makes no error.
    alarms.add('argoRefreshNotTried', {
      metric: metric('Invocations'),
      says: 'The function that asks Argo CD to look at the repository was called less than 3 times in 5 minutes, for 15 minutes: a rollback takes up to 6 minutes longer.',
      severity: 'ticket',
      fires: { below: 3 },
      forPeriods: 3,
      silence: 'is bad',
      runbook: 'docs/06-runbooks/argo-refresh-not-tried.md',
    });
  }

  private addArgo({ cluster, network, source, workforce }: GitOpsStackProps): CfnCapability {
    // Without a condition: EKS checks for this very policy when the capability is made, and nobody passes a role but within its account.
    // Source: Amazon EKS User Guide, "Amazon EKS capability IAM role", read 2026-11.
    const role = new iam.Role(this, 'ArgoRole', {
      description: 'Argo CD reads the repository of manifests',
      assumedBy: new iam.ServicePrincipal('capabilities.eks.amazonaws.com').withSessionTags(),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'ReadRepository',
        actions: ['codeconnections:GetConnection', 'codeconnections:UseConnection'],
        resources: [source.connectionArn],
      }),
    );
    // Ours, before EKS makes one with less: there is one entry a principal, and a second attempt is refused. With the two policies that EKS
    // would give, and all of the cluster, since what the tree holds are its own rules: node pools, admission, namespaces.
    const entry = admit(this, 'ArgoAccess', {
      clusterName: cluster.name,
      principalArn: role.roleArn,
      access: ['AmazonEKSArgoCDClusterPolicy', { policy: 'AmazonEKSArgoCDPolicy', namespaces: [NAMESPACE] }, 'AmazonEKSClusterAdminPolicy'],
    });

    const capability = new CfnCapability(this, 'Argo', {
      clusterName: cluster.name,
      capabilityName: 'argocd',
      type: 'ARGOCD',
      roleArn: role.roleArn,
      // The one value that EKS knows: applications outlive it.
      deletePropagationPolicy: 'RETAIN',
      configuration: {
        argoCd: {
          namespace: NAMESPACE,
          awsIdc: { idcInstanceArn: workforce.instanceArn, idcRegion: workforce.region },
          // Nobody is more than a viewer of Argo CD itself, whose settings come with the birth manifest; what operators may do with applications is in its project.
          rbacRoleMappings: [
            { role: 'VIEWER', identities: [workforce.viewersGroupId, workforce.operatorsGroupId].map((id) => ({ id, type: 'SSO_GROUP' })) },
          ],
          networkAccess: { vpceIds: [this.addEndpoint(network).vpcEndpointId] },
        },
      },
    });
    capability.node.addDependency(entry, role);
    return capability;
  }

  /** Argo CD's pages and its API, for engineers inside the VPC alone; with it the public way is closed. It takes no endpoint policy. */
  private addEndpoint({ vpc, engineers }: GitOpsStackProps['network']): ec2.InterfaceVpcEndpoint {
    const securityGroup = new ec2.SecurityGroup(this, 'ArgoSecurityGroup', {
      vpc,
      description: 'Pages and API of Argo CD',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(engineers, ec2.Port.tcp(ports.https), 'Engineers, over TLS');
    return new ec2.InterfaceVpcEndpoint(this, 'ArgoEndpoint', {
      vpc,
      service: new ec2.InterfaceVpcEndpointAwsService('eks-capabilities'),
      subnets: { subnetGroupName: 'Private' },
      securityGroups: [securityGroup],
      open: false,
      // EKS publishes the endpoint's addresses under Argo CD's own name.
      privateDnsEnabled: false,
    });
  }
}

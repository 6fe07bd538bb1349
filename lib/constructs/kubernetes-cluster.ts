import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnAccessEntry, CfnAddon, CfnCluster } from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface KubernetesClusterProps {
  /** Name of the cluster, which is that of the cell: known before it is there. */
  readonly name: string;
  /** Minor version, such as `1.36`. */
  readonly version: string;
  readonly vpc: ec2.IVpc;
  /** On the control plane's interfaces, besides the group that EKS makes. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** Add-ons beyond those that Auto Mode brings, each by name. */
  readonly addons: Readonly<Record<string, { readonly version: string; readonly configuration: object }>>;
  readonly logs: {
    readonly key: kms.IKey;
    /** Days, a value that CloudWatch Logs has. */
    readonly retentionDays: number;
  };
}

/** What a principal may do in a cluster, by EKS' own policies. Source: Amazon EKS User Guide, "Review access policy permissions", read 2026-11. */
export type ClusterAccess = 'AmazonEKSViewPolicy' | 'AmazonEKSClusterAdminPolicy' | 'AmazonEKSAutoNodePolicy';

/** Policies by which EKS runs nodes, volumes and load balancers of the cluster. Source: Amazon EKS User Guide, "Amazon EKS Auto Mode cluster IAM role", read 2026-11. */
const clusterPolicies = [
  'AmazonEKSClusterPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
];

/**
 * A Kubernetes cluster whose nodes, network, storage and load balancing AWS runs (EKS Auto Mode) [ORG-1, ARC-1, ADR-017]: reached from inside the
 * VPC alone, by access entries alone, with secrets under our key and all of its control plane logged [SEC-2, SEC-3, SEC-4].
 *
 * It has no node pool of AWS's: ours are in the tree of manifests (lib/gitops), on Graviton and with our security group.
 */
export class KubernetesCluster extends Construct {
  readonly cluster: CfnCluster;
  /** Encrypts Kubernetes' secrets, and the volumes of nodes. */
  readonly key: kms.Key;
  /** Of the nodes, by its name: manifests name it. */
  readonly nodeRole: iam.Role;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: KubernetesClusterProps,
  ) {
    super(scope, id);
    const { name, version, vpc } = props;
    this.key = new kms.Key(this, 'Key', {
      description: 'Secrets of the cluster, volumes of its nodes',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.nodeRole = this.addNodeRole();
    const role = this.addClusterRole();
    // EKS would make it without a key of ours, and keep its logs for ever.
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/eks/${name}/cluster`,
      retention: props.logs.retentionDays,
      encryptionKey: props.logs.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    this.cluster = new CfnCluster(this, 'Cluster', {
      name,
      version,
      roleArn: role.roleArn,
      resourcesVpcConfig: {
        subnetIds: vpc.selectSubnets({ subnetGroupName: 'Private' }).subnetIds,
        securityGroupIds: [props.securityGroup.securityGroupId],
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
      },
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      // The three of Auto Mode: EKS takes them together or not at all.
      computeConfig: { enabled: true },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { ipFamily: 'ipv4', serviceIpv4Cidr: SERVICE_CIDR, elasticLoadBalancing: { enabled: true } },
      // Auto Mode brings them itself, and not as pods.
      bootstrapSelfManagedAddons: false,
      encryptionConfig: [{ provider: { keyArn: this.key.keyArn }, resources: ['secrets'] }],
      logging: {
        clusterLogging: {
          enabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map((type) => ({ type })),
        },
      },
      // Upgraded by EKS at the end of standard support, in place of six times the price.
      upgradePolicy: { supportType: 'STANDARD' },
      zonalShiftConfig: { enabled: true },
      deletionProtection: true,
    });
    this.cluster.node.addDependency(role, logGroup);
    this.admit('Nodes', this.nodeRole.roleArn, 'AmazonEKSAutoNodePolicy', 'EC2');

    for (const [addonName, { version: addonVersion, configuration }] of Object.entries(props.addons)) {
      new CfnAddon(this, `Addon-${addonName}`, {
        clusterName: this.cluster.ref,
        addonName,
        addonVersion,
        configurationValues: JSON.stringify(configuration),
        // What somebody changed by hand goes with the next deployment [OPS-4].
        resolveConflicts: 'OVERWRITE',
      });
    }
  }

  /** Lets a principal into all of the cluster. One entry a principal: EKS has no second. */
  admit(id: string, principalArn: string, access: ClusterAccess, type: 'STANDARD' | 'EC2' = 'STANDARD'): CfnAccessEntry {
    return new CfnAccessEntry(this, `Access-${id}`, {
      clusterName: this.cluster.ref,
      principalArn,
      type,
      accessPolicies: [
        { policyArn: `arn:${Stack.of(this).partition}:eks::aws:cluster-access-policy/${access}`, accessScope: { type: 'cluster' } },
      ],
    });
  }

  private addClusterRole(): iam.Role {
    return this.addRole('ClusterRole', {
      description: 'EKS runs nodes, volumes and load balancers of the cluster',
      principal: 'eks.amazonaws.com',
      tagsSessions: true,
      policies: clusterPolicies,
    });
  }

  /** Nodes pull images and join; what pods may do is each one's own role. Source: Amazon EKS User Guide, "Amazon EKS Auto Mode node IAM role", read 2026-11. */
  private addNodeRole(): iam.Role {
    const { region } = Stack.of(this);
    return this.addRole('NodeRole', {
      roleName: nodeRoleName(this.props.name, region),
      description: 'Nodes join the cluster and pull images',
      principal: 'ec2.amazonaws.com',
      tagsSessions: false,
      policies: ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'],
    });
  }

  private addRole(
    id: string,
    traits: {
      readonly roleName?: string;
      readonly description: string;
      readonly principal: string;
      readonly tagsSessions: boolean;
      readonly policies: readonly string[];
    },
  ): iam.Role {
    const role = new iam.Role(this, id, {
      roleName: traits.roleName,
      description: traits.description,
      assumedBy: new iam.ServicePrincipal(traits.principal),
      managedPolicies: traits.policies.map((policy) => iam.ManagedPolicy.fromAwsManagedPolicyName(policy)),
    });
    if (traits.tagsSessions) {
      role.assumeRolePolicy?.addStatements(
        new iam.PolicyStatement({ actions: ['sts:TagSession'], principals: [new iam.ServicePrincipal(traits.principal)] }),
      );
    }
    return role;
  }
}

/** EKS' own default outside of 10.0.0.0/8, said here since network policies name it; lib/config keeps networks away from it. */
export const SERVICE_CIDR = '172.20.0.0/16';

/** Name of the nodes' role, as manifests name it. */
export const nodeRoleName = (cluster: string, region: string): string => `${cluster}-node-${region}`;

import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnAccessEntry, CfnCluster } from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { READ_GROUP } from './birth-items';

export interface KubernetesClusterProps {
  /** Name of the cluster, which is that of the cell: known before it is there. */
  readonly name: string;
  /** Minor version, such as `1.36`. */
  readonly version: string;
  readonly vpc: ec2.IVpc;
  /** On the control plane's interfaces, besides the group that EKS makes. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** ARNs of the roles of people: who looks, and who changes once somebody has approved that [SEC-4, SEC-5]. */
  readonly people: { readonly readOnlyRoleArn: string; readonly elevatedRoleArn: string };
  readonly logs: {
    readonly key: kms.IKey;
    /** Days, a value that CloudWatch Logs has. */
    readonly retentionDays: number;
  };
}

/** What a principal may do in a cluster, by EKS' own policies. Source: Amazon EKS User Guide, "Review access policy permissions", read 2026-11. */
export type ClusterAccess =
  | 'AmazonEKSViewPolicy'
  | 'AmazonEKSClusterAdminPolicy'
  | 'AmazonEKSAutoNodePolicy'
  | 'AmazonEKSArgoCDClusterPolicy'
  /** In these namespaces. */
  | { readonly policy: 'AmazonEKSArgoCDPolicy'; readonly namespaces: readonly string[] };

/** Policies by which EKS runs nodes, volumes and load balancers of the cluster. Source: Amazon EKS User Guide, "Amazon EKS Auto Mode cluster IAM role", read 2026-11. */
const clusterPolicies = [
  'AmazonEKSClusterPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
];

/** EKS' own default outside of 10.0.0.0/8, said here since network policies name it and a change replaces the cluster; lib/config keeps networks away from it. */
export const SERVICE_CIDR = '172.20.0.0/16';

/** Name of the nodes' role, as manifests name it. */
export const nodeRoleName = (cluster: string, region: string): string => `${cluster}-node-${region}`;

/** Alias of the key of Kubernetes' secrets and of the nodes' volumes, as manifests name it. */
export const clusterKeyAlias = (cluster: string): string => `alias/${cluster}-cluster`;

/** The tag by which EKS' own policies know what belongs to a cluster. */
export const CLUSTER_TAG = 'eks:eks-cluster-name';

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
    this.key.addAlias(clusterKeyAlias(name));
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
      // The three of Auto Mode: EKS takes them together or not at all. No pool of AWS's, and so no role of nodes here.
      computeConfig: { enabled: true },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { ipFamily: 'ipv4', serviceIpv4Cidr: SERVICE_CIDR, elasticLoadBalancing: { enabled: true } },
      // Auto Mode brings them itself, and not as pods.
      bootstrapSelfManagedAddons: false,
      // The CDK's validation calls `resources` deprecated (W9009), CloudFormation's reference does not, and without it nothing says what is encrypted.
      // Source: AWS CloudFormation Template Reference, "AWS::EKS::Cluster EncryptionConfig", read 2026-11. A change replaces the cluster.
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
    // It is what everything in it is reached by: a second one would have another address, and nothing in it.
    this.cluster.applyRemovalPolicy(RemovalPolicy.RETAIN);

    this.admit('Nodes', this.nodeRole.roleArn, 'AmazonEKSAutoNodePolicy', { type: 'EC2' });
    this.admit('ReadOnly', props.people.readOnlyRoleArn, 'AmazonEKSViewPolicy', { groups: [READ_GROUP] });
    this.admit('Elevated', props.people.elevatedRoleArn, 'AmazonEKSClusterAdminPolicy');
  }

  /** Lets a principal into the cluster. One entry a principal: EKS has no second. */
  private admit(id: string, principalArn: string, access: ClusterAccess, more: Pick<Admission, 'groups' | 'type'> = {}): void {
    admit(this, `Access-${id}`, { clusterName: this.cluster.ref, principalArn, access: [access], ...more });
  }

  private addClusterRole(): iam.Role {
    const { account, region, partition } = Stack.of(this);
    const role = this.addRole('ClusterRole', {
      description: 'EKS runs nodes, volumes and load balancers of the cluster',
      principal: 'eks.amazonaws.com',
      policies: clusterPolicies,
    });
    // EKS' policies above know the cluster by a tag of the session, and deny everything without it.
    role.assumeRolePolicy?.addStatements(
      new iam.PolicyStatement({ actions: ['sts:TagSession'], principals: [new iam.ServicePrincipal('eks.amazonaws.com')] }),
    );
    const sameCluster = { [`aws:RequestTag/${CLUSTER_TAG}`]: `\${aws:PrincipalTag/${CLUSTER_TAG}}` };
    const statements: iam.PolicyStatementProps[] = [
      // EKS' policies allow no tag of ours, by which nodes and volumes are paid for [BUD-3]. Source: Amazon EKS User Guide,
      // "Learn about identity and access in EKS Auto Mode: custom AWS tags", read 2026-11.
      {
        sid: 'TagNodes',
        actions: ['ec2:CreateFleet', 'ec2:CreateLaunchTemplate', 'ec2:RunInstances'],
        resources: ['*'],
        conditions: {
          StringEquals: sameCluster,
          StringLike: { 'aws:RequestTag/eks:kubernetes-node-class-name': '*', 'aws:RequestTag/eks:kubernetes-node-pool-name': '*' },
        },
      },
      {
        sid: 'TagVolumes',
        actions: ['ec2:CreateSnapshot', 'ec2:CreateVolume'],
        // A snapshot's ARN has no account.
        resources: [`arn:${partition}:ec2:${region}::snapshot/*`, `arn:${partition}:ec2:${region}:${account}:volume/*`],
        conditions: { StringEquals: sameCluster },
      },
      {
        sid: 'TagInterfaces',
        actions: ['ec2:CreateNetworkInterface'],
        resources: ['*'],
        conditions: { StringEquals: sameCluster, StringLike: { 'aws:RequestTag/eks:kubernetes-cni-node-name': '*' } },
      },
      // Target groups are made by CloudFormation, so that alarms and cost know them; EKS fills and empties those of this cluster.
      {
        sid: 'FillTargetGroups',
        actions: ['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets'],
        resources: [`arn:${partition}:elasticloadbalancing:${region}:${account}:targetgroup/${this.props.name}-*`],
        conditions: { StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: this.props.name } },
      },
      // Source: Amazon EKS User Guide, "Create a storage class: use a self-managed KMS key", read 2026-11.
      {
        sid: 'EncryptVolumes',
        actions: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com` } },
      },
      {
        sid: 'LendKeyToVolumes',
        actions: ['kms:CreateGrant'],
        resources: [this.key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com` },
          Bool: { 'kms:GrantIsForAWSResource': 'true' },
        },
      },
    ];
    for (const statement of statements) role.addToPolicy(new iam.PolicyStatement(statement));
    return role;
  }

  /** Nodes pull images and join; what pods may do is each one's own role. Source: Amazon EKS User Guide, "Amazon EKS Auto Mode node IAM role", read 2026-11. */
  private addNodeRole(): iam.Role {
    return this.addRole('NodeRole', {
      roleName: nodeRoleName(this.props.name, Stack.of(this).region),
      description: 'Nodes join the cluster and pull images',
      principal: 'ec2.amazonaws.com',
      policies: ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'],
    });
  }

  private addRole(
    id: string,
    traits: {
      readonly roleName?: string;
      readonly description: string;
      readonly principal: string;
      readonly policies: readonly string[];
    },
  ): iam.Role {
    return new iam.Role(this, id, {
      roleName: traits.roleName,
      description: traits.description,
      // Without a condition: AWS documents none for these two, and nobody passes a role but within its account.
      assumedBy: new iam.ServicePrincipal(traits.principal),
      managedPolicies: traits.policies.map((policy) => iam.ManagedPolicy.fromAwsManagedPolicyName(policy)),
    });
  }
}

export interface Admission {
  readonly clusterName: string;
  readonly principalArn: string;
  readonly access: readonly ClusterAccess[];
  /** Groups of Kubernetes, to which objects in the cluster give rights. @default - none */
  readonly groups?: readonly string[];
  /** @default 'STANDARD' */
  readonly type?: 'STANDARD' | 'EC2';
}

/** Lets a principal into a cluster, in a stack of the principal's own. */
export function admit(
  scope: Construct,
  id: string,
  { clusterName, principalArn, access, groups, type = 'STANDARD' }: Admission,
): CfnAccessEntry {
  const policyArn = (policy: string) => `arn:${Stack.of(scope).partition}:eks::aws:cluster-access-policy/${policy}`;
  return new CfnAccessEntry(scope, id, {
    clusterName,
    principalArn,
    type,
    kubernetesGroups: groups && [...groups],
    accessPolicies: access.map((granted) =>
      typeof granted === 'string'
        ? { policyArn: policyArn(granted), accessScope: { type: 'cluster' } }
        : { policyArn: policyArn(granted.policy), accessScope: { type: 'namespace', namespaces: [...granted.namespaces] } },
    ),
  });
}

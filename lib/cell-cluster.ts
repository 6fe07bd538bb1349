import type { Construct } from 'constructs';
import type { Cell, Organization } from './config/schema';
import { workforceRoleArn } from './constructs/workforce-role';
import { USAGE_PREFIX } from './cost/attribution/usage';
import { AddonsStack } from './stacks/addons-stack';
import { ClusterStack, type ClusterStackProps } from './stacks/cluster-stack';
import { CostStack } from './stacks/cost-stack';
import { DeliveryStack } from './stacks/delivery-stack';
import { DetectionStack } from './stacks/detection-stack';
import { EdgeStack } from './stacks/edge-stack';
import { GitOpsStack } from './stacks/gitops-stack';
import { ImagesStack } from './stacks/images-stack';
import { LakeStack } from './stacks/lake-stack';
import { MetadataStack } from './stacks/metadata-stack';
import { NetworkStack } from './stacks/network-stack';
import { ObservabilityStack } from './stacks/observability-stack';
import { ProfilesStack } from './stacks/profiles-stack';
import { StreamingStack } from './stacks/streaming-stack';
import { WorkloadsStack } from './stacks/workloads-stack';

/** What a cluster stands on, all of it of one Region. */
export interface ClusterSurroundings {
  readonly organization: Organization;
  /** Of engineers whom somebody has let in for an hour [SEC-5]. */
  readonly elevatedRoleArn: string;
  /** Of the names of its stacks. */
  readonly prefix: '' | 'Recovery';
  readonly env: { readonly account: string; readonly region: string };
  readonly network: NetworkStack;
  readonly streaming: StreamingStack;
  readonly lake: LakeStack;
  readonly delivery: DeliveryStack;
  readonly profiles: ProfilesStack;
  readonly metadata: MetadataStack;
  readonly images: ImagesStack;
  readonly edge: EdgeStack;
  readonly logs: ClusterStackProps['logs'];
  readonly alerts: DetectionStack['alerts'];
  /** Of the home Region: what a recovery Region serves is counted by nobody, and shared by the hours that were counted. */
  readonly usage?: CostStack['usage'];
}

/** Applications that read the stream of events, each by enhanced fan-out of its own. */
export const processors = ['processor'] as const;

/** What runs: the cluster, what its pods may do, and what fills it. */
export function addCluster(
  scope: Construct,
  cell: Cell,
  {
    prefix,
    env,
    network: { network, tiers },
    streaming,
    lake,
    delivery,
    profiles,
    metadata,
    images,
    edge,
    logs,
    alerts,
    usage,
    organization,
    elevatedRoleArn,
  }: ClusterSurroundings,
): void {
  const { name, account, cluster: settings } = cell;
  const { workforceIdentity, workforceIdentityRegion: identityRegion, github } = organization;
  const { vpc } = network;
  const readOnlyRoleArn = workforceRoleArn({ account, name: settings.readOnlyRole, identityRegion });
  const cluster = new ClusterStack(scope, `${prefix}Cluster`, {
    env,
    cell: name,
    version: settings.kubernetesVersion,
    vpc,
    securityGroup: tiers.controlPlane,
    people: { readOnlyRoleArn, elevatedRoleArn },
    logs,
  });
  const { clusterName } = cluster;
  const workloads = new WorkloadsStack(scope, `${prefix}Workloads`, {
    env,
    cell: name,
    clusterName,
    streaming,
    lake,
    delivery,
    profiles,
    metadata,
    onlyTenant: cell.tenants.kind === 'dedicated' ? cell.tenants.tenant : undefined,
    elevatedRoleArn,
    usage: usage && { ...usage, prefix: USAGE_PREFIX },
  });
  const gitops = new GitOpsStack(scope, `${prefix}GitOps`, {
    env,
    cell: name,
    cluster: { name: clusterName, arn: cluster.clusterArn, ...cluster.api },
    network: { vpc, deployer: tiers.deployer, engineers: tiers.engineers },
    source: { connectionArn: images.connectionArn, owner: github.name, repository: github.repository },
    workforce: { ...workforceIdentity, region: identityRegion },
    targetGroupArns: edge.targetGroupArns,
    logs,
    alerts,
  });
  const addons = new AddonsStack(scope, `${prefix}Addons`, { env, clusterName });
  if (edge.watched) {
    new ObservabilityStack(scope, `${prefix}Observability`, {
      env,
      cell: name,
      edge: edge.watched,
      eventsStream: streaming.events.streamName,
      processor: processors[0],
      natGateways: network.natGatewayIds,
      eventsPerDay: cell.workload.eventsPerDay,
      alerts,
    });
  }
  // By name alone, which tells CloudFormation nothing: pods find their roles, and add-ons their nodes, when they start.
  workloads.addStackDependency(cluster);
  gitops.addStackDependency(workloads);
  addons.addStackDependency(gitops);
}

import type { Jurisdiction } from './config/jurisdictions';
import type { Cell, Environment, Platform } from './config/schema';
import { classTraits, deliveryQueueNames, deliverySchedule, destinationClasses } from './constructs/delivery-schedule';
import { tiers } from './config/tiers';
import { clusterKeyAlias, nodeRoleName, SERVICE_CIDR } from './constructs/kubernetes-cluster';
import { profileTableNames } from './stacks/profiles-stack';
import { renderTree } from './gitops/cluster-tree';
import type { ClusterTreeProps } from './gitops/tree-props';

/** When the customers of a jurisdiction are at work, in UTC: from 7 in Athens to 19 in Lisbon, from 8 in New York to 20 in Los Angeles. */
const peaks: Readonly<Record<Jurisdiction, ClusterTreeProps['peak']>> = {
  eu: { schedule: '0 5 * * mon-fri', duration: '14h' },
  us: { schedule: '0 12 * * mon-fri', duration: '16h' },
};

/** What each cluster's manifests are made from: of the home Region, and of the recovery Region, whose cluster is there when it serves. */
export function treeProps({
  environments,
  owner,
  costCentre,
}: Pick<Platform, 'environments' | 'owner' | 'costCentre'>): ClusterTreeProps[] {
  return environments.flatMap((environment) =>
    environment.cells.flatMap((cell) => [
      propsOf(environment, cell, 'Network', cell.home, { owner, costCentre }),
      ...(cell.recovery.kind === 'pilot-light'
        ? [propsOf(environment, cell, 'RecoveryNetwork', cell.recovery, { owner, costCentre })]
        : []),
    ]),
  );
}

function propsOf(
  { name: environment }: Environment,
  { name: cell, account, jurisdiction, cluster, api, tenants }: Cell,
  networkStack: 'Network' | 'RecoveryNetwork',
  { region, cidr, availabilityZoneIds }: Pick<Cell['home'], 'region' | 'cidr' | 'availabilityZoneIds'>,
  team: Pick<ClusterTreeProps, 'owner' | 'costCentre'>,
): ClusterTreeProps {
  return {
    ...team,
    cell,
    environment,
    account,
    region,
    kubernetesVersion: cluster.kubernetesVersion,
    nodeRole: nodeRoleName(cell, region),
    nodeKeyAlias: clusterKeyAlias(cell),
    network: { path: `${cell}/${networkStack}`, cidr, zones: availabilityZoneIds.length, serviceCidr: SERVICE_CIDR },
    maximumVcpus: cluster.maximumVcpus,
    peak: peaks[jurisdiction],
    services: cluster.services,
    identityProvider: api.identityProvider,
    deliveries: {
      classes: Object.fromEntries(destinationClasses.map((of) => [of, { ...classTraits[of], queues: deliveryQueueNames(cell, of) }])),
      schedule: deliverySchedule,
      tenantsTable: profileTableNames(cell).tenants,
      stopSeconds: deliverySchedule.stopSeconds,
    },
    tenants: {
      tiers: Object.fromEntries(Object.entries(tiers).map(([tier, quotas]) => [tier, { ...quotas }])),
      only: tenants.kind === 'dedicated' ? tenants.tenant : undefined,
    },
    // In the home Region alone: a second count would be a second truth.
    usageBucket: networkStack === 'Network' ? `${cell}-usage-${account}-${region}` : undefined,
    telemetry: { kind: 'none', because: 'The collector comes with observability.' },
  };
}

/** The files of gitops/, by their paths in it. */
export function gitopsFiles(platform: Platform): ReadonlyMap<string, string> {
  return new Map(treeProps(platform).flatMap((props) => [...renderTree(props)]));
}

import type { Cell, Platform } from './config/schema';
import { buying, podsOf, type CellInputs, type Stack } from './cost/estimate/inputs';
import { clusterTree } from './gitops/cluster-tree';
import { treeProps } from './gitops-trees';

const servingRegion = ({ home, recovery }: Cell): string =>
  recovery.kind === 'pilot-light' && recovery.state === 'serving' ? recovery.region : home.region;

/** A cell of its own has one. */
const tenantsOf = ({ tenants }: Cell): number =>
  tenants.kind === 'dedicated' ? 1 : Object.values(tenants.planned).reduce((sum, planned) => sum + planned, 0);

/** What the cost of each cell is estimated from: its literal, its templates, its manifests. */
export function cellInputs(platform: Platform, stacks: readonly Stack[]): readonly CellInputs[] {
  const trees = treeProps(platform);
  return platform.environments.flatMap((environment) =>
    environment.cells.map((cell): CellInputs => {
      const region = servingRegion(cell);
      const tree = trees.find((props) => props.cell === cell.name && props.region === region);
      if (!tree) throw new RangeError(`cell: received '${cell.name}'; allowed: one with manifests`);
      return {
        environment: environment.name,
        holdsCustomerData: environment.holdsCustomerData,
        cell: cell.name,
        homeRegion: cell.home.region,
        recoveryRegion: cell.recovery.kind === 'pilot-light' ? cell.recovery.region : undefined,
        servingRegion: region,
        budgetUsd: cell.monthlyBudgetUsd,
        maximumVcpus: cell.cluster.maximumVcpus,
        workload: { ...cell.workload, tenants: tenantsOf(cell) },
        pods: podsOf([...clusterTree(tree).values()].flat()),
        stacks: stacks.filter(({ path }) => path.startsWith(`${cell.name}/`)),
        buying,
      };
    }),
  );
}

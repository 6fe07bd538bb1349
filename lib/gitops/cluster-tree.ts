import { App, Yaml, type Chart } from 'cdk8s';
import { AdmissionPolicies } from './charts/admission-policies';
import { Foundation } from './charts/foundation';
import { NetworkPolicies } from './charts/network-policies';
import { Nodes } from './charts/nodes';
import { ServiceChart } from './charts/service-chart';
import type { Manifest } from './manifest';
import { TenantLimits } from './charts/tenant-limits';
import { servicesOf } from './services';
import type { ClusterTreeProps } from './tree-props';

/** What stands at the top of each file. */
const HEADER = '# Rendered by npm run -s gitops from lib/config and lib/gitops. Do not edit: a test compares it, and Argo CD applies it.\n';

/**
 * Everything that runs in a cluster, by the name of its chart. Pure: the same props are the same objects, and nothing is written.
 * What only CloudFormation knows (target groups, the root application) is not in here, but written at the cluster's birth.
 */
export function clusterTree(props: ClusterTreeProps): ReadonlyMap<string, readonly Manifest[]> {
  const app = new App();
  const charts: readonly Chart[] = [
    new Foundation(app, props),
    new Nodes(app, props),
    new AdmissionPolicies(app, props),
    new NetworkPolicies(app, props),
    new TenantLimits(app, props),
    ...servicesOf(props).map((traits) => new ServiceChart(app, props, traits)),
  ];
  return new Map(charts.map((chart) => [chart.node.id, chart.toJson() as readonly Manifest[]]));
}

/** The same as files, by their paths below `gitops/`. */
export function renderTree(props: ClusterTreeProps): ReadonlyMap<string, string> {
  const folder = `${props.cell}/${props.region}`;
  return new Map([...clusterTree(props)].map(([name, objects]) => [`${folder}/${name}.yaml`, `${HEADER}${Yaml.stringify(...objects)}`]));
}

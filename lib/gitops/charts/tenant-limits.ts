import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IService } from 'kubernetes-models/v1/Service';
import { add } from '../manifest';
import { serviceNames, type ClusterTreeProps, type ServiceName } from '../tree-props';
import { SERVICE_PORT } from './network-policies';

/** Services that answer tenants, and refuse what is over a tenant's quota. */
const limiting: readonly string[] = ['ingest', 'profiles'];

export const limitsOf = (name: ServiceName): string | undefined => (limiting.includes(name) ? LIMITS : undefined);

const LIMITS = 'tenant-limits';

/** The file of the ConfigMap. */
export const TIERS_FILE = 'tiers.json';

/**
 * What each tier may use, as pods read it, and how many pods share it: docs/01-architecture/tenants.md says how they do. A changed figure is in the
 * pods within about a minute, without a rollout. Source: Kubernetes, "ConfigMaps: mounted ConfigMaps are updated automatically", read 2026-11.
 */
export class TenantLimits extends Chart {
  constructor(scope: Construct, { tenants }: ClusterTreeProps) {
    super(scope, 'tenant-limits');
    for (const name of serviceNames.filter((service) => limitsOf(service) !== undefined)) {
      const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'dataflow' };
      add(this, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: LIMITS, namespace: name, labels },
        data: { [TIERS_FILE]: `${JSON.stringify(tenants.tiers, undefined, 2)}\n` },
      } satisfies IConfigMap);
      // Its addresses in DNS are the pods that are ready: a pod takes its share of each quota by their number, and asks nobody else.
      add(this, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: `${name}-peers`, namespace: name, labels },
        spec: {
          type: 'ClusterIP',
          clusterIP: 'None',
          selector: { 'app.kubernetes.io/name': name },
          ports: [{ name: 'https', port: SERVICE_PORT, targetPort: 'https', protocol: 'TCP' }],
        },
      } satisfies IService);
    }
  }
}

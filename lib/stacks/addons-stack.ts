import { CfnAddon } from 'aws-cdk-lib/aws-eks';
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface AddonsStackProps extends PlatformStackProps {
  readonly clusterName: string;
}

/**
 * Add-ons beyond those that Auto Mode brings (network, DNS, volumes, load balancing, Pod Identity), each at one version: compare with
 * `aws eks describe-addon-versions --addon-name NAME --kubernetes-version VERSION`, and the configuration with `describe-addon-configuration`.
 */
const addons = {
  // Load of pods and nodes, which the autoscaler of pods asks for.
  'metrics-server': {
    version: 'v0.8.1-eksbuild.10',
    configuration: {
      replicas: 2,
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          // With one zone lost both run in another: scaling matters more then than spread [SLO-1].
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'metrics-server' } },
        },
      ],
    },
  },
} as const;

/**
 * What AWS maintains inside of the cluster. A stack of its own, and the last: CloudFormation waits until an add-on's pods run, they need nodes, and node pools
 * come from the repository of manifests.
 */
export class AddonsStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: AddonsStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: add-ons of the cluster',
      component: 'cluster',
      dataClassification: 'internal',
      stateful: false,
    });
    for (const [addonName, { version, configuration }] of Object.entries(addons)) {
      new CfnAddon(this, `Addon-${addonName}`, {
        clusterName: props.clusterName,
        addonName,
        addonVersion: version,
        configurationValues: JSON.stringify(configuration),
        // What somebody changed by hand goes with the next deployment [OPS-4].
        resolveConflicts: 'OVERWRITE',
      });
    }
  }
}

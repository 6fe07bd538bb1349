import { propertyAt, resourceRule } from '../rule';

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/**
 * cdk-nag's rules for EKS look for the first generation of the CDK's construct, and see nothing on aws-eks-v2
 * (test/checks/nag-coverage.test.ts shows it): these judge the CloudFormation type.
 */
export const eksClustersPrivate = resourceRule({
  id: 'EksClustersPrivate',
  constraints: ['SEC-2', 'SEC-3', 'SEC-4', 'SLO-1', 'BUD-2'],
  demand:
    'A cluster is reached privately only, logs all of its control plane, encrypts secrets by our key, admits by access entries alone, shifts away from an ill zone, and is upgraded before its support costs six times as much',
  fix: 'See lib/constructs/kubernetes-cluster.ts and ADR-017',
  types: ['AWS::EKS::Cluster'],
  faults: (cluster) => {
    const enabled = propertyAt(cluster, 'Logging', 'ClusterLogging', 'EnabledTypes');
    const logged = Array.isArray(enabled) ? (enabled as { readonly Type?: string }[]).map(({ Type }) => Type) : [];
    const missing = logTypes.filter((type) => !logged.includes(type));
    const demands = [
      { path: ['ResourcesVpcConfig', 'EndpointPublicAccess'], allowed: false },
      { path: ['ResourcesVpcConfig', 'EndpointPrivateAccess'], allowed: true },
      { path: ['AccessConfig', 'AuthenticationMode'], allowed: 'API' },
      // Whoever made the cluster would be its administrator for ever, in no access entry of ours: left out, it is true.
      { path: ['AccessConfig', 'BootstrapClusterCreatorAdminPermissions'], allowed: false },
      { path: ['DeletionProtection'], allowed: true },
      { path: ['UpgradePolicy', 'SupportType'], allowed: 'STANDARD' },
      { path: ['ZonalShiftConfig', 'Enabled'], allowed: true },
    ];
    return [
      ...demands
        .filter(({ path, allowed }) => propertyAt(cluster, ...path) !== allowed)
        .map(({ path, allowed }) => ({
          location: `Properties.${path.join('.')}`,
          message: `${path.join('.')} is ${JSON.stringify(propertyAt(cluster, ...path)) ?? 'absent'}; allowed: ${allowed}`,
        })),
      ...(missing.length > 0 ? [{ location: 'Properties.Logging', message: `The control plane does not log ${missing.join(', ')}` }] : []),
      ...(propertyAt(cluster, 'EncryptionConfig', 0, 'Provider', 'KeyArn') === undefined
        ? [{ location: 'Properties.EncryptionConfig', message: 'Secrets are not encrypted by a key of ours' }]
        : []),
    ];
  },
});

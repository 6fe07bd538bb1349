import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];
const cluster: ResourceFixture = {
  Type: 'AWS::EKS::Cluster',
  Properties: {
    AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
    DeletionProtection: true,
    EncryptionConfig: [{ Provider: { KeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] } }, Resources: ['secrets'] }],
    Logging: { ClusterLogging: { EnabledTypes: logTypes.map((Type) => ({ Type })) } },
    ResourcesVpcConfig: { EndpointPublicAccess: false, EndpointPrivateAccess: true },
    UpgradePolicy: { SupportType: 'STANDARD' },
    ZonalShiftConfig: { Enabled: true },
  },
};
const clusterWith = (path: string, value: unknown) => [stackTemplate({ Cluster: altered(cluster, `Properties.${path}`, value) })];
const silent = `Cluster: The control plane does not log ${logTypes.join(', ')}`;
const noKey = 'Cluster: Secrets are not encrypted by a key of ours';

describeRule('EksClustersPrivate', {
  passing: {
    'a private cluster that logs, encrypts, and admits by access entries': [stackTemplate({ Cluster: cluster })],
    'a template without a cluster': [stackTemplate({ Bucket: { Type: 'AWS::S3::Bucket' } })],
  },
  failing: {
    'an endpoint that the internet reaches': {
      stacks: clusterWith('ResourcesVpcConfig.EndpointPublicAccess', true),
      findings: ['Cluster: ResourcesVpcConfig.EndpointPublicAccess is true; allowed: false'],
    },
    "an endpoint that is left to EKS's default, which is public": {
      stacks: clusterWith('ResourcesVpcConfig', {}),
      findings: [
        'Cluster: ResourcesVpcConfig.EndpointPublicAccess is absent; allowed: false',
        'Cluster: ResourcesVpcConfig.EndpointPrivateAccess is absent; allowed: true',
      ],
    },
    'an endpoint of which only a parameter knows whether it is public': {
      stacks: clusterWith('ResourcesVpcConfig.EndpointPublicAccess', { Ref: 'Public' }),
      findings: ['Cluster: ResourcesVpcConfig.EndpointPublicAccess is {"Ref":"Public"}; allowed: false'],
    },
    'users by the ConfigMap aws-auth': {
      stacks: clusterWith('AccessConfig.AuthenticationMode', 'API_AND_CONFIG_MAP'),
      findings: ['Cluster: AccessConfig.AuthenticationMode is "API_AND_CONFIG_MAP"; allowed: API'],
    },
    'a maker who is its administrator for ever': {
      stacks: clusterWith('AccessConfig.BootstrapClusterCreatorAdminPermissions', undefined),
      findings: ['Cluster: AccessConfig.BootstrapClusterCreatorAdminPermissions is absent; allowed: false'],
    },
    'support at six times the price': {
      stacks: clusterWith('UpgradePolicy.SupportType', 'EXTENDED'),
      findings: ['Cluster: UpgradePolicy.SupportType is "EXTENDED"; allowed: STANDARD'],
    },
    'a cluster that stays in a zone that is ill': {
      stacks: clusterWith('ZonalShiftConfig', undefined),
      findings: ['Cluster: ZonalShiftConfig.Enabled is absent; allowed: true'],
    },
    'a cluster that can be deleted': {
      stacks: clusterWith('DeletionProtection', undefined),
      findings: ['Cluster: DeletionProtection is absent; allowed: true'],
    },
    'a control plane that logs nothing': { stacks: clusterWith('Logging', undefined), findings: [silent] },
    'logs that are known only when they are deployed': {
      stacks: clusterWith('Logging.ClusterLogging.EnabledTypes', { Ref: 'Types' }),
      findings: [silent],
    },
    'a control plane without its audit log': {
      stacks: clusterWith('Logging.ClusterLogging.EnabledTypes.1.Type', 'api'),
      findings: ['Cluster: The control plane does not log audit'],
    },
    'secrets without a key of ours': { stacks: clusterWith('EncryptionConfig', undefined), findings: [noKey] },
    'secrets whose encryption is known only when it is deployed': {
      stacks: clusterWith('EncryptionConfig', { Ref: 'Encryption' }),
      findings: [noKey],
    },
  },
});

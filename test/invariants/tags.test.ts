import { describe, expect, it } from 'vitest';
import { describeInvariant, first, judgedStacks, resourcesOf, type Invariant, type Resource } from './judged-stack';

/** Types of this platform whose resources carry no tags: they take none, or are replaced when one changes. Nothing else may lack them. */
const untagged = [
  'AWS::ARCZonalShift::ZonalAutoshiftConfiguration',
  'AWS::Athena::NamedQuery',
  'AWS::Athena::PreparedStatement',
  'AWS::Backup::BackupSelection',
  'AWS::Backup::RestoreTestingSelection',
  'AWS::CE::AnomalyMonitor',
  'AWS::CE::AnomalySubscription',
  'AWS::Config::ConfigurationRecorder',
  'AWS::Config::DeliveryChannel',
  'AWS::EC2::Route',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SnapshotBlockPublicAccess',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECR::ReplicationConfiguration',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::IAM::Policy',
  'AWS::KMS::Alias',
  'AWS::Kinesis::StreamConsumer',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogStream',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::Route53::RecordSet',
  'AWS::Route53Resolver::FirewallConfig',
  'AWS::Route53Resolver::ResolverQueryLoggingConfig',
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
  'AWS::S3::BucketPolicy',
  'AWS::S3Tables::Namespace',
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecurityHub::Standard',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACLAssociation',
  'Custom::BirthManifest',
  'Custom::VpcRestrictDefaultSG',
];

const environments: Readonly<Record<string, string>> = { 'prod-us': 'prod', 'prod-eu': 'prod' };

/** What each tag may say in a cell. */
const allowedValues = (cell: string): Readonly<Record<string, RegExp>> => ({
  environment: new RegExp(`^${environments[cell] ?? cell}$`),
  cell: new RegExp(`^${cell}$`),
  component:
    /^(network|security|streaming|profiles|metadata|lake|backup|images|cluster|edge|workloads|gitops|audit|delivery|warehouse|tenants|cost|observability)$/,
  owner: /^platform-engineering$/,
  'data-classification': /^(internal|confidential|customer-data)$/,
  'cost-centre': /^[A-Z]{2}-\d{4}$/,
});

/** Of a global table those of its first replica: that all have the same is for the rule ResourcesTagged. */
const tagsIn = ({ Type, Properties }: Resource): unknown =>
  Type === 'AWS::DynamoDB::GlobalTable'
    ? (Properties['Replicas'] as readonly { readonly Tags?: unknown }[])[0]?.Tags
    : (Properties['Tags'] ??
      Properties['BackupVaultTags'] ??
      Properties['BackupPlanTags'] ??
      Properties['HealthCheckTags'] ??
      Properties['ResourceTags']);

/** A list of keys and values with most types, a map with Security Hub and few others. */
function tagsOf(resource: Resource): Readonly<Record<string, string>> {
  const tags = tagsIn(resource) ?? {};
  if (!Array.isArray(tags)) return tags as Readonly<Record<string, string>>;
  return Object.fromEntries((tags as { readonly Key: string; readonly Value: string }[]).map(({ Key, Value }) => [Key, Value]));
}

const everythingIsTagged: Invariant = (stacks) =>
  resourcesOf(stacks)
    .filter(({ Type }) => !untagged.includes(Type))
    .flatMap((resource) => {
      const tags = tagsOf(resource);
      return Object.entries(allowedValues(resource.stack.cell))
        .filter(([key, values]) => !values.test(tags[key] ?? ''))
        .map(([key]) => `${resource.at} of ${resource.Type}: ${key} is ${tags[key] ?? 'absent'}`);
    });

const retag = (resource: Resource, key: string, Value: string): void => {
  resource.Properties['Tags'] = Object.entries({ ...tagsOf(resource), [key]: Value }).map(([Key, value]) => ({ Key, Value: value }));
};

describeInvariant('every resource says to whom it belongs and what it holds [BUD-3, SEC-1]', everythingIsTagged, {
  'a bucket without tags': ['prod-eu/LogArchive', (stack) => delete first(stack, 'AWS::S3::Bucket').Properties['Tags']],
  'the cost of one cell shown under another': ['prod-eu/Network', (stack) => retag(first(stack, 'AWS::EC2::VPC'), 'cell', 'prod-us')],
  'a component that nobody knows': ['dev/Network', (stack) => retag(first(stack, 'AWS::EC2::VPC'), 'component', 'misc')],
  "a function of the CDK's own without tags": [
    'prod-us/Network',
    (stack) => delete first(stack, 'AWS::Lambda::Function').Properties['Tags'],
  ],
  'a hub, whose tags are a map, without its owner': [
    'staging/Detection',
    (stack) => delete (first(stack, 'AWS::SecurityHub::Hub').Properties['Tags'] as Record<string, string>)['owner'],
  ],
  'a resource of a type that is new here': [
    'dev/Network',
    ({ template }) => (template.Resources['Seeded'] = { Type: 'AWS::Kinesis::Stream', Properties: {} }),
  ],
});

describe('the list of types without tags', () => {
  it('names no type in vain', () => {
    const inUse = new Set(resourcesOf(judgedStacks()).map(({ Type }) => Type));
    expect(untagged.filter((type) => !inUse.has(type))).toEqual([]);
  });
});

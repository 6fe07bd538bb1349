import type { ResourceDefinition } from '../assembly';
import { listAt, propertyAt, type Rule } from '../rule';

/** Types that take no tags, or none by CloudFormation. A type that is not here has to carry the tags. */
export const untaggedTypes: ReadonlySet<string> = new Set([
  'AWS::ARCZonalShift::ZonalAutoshiftConfiguration',
  'AWS::Athena::NamedQuery',
  'AWS::Athena::PreparedStatement',
  'AWS::Backup::BackupSelection',
  'AWS::Backup::RestoreTestingSelection',
  'AWS::CDK::Metadata',
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
  'AWS::Logs::ResourcePolicy',
  'AWS::Route53::RecordSet',
  'AWS::Logs::QueryDefinition',
  'AWS::Route53Resolver::FirewallConfig',
  'AWS::Route53Resolver::ResolverQueryLoggingConfig',
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
  'AWS::S3::BucketPolicy',
  'AWS::S3Tables::Namespace',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SecurityHub::Standard',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACLAssociation',
]);

/** Cost can be shown by cell, component and owner only for what says to which it belongs. */
export function resourcesTagged(keys: readonly string[]): Rule {
  return {
    id: 'ResourcesTagged',
    constraints: ['BUD-3', 'CST-3'],
    demand: `Every resource carries the tags ${keys.join(', ')}`,
    fix: 'Tags come from the stage and the stack. Where the type takes none, name it in untaggedTypes of lib/checks/rules/resources-tagged.ts',
    check: (stacks) =>
      stacks
        .flatMap(({ resources }) => resources)
        .filter(({ type }) => !untaggedTypes.has(type) && !type.startsWith('Custom::'))
        .flatMap((resource) => {
          const missing = keys.filter((key) => !tagKeys(resource).includes(key));
          return missing.length > 0
            ? [{ subject: resource, location: 'Properties.Tags', message: `${resource.type} lacks the tags ${missing.join(', ')}` }]
            : [];
        }),
  };
}

/** Keys of tags that say something; of a global table, those that each replica has. */
function tagKeys(resource: ResourceDefinition): string[] {
  if (resource.type === 'AWS::DynamoDB::GlobalTable') {
    const [first = [], ...others] = (listAt(resource, 'Replicas') as readonly { readonly Tags?: Tags }[]).map(({ Tags: tags }) =>
      keysOf(tags),
    );
    return first.filter((key) => others.every((keys) => keys.includes(key)));
  }
  const [tags] = tagProperties.map((name) => propertyAt(resource, name)).filter((value) => value !== undefined);
  return keysOf(tags as Tags | undefined);
}

/** What CloudFormation's types call them. */
const tagProperties = ['Tags', 'BackupPlanTags', 'BackupVaultTags', 'HealthCheckTags', 'HostedZoneTags'];

/** A list of keys and values with most types, and a map with some. */
type Tags = readonly { readonly Key?: string; readonly Value?: unknown }[] | Readonly<Record<string, unknown>>;

function keysOf(tags: Tags = []): string[] {
  const entries = Array.isArray(tags)
    ? (tags as readonly { readonly Key?: string; readonly Value?: unknown }[]).map(({ Key, Value }) => [Key ?? '', Value] as const)
    : Object.entries(tags);
  return entries.filter(([, value]) => value !== '' && value !== undefined).map(([key]) => key);
}

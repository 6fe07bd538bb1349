import { Aspects, CfnResource, Stack, Tags, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Keys that every resource carries, for cost [BUD-3], ownership and handling. */
export const requiredTags = ['environment', 'cell', 'component', 'owner', 'data-classification', 'cost-centre'] as const;
export type RequiredTag = (typeof requiredTags)[number];

/**
 * Types that CloudFormation replaces when a tag changes, so they carry none.
 * Source: CloudFormation's resource schema (createOnlyProperties) of each type, read 2026-11.
 */
export const typesReplacedByTags = [
  'AWS::CE::AnomalyMonitor',
  'AWS::CE::AnomalySubscription',
  'AWS::Kinesis::StreamConsumer',
  'AWS::Route53Resolver::ResolverQueryLoggingConfig',
] as const;

/** Tags all that is below the scope. */
export function tagAll(scope: IConstruct, tags: Partial<Record<RequiredTag, string>>): void {
  Aspects.of(scope).add(new TagsByHand(tags));
  for (const [key, value] of Object.entries(tags)) Tags.of(scope).add(key, value, { excludeResourceTypes: [...typesReplacedByTags] });
}

/**
 * What the CDK's own tags do not reach: functions and roles of its custom resource providers, which it writes without the
 * classes that know tags, and global tables, whose tags are those of each replica.
 */
class TagsByHand implements IAspect {
  private static readonly providerTypes = ['AWS::IAM::Role', 'AWS::Lambda::Function'];
  private static readonly given = new WeakMap<CfnResource, Readonly<Record<string, string>>>();

  constructor(private readonly tags: Readonly<Record<string, string>>) {}

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    const paths = TagsByHand.pathsOf(node);
    if (paths.length === 0) return;
    const tags = { ...TagsByHand.given.get(node), ...this.tags };
    TagsByHand.given.set(node, tags);
    const list = Object.keys(tags)
      .sort()
      .map((key) => ({ Key: key, Value: tags[key] }));
    for (const path of paths) node.addPropertyOverride(path, list);
  }

  private static pathsOf(node: CfnResource): string[] {
    if (node.constructor === CfnResource && TagsByHand.providerTypes.includes(node.cfnResourceType)) return ['Tags'];
    if (node.cfnResourceType !== 'AWS::DynamoDB::GlobalTable') return [];
    const { replicas } = node as unknown as { readonly replicas: unknown };
    return (Stack.of(node).resolve(replicas) as unknown[]).map((_, index) => `Replicas.${index}.Tags`);
  }
}

import { Aspects, CfnResource, Tags, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Keys that every resource carries, for cost [BUD-3], ownership and handling. */
export const requiredTags = ['environment', 'cell', 'component', 'owner', 'data-classification', 'cost-centre'] as const;
export type RequiredTag = (typeof requiredTags)[number];

/**
 * Types that CloudFormation replaces when a tag changes, so they carry none.
 * Source: CloudFormation's resource schema (createOnlyProperties) of each type, read 2026-11.
 */
export const typesReplacedByTags = ['AWS::Route53Resolver::ResolverQueryLoggingConfig'] as const;

/** Tags all that is below the scope. */
export function tagAll(scope: IConstruct, tags: Partial<Record<RequiredTag, string>>): void {
  Aspects.of(scope).add(new ProviderTags(tags));
  for (const [key, value] of Object.entries(tags)) Tags.of(scope).add(key, value, { excludeResourceTypes: [...typesReplacedByTags] });
}

/** Functions and roles of the CDK's custom resource providers, which it writes without the classes that know tags. */
class ProviderTags implements IAspect {
  private static readonly types = ['AWS::IAM::Role', 'AWS::Lambda::Function'];
  private static readonly given = new WeakMap<CfnResource, Readonly<Record<string, string>>>();

  constructor(private readonly tags: Readonly<Record<string, string>>) {}

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || node.constructor !== CfnResource || !ProviderTags.types.includes(node.cfnResourceType)) return;
    const tags = { ...ProviderTags.given.get(node), ...this.tags };
    ProviderTags.given.set(node, tags);
    const keys = Object.keys(tags).sort();
    node.addPropertyOverride(
      'Tags',
      keys.map((key) => ({ Key: key, Value: tags[key] })),
    );
  }
}

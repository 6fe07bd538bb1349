import { App, CfnResource, Stack, TagManager } from 'aws-cdk-lib';
import { CfnAlias } from 'aws-cdk-lib/aws-kms';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../../lib/app';
import { untaggedTypes } from '../../../lib/checks/rules/resources-tagged';
import { typesReplacedByTags } from '../../../lib/constructs/tagging';
import { describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';
import { platformStacks, unchecked } from '../../support/platform-assembly';

const keys = ['environment', 'cell', 'component', 'owner', 'data-classification', 'cost-centre'];
const tags = keys.map((Key) => ({ Key, Value: 'x' }));
const topic = (Tags: unknown): ResourceFixture => ({ Type: 'AWS::SNS::Topic', Properties: Tags === undefined ? {} : { Tags } });
const inStack = (resource: ResourceFixture) => [stackTemplate({ Thing: resource })];
const lacks = (missing: readonly string[], type = 'AWS::SNS::Topic') => [`Thing: ${type} lacks the tags ${missing.join(', ')}`];

describeRule('ResourcesTagged', {
  passing: {
    'a resource with every tag as a list': inStack(topic(tags)),
    'a resource with every tag as a map': inStack(topic(Object.fromEntries(keys.map((key) => [key, 'x'])))),
    'a hosted zone, whose tags have a name of their own': inStack({
      Type: 'AWS::Route53::HostedZone',
      Properties: { HostedZoneTags: tags },
    }),
    'a vault, whose tags have a name of their own too': inStack({
      Type: 'AWS::Backup::BackupVault',
      Properties: { BackupVaultTags: tags },
    }),
    'a global table whose replicas all have them': inStack({
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: { Replicas: [{ Tags: tags }, { Tags: tags }] },
    }),
    'types that take no tags': [stackTemplate(Object.fromEntries([...untaggedTypes].map((Type, index) => [`T${index}`, { Type }])))],
    'a custom resource': inStack({ Type: 'Custom::VpcRestrictDefaultSG' }),
  },
  failing: {
    'a resource without tags': { stacks: inStack(topic(undefined)), findings: lacks(keys) },
    'a resource that lacks one tag': { stacks: inStack(topic(tags.slice(1))), findings: lacks(['environment']) },
    'tags that are known only when they are deployed': { stacks: inStack(topic({ Ref: 'Tags' })), findings: lacks(keys) },
    'a tag whose key is known only when it is deployed': {
      stacks: inStack(topic([...tags.slice(0, -1), { Key: { Ref: 'Key' }, Value: 'x' }])),
      findings: lacks(['cost-centre']),
    },
    'a global table with a replica that lacks one': {
      stacks: inStack({ Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Tags: tags }, { Tags: tags.slice(1) }] } }),
      findings: lacks(['environment'], 'AWS::DynamoDB::GlobalTable'),
    },
    'a global table without replicas': {
      stacks: inStack({ Type: 'AWS::DynamoDB::GlobalTable' }),
      findings: lacks(keys, 'AWS::DynamoDB::GlobalTable'),
    },
    'tags in another case': {
      stacks: inStack(topic(keys.map((Key) => ({ Key: Key.toUpperCase(), Value: 'x' })))),
      findings: lacks(keys),
    },
    'a type that nobody has thought of': { stacks: inStack({ Type: 'AWS::New::Thing' }), findings: lacks(keys, 'AWS::New::Thing') },
  },
});

/** Not in use today, and yet right to name: each with the class of the CDK that knows whether it takes tags. */
const neededLater: Readonly<Record<string, (stack: Stack) => CfnResource>> = {
  // Written by the CDK itself where version reporting is on, which cdk.json is not the only one to decide.
  'AWS::CDK::Metadata': (stack) => new CfnResource(stack, 'Metadata', { type: 'AWS::CDK::Metadata' }),
  'AWS::KMS::Alias': (stack) => new CfnAlias(stack, 'Alias', { aliasName: 'alias/a', targetKeyId: 'k' }),
  'AWS::Lambda::Permission': (stack) => new CfnPermission(stack, 'Permission', { action: 'a', functionName: 'f', principal: 'p' }),
};

const resources = (): CfnResource[] =>
  buildApp(unchecked)
    .node.findAll()
    .filter((construct) => CfnResource.isCfnResource(construct));

describe('the list of types without tags', () => {
  it('names no type that takes tags, those apart that CloudFormation would replace', () => {
    const taggable = new Set(resources().flatMap((resource) => (TagManager.of(resource) ? [resource.cfnResourceType] : [])));
    expect(taggable.size).toBeGreaterThan(15);
    expect([...untaggedTypes].filter((type) => taggable.has(type))).toEqual([...typesReplacedByTags]);
  });

  it('is where every untaggable type of the platform stands, what the CDK writes without its own classes apart', () => {
    const untaggable = resources().filter((resource) => !TagManager.of(resource) && resource.constructor !== CfnResource);
    const types = new Set(untaggable.map(({ cfnResourceType }) => cfnResourceType).filter((type) => !type.startsWith('Custom::')));
    // Tagged by replica: lib/constructs/tagging.ts.
    expect([...types].filter((type) => !untaggedTypes.has(type))).toEqual(['AWS::DynamoDB::GlobalTable']);
  });

  it('names nothing in vain', () => {
    const used = new Set(platformStacks().flatMap((stack) => stack.resources.map(({ type }) => type)));
    expect([...untaggedTypes].filter((type) => !used.has(type) && !(type in neededLater))).toEqual([]);
    expect(Object.keys(neededLater).filter((type) => !untaggedTypes.has(type))).toEqual([]);
  });

  it.each(Object.entries(neededLater))('is right about %s, which comes later', (type, make) => {
    const resource = make(new Stack(new App({ autoSynth: false }), 'Stack'));
    expect(resource.cfnResourceType).toBe(type);
    expect(TagManager.of(resource)).toBeUndefined();
  });
});

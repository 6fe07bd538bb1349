import { Stage } from 'aws-cdk-lib';
import { CfnAnomalyMonitor, CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnResolverQueryLoggingConfig } from 'aws-cdk-lib/aws-route53resolver';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { CfnStreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import { CfnHub } from 'aws-cdk-lib/aws-securityhub';
import { describe, expect, it } from 'vitest';
import { requiredTags, tagAll, typesReplacedByTags } from '../../lib/constructs/tagging';
import { propertiesOf, SmallStack } from '../support/small-app';

const tags = [
  { Key: 'cell', Value: 'prod-eu' },
  { Key: 'component', Value: 'network' },
];

function tagged() {
  const stack = new SmallStack('Small', ['euw1-az1', 'euw1-az2']);
  tagAll(stack, { component: 'network', cell: 'prod-eu' });
  return stack;
}

describe('tags', () => {
  it('are six, for cost, ownership and handling', () => {
    expect(requiredTags).toEqual(['environment', 'cell', 'component', 'owner', 'data-classification', 'cost-centre']);
  });

  it('are on every resource below the scope, as a list or as a map', () => {
    const stack = tagged();
    new Bucket(stack, 'Bucket');
    new CfnHub(stack, 'Hub');
    stack.template.hasResourceProperties('AWS::S3::Bucket', { Tags: tags });
    stack.template.hasResourceProperties('AWS::SecurityHub::Hub', { Tags: { cell: 'prod-eu', component: 'network' } });
  });

  it("are on the function and the role of the CDK's own providers, in one order", () => {
    const stack = tagged();
    new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: true });
    const { template } = stack;
    for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role']) {
      expect(
        propertiesOf(template, type).map(({ Tags }) => Tags),
        type,
      ).toEqual([tags]);
    }
  });

  it("of an inner scope join those of an outer one on the CDK's own providers, and win", () => {
    const stack = new SmallStack('Small', ['euw1-az1', 'euw1-az2']);
    tagAll(stack.node.root, { cell: 'another', owner: 'platform-engineering' });
    tagAll(stack, { component: 'network', cell: 'prod-eu' });
    new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: true });
    const [handler = {}] = propertiesOf(stack.template, 'AWS::Lambda::Function');
    expect(handler['Tags']).toEqual([...tags, { Key: 'owner', Value: 'platform-engineering' }]);
  });

  it('are the same on the resources of the providers as on all others', () => {
    const stack = new SmallStack('Small', ['euw1-az1', 'euw1-az2']);
    tagAll(stack.node.root, { cell: 'another' });
    tagAll(stack, { cell: 'prod-eu' });
    new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: true });
    const cellOf = (type: string) =>
      (propertiesOf(stack.template, type)[0]?.['Tags'] as readonly { readonly Key: string; readonly Value: string }[]).find(
        ({ Key }) => Key === 'cell',
      )?.Value;
    expect(cellOf('AWS::Lambda::Function')).toBe(cellOf('AWS::EC2::VPC'));
  });

  it('are not on types that CloudFormation would replace for a tag', () => {
    const stack = tagged();
    new CfnResolverQueryLoggingConfig(stack, 'Log', { destinationArn: 'arn:aws:s3:::logs' });
    new CfnStreamConsumer(stack, 'Consumer', {
      consumerName: 'processor',
      streamArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/events',
    });
    const monitor = new CfnAnomalyMonitor(stack, 'Monitor', { monitorName: 'm', monitorType: 'DIMENSIONAL', monitorDimension: 'SERVICE' });
    const subscription = { address: 'a@example.com', type: 'EMAIL' };
    new CfnAnomalySubscription(stack, 'Subscription', {
      subscriptionName: 's',
      frequency: 'DAILY',
      monitorArnList: [monitor.attrMonitorArn],
      subscribers: [subscription],
      threshold: 1,
    });
    for (const type of typesReplacedByTags) {
      expect(propertiesOf(stack.template, type)).toHaveLength(1);
      for (const property of ['Tags', 'ResourceTags']) expect(propertiesOf(stack.template, type)[0], type).not.toHaveProperty(property);
    }
  });

  it('are on each replica of a global table, in the other Region too', () => {
    const stack = tagged();
    new TableV2(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING }, replicas: [{ region: 'eu-central-1' }] });
    const [table = {}] = propertiesOf(stack.template, 'AWS::DynamoDB::GlobalTable');
    expect((table['Replicas'] as readonly { readonly Tags: unknown }[]).map((replica) => replica.Tags)).toEqual([tags, tags]);
  });

  it('do not reach beyond the scope', () => {
    const stack = new SmallStack();
    tagAll(new Stage(stack, 'Other'), { cell: 'prod-us' });
    new Bucket(stack, 'Bucket');
    expect(propertiesOf(stack.template, 'AWS::S3::Bucket')[0]).not.toHaveProperty('Tags');
  });
});

/** What cdk-nag does not see although it has a rule for it, each proved: there a rule of our own has to see it. */
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../lib/checks/assembly';
import { fixtureApp, packFindings, ruleOf, rulesThatSee } from '../support/fixtures';

interface BlindSpot {
  readonly build: (stack: Stack) => void;
  /** Names of cdk-nag's rules that one would take to see it. */
  readonly blind: RegExp;
  readonly seenBy: string;
  /** The faults that are ours to find. */
  readonly messages: readonly (string | RegExp)[];
}

const everybody = (action: string) => ({ Statement: [{ Effect: 'Allow', Principal: '*', Action: action, Resource: '*' }] });

const spots: Readonly<Record<string, BlindSpot>> = {
  'a cluster of aws-eks-v2 with a public endpoint and a silent control plane': {
    build: (stack) =>
      void new eks.Cluster(stack, 'Cluster', {
        version: eks.KubernetesVersion.V1_34,
        vpc: new ec2.Vpc(stack, 'Vpc', {
          natGateways: 0,
          subnetConfiguration: [{ name: 'I', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
        }),
        vpcSubnets: [{ subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
        endpointAccess: eks.EndpointAccess.PUBLIC,
      }),
    blind: /^EKS/,
    seenBy: 'EksClustersPrivate',
    messages: [
      'ResourcesVpcConfig.EndpointPublicAccess is true; allowed: false',
      'The control plane does not log api, audit, authenticator, controllerManager, scheduler',
      'Secrets are not encrypted by a key of ours',
    ],
  },
  'a TableV2 that cannot be recovered': {
    build: (stack) => void new TableV2(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } }),
    blind: /^DynamoDB/,
    seenBy: 'DynamodbTablesRecoverable',
    messages: [
      'No point-in-time recovery on the replica in eu-west-1',
      'No deletion protection on the replica in eu-west-1',
      'No key of ours on the replica in eu-west-1',
    ],
  },
  "a function of the CDK's custom resource providers": {
    build: (stack) =>
      void new CfnResource(stack, 'Handler', {
        type: 'AWS::Lambda::Function',
        properties: { Runtime: 'nodejs12.x', Handler: 'index.handler', Code: { ZipFile: '//' } },
      }),
    blind: /^Lambda/,
    seenBy: 'LogGroupsKept',
    messages: ['The function does not write to a log group of its template, and may keep logs for ever'],
  },
  'an account with data and no trail, since cdk-nag asks only how the trails are that there are': {
    build: (stack) => void new CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket' }),
    blind: /^CloudTrail/,
    seenBy: 'AuditTrailComplete',
    messages: ['Account 123456789012 holds data and has no trail'],
  },
  ...Object.fromEntries(
    Object.entries({
      "a role of the CDK's custom resource providers that may do everything": {
        type: 'AWS::IAM::Role',
        properties: { Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }] },
        message: 'A statement allows * on every resource',
      },
      "a role of the CDK's custom resource providers with a managed policy of administrators": {
        type: 'AWS::IAM::Role',
        properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
        message: 'The role has the policy "arn:aws:iam::aws:policy/AdministratorAccess"',
      },
      'a role that anybody may take': {
        type: 'AWS::IAM::Role',
        properties: { AssumeRolePolicyDocument: everybody('sts:AssumeRole') },
        message: 'A statement admits everybody, without a condition on who it is',
      },
      'a key that everybody may use': {
        type: 'AWS::KMS::Key',
        properties: { KeyPolicy: everybody('kms:*') },
        message: 'A statement admits everybody, without a condition on who it is',
      },
    }).map(([name, { type, properties, message }]) => [
      name,
      {
        build: (stack: Stack) => void new CfnResource(stack, 'Spot', { type, properties }),
        blind: /^IAM|^KMS/,
        seenBy: 'PermissionsNarrow',
        messages: [message],
      },
    ]),
  ),
  'a Region with data and no GuardDuty detector, of which cdk-nag has no rule': {
    build: (stack) => void new CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket' }),
    blind: /GuardDuty/,
    seenBy: 'ThreatsDetected',
    messages: ['No GuardDuty detector in 123456789012 eu-west-1'],
  },
};

describe.each(Object.entries(spots))('cdk-nag', (name, { build, blind, seenBy, messages }) => {
  const judged = (): App => fixtureApp({ Stack: build });

  it(`does not see ${name}`, () => {
    const app = judged();
    expect([...rulesThatSee(app)].filter((rule) => blind.test(rule))).toEqual([]);
    expect(packFindings(app).filter(({ finding }) => blind.test(finding))).toEqual([]);
  });

  it(`is made up for by ${seenBy}, which rejects ${name}`, () => {
    const found = ruleOf(seenBy)
      .check(readAssembly(judged().synth().directory))
      .map(({ message }) => message);
    expect(found).toEqual(expect.arrayContaining([...messages]));
  });
});

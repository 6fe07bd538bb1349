import { describe, expect, it } from 'vitest';
import { AlertTopics } from '../../lib/constructs/alert-topics';
import { propertiesOf, SmallStack, statementsBySid } from '../support/small-app';

const stack = new SmallStack();
new AlertTopics(stack, 'Alerts', { email: 'platform@example.com' });
const template = stack.template;

const [topicKey] = Object.keys(template.findResources('AWS::KMS::Key'));
const topics = Object.keys(template.findResources('AWS::SNS::Topic'));
const ofThisAccount = { StringEquals: { 'aws:SourceAccount': '123456789012' } };

describe('the topics of alerts', () => {
  it('are two, told apart by what they ask of an engineer, encrypted by a key of their own', () => {
    expect(propertiesOf(template, 'AWS::SNS::Topic')).toEqual([
      { DisplayName: 'DataFlow: act now', KmsMasterKeyId: { 'Fn::GetAtt': [topicKey, 'Arn'] } },
      { DisplayName: 'DataFlow: act this week', KmsMasterKeyId: { 'Fn::GetAtt': [topicKey, 'Arn'] } },
    ]);
  });

  it('have a key that rotates and outlives them', () => {
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
  });

  it('reach the address', () => {
    expect(propertiesOf(template, 'AWS::SNS::Subscription')).toEqual(
      topics.map((topic) => ({ Endpoint: 'platform@example.com', Protocol: 'email', TopicArn: { Ref: topic } })),
    );
  });

  it('refuse what comes without TLS, and take alarms of this account only', () => {
    const policies = propertiesOf(template, 'AWS::SNS::TopicPolicy');
    expect(policies).toHaveLength(2);
    policies.forEach(({ PolicyDocument }, index) => {
      const topic = { Ref: topics[index] };
      expect(Object.values(statementsBySid(PolicyDocument))).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: topic,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        {
          Sid: 'AlarmsPublish',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic,
          Condition: ofThisAccount,
        },
      ]);
    });
  });

  it('lend alarms of this account the key, without which they fail in silence', () => {
    const [key = {}] = propertiesOf(template, 'AWS::KMS::Key');
    expect(statementsBySid(key['KeyPolicy'])).toEqual({
      AlarmsPublish: {
        Sid: 'AlarmsPublish',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: ofThisAccount,
      },
    });
  });
});

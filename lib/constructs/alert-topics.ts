import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlertTopicsProps {
  /** Receives both topics; it confirms each subscription once, by the link that AWS sends. */
  readonly email: string;
}

/** Where alarms of a Region go, by what they ask of an engineer [ORG-1]; encrypted, over TLS only. */
export class AlertTopics extends Construct {
  /** Act now: customers or their data are at stake. */
  readonly page: sns.Topic;
  /** Act within the week. */
  readonly ticket: sns.Topic;

  constructor(scope: Construct, id: string, { email }: AlertTopicsProps) {
    super(scope, id);
    const key = new kms.Key(this, 'Key', {
      description: 'Alerts on their way to engineers',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // CloudWatch publishes as itself, so it needs the key, or alarms fail in silence.
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );

    const topic = (name: string, displayName: string) => {
      const made = new sns.Topic(this, name, { displayName, masterKey: key, enforceSSL: true });
      made.addSubscription(new EmailSubscription(email));
      made.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: 'AlarmsPublish',
          principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
          actions: ['sns:Publish'],
          resources: [made.topicArn],
          conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
        }),
      );
      return made;
    };
    this.page = topic('Page', 'DataFlow: act now');
    this.ticket = topic('Ticket', 'DataFlow: act this week');
  }
}

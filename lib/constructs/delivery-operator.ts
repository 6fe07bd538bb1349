import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface DeliveryOperatorProps {
  readonly cell: string;
  /** Of engineers whom somebody has put into the elevated group: the only ones who may take the role [SEC-5]. */
  readonly elevatedRoleArn: string;
}

/** End of the name of the role, behind the cell's and before the Region: engineers' permission sets know it by that. */
export const OPERATOR_ROLE = 'delivery-operator';

/**
 * What an engineer does by hand about deliveries of all tenants: send dead letters back (docs/06-runbooks/delivery-dead-letters.md). Those of
 * one tenant are stopped as its operator, since the table lets in nobody else: docs/06-runbooks/tenant-delivery-stop.md.
 */
export class DeliveryOperator extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { cell, elevatedRoleArn }: DeliveryOperatorProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.role = new iam.Role(this, 'Role', {
      roleName: `${cell}-${OPERATOR_ROLE}-${region}`,
      description: 'Engineers who send dead letters back',
      // By a condition: a principal that is not there yet would be refused, and one that is made anew would be another.
      assumedBy: new iam.AccountPrincipal(account).withConditions({ ArnEquals: { 'aws:PrincipalArn': elevatedRoleArn } }),
      maxSessionDuration: Duration.hours(1),
    });
  }

  /**
   * SQS moves messages as whoever asks for it.
   * Source: Amazon SQS Developer Guide, "Configure a dead-letter queue redrive", required permissions, read 2026-11.
   */
  mayRedrive(from: readonly string[], to: readonly string[], key: IKey): void {
    const { region } = Stack.of(this);
    const allow = (sid: string, actions: string[], resources: readonly string[], conditions?: iam.Conditions) =>
      this.role.addToPolicy(new iam.PolicyStatement({ sid, actions, resources: [...resources], conditions }));
    allow(
      'TakeDeadLetters',
      [
        'sqs:CancelMessageMoveTask',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ListMessageMoveTasks',
        'sqs:ReceiveMessage',
        'sqs:StartMessageMoveTask',
      ],
      from,
    );
    allow('SendThemBack', ['sqs:GetQueueAttributes', 'sqs:SendMessage'], to);
    allow('DecryptAndEncryptDeliveries', ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn], {
      StringEquals: { 'kms:ViaService': `sqs.${region}.amazonaws.com` },
    });
  }
}

/**
 * What the stores themselves refuse, whatever a role's own policies allow: so that a role that is too broad, later, does not open the door [fault 5].
 * All of it denies what reads or changes data, and nothing by which CloudFormation, or an administrator, changes the policy again.
 *
 * That the tag is there is demanded by a statement of its own: what a negated operator makes of a variable without a value need not be known then.
 */
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Exception } from './exceptions';
import { ownKeys, ownQuarantine, TENANT, TENANT_TAG, tenantRoleArn, type TenantService } from './tenant-session';

export interface GuardProps {
  readonly cell: string;
  readonly account: string;
  /** Of the store: only access roles of the same Region reach it. */
  readonly region: string;
  readonly services: readonly TenantService[];
  readonly exceptions: readonly Exception[];
}

/** What touches items whose keys it names. Transactions are authorized as these. */
export const itemActions = [
  'BatchGetItem',
  'BatchWriteItem',
  'ConditionCheckItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Query',
  'UpdateItem',
].map((action) => `dynamodb:${action}`);

/** What reads or changes a table without naming keys, or by statements that need not: nothing of ours does. */
export const wholeTableActions = ['PartiQLDelete', 'PartiQLInsert', 'PartiQLSelect', 'PartiQLUpdate', 'Scan'].map(
  (action) => `dynamodb:${action}`,
);

/** Of a table: items of the session's tenant, by access roles. */
export function tableGuard(props: GuardProps): iam.PolicyDocument {
  const others = exceptFor(props.exceptions);
  return new iam.PolicyDocument({
    statements: [
      deny('AccessRolesAlone', [...itemActions, ...wholeTableActions], exceptFor(props.exceptions, accessRoles(props))),
      deny('OwnItemsAlone', itemActions, { 'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': ownKeys }, ...others }),
      deny('TagRequired', itemActions, { ...untagged, ...others }),
      // Of no keys ForAnyValue finds none.
      deny('KeyRequired', itemActions, { Null: { 'dynamodb:LeadingKeys': 'true' }, ...others }),
      deny('NobodyReadsAll', wholeTableActions, others),
    ],
  });
}

/** Of a table's stream, which holds items of all tenants. */
export const streamGuard = ({ exceptions }: Pick<GuardProps, 'exceptions'>): iam.PolicyDocument =>
  new iam.PolicyDocument({
    statements: [deny('ReplicationAlone', ['dynamodb:GetRecords', 'dynamodb:GetShardIterator'], exceptFor(exceptions))],
  });

/** Of the quarantine: objects and listings below the prefix of the session's tenant. */
export function quarantineGuard({ bucketArn, ...props }: GuardProps & { readonly bucketArn: string }): readonly iam.PolicyStatement[] {
  const others = exceptFor(props.exceptions);
  const reads = ['s3:GetObject', 's3:GetObjectVersion'];
  const lists = ['s3:ListBucket', 's3:ListBucketVersions'];
  return [
    deny('AccessRolesAlone', [...reads, ...lists], exceptFor(props.exceptions, accessRoles(props)), {
      resources: [bucketArn, `${bucketArn}/*`],
    }),
    deny('OwnObjectsAlone', reads, others, { notResources: [`${bucketArn}/${ownQuarantine}*`] }),
    deny('TagRequired', [...reads, ...lists], { ...untagged, ...others }, { resources: [bucketArn, `${bucketArn}/*`] }),
    deny('OwnListingAlone', lists, { StringNotLike: { 's3:prefix': `${ownQuarantine}*` }, ...others }, { resources: [bucketArn] }),
  ];
}

/** Of the key of credentials, which clients use by themselves: no service of AWS is between. */
export function credentialsGuard(props: GuardProps): readonly iam.PolicyStatement[] {
  const uses = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];
  return [
    deny('AccessRolesAlone', [...uses, 'kms:CreateGrant'], exceptFor(props.exceptions, accessRoles(props))),
    deny('TagRequired', uses, untagged),
    deny('OwnContextAlone', uses, { StringNotEquals: { 'kms:EncryptionContext:tenant': TENANT } }),
  ];
}

const untagged = { Null: { [`aws:PrincipalTag/${TENANT_TAG}`]: 'true' } };

type Conditions = Record<string, Record<string, string | string[]>>;

const accessRoles = (props: GuardProps): string[] => props.services.map((service) => tenantRoleArn(props, service));

const exceptFor = (exceptions: readonly Exception[], roles: readonly string[] = []): Conditions => ({
  ArnNotLike: { 'aws:PrincipalArn': [...roles, ...exceptions.map(({ principalArn }) => principalArn)] },
});

const deny = (
  sid: string,
  actions: readonly string[],
  conditions: Conditions,
  on: Pick<iam.PolicyStatementProps, 'resources' | 'notResources'> = { resources: ['*'] },
): iam.PolicyStatement =>
  new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: [...actions], conditions, ...on });

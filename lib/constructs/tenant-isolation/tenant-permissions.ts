import * as iam from 'aws-cdk-lib/aws-iam';
import {
  credentialsKey,
  ownDatabaseUser,
  ownKeys,
  ownQuarantine,
  restoredTable,
  settingsKey,
  stopsKey,
  TENANT,
  type TenantService,
} from './tenant-session';

export interface TenantStores {
  /** By name: tables may be made by the other Region. */
  readonly tables: { readonly profiles: string; readonly tenants: string; readonly deduplication: string };
  /** Of these tables, in this Region. */
  readonly tableKeyArn: string;
  readonly credentialsKeyArn: string;
  readonly quarantineArn: string;
  /** Of the quarantine. */
  readonly lakeKeyArn: string;
  /** ARN of the database's users, up to the user's name: `arn:...:dbuser:cluster-.../`. */
  readonly databaseUsersArn: string;
  readonly region: string;
}

/**
 * What each service may do with the data of its session's tenant, and nothing else [SEC-4]: docs/02-data/profiles.md says what for. Transactions
 * are authorized as the actions that they are made of. Nobody gets Scan, PartiQL, or a batch: nobody needs one.
 */
export function tenantPermissions(stores: TenantStores): Readonly<Record<TenantService, readonly iam.PolicyStatement[]>> {
  const { tables } = stores;
  const by = (service: 'dynamodb' | 's3', sid: string, keyArn: string) =>
    statement(sid, ['kms:Decrypt'], keyArn, { StringEquals: { 'kms:ViaService': `${service}.${stores.region}.amazonaws.com` } });
  const tableKey = by('dynamodb', 'DecryptTables', stores.tableKeyArn);
  const readSettings = items('ReadSettings', ['Query'], tables.tenants, { StringEquals: settingsKey });
  return {
    ingest: [readSettings, tableKey],
    processor: [
      items('KeepProfiles', ['GetItem', 'PutItem'], tables.profiles, { StringLike: ownKeys }),
      items('RememberEvents', ['PutItem'], tables.deduplication, { StringLike: ownKeys }),
      readSettings,
      tableKey,
    ],
    profiles: [items('ReadProfiles', ['GetItem', 'Query'], tables.profiles, { StringLike: ownKeys }), readSettings, tableKey],
    delivery: [
      readSettings,
      items('ReadStops', ['Query'], tables.tenants, { StringEquals: stopsKey }),
      items('ReadCredentials', ['GetItem'], tables.tenants, { StringEquals: credentialsKey }),
      credentials('DecryptCredentials', 'kms:Decrypt', stores.credentialsKeyArn),
      tableKey,
    ],
    operator: [
      items('ServePersons', ['DeleteItem', 'GetItem', 'PutItem', 'Query'], tables.profiles, { StringLike: ownKeys }),
      // Stops among them: who else could write one could lift one.
      items('KeepSettings', ['DeleteItem', 'GetItem', 'PutItem', 'Query'], tables.tenants, { StringLike: ownKeys }),
      // Of what was restored beside the two, to compare it with what is live: docs/06-runbooks/restore-from-backup.md.
      ...[tables.profiles, tables.tenants].map((table, index) =>
        items(index === 0 ? 'CompareProfiles' : 'CompareSettings', ['GetItem', 'Query'], restoredTable(table), { StringLike: ownKeys }),
      ),
      tableKey,
      // Writes credentials, and reads none.
      credentials('EncryptCredentials', 'kms:Encrypt', stores.credentialsKeyArn),
      statement('ListQuarantine', ['s3:ListBucket'], stores.quarantineArn, { StringLike: { 's3:prefix': `${ownQuarantine}*` } }),
      statement('ReadQuarantine', ['s3:GetObject'], `${stores.quarantineArn}/${ownQuarantine}*`),
      by('s3', 'DecryptQuarantine', stores.lakeKeyArn),
      statement('ConnectAsTenant', ['rds-db:connect'], `${stores.databaseUsersArn}${ownDatabaseUser}`),
    ],
  };
}

type Conditions = Record<string, Record<string, string>>;

const statement = (sid: string, actions: string[], resource: string, conditions?: Conditions): iam.PolicyStatement =>
  new iam.PolicyStatement({ sid, actions, resources: [resource], conditions });

/**
 * ForAllValues is true of no values as well, so that the key has to be there.
 * Source: IAM User Guide, "Set operators for multi-valued context keys", read 2026-11.
 */
function items(sid: string, actions: readonly string[], table: string, keys: { StringLike: string } | { StringEquals: string }) {
  const [[operator, value] = ['StringEquals', '']] = Object.entries(keys);
  return statement(
    sid,
    actions.map((action) => `dynamodb:${action}`),
    table,
    { [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': value }, Null: { 'dynamodb:LeadingKeys': 'false' } },
  );
}

/** Encrypted by the client, who names the tenant in the context: without it, or with another, the key does nothing. */
const credentials = (sid: string, action: string, keyArn: string): iam.PolicyStatement =>
  statement(sid, [action], keyArn, { StringEquals: { 'kms:EncryptionContext:tenant': TENANT } });

/**
 * What isolation means, as claims: a request, under these policies, is allowed or it is not. Each layer is claimed by itself too: what a role's own
 * policy refuses with every store open, and what a store refuses to a role that may do everything.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Policy } from '../bootstrap/execution-policy';
import type { Isolation, Table } from './policies';

export interface Claim {
  readonly title: string;
  readonly isAllowed: boolean;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly identity: Policy;
  readonly resourcePolicy?: Policy;
  readonly boundary?: Policy;
}

export const everything: Policy = { Version: '2012-10-17', Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }] };

/** Where a session has no tag. */
export const untagged = Symbol('untagged');
export type Tag = string | typeof untagged;

export interface Session {
  readonly roleArn: string;
  readonly tenant: Tag;
}

/** What touches data of one tenant: an action, and what of the request names the tenant. */
export interface Touch {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** A need of a service: its actions on a store, for data of a tenant. */
export interface Need {
  /** Database and copies have no policy of their own: the boundary stands before them. */
  readonly store: keyof Isolation['guards'] | 'database' | 'copies';
  readonly action: string;
  readonly touch: (tenant: string) => Touch;
  /** The same, where the request does not say whose data it means. */
  readonly unnamed?: Touch;
}

/** Of tables, by the names that a restore gives them. */
type Copy = 'profiles-restored' | 'tenants-restored';

const touchTable = (
  { place: { account, region, cell } }: Isolation,
  table: Table | Copy,
  action: string,
  keys?: readonly string[],
): Touch => ({
  action: `dynamodb:${action}`,
  resource: `arn:aws:dynamodb:${region}:${account}:table/${cell}-${table}`,
  context: keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys },
});

/** What each service needs, as docs/02-data/profiles.md and docs/01-architecture/tenants.md have it: said again here, so that nobody's slip is its own proof. */
export function needsOf(isolation: Isolation): Readonly<Record<string, readonly Need[]>> {
  const { arns } = isolation;
  const items = (table: Table | Copy, actions: readonly string[], suffix: string): Need[] =>
    actions.map((action) => ({
      store: table === 'profiles-restored' || table === 'tenants-restored' ? 'copies' : table,
      action: `dynamodb:${action}`,
      touch: (tenant) => touchTable(isolation, table, action, [`${tenant}#${suffix}`]),
      unnamed: touchTable(isolation, table, action),
    }));
  const credential = (action: 'Encrypt' | 'Decrypt'): Need => {
    const touch = (context: Touch['context']): Touch => ({ action: `kms:${action}`, resource: arns.credentials, context });
    return {
      store: 'credentials',
      action: `kms:${action}`,
      touch: (tenant) => touch({ 'kms:EncryptionContext:tenant': tenant, 'kms:EncryptionContextKeys': ['tenant'] }),
      unnamed: touch({}),
    };
  };
  const settings = items('tenants', ['Query'], 'settings');
  const person = 'c2VjcmV0LXBzZXVkb255bQ';
  return {
    ingest: settings,
    processor: [...items('profiles', ['GetItem', 'PutItem'], person), ...items('deduplication', ['PutItem'], 'a'.repeat(64)), ...settings],
    profiles: [...items('profiles', ['GetItem', 'Query'], person), ...settings],
    delivery: [
      ...settings,
      ...items('tenants', ['Query'], 'delivery'),
      ...items('tenants', ['GetItem'], 'credentials'),
      credential('Decrypt'),
    ],
    operator: [
      ...items('profiles', ['DeleteItem', 'GetItem', 'PutItem', 'Query'], person),
      ...items('tenants', ['DeleteItem', 'GetItem', 'PutItem', 'Query'], 'settings'),
      ...items('tenants', ['DeleteItem', 'PutItem'], 'credentials'),
      ...items('tenants', ['DeleteItem', 'PutItem', 'Query'], 'delivery'),
      // docs/06-runbooks/restore-from-backup.md: what was restored, beside the live one.
      ...[...items('profiles-restored', ['GetItem', 'Query'], person), ...items('tenants-restored', ['GetItem', 'Query'], 'settings')],
      credential('Encrypt'),
      {
        store: 'quarantine',
        action: 's3:GetObject',
        touch: (tenant) => ({
          action: 's3:GetObject',
          resource: `${arns.quarantine}/events/${tenant}/2026/11/25/10/1.jsonl.gz`,
          context: {},
        }),
        unnamed: { action: 's3:GetObject', resource: `${arns.quarantine}/errors/replay/1.gz`, context: {} },
      },
      {
        store: 'quarantine',
        action: 's3:ListBucket',
        touch: (tenant) => ({ action: 's3:ListBucket', resource: arns.quarantine, context: { 's3:prefix': `events/${tenant}/` } }),
        unnamed: { action: 's3:ListBucket', resource: arns.quarantine, context: {} },
      },
      {
        store: 'database',
        action: 'rds-db:connect',
        touch: (tenant) => ({ action: 'rds-db:connect', resource: `${arns.databaseUsers}tenant_${tenant}`, context: {} }),
        unnamed: { action: 'rds-db:connect', resource: `${arns.databaseUsers}master_user`, context: {} },
      },
    ],
  };
}

/** What a request of a session carries, whatever it asks for. */
export const sessionContext = ({ roleArn, tenant }: Session): Claim['context'] => ({
  'aws:PrincipalArn': roleArn,
  'aws:PrincipalAccount': roleArn.split(':')[4] ?? '',
  ...(tenant === untagged ? {} : { 'aws:PrincipalTag/tenant': tenant }),
});

/** As a principal of a request; a name of any form is its tag's alone. */
const sessionArn = ({ roleArn }: Session): string => {
  const [, , , , account = '', role = ''] = roleArn.split(':');
  return `arn:aws:sts::${account}:assumed-role/${role.split('/').at(-1)}/session`;
};

export type Layer = 'all' | 'identity' | 'store';

/** The key's owner lets policies of roles decide: without that statement KMS would refuse everybody. */
const openKey = (account: string): Policy => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Owner', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
});

/** The claim that a session may, or may not, do this: with all layers, or with one of them while the others are open. */
export function claim(
  isolation: Isolation,
  session: Session,
  touch: Touch,
  options: { readonly store: Need['store']; readonly layer: Layer; readonly identity: Policy; readonly isAllowed: boolean },
): Claim {
  const { store, layer, isAllowed } = options;
  const guard = store === 'database' || store === 'copies' || layer === 'identity' ? undefined : isolation.guards[store];
  return {
    title: `${session.tenant === untagged ? 'an untagged session' : `the session of '${session.tenant}'`} of ${session.roleArn.split('/').at(-1)}, ${layer}: ${touch.action} on ${touch.resource} ${JSON.stringify(touch.context)}`,
    isAllowed,
    principal: sessionArn(session),
    action: touch.action,
    resource: touch.resource,
    context: { ...sessionContext(session), ...touch.context },
    identity: layer === 'store' ? everything : options.identity,
    resourcePolicy: guard,
    boundary: layer === 'identity' ? undefined : isolation.boundary,
  };
}

/**
 * A key that AWS evaluates (AWS KMS Developer Guide, "Condition keys: kms:EncryptionContext:context-key", read 2026-11) and the simulator's list lacks
 * in this form, and a listed one of the same type that takes its place in policy and request.
 */
const withStandIn = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll('"kms:EncryptionContext:tenant"', '"kms:RequestAlias"')) as T;

/** What the simulator says of it. @throws if it drops a part of the request: the claim would hold for the wrong reason. */
export async function holds(original: Claim): Promise<boolean> {
  const given = original.action.startsWith('kms:') ? withStandIn(original) : original;
  const account = given.principal.split(':')[4] ?? '';
  const { resourcePolicy = given.action.startsWith('kms:') ? openKey(account) : undefined } = given;
  const response = await runSimulation(
    {
      request: {
        principal: given.principal,
        action: given.action,
        resource: { resource: given.resource, accountId: account },
        contextVariables: Object.fromEntries(
          Object.entries(given.context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
        ),
      },
      identityPolicies: given.identity.Statement.length > 0 ? [{ name: 'own', policy: given.identity }] : [],
      permissionBoundaryPolicies: given.boundary && [{ name: 'boundary', policy: given.boundary }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (response.resultType === 'error') throw new Error(`The simulator refuses ${given.title}: ${response.errors.message}`);
  const results = response.resultType === 'single' ? [response.result] : response.results;
  const ignored = results.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys);
  if (ignored.length > 0 || results.length === 0) throw new Error(`The simulator ignores ${ignored.join(', ') || 'all'} of ${given.title}`);
  return (response.overallResult === 'Allowed') === given.isAllowed;
}

/** Titles of the claims that do not hold, with what was claimed; stops at the first if so asked. */
export async function broken(claims: Iterable<Claim>, stopAtFirst = false): Promise<readonly string[]> {
  const titles: string[] = [];
  const asked = new Set<string>();
  for (const one of claims) {
    // Pairs of tenants have requests in common.
    if (asked.has(one.title)) continue;
    asked.add(one.title);
    if (await holds(one)) continue;
    titles.push(`${one.isAllowed ? 'must be allowed' : 'must be denied'}: ${one.title}`);
    if (stopAtFirst) break;
  }
  return titles;
}

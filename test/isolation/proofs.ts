/** The claims of each layer, for a pair of tenants: what one session may do with its own data, and with another's. */
import { podTagKeys } from '../../lib/constructs/tenant-isolation/tenant-session';
import {
  claim,
  everything,
  needsOf,
  sessionContext,
  untagged,
  type Claim,
  type Layer,
  type Need,
  type Session,
  type Tag,
  type Touch,
} from './claims';
import { tables, type Isolation } from './policies';

export interface Pair {
  /** What the session is tagged with: of any form. */
  readonly session: Tag;
  /** Whose data it asks for: a tenant's name, as the database takes it [ADR-012]. */
  readonly owner: string;
}

/** Names that are prefixes of one another, and one that is not. */
export const hardPairs: readonly Pair[] = [
  { session: 'acme', owner: 'acme-corp' },
  { session: 'acme-corp', owner: 'acme' },
  { session: 'ac', owner: 'acme' },
  { session: 'globex', owner: 'acme' },
  { session: 'ACME', owner: 'acme' },
  { session: untagged, owner: 'acme' },
];

const identityOf = (isolation: Isolation, service: string) => {
  const role = isolation.access[service];
  if (!role) throw new RangeError(`service: received '${service}'; allowed: ${Object.keys(isolation.access).join(', ')}`);
  return role;
};

const roleNamed = ({ place }: Isolation, name: string): string => `arn:aws:iam::${place.account}:role/${name}`;

const layers: readonly Layer[] = ['all', 'identity', 'store'];

/** Of one need of a service: its own tenant's data, by each layer. */
export const own = (isolation: Isolation, service: string, need: Need, tenant: string, of: readonly Layer[] = layers): Claim[] =>
  of.map((layer) => {
    const { arn, identity } = identityOf(isolation, service);
    return claim(isolation, { roleArn: arn, tenant }, need.touch(tenant), { store: need.store, layer, identity, isAllowed: true });
  });

/** The data of another, data of nobody in particular, and both together. */
export function foreign(
  isolation: Isolation,
  service: string,
  need: Need,
  { session: tenant, owner }: Pair,
  of: readonly Layer[] = layers,
): Claim[] {
  const { arn, identity } = identityOf(isolation, service);
  const touches = [need.touch(owner), ...(need.unnamed ? [need.unnamed] : [])];
  const own = need.touch(tenant === untagged ? owner : tenant).context['dynamodb:LeadingKeys'];
  const other = need.touch(owner).context['dynamodb:LeadingKeys'];
  const mixed = own && other ? [{ ...need.touch(owner), context: { 'dynamodb:LeadingKeys': [...own, ...other] } }] : [];
  return [...touches, ...mixed].flatMap((touch) =>
    of.map((layer) => claim(isolation, { roleArn: arn, tenant }, touch, { store: need.store, layer, identity, isAllowed: false })),
  );
}

/** What comes with a service's needs and knows no tenant: keys of stores, in the hands of the service of AWS that stores. */
function keys(isolation: Isolation, service: string): Claim[] {
  const { arn, identity } = identityOf(isolation, service);
  const { arns, place } = isolation;
  const decrypt = (resource: string, via: string | undefined, isAllowed: boolean): Claim => ({
    title: `${service} decrypts by ${resource} via ${via ?? 'nobody'}`,
    isAllowed,
    principal: arn,
    action: 'kms:Decrypt',
    resource,
    context: {
      ...sessionContext({ roleArn: arn, tenant: 'acme' }),
      ...(via ? { 'kms:ViaService': `${via}.${place.region}.amazonaws.com` } : {}),
    },
    identity,
  });
  return [
    decrypt(arns.keyOfTables, 'dynamodb', true),
    decrypt(arns.keyOfTables, undefined, false),
    decrypt(arns.keyOfTables, 's3', false),
    decrypt(arns.keyOfLake, 's3', service === 'operator'),
    decrypt(arns.keyOfLake, undefined, false),
  ];
}

/** Of its own tenant too a service does what it needs alone: who reads settings reads no credentials, and nobody lifts a stop. */
function beyondNeed(isolation: Isolation, service: string): Claim[] {
  if (service === 'operator') return [];
  const { arn, identity } = identityOf(isolation, service);
  const { place } = isolation;
  const needed = new Set((needsOf(isolation)[service] ?? []).map(({ touch }) => JSON.stringify(touch('acme'))));
  return ['Query', 'GetItem', 'PutItem', 'DeleteItem', 'UpdateItem', 'Scan', 'BatchGetItem']
    .flatMap((action) => ['settings', 'credentials', 'delivery', 'other'].map((suffix) => ({ action, suffix })))
    .map(({ action, suffix }): Touch => ({
      action: `dynamodb:${action}`,
      resource: `arn:aws:dynamodb:${place.region}:${place.account}:table/${place.cell}-tenants`,
      context: action === 'Scan' ? {} : { 'dynamodb:LeadingKeys': [`acme#${suffix}`] },
    }))
    .filter((touch) => !needed.has(JSON.stringify(touch)))
    .map((touch) =>
      claim(isolation, { roleArn: arn, tenant: 'acme' }, touch, { store: 'tenants', layer: 'identity', identity, isAllowed: false }),
    );
}

/** Of a role's own policy: with every store open. */
export const identityProof = (isolation: Isolation, service: string, pairs: readonly Pair[] = hardPairs): Claim[] => [
  ...(needsOf(isolation)[service] ?? []).flatMap((need) => [
    ...pairs.flatMap((pair) => foreign(isolation, service, need, pair, ['identity'])),
    ...own(isolation, service, need, 'acme', ['identity']),
  ]),
  ...keys(isolation, service),
  ...beyondNeed(isolation, service),
];

/** Of a store: to roles that may do everything. */
export function storeProof(isolation: Isolation, store: Need['store'], pairs: readonly Pair[] = hardPairs): Claim[] {
  const needs = Object.entries(needsOf(isolation)).flatMap(([service, list]) =>
    list.filter((need) => need.store === store).map((need) => ({ service, need })),
  );
  const admitted = new Set(needs.map(({ service }) => service));
  const [first] = needs;
  if (!first) throw new RangeError(`store: received '${store}'; allowed: one that a service needs`);
  const by = (session: Session, need: Need, isAllowed: boolean, boundary = isolation.boundary): Claim => ({
    ...claim(isolation, session, need.touch('acme'), { store, layer: 'store', identity: everything, isAllowed }),
    boundary,
  });
  // A role of later, which may do everything, tagged with a tenant by whoever made it; and an access role that has no business here.
  const careless = [
    roleNamed(isolation, `${isolation.place.cell}-Careless-Role`),
    ...Object.entries(isolation.access).flatMap(([service, { arn }]) => (admitted.has(service) ? [] : [arn])),
  ];
  // The one role that the boundary leaves to connect as somebody else, whatever its tag: its trust lets nobody set one.
  const migrator = roleNamed(isolation, `${isolation.place.cell}-database-operator-${isolation.place.region}`);
  const migrates = ({ unnamed }: Need): Claim[] =>
    unnamed === undefined
      ? []
      : ([untagged, 'acme'] as readonly Tag[]).map((tenant) => ({
          ...claim(isolation, { roleArn: migrator, tenant }, unnamed, { store, layer: 'store', identity: everything, isAllowed: true }),
          boundary: isolation.boundary,
        }));
  const strangers =
    store === 'database'
      ? [by({ roleArn: careless[0] ?? '', tenant: untagged }, first.need, false), ...migrates(first.need)]
      : careless.flatMap((roleArn) =>
          [...new Map(needs.map(({ need }) => [need.action, need])).values()].flatMap((need) => [
            by({ roleArn, tenant: 'acme' }, need, false),
            by({ roleArn, tenant: untagged }, need, false),
          ]),
        );
  return [
    ...needs.flatMap(({ service, need }) => [
      ...pairs.flatMap((pair) => foreign(isolation, service, need, pair, ['store'])),
      ...own(isolation, service, need, 'acme', ['store']),
    ]),
    ...strangers,
    ...exceptions(isolation, store, first.need),
    ...(tables.some((table) => table === store) ? wholeTable(isolation, store as (typeof tables)[number], first.service) : []),
  ];
}

/** Those who act for all tenants, and must still be able to. */
function exceptions(isolation: Isolation, store: Need['store'], { touch }: Need): Claim[] {
  const { cell, account, region } = isolation.place;
  const replication = roleNamed(isolation, 'aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication');
  const cloudFormation = roleNamed(isolation, `cdk-hnb659fds-cfn-exec-role-${account}-${region}`);
  // Whatever their sessions are tagged with: what a variable without a value is like, the simulator and AWS need not agree on.
  const given = (roleArn: string, action: string, resource: string, context: Claim['context'] = {}): Claim[] =>
    ([untagged, 'globex'] as const).map((tenant) => ({
      ...claim(
        isolation,
        { roleArn, tenant },
        { action, resource, context },
        { store, layer: 'store', identity: everything, isAllowed: true },
      ),
      boundary: undefined,
    }));
  const { resource, context } = touch('acme');
  if (tables.some((table) => table === store)) {
    return [replication, cloudFormation].flatMap((role) => [
      ...given(role, 'dynamodb:Scan', resource),
      ...given(role, 'dynamodb:GetItem', resource),
      ...given(role, 'dynamodb:PutItem', resource, context),
    ]);
  }
  if (store !== 'quarantine') return [];
  const { quarantine } = isolation.arns;
  const firehose = roleNamed(isolation, `${cell}-${region === 'eu-central-1' ? 'Recovery' : ''}Streaming-QuarantineRole-1`);
  return [
    ...given(firehose, 's3:GetObject', `${quarantine}/events/acme/2026/11/25/10/1.jsonl.gz`),
    ...given(firehose, 's3:PutObject', `${quarantine}/events/acme/2026/11/25/10/1.jsonl.gz`, {
      's3:x-amz-server-side-encryption': 'aws:kms',
      's3:x-amz-server-side-encryption-aws-kms-key-id': isolation.arns.keyOfLake,
    }),
    ...given(firehose, 's3:ListBucket', quarantine),
    ...given(cloudFormation, 's3:ListBucket', quarantine),
  ];
}

/** What reads a table without saying which items, and several items at once. */
function wholeTable(isolation: Isolation, table: (typeof tables)[number], service: string): Claim[] {
  const { arn } = identityOf(isolation, service);
  const { place } = isolation;
  const resource = `arn:aws:dynamodb:${place.region}:${place.account}:table/${place.cell}-${table}`;
  const given = (action: string, keys: readonly string[] | undefined, isAllowed: boolean): Claim =>
    claim(
      isolation,
      { roleArn: arn, tenant: 'acme' },
      { action: `dynamodb:${action}`, resource, context: keys ? { 'dynamodb:LeadingKeys': keys } : {} },
      { store: table, layer: 'store', identity: everything, isAllowed },
    );
  return [
    given('Scan', undefined, false),
    ...['PartiQLSelect', 'PartiQLUpdate', 'PartiQLInsert', 'PartiQLDelete'].map((action) => given(action, ['acme#x'], false)),
    ...['BatchGetItem', 'BatchWriteItem'].flatMap((action) => [
      given(action, ['acme#x', 'acme#y'], true),
      given(action, ['acme#x', 'acme-corp#y'], false),
      given(action, undefined, false),
    ]),
    ...['ConditionCheckItem', 'UpdateItem'].flatMap((action) => [given(action, ['acme#x'], true), given(action, ['globex#x'], false)]),
  ];
}

/** Of a table's stream: to nobody but replication. */
export function streamProof(isolation: Isolation, guard: Isolation['boundary']): Claim[] {
  const { account, region, cell } = isolation.place;
  const given = (roleArn: string, isAllowed: boolean): Claim[] =>
    ['GetRecords', 'GetShardIterator'].map((action) => ({
      title: `${roleArn} reads the stream: ${action}`,
      isAllowed,
      principal: roleArn,
      action: `dynamodb:${action}`,
      resource: `arn:aws:dynamodb:${region}:${account}:table/${cell}-profiles/stream/2026-11-25T00:00:00.000`,
      context: sessionContext({ roleArn, tenant: 'acme' }),
      identity: everything,
      resourcePolicy: guard,
    }));
  return [
    ...given(roleNamed(isolation, `${cell}-Careless-Role`), false),
    ...Object.values(isolation.access).flatMap(({ arn }) => given(arn, false)),
    ...given(roleNamed(isolation, 'aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication'), true),
  ];
}

/** A request to take an access role. */
export interface Assumption {
  readonly by: string;
  readonly sessionName: string;
  /** Tags that the request passes. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Both actions, as STS asks for them; `trust` with a caller who may do everything, `identity` of a role that trusts the account. */
export function assumption(
  isolation: Isolation,
  service: string,
  { by, sessionName, tags }: Assumption,
  { layer, isAllowed, identity = everything }: { layer: 'trust' | 'identity'; isAllowed: boolean; identity?: Isolation['boundary'] },
): Claim[] {
  const { arn, trust } = identityOf(isolation, service);
  const isPod = Object.values(isolation.base).some((role) => role.arn === by);
  // Inherited tags of pods, counted or not: nobody documents it, so that both must do.
  return [[], podTagKeys].flatMap((inherited) =>
    ['sts:AssumeRole', 'sts:TagSession'].map((action) => ({
      title: `${by} as '${sessionName}' with ${JSON.stringify(tags)} takes ${service}, ${layer}, with ${inherited.length} inherited: ${action}`,
      isAllowed,
      principal: by,
      action,
      resource: arn,
      context: {
        ...sessionContext({ roleArn: by, tenant: untagged }),
        ...(action === 'sts:AssumeRole' ? { 'sts:RoleSessionName': sessionName } : {}),
        ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
        'aws:TagKeys': [...Object.keys(tags), ...(isPod ? inherited : [])],
      },
      identity,
      resourcePolicy: layer === 'trust' ? trust : openTrust(isolation.place.account),
      boundary: isPod ? isolation.boundary : undefined,
    })),
  );
}

const openTrust = (account: string) => ({
  Version: '2012-10-17' as const,
  Statement: [
    {
      Sid: 'Open',
      Effect: 'Allow' as const,
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
});

/** Who takes the role of a service: its pods, or the approved engineer. */
export const callerOf = ({ base, people }: Isolation, service: string): string =>
  service === 'operator' ? people.elevated : (base[service]?.arn ?? '');

/** Of a role's trust. */
export function trustProof(isolation: Isolation, service: string, { session = 'acme', owner = 'acme-corp' } = {}): Claim[] {
  const by = callerOf(isolation, service);
  const good: Assumption = { by, sessionName: session, tags: { tenant: session } };
  const bad = (change: Partial<Assumption>, only?: 'sts:AssumeRole' | 'sts:TagSession') =>
    assumption(isolation, service, { ...good, ...change }, { layer: 'trust', isAllowed: false }).filter(
      ({ action }) => only === undefined || action === only,
    );
  const others = [
    ...Object.values(isolation.base).map(({ arn }) => arn),
    ...Object.values(isolation.access).map(({ arn }) => arn),
    isolation.people.elevated,
    isolation.people.readOnly,
    roleNamed(isolation, `${isolation.place.cell}-Careless-Role`),
    roleNamed(isolation, `cdk-hnb659fds-cfn-exec-role-${isolation.place.account}-${isolation.place.region}`),
  ].filter((arn) => arn !== by);
  return [
    ...assumption(isolation, service, good, { layer: 'trust', isAllowed: true }),
    ...bad({ sessionName: owner }, 'sts:AssumeRole'),
    ...bad({ tags: {} }, 'sts:AssumeRole'),
    ...bad({ tags: { tenant: session, other: session } }, 'sts:TagSession'),
    ...bad({ tags: { person: session } }),
    ...others.flatMap((arn) => bad({ by: arn })),
  ];
}

/** Of the base role's own policy: to its own access role, and to no other. */
export const baseProof = (isolation: Isolation, service: string): Claim[] => {
  const { arn: by, identity } = isolation.base[service] ?? { arn: '', identity: everything };
  return Object.keys(isolation.access).flatMap((other) =>
    assumption(
      isolation,
      other,
      { by, sessionName: 'acme', tags: { tenant: 'acme' } },
      { layer: 'identity', isAllowed: other === service, identity },
    ),
  );
};

/**
 * A tenant's life, step by step: docs/01-architecture/tenants.md. Every step may be repeated; what is done already stays done. Commands are called by
 * the caller that is handed over: one that runs them, or one that prints them.
 */
import {
  assumeLake,
  assumeOperator,
  checkedTenant,
  credentialsKey,
  departureKey,
  listQuarantine,
  queryItems,
  queryRows,
  settingsKey,
  sql,
  startQuery,
  stopsKey,
  whoAmI,
  type Command,
} from './commands';
import { deleteAll, keysOf } from './items';
import { erase, rowsOf, succeeded } from './lake';
import { dropPersons, isSecondRun, keepPersons, sweep, waitForWhatIsOnItsWay, type OffboardOptions } from './persons';
import { activate, markSuspended, putGravestone, rejectUnlessOld, settingsOf, takeGravestone, type Call, type Subject } from './state';

export type { OffboardOptions } from './persons';
export type { Call, Subject } from './state';

/** What proves that a tenant is gone: counts, and the IDs by which an auditor finds the query, the job and the trail's records. No person is named. */
export interface Evidence {
  readonly tenant: string;
  readonly cell: string;
  readonly region: string;
  readonly by: string;
  readonly at: string;
  readonly checks: readonly Check[];
  readonly isComplete: boolean;
}

export interface Check {
  readonly what: string;
  readonly count: number;
  /** Of the query or the job. */
  readonly id?: string;
  /** How many there may be; more is not gone. */
  readonly allowed: number;
}

/** The tier is the database's: given for a new tenant, and none is needed for one that comes back from suspension. */
export async function onboard(
  call: Call,
  subject: Subject,
  { tier, displayName }: { readonly tier?: string; readonly displayName: string },
): Promise<void> {
  const { place, tenant } = subject;
  checkedTenant(tenant);
  await call(assumeOperator(place, tenant));
  const settings = await settingsOf(call, subject);
  if (settings?.state === 'left')
    throw new RangeError(
      `tenant: received ${tenant}, which has left at ${settings.leftAt ?? 'a day unknown'}; allowed: a name that is free again`,
    );
  const create =
    "SELECT metadata.onboard_tenant(:'tenant', :'name', :'tier') WHERE NOT EXISTS (SELECT FROM metadata.tenants WHERE tenant_id = :'tenant');";
  const answer = await call(
    sql(
      'The row, and the role that it logs in by. Once: a name that is there stays as it is, and one that still has requests of erasure is refused. Answers with its tier.',
      ['SET ROLE registrar;', ...(tier === undefined ? [] : [create]), "SELECT tier FROM metadata.tenants WHERE tenant_id = :'tenant';"],
      { tenant, ...(tier === undefined ? {} : { name: displayName, tier }) },
      tier ?? 'TIER',
    ),
  );
  const kept = String(answer).trim().split('\n').at(-1) ?? '';
  if (kept === '') throw new RangeError(`--tier: received none; allowed: one, since the database does not know ${tenant}`);
  if (tier !== undefined && tier !== kept)
    throw new RangeError(`--tier: received '${tier}'; allowed: '${kept}', as the database has it, or none`);
  await call(activate(subject, kept));
}

/** The switch for all of it: ingest and the API answer 403, delivery stops, what is in the streams is not processed. Nothing is erased. */
export async function suspend(call: Call, subject: Subject): Promise<void> {
  const { place, tenant } = subject;
  checkedTenant(tenant);
  await call(assumeOperator(place, tenant));
  const settings = await settingsOf(call, subject, { tier: 'TIER', state: 'active' });
  if (settings?.state !== 'active' && settings?.state !== 'suspended')
    throw new RangeError(`tenant: received ${tenant}, whose state is '${settings?.state ?? 'none'}'; allowed: active`);
  if (settings.state === 'active') await call(markSuspended(subject, settings.tier));
  await call(suspendLogin(tenant));
}

const suspendLogin = (tenant: string): Command =>
  sql(
    'No new session, and the end of those that are open. Committed by itself: until then one could come back.',
    ['SET ROLE registrar;', "SELECT metadata.suspend_tenant(:'tenant');"],
    { tenant },
    't',
  );

/** Everything that can go at once, goes; returns what was counted. To be repeated six days later: docs/01-architecture/tenants.md. */
export async function offboard(call: Call, subject: Subject, options: OffboardOptions): Promise<Evidence> {
  const { place, tenant } = subject;
  checkedTenant(tenant);
  await call(assumeOperator(place, tenant));
  const settingsBefore = await settingsOf(call, subject, { tier: 'TIER', state: 'active' });
  const leftAt = settingsBefore?.leftAt === undefined ? options.now() : new Date(settingsBefore.leftAt);
  if (settingsBefore?.leftAt === undefined) await call(putGravestone(subject, settingsBefore?.tier || 'standard', leftAt));
  await call(suspendLogin(tenant));
  const gone = await call(
    sql(
      'Its rows and its role go, and a request of erasure without a person stays: everybody. A false names the database in which the role has left something.',
      ['SET ROLE registrar;', "SELECT metadata.offboard_tenant(:'tenant');"],
      { tenant },
      't',
    ),
  );
  if (String(gone).trim().split('\n').at(-1) !== 't')
    throw new Error(`The role of ${tenant} is still there: docs/02-data/metadata.md, "A tenant leaves"`);

  await waitForWhatIsOnItsWay(leftAt, options);
  const kept = await keepPersons(call, subject, options);
  const isLate = isSecondRun(leftAt, options.now());
  let pass = await sweep(call, subject, kept, { ...options, leftAt });
  let items = pass.found;
  const settings = await deleteAll(call, subject, 'tenants', settingsKey(tenant), ['tier']);
  const credentials = await deleteAll(call, subject, 'tenants', credentialsKey(tenant));
  const stops = await deleteAll(call, subject, 'tenants', stopsKey(tenant));
  const run = await erase(call, subject, options);
  // Asks for each person again, at the end: one that is there again came late, or was written while it went.
  if (pass.found > 0) {
    pass = await sweep(call, subject, { ...kept, cursor: undefined }, { ...options, leftAt });
    items += pass.found;
  }
  const evidence = await evidenceOf(call, subject, options, [
    { what: 'persons whom the lake knew, then or before', count: kept.persons, id: kept.query, allowed: Infinity },
    { what: 'items of profiles deleted', count: items, allowed: Infinity },
    { what: 'items of profiles that the last pass found', count: pass.found, allowed: 0 },
    { what: 'settings deleted', count: settings, allowed: Infinity },
    { what: 'credentials deleted', count: credentials, allowed: Infinity },
    { what: 'stops of deliveries deleted', count: stops, allowed: Infinity },
    { what: 'erasures of the lake that succeeded', count: 1, id: run, allowed: Infinity },
  ]);
  await call(
    sql(
      'All open requests of the tenant are fulfilled by it; when, is the word of the clock.',
      [
        'BEGIN;',
        'SET LOCAL ROLE erasure_operator;',
        "UPDATE metadata.erasure_requests SET completed_at = clock_timestamp(), evidence = :'evidence'::jsonb WHERE tenant_id = :'tenant' AND (person IS NULL OR completed_at IS NULL);",
        'COMMIT;',
      ],
      { tenant, evidence: JSON.stringify(evidence) },
      '',
    ),
  );
  // Last: until then a repeat needs it.
  if (isLate && pass.found === 0) await dropPersons(call, subject);
  return evidence;
}

/** Whether anything is left, where a question can be asked. `isFinal`, on the 30th day: the gravestone goes as well. */
export async function prove(
  call: Call,
  subject: Subject,
  { isFinal, ...options }: OffboardOptions & { readonly isFinal: boolean },
): Promise<Evidence> {
  const { place, tenant } = subject;
  checkedTenant(tenant);
  await call(assumeOperator(place, tenant));
  const gravestone = isFinal
    ? await settingsOf(call, subject, { tier: 'TIER', state: 'left', leftAt: new Date(0).toISOString() })
    : undefined;
  if (gravestone) rejectUnlessOld(gravestone, options.now());
  await call(assumeLake(place, tenant));
  const id = await succeeded(call, startQuery(place, 'Rows of the lake.', 'count_tenant', tenant), place, options);
  const [, [events = 'none'] = []] = await rowsOf(
    call,
    queryRows(place, id, [
      ['events', 'persons'],
      ['0', '0'],
    ]),
  );
  const countOf = async (pk: string) => (await keysOf(call, queryItems(place, 'What is left of it.', 'tenants', pk, []))).length;
  const rows = await call(
    sql(
      'Its rows and its role.',
      [
        "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = 'tenant_' || :'tenant') + (SELECT count(*) FROM metadata.tenants WHERE tenant_id = :'tenant');",
      ],
      { tenant },
      '0',
    ),
  );
  const counts = async (allowedSettings: number): Promise<readonly Check[]> => [
    { what: 'rows of the lake', count: whole(events, 'events'), id, allowed: 0 },
    { what: 'settings', count: await countOf(settingsKey(tenant)), allowed: allowedSettings },
    { what: 'credentials', count: await countOf(credentialsKey(tenant)), allowed: 0 },
    { what: 'stops of deliveries', count: await countOf(stopsKey(tenant)), allowed: 0 },
    { what: 'lists of persons', count: await countOf(departureKey(tenant)), allowed: 0 },
    { what: 'quarantined objects', count: whole(await call(listQuarantine(place, tenant)), 'objects'), allowed: 0 },
    { what: 'rows and role of the database', count: whole(String(rows).trim(), 'rows'), allowed: 0 },
  ];
  const counted = await counts(isFinal && !gravestone ? 0 : 1);
  if (!gravestone || !isGone(counted)) return evidenceOf(call, subject, options, counted);
  // Last: while anything is left, what comes late must still be dropped.
  await call(takeGravestone(subject, options.now()));
  return evidenceOf(call, subject, options, await counts(0));
}

const isGone = (checks: readonly Check[]): boolean => checks.every(({ count, allowed }) => count <= allowed);

/** What is no number proves nothing. */
function whole(value: unknown, what: string): number {
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0)
    throw new Error(`${what}: received ${JSON.stringify(value)}; allowed: a count`);
  return count;
}

async function evidenceOf(call: Call, { place, tenant }: Subject, { now }: OffboardOptions, checks: readonly Check[]): Promise<Evidence> {
  const { Arn } = (await call(whoAmI(place))) as { readonly Arn: string };
  return {
    tenant,
    cell: place.cell,
    region: place.region,
    by: Arn,
    at: now().toISOString(),
    checks,
    isComplete: isGone(checks),
  };
}

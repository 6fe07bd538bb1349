/**
 * The item by which services know a tenant: its tier, and whether it is served. Nothing overwrites it unseen: each write names the state that it
 * replaces, since by a lost tier an enterprise tenant is refused, and by a lost gravestone events of a tenant that has left make profiles again.
 */
import { deleteItem, getItem, putItem, settingsKey, text, type Command, type Condition, type Place } from './commands';

export type Call = (command: Command) => Promise<unknown>;

export interface Subject {
  readonly place: Place;
  readonly tenant: string;
}

export type State = 'active' | 'suspended' | 'left';

export interface Settings {
  readonly tier: string;
  readonly state: string;
  /** Of a gravestone: when it was put, by the first offboard. */
  readonly leftAt?: string;
}

/** For so long what is late, replayed or restored may still bring events of the tenant: docs/05-recovery/stores.md. */
export const GRAVESTONE_DAYS = 30;
const DAY_MS = 24 * 3_600_000;

export async function settingsOf(call: Call, { place, tenant }: Subject, sample?: Settings): Promise<Settings | undefined> {
  const answer = (await call(
    getItem(place, 'What services know of it now.', 'tenants', settingsKey(tenant), 'tier', sample ? { Item: itemOf(sample) } : {}),
  )) as { readonly Item?: Readonly<Record<string, { readonly S?: string }>> };
  const { Item } = answer;
  if (!Item) return undefined;
  return { tier: Item['tier']?.S ?? '', state: Item['state']?.S ?? '', leftAt: Item['left_at']?.S };
}

const itemOf = ({ tier, state, leftAt }: Settings) => text({ tier, state, ...(leftAt === undefined ? {} : { left_at: leftAt }) });

const write = ({ place, tenant }: Subject, settings: Settings, why: string, condition: Condition): Command =>
  putItem(place, why, 'tenants', { ...text({ pk: settingsKey(tenant), sk: 'tier' }), ...itemOf(settings) }, condition);

/** New, or back from suspension; never over a gravestone. */
export const activate = (subject: Subject, tier: string): Command =>
  write(subject, { tier, state: 'active' }, 'From now on ingest and the profile API know the tenant, and its quotas.', {
    expression: 'attribute_not_exists(pk) OR #state IN (:active, :suspended)',
    values: { ':active': 'active', ':suspended': 'suspended' },
  });

export const markSuspended = (subject: Subject, tier: string): Command =>
  write(subject, { tier, state: 'suspended' }, 'Services read it within a minute.', {
    expression: '#state = :active AND tier = :tier',
    values: { ':active': 'active', ':tier': tier },
  });

/** Whether it was put is asked before: a second one would begin the 30 days anew. */
export const putGravestone = (subject: Subject, tier: string, leftAt: Date): Command =>
  write(
    subject,
    { tier, state: 'left', leftAt: leftAt.toISOString() },
    'The gravestone: for 30 days the processor drops what comes of this tenant, late or replayed.',
    { expression: 'attribute_not_exists(left_at)', values: {} },
  );

export function rejectUnlessOld({ state, leftAt }: Settings, now: Date): void {
  const from = Date.parse(leftAt ?? '') + GRAVESTONE_DAYS * DAY_MS;
  if (state !== 'left' || leftAt === undefined || !(from < now.getTime()))
    throw new RangeError(
      `--final: received a tenant whose state is '${state}', since ${leftAt ?? 'no known day'}; allowed: one that has left for more than ${GRAVESTONE_DAYS} days`,
    );
}

/** Compared by the table as well, by whose item and not by what was read a while ago. Times of ISO 8601 in UTC sort as text. */
export const takeGravestone = ({ place, tenant }: Subject, now: Date): Command =>
  deleteItem(place, 'The gravestone: no raw batch, no stream and no backup of before is left.', 'tenants', settingsKey(tenant), 'tier', {
    expression: '#state = :left AND left_at < :before',
    values: { ':left': 'left', ':before': new Date(now.getTime() - GRAVESTONE_DAYS * DAY_MS).toISOString() },
  });

/**
 * Profiles of a tenant's persons, which nothing but the lake can list, and which the lake forgets by the same offboarding. So their list is kept, in the
 * tenant's own items, until a run of days later has found nothing; with it, how far a pass has come: sessions end after an hour, and a shell in the VPC
 * may keep no file (unverified).
 */
import { assumeLake, assumeOperator, departureKey, putItem, queryItems, queryRows, startQuery, text } from './commands';
import { deleteAll, inParallel } from './items';
import { rowsOf, succeeded, type Waiting } from './lake';
import type { Call, Subject } from './state';

export interface OffboardOptions extends Waiting {
  readonly now: () => Date;
}

/** Settings are believed for a minute; streams are late by seconds, Firehose by 5 minutes: docs/02-data/lake.md. What is later is the second run's. */
const ON_ITS_WAY_SECONDS = 15 * 60;
/** From then on a run is the second, which is due after six: nothing can be on its way any more but what retries hold. */
const SECOND_RUN_DAYS = 5;
/** Persons of an item, and between two notes of the cursor: a list of them has to fit into an argument, 128 KiB on Linux. */
const CHUNK = 250;
/** Persons to a session of an hour: at a second a call and two calls each, one after the other, it would still last. */
const CHUNKS_TO_A_SESSION = 4;
/** Processes of the CLI at a time. */
const WIDTH = 8;

export async function waitForWhatIsOnItsWay(leftAt: Date, { now, wait }: OffboardOptions): Promise<void> {
  const rest = ON_ITS_WAY_SECONDS - (now().getTime() - leftAt.getTime()) / 1000;
  if (rest > 0)
    await wait(
      Math.ceil(rest),
      'Until pods have read the gravestone, and what they had taken before is in the lake: a person of whom it does not know would stay.',
    );
}

export const isSecondRun = (leftAt: Date, at: Date): boolean => at.getTime() - leftAt.getTime() >= SECOND_RUN_DAYS * 24 * 3_600_000;

interface Cursor {
  /** The next one. */
  readonly chunk: number;
  /** Items that this pass has found so far. */
  readonly found: number;
  /** When the pass began. */
  readonly since: string;
}

export interface Kept {
  /** Only ever added to at the end, so that a cursor stays true. */
  readonly chunks: readonly (readonly string[])[];
  readonly persons: number;
  readonly cursor?: Cursor;
  /** ID of the question to the lake. */
  readonly query: string;
}

const LIST = 'persons#';
const CURSOR = 'cursor';
const listKey = (index: number): string => `${LIST}${String(index).padStart(6, '0')}`;

type Stored = Readonly<Record<string, { readonly S: string }>>;

/** What was kept, and whom the lake knows besides: noted before anything of them is erased. */
export async function keepPersons(call: Call, subject: Subject, options: OffboardOptions): Promise<Kept> {
  const { place, tenant } = subject;
  await call(assumeOperator(place, tenant));
  const stored = (await call(
    queryItems(place, 'Persons of a run before, and how far it came.', 'tenants', departureKey(tenant), [], 'whole'),
  )) as { readonly Items: readonly Stored[] };
  const lists = stored.Items.filter((item) => item['sk']?.S.startsWith(LIST)).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const chunks = lists.map((item) => JSON.parse(item['persons']?.S ?? '[]') as readonly string[]);
  const { query, names } = await personsOf(call, subject, options);
  const known = new Set(chunks.flat());
  const more = [...new Set(names)].filter((name) => !known.has(name)).sort();
  for (let from = 0; from < more.length; from += CHUNK) {
    const chunk = more.slice(from, from + CHUNK);
    const item = text({ pk: departureKey(tenant), sk: listKey(chunks.length), persons: JSON.stringify(chunk) });
    await call(putItem(place, 'Kept for the second run: the lake will not know them any more.', 'tenants', item));
    chunks.push(chunk);
  }
  const cursor = stored.Items.find((item) => keyOf(item) === CURSOR);
  return {
    chunks,
    persons: known.size + more.length,
    query,
    cursor: cursor && {
      chunk: Number(cursor['chunk']?.S),
      found: Number(cursor['found']?.S),
      since: cursor['since']?.S ?? '',
    },
  };
}

const keyOf = (item: Stored): string => item['sk']?.S ?? '';

async function personsOf(
  call: Call,
  { place, tenant }: Subject,
  options: OffboardOptions,
): Promise<{ readonly query: string; readonly names: readonly string[] }> {
  await call(assumeLake(place, tenant));
  const query = await succeeded(call, startQuery(place, 'Everybody whom the lake knows.', 'persons_of_tenant', tenant), place, options);
  const [, ...rows] = await rowsOf(call, queryRows(place, query, [['person'], ['PERSON']]));
  return { query, names: rows.flatMap(([person]) => (person === undefined ? [] : [person])) };
}

/** A pass over everybody, from where the last one was broken off. A person that is gone costs one call. */
export async function sweep(
  call: Call,
  subject: Subject,
  { chunks, cursor, persons }: Kept,
  { now, leftAt }: OffboardOptions & { readonly leftAt: Date },
): Promise<{ readonly found: number }> {
  const { place, tenant } = subject;
  const at = now();
  const from = isToBeContinued(cursor, leftAt, at) ? cursor : { chunk: 0, found: 0, since: at.toISOString() };
  let { found } = from;
  for (let index = from.chunk; index < chunks.length; index += 1) {
    try {
      if ((index - from.chunk) % CHUNKS_TO_A_SESSION === 0) await call(assumeOperator(place, tenant));
      found += await inParallel(chunks[index] ?? [], WIDTH, (person) => deleteAll(call, subject, 'profiles', `${tenant}#${person}`));
      const noted = { chunk: String(index + 1), found: String(found), since: from.since };
      await call(putItem(place, 'How far this pass has come.', 'tenants', text({ pk: departureKey(tenant), sk: CURSOR, ...noted })));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `${why}\nStopped after ${Math.min(index * CHUNK, persons)} of ${persons} persons. Sign in again, and run the same command: it goes on from there.`,
        { cause: error },
      );
    }
  }
  return { found };
}

/** Also one that ended: if it found something, a whole one follows after the lake's erasure; what it found or not is good for its run, and not for the second. */
function isToBeContinued(cursor: Cursor | undefined, leftAt: Date, at: Date): cursor is Cursor {
  if (!cursor || !Number.isInteger(cursor.chunk) || !Number.isInteger(cursor.found)) return false;
  return isSecondRun(leftAt, new Date(cursor.since)) === isSecondRun(leftAt, at);
}

/** The lists are persons' names as well. */
export const dropPersons = async (call: Call, subject: Subject): Promise<void> => {
  await call(assumeOperator(subject.place, subject.tenant));
  await deleteAll(call, subject, 'tenants', departureKey(subject.tenant));
};

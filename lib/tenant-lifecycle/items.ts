/** Items of one key of a table, by the operator of the tenant: DynamoDB's batches are denied to every session of a tenant [ADR-023]. */
import { deleteItem, queryItems, type Command } from './commands';
import type { Call, Subject } from './state';

/** Nothing is there: one call. Answers how many there were. */
export async function deleteAll(
  call: Call,
  { place }: Subject,
  table: 'profiles' | 'tenants',
  pk: string,
  kept: readonly string[] = [],
): Promise<number> {
  const keys = await keysOf(call, queryItems(place, 'What there is.', table, pk, ['SK']));
  const doomed = keys.filter((sk) => !kept.includes(sk));
  for (const sk of doomed) await call(deleteItem(place, 'Gone here at once, and in the other Region within seconds.', table, pk, sk));
  return doomed.length;
}

export async function keysOf(call: Call, command: Command): Promise<readonly string[]> {
  const { Items } = (await call(command)) as { readonly Items: readonly { readonly sk: { readonly S: string } }[] };
  return Items.map(({ sk }) => sk.S);
}

/** At most `width` at a time. The first failure ends it once those that run have ended, so that nothing acts behind the message. */
export async function inParallel<T>(values: readonly T[], width: number, act: (value: T) => Promise<number>): Promise<number> {
  const waiting = [...values];
  let sum = 0;
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let value = waiting.shift(); value !== undefined && failures.length === 0; value = waiting.shift()) {
      try {
        const count = await act(value);
        sum += count;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (failures.length > 0) throw failures[0];
  return sum;
}

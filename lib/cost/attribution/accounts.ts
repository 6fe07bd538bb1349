import type { AccountPart } from './query';

export interface BilledCell {
  readonly name: string;
  readonly account: string;
  readonly holdsCustomerData: boolean;
  readonly eventsPerDay: number;
}

/**
 * Which part of each account's bill a cell attributes to its tenants. Accounts without customers (test environments, the management account) serve all of them:
 * each cell takes of those what its planned share of events is, so that no cell has to know another one's usage [REG-3]. Where there are no customers, the
 * cell looks at its own bill alone, as a rehearsal.
 */
export function accountParts(cell: string, cells: readonly BilledCell[], managementAccount: string): readonly AccountPart[] {
  const own = cells.find(({ name }) => name === cell);
  if (!own) throw new RangeError(`cell: received '${cell}'; allowed: ${cells.map(({ name }) => name).join(', ')}`);
  const served = cells.filter(({ holdsCustomerData }) => holdsCustomerData);
  const events = served.reduce((sum, { eventsPerDay }) => sum + eventsPerDay, 0);
  const shared = own.holdsCustomerData ? own.eventsPerDay / events : 0;
  const partOf = ({ name, holdsCustomerData }: BilledCell) => (name === cell ? 1 : holdsCustomerData ? 0 : shared);
  return [...cells.map((other) => ({ account: other.account, part: partOf(other) })), { account: managementAccount, part: shared }];
}

/** Whose lines an export has: of the named accounts, or of all but those. */
export type ExportedAccounts = { readonly only: readonly string[] } | { readonly allBut: readonly string[] };

/**
 * A cell with customers leaves out those of whom it bears nothing, and names nobody whom it takes: an account that nobody has told us of is then in every
 * such export, and ends as `no account`. Named one by one, it would be in none, and its cost in no answer. A rehearsal looks at its own.
 */
export function exportedAccounts(parts: readonly AccountPart[]): ExportedAccounts {
  const [borne, others] = [parts.filter(({ part }) => part > 0), parts.filter(({ part }) => part === 0)];
  const names = (of: readonly AccountPart[]) => of.map(({ account }) => account);
  return borne.length === 1 ? { only: names(borne) } : { allBut: names(others) };
}

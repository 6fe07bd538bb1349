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

/** Accounts whose lines a cell's export has. */
export const exportedAccounts = (parts: readonly AccountPart[]): readonly string[] =>
  parts.filter(({ part }) => part > 0).map(({ account }) => account);

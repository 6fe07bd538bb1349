/**
 * What an engineer does about deliveries: one tenant's as the operator of that tenant [ADR-023], dead letters of all as the operator of deliveries.
 * Commands are called by the caller that is handed over, as those of a tenant's life are.
 */
import { OPERATOR_ROLE } from '../constructs/delivery-operator';
import { deliveryQueueNames, destinationClasses, type DestinationClass } from '../constructs/delivery-schedule';
import {
  assumeOperator,
  aws,
  checkedTenant,
  deleteItem,
  putItem,
  queryItems,
  stopsKey,
  text,
  type Place,
} from '../tenant-lifecycle/commands';
import type { Call } from '../tenant-lifecycle/lifecycle';

export type Operation =
  | { readonly kind: 'stop'; readonly tenant: string; readonly destination?: string; readonly because: string; readonly at: string }
  | { readonly kind: 'resume'; readonly tenant: string; readonly destination?: string }
  | { readonly kind: 'show'; readonly tenant: string }
  | { readonly kind: 'redrive'; readonly destinationClass: string };

/** So that what comes back at once leaves room for what is new: a seventh of what the least pods of a class can call. */
const REDRIVEN_A_SECOND = 50;

const patterns = {
  cell: [/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a cell such as prod-eu'],
  account: [/^\d{12}$/, 'an AWS account ID of 12 digits'],
  region: [/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region such as eu-west-1'],
  destination: [/^[A-Za-z0-9_-]{1,64}$/, "a destination's ID"],
  because: [/^[^\p{C}]{10,500}$/u, 'a reason of 10 to 500 characters, in one line'],
  destinationClass: [new RegExp(`^(${destinationClasses.join('|')})$`), destinationClasses.join(', ')],
} as const satisfies Readonly<Record<string, readonly [RegExp, string]>>;

/** @throws RangeError for a value that is not what its name says, before anything is called. */
function check(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, [pattern, allowed]] of Object.entries(patterns)) {
    const value = values[name];
    if (value !== undefined && !pattern.test(value)) throw new RangeError(`${name}: received '${value}'; allowed: ${allowed}`);
  }
}

/** Sort key of the item that stops all of a tenant's deliveries, or those to one destination: docs/02-data/delivery.md. */
const stopOf = (destination?: string): string => (destination === undefined ? 'stop' : `stop#${destination}`);

/** Answers what the last command does. */
export async function operate(call: Call, operation: Operation, place: Place): Promise<unknown> {
  check({ ...place, ...operation });
  if (operation.kind === 'redrive') return redrive(call, operation.destinationClass as DestinationClass, place);
  const { kind, tenant } = operation;
  const pk = stopsKey(checkedTenant(tenant));
  await call(assumeOperator(place, tenant));
  switch (kind) {
    case 'show':
      return call(queryItems(place, 'What is stopped, since when, and why.', 'tenants', pk, ['stop'], 'whole'));
    case 'stop': {
      const { because, at } = operation;
      const item = text({ pk, sk: stopOf(operation.destination), because, at });
      const why = 'Pods read it within seconds. The first reason stays: a second stop is refused, and does no harm.';
      return call(putItem(place, why, 'tenants', item, 'attribute_not_exists(pk)'));
    }
    case 'resume': {
      const why = 'What waited goes on; refused if it was not stopped.';
      return call(deleteItem(place, why, 'tenants', pk, stopOf(operation.destination), 'attribute_exists(pk)'));
    }
  }
}

async function redrive(call: Call, destinationClass: DestinationClass, { cell, account, region }: Place): Promise<unknown> {
  const names = deliveryQueueNames(cell, destinationClass);
  const arn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
  const sqs = (why: string, ...args: string[]) => call(aws(region, why, 'engineer', ['sqs', ...args], {}));
  const url = `https://sqs.${region}.amazonaws.com/${account}/${names.dead}`;
  await sqs('How many there are.', 'get-queue-attributes', '--queue-url', url, '--attribute-names', 'ApproximateNumberOfMessages');
  await sqs('Whether they are being moved already.', 'list-message-move-tasks', '--source-arn', arn(names.dead));
  return sqs(
    'Into the retries, whichever queue they came from: what is new goes first.',
    ...['start-message-move-task', '--source-arn', arn(names.dead), '--destination-arn', arn(names.retry)],
    ...['--max-number-of-messages-per-second', String(REDRIVEN_A_SECOND)],
  );
}

/** The role that sends dead letters back, for a profile of the CLI. */
export const operatorRoleArn = ({ cell, account, region }: Place): string =>
  `arn:aws:iam::${account}:role/${cell}-${OPERATOR_ROLE}-${region}`;

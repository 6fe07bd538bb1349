/** What an engineer does about deliveries, as calls of the AWS CLI: made here, so that a test sees each, and run by bin/delivery.ts. */
import { OPERATOR_ROLE, STOP_KEY } from '../constructs/delivery-operator';
import { deliveryQueueNames, destinationClasses, type DestinationClass } from '../constructs/delivery-schedule';

export interface Place {
  /** Such as `prod-eu`. */
  readonly cell: string;
  readonly account: string;
  /** The Region that serves. */
  readonly region: string;
}

export type Operation =
  | { readonly kind: 'stop'; readonly tenant: string; readonly destination?: string; readonly because: string; readonly at: string }
  | { readonly kind: 'resume'; readonly tenant: string; readonly destination?: string }
  | { readonly kind: 'show'; readonly tenant: string }
  | { readonly kind: 'redrive'; readonly destinationClass: string };

/** Arguments of `aws`, and whether it changes something. */
export interface Command {
  readonly args: readonly string[];
  readonly changes: boolean;
}

/** So that what comes back at once leaves room for what is new: a seventh of what the least pods of a class can call. */
const REDRIVEN_A_SECOND = 50;

const patterns = {
  cell: [/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a cell such as prod-eu'],
  account: [/^\d{12}$/, 'an AWS account ID of 12 digits'],
  region: [/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region such as eu-west-1'],
  tenant: [/^(?=.{2,40}$)[a-z0-9]+(-[a-z0-9]+)*$/, 'a tenant: lower-case letters, digits, single hyphens, 2 to 40'],
  destination: [/^[A-Za-z0-9_-]{1,64}$/, "a destination's ID"],
  because: [/^[^\p{C}]{10,500}$/u, 'a reason of 10 to 500 characters, in one line'],
  destinationClass: [new RegExp(`^(${destinationClasses.join('|')})$`), destinationClasses.join(', ')],
} as const satisfies Readonly<Record<string, readonly [RegExp, string]>>;

/** @throws RangeError for a value that is not what its name says, before anything is called. */
function check(values: Readonly<Partial<Record<keyof typeof patterns, string>>>): void {
  for (const [name, value] of Object.entries(values) as [keyof typeof patterns, string | undefined][]) {
    const [pattern, allowed] = patterns[name];
    if (value !== undefined && !pattern.test(value)) throw new RangeError(`${name}: received '${value}'; allowed: ${allowed}`);
  }
}

/** Key of the item that stops a tenant's deliveries, or those to one destination: docs/02-data/delivery.md. */
export const stopKey = (tenant: string, destination?: string) => ({
  pk: { S: `${tenant}#${STOP_KEY}` },
  sk: { S: destination === undefined ? 'stop' : `stop#${destination}` },
});

export function commandsOf(operation: Operation, place: Place): readonly Command[] {
  const { cell, account, region } = place;
  const { kind, ...values } = operation;
  const { at, ...checked } = values as { readonly at?: string };
  check({ cell, account, region, ...checked });
  const dynamodb = (action: string, changes: boolean, ...args: string[]): Command => ({
    args: ['dynamodb', action, '--region', region, '--table-name', `${cell}-tenants`, ...args],
    changes,
  });
  switch (kind) {
    case 'show':
      return [
        dynamodb(
          'query',
          false,
          '--key-condition-expression',
          'pk = :pk',
          '--expression-attribute-values',
          JSON.stringify({ ':pk': stopKey(operation.tenant).pk }),
        ),
      ];
    case 'stop': {
      const item = { ...stopKey(operation.tenant, operation.destination), because: { S: operation.because }, at: { S: at } };
      // The first reason stays: a second stop is refused, and does no harm.
      return [dynamodb('put-item', true, '--item', JSON.stringify(item), '--condition-expression', 'attribute_not_exists(pk)')];
    }
    case 'resume':
      return [
        dynamodb(
          'delete-item',
          true,
          '--key',
          JSON.stringify(stopKey(operation.tenant, operation.destination)),
          '--condition-expression',
          'attribute_exists(pk)',
        ),
      ];
    case 'redrive': {
      const names = deliveryQueueNames(cell, operation.destinationClass as DestinationClass);
      const arn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
      const sqs = (action: string, changes: boolean, ...args: string[]): Command => ({
        args: ['sqs', action, '--region', region, ...args],
        changes,
      });
      const url = `https://sqs.${region}.amazonaws.com/${account}/${names.dead}`;
      return [
        sqs('get-queue-attributes', false, '--queue-url', url, '--attribute-names', 'ApproximateNumberOfMessages'),
        sqs('list-message-move-tasks', false, '--source-arn', arn(names.dead)),
        // Into the retries, whichever queue they came from: what is new goes first.
        sqs(
          'start-message-move-task',
          true,
          '--source-arn',
          arn(names.dead),
          '--destination-arn',
          arn(names.retry),
          '--max-number-of-messages-per-second',
          String(REDRIVEN_A_SECOND),
        ),
      ];
    }
  }
}

/** The role that may do all of it, for a profile of the CLI. */
export const operatorRoleArn = ({ cell, account, region }: Place): string =>
  `arn:aws:iam::${account}:role/${cell}-${OPERATOR_ROLE}-${region}`;

/** A command as somebody could paste it into a shell. */
export const asText = ({ args }: Command): string =>
  ['aws', ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');

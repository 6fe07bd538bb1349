/** A table of DynamoDB as far as the script asks it: keys, whole items, and the three conditions that it sets. */
import type { Command } from '../../lib/tenant-lifecycle/commands';

type Item = Readonly<Record<string, { readonly S: string }>>;

const argument = ({ args }: Command, name: string): string => args[args.indexOf(name) + 1] ?? '';
const parsed = (command: Command, name: string): Item => (command.args.includes(name) ? (JSON.parse(argument(command, name)) as Item) : {});

export class Table {
  private readonly items = new Map<string, Item>();

  constructor(...items: readonly Readonly<Record<string, string>>[]) {
    for (const item of items) this.add(item);
  }

  add(item: Readonly<Record<string, string>>): void {
    this.put(Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }])));
  }

  get(pk: string, sk: string): Readonly<Record<string, string>> | undefined {
    const item = this.items.get(`${pk}|${sk}`);
    return item && Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S]));
  }

  keys(): readonly string[] {
    return [...this.items.keys()];
  }

  /** `undefined` if it is no command of a table's. */
  answer(command: Command): unknown {
    switch (command.args.slice(0, 2).join(' ')) {
      case 'dynamodb get-item': {
        const Item = this.items.get(keyOf(parsed(command, '--key')));
        return Item ? { Item } : {};
      }
      case 'dynamodb query': {
        const pk = parsed(command, '--expression-attribute-values')[':pk']?.S;
        return { Items: [...this.items.values()].filter((item) => item['pk']?.S === pk) };
      }
      case 'dynamodb put-item': {
        const item = parsed(command, '--item');
        this.check(command, this.items.get(keyOf(item)));
        this.put(item);
        return {};
      }
      case 'dynamodb delete-item': {
        const key = keyOf(parsed(command, '--key'));
        this.check(command, this.items.get(key));
        this.items.delete(key);
        return {};
      }
      default:
        return undefined;
    }
  }

  private put(item: Item): void {
    this.items.set(keyOf(item), item);
  }

  private check(command: Command, item: Item | undefined): void {
    if (!command.args.includes('--condition-expression')) return;
    const expression = argument(command, '--condition-expression');
    const values = parsed(command, '--expression-attribute-values');
    const is = (name: string, value: string) => item?.[name] !== undefined && item[name].S === values[value]?.S;
    const conditions: Readonly<Record<string, () => boolean>> = {
      'attribute_not_exists(pk) OR #state IN (:active, :suspended)': () => !item || is('state', ':active') || is('state', ':suspended'),
      '#state = :active AND tier = :tier': () => is('state', ':active') && is('tier', ':tier'),
      'attribute_not_exists(left_at)': () => item?.['left_at'] === undefined,
      '#state = :left AND left_at < :before': () =>
        is('state', ':left') && item?.['left_at'] !== undefined && item['left_at'].S < (values[':before']?.S ?? ''),
    };
    const holds = conditions[expression];
    if (!holds) throw new Error(`condition: received ${expression}; allowed: one that this table knows`);
    if (!holds()) throw new Error('ConditionalCheckFailedException');
  }
}

const keyOf = ({ pk, sk }: Item): string => `${pk?.S ?? ''}|${sk?.S ?? ''}`;

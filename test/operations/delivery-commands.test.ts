import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asText, commandsOf, operatorRoleArn, stopKey, type Operation } from '../../lib/operations/delivery-commands';
import { platformStacks } from '../support/platform-assembly';
import { root, runNode } from '../support/run-cdk';

const place = { cell: 'prod-eu', account: '444444444444', region: 'eu-west-1' };
const stop: Operation = { kind: 'stop', tenant: 'acme', because: 'Asked for by the tenant, case 17', at: '2026-11-25T10:00:00.000Z' };

const args = (operation: Operation) => commandsOf(operation, place).map((command) => command.args.join(' '));

describe('the commands of deliveries', () => {
  it('stop a tenant by an item under a key of its own, with the reason, and keep the first one', () => {
    const [command, ...others] = commandsOf(stop, place);
    expect(others).toEqual([]);
    expect(command?.args.slice(0, 6)).toEqual(['dynamodb', 'put-item', '--region', 'eu-west-1', '--table-name', 'prod-eu-tenants']);
    expect(JSON.parse(command?.args[7] ?? '')).toEqual({
      pk: { S: 'acme#delivery' },
      sk: { S: 'stop' },
      because: { S: 'Asked for by the tenant, case 17' },
      at: { S: '2026-11-25T10:00:00.000Z' },
    });
    expect(command?.args.slice(8)).toEqual(['--condition-expression', 'attribute_not_exists(pk)']);
  });

  it('stop one destination beside the tenant, so that either goes on by itself', () => {
    expect(stopKey('acme', 'crm').pk).toEqual(stopKey('acme').pk);
    expect(stopKey('acme', 'crm').sk).toEqual({ S: 'stop#crm' });
    expect(args({ kind: 'resume', tenant: 'acme', destination: 'crm' })[0]).toContain('"sk":{"S":"stop#crm"}');
    expect(args({ kind: 'resume', tenant: 'acme' })[0]).toContain('"sk":{"S":"stop"}');
  });

  it('look before they send dead letters back, into the retries, at a pace', () => {
    const commands = commandsOf({ kind: 'redrive', destinationClass: 'webhook' }, place);
    expect(commands.map(({ changes }) => changes)).toEqual([false, false, true]);
    expect(commands.at(-1)?.args.join(' ')).toBe(
      'sqs start-message-move-task --region eu-west-1 --source-arn arn:aws:sqs:eu-west-1:444444444444:prod-eu-delivery-webhook-dead ' +
        '--destination-arn arn:aws:sqs:eu-west-1:444444444444:prod-eu-delivery-webhook-retry --max-number-of-messages-per-second 50',
    );
  });

  it('name queues, table and role that are there', () => {
    const there = platformStacks()
      .filter(({ path }) => path.startsWith('prod-eu/'))
      .flatMap(({ resources }) =>
        resources.flatMap(({ properties }) => [properties['QueueName'], properties['TableName'], properties['RoleName']]),
      );
    const all = (['streaming', 'batch', 'webhook'] as const).flatMap((destinationClass) => args({ kind: 'redrive', destinationClass }));
    for (const name of new Set(all.join(' ').match(/prod-eu-delivery-[a-z-]+/g))) expect(there).toContain(name);
    expect(there).toContain(operatorRoleArn(place).split('/')[1]);
    expect(there).toContain('prod-eu-tenants');
  });

  it.each<[string, Operation]>([
    ['a tenant of another form', { ...stop, tenant: 'Acme' } as Operation],
    ["a tenant that holds the key's own sign", { ...stop, tenant: 'acme#delivery' } as Operation],
    ['a tenant with hyphens side by side', { kind: 'show', tenant: 'a--b' }],
    ['no tenant', { kind: 'resume', tenant: '' }],
    ['a destination of another form', { kind: 'resume', tenant: 'acme', destination: 'crm/1' }],
    ['no reason', { ...stop, because: '' } as Operation],
    ['a reason of two lines', { ...stop, because: 'a reason\nof two lines' } as Operation],
    ['a class that is none', { kind: 'redrive', destinationClass: 'email' }],
  ])('rejects %s', (_, operation) => {
    expect(() => commandsOf(operation, place)).toThrow(RangeError);
  });

  it.each([{ cell: 'prod_eu' }, { account: '1' }, { region: 'eu' }])('rejects the place %o', (part) => {
    expect(() => commandsOf(stop, { ...place, ...part })).toThrow('allowed: ');
  });

  it('can be pasted into a shell, whatever the reason says', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 10, maxLength: 60 }), (because) => {
        fc.pre(/^[^\p{C}]{10,500}$/u.test(because));
        const [command] = commandsOf({ ...stop, because } as Operation, place);
        if (!command) throw new Error('no command');
        const output = execFileSync('sh', ['-c', asText(command).replace(/^aws/, "printf '%s\\0'")], { encoding: 'utf8' });
        expect(output.split('\0').slice(0, -1)).toEqual(command.args);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the program', () => {
  const program = (...words: string[]) => runNode(['-r', 'ts-node/register', join(root, 'bin/delivery.ts'), ...words]);
  const where = ['--cell', 'prod-eu', '--account', '444444444444', '--region', 'eu-west-1'];

  it('prints what it would call, as which role, and calls nothing', async () => {
    const { exitCode, stdout } = await program('stop', 'acme', '--because', 'Asked for by the tenant', ...where);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# As arn:aws:iam::444444444444:role\/prod-eu-delivery-operator-eu-west-1\. Nothing was called/);
    expect(stdout).toContain('aws dynamodb put-item --region eu-west-1 --table-name prod-eu-tenants --item ');
  }, 60_000);

  it.each([[[]], [['pause', 'acme']], [['stop', 'acme']]])(
    'rejects %j with its usage',
    async (words) => {
      const { exitCode, stderr } = await program(...words, ...where);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/received .*; allowed: [\s\S]*Usage: /);
    },
    60_000,
  );
});

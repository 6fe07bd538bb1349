import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operate, operatorRoleArn, type Operation } from '../../lib/operations/delivery-commands';
import { assumeOperator, shellOf, type Command } from '../../lib/tenant-lifecycle/commands';
import { platformStacks } from '../support/platform-assembly';
import { root, runNode } from '../support/run-cdk';

const place = { cell: 'prod-eu', account: '444444444444', region: 'eu-west-1' };
const stop: Operation = { kind: 'stop', tenant: 'acme', because: 'Asked for by the tenant, case 17', at: '2026-11-25T10:00:00.000Z' };

const commandsOf = async (operation: Operation, at = place): Promise<readonly Command[]> => {
  const commands: Command[] = [];
  await operate((command) => (commands.push(command), Promise.resolve(command.sample)), operation, at);
  return commands;
};
const after = (name: string, command: Command | undefined): unknown => JSON.parse(command?.args[command.args.indexOf(name) + 1] ?? '');

describe('the commands of deliveries', () => {
  it('stop a tenant, in its own session, by an item under a key of its own, with the reason, and keep the first one', async () => {
    const [session, command, ...others] = await commandsOf(stop);
    expect(others).toEqual([]);
    expect(session).toEqual(assumeOperator(place, 'acme'));
    expect(command).toMatchObject({ program: 'aws', as: 'operator' });
    expect(command?.args.slice(0, 4)).toEqual(['dynamodb', 'put-item', '--table-name', 'prod-eu-tenants']);
    expect(after('--item', command)).toEqual({
      pk: { S: 'acme#delivery' },
      sk: { S: 'stop' },
      because: { S: 'Asked for by the tenant, case 17' },
      at: { S: '2026-11-25T10:00:00.000Z' },
    });
    expect(command?.args.join(' ')).toContain('--condition-expression attribute_not_exists(pk) --region eu-west-1');
  });

  it('stop one destination beside the tenant, so that either goes on by itself', async () => {
    const keyOf = async (operation: Operation) => after('--key', (await commandsOf(operation))[1]);
    expect(after('--item', (await commandsOf({ ...stop, destination: 'crm' } as Operation))[1])).toMatchObject({ sk: { S: 'stop#crm' } });
    expect(await keyOf({ kind: 'resume', tenant: 'acme', destination: 'crm' })).toEqual({
      pk: { S: 'acme#delivery' },
      sk: { S: 'stop#crm' },
    });
    expect(await keyOf({ kind: 'resume', tenant: 'acme' })).toEqual({ pk: { S: 'acme#delivery' }, sk: { S: 'stop' } });
  });

  it('show what is stopped, with its reason, as the tables are read by pods: consistently', async () => {
    const [, query] = await commandsOf({ kind: 'show', tenant: 'acme' });
    expect(after('--expression-attribute-values', query)).toEqual({ ':pk': { S: 'acme#delivery' } });
    expect(query?.args).toContain('--consistent-read');
    expect(query?.args).not.toContain('--projection-expression');
  });

  it('look before they send dead letters back, into the retries, at a pace, in no session of a tenant', async () => {
    const commands = await commandsOf({ kind: 'redrive', destinationClass: 'webhook' });
    expect(commands.map(({ as, args }) => `${as} ${args[1]}`)).toEqual([
      'engineer get-queue-attributes',
      'engineer list-message-move-tasks',
      'engineer start-message-move-task',
    ]);
    expect(commands.at(-1)?.args.slice(0, 8).join(' ')).toBe(
      'sqs start-message-move-task --source-arn arn:aws:sqs:eu-west-1:444444444444:prod-eu-delivery-webhook-dead ' +
        '--destination-arn arn:aws:sqs:eu-west-1:444444444444:prod-eu-delivery-webhook-retry --max-number-of-messages-per-second 50',
    );
  });

  it('name queues, table and roles that are there', async () => {
    const there = platformStacks()
      .filter(({ path }) => path.startsWith('prod-eu/'))
      .flatMap(({ resources }) =>
        resources.flatMap(({ properties }) => [properties['QueueName'], properties['TableName'], properties['RoleName']]),
      );
    for (const destinationClass of ['streaming', 'batch', 'webhook']) {
      const text = JSON.stringify(await commandsOf({ kind: 'redrive', destinationClass }));
      for (const name of new Set(text.match(/prod-eu-delivery-[a-z-]+/g))) expect(there).toContain(name);
    }
    const [session, put] = await commandsOf(stop);
    expect(there).toContain(operatorRoleArn(place).split('/')[1]);
    expect(there).toContain(session?.args[session.args.indexOf('--role-arn') + 1]?.split('/')[1]);
    expect(there).toContain(put?.args[put.args.indexOf('--table-name') + 1]);
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
  ])('rejects %s, before anything is called', async (_, operation) => {
    const call = () => Promise.reject(new Error('It was called'));
    await expect(operate(call, operation, place)).rejects.toThrow(RangeError);
  });

  it.each([{ cell: 'prod_eu' }, { account: '1' }, { region: 'eu' }])('rejects the place %o', async (part) => {
    await expect(commandsOf(stop, { ...place, ...part })).rejects.toThrow('allowed: ');
  });

  it('can be pasted into a shell, whatever the reason says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 10, maxLength: 60 }), async (because) => {
        fc.pre(/^[^\p{C}]{10,500}$/u.test(because));
        const [, command] = await commandsOf({ ...stop, because } as Operation);
        if (!command) throw new Error('no command');
        const [, line = ''] = shellOf(command).split('\n');
        const output = execFileSync('sh', ['-c', line.replace(/^aws/, "printf '%s\\0'")], { encoding: 'utf8' });
        expect(output.split('\0').slice(0, -1)).toEqual(command.args);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the program', () => {
  const program = (...words: string[]) => runNode(['-r', 'ts-node/register', join(root, 'bin/delivery.ts'), ...words]);
  const where = ['--cell', 'prod-eu', '--account', '444444444444', '--region', 'eu-west-1'];

  it('prints what it would call, by which profile and in whose session, and calls nothing', async () => {
    const words = ['stop', 'acme', 'crm', '--because', 'Asked for by the tenant', ...where, '--profile', 'elevated'];
    const { exitCode, stdout } = await program(...words);
    expect(exitCode).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toBe('# Nothing was called: add --apply');
    expect(lines.filter((line) => line.startsWith('aws '))).toEqual([
      'aws sts assume-role --role-arn arn:aws:iam::444444444444:role/prod-eu-operator-tenant-eu-west-1 --role-session-name acme ' +
        "--tags 'Key=tenant,Value=acme' --region eu-west-1 --output json --no-cli-pager --profile elevated",
      // Without the profile: by the keys of the session.
      expect.stringMatching(
        /^aws dynamodb put-item --table-name prod-eu-tenants --item '\{"pk":\{"S":"acme#delivery"\},"sk":\{"S":"stop#crm"\}.*no-cli-pager$/,
      ),
    ]);
    expect(stdout).toContain('(as the operator of this tenant)');
  }, 60_000);

  it('says of which role the profile has to be that sends dead letters back', async () => {
    const { exitCode, stdout } = await program('redrive', 'batch', ...where);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('# As arn:aws:iam::444444444444:role/prod-eu-delivery-operator-eu-west-1\n');
    expect(stdout).not.toContain('assume-role');
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

  it('runs the same by an aws that is there, shows answers, and no credential', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'aws-'));
    const session = { Credentials: { AccessKeyId: 'ID', SecretAccessKey: 'SECRET', SessionToken: 'TOKEN' } };
    const script = [
      '#!/bin/sh',
      `echo "$1 $2 as \${AWS_SESSION_TOKEN:-nobody} by \${AWS_PROFILE:-none}" >> '${bin}/calls'`,
      `case "$2" in assume-role) echo '${JSON.stringify(session)}';; query) echo '{"Items":[{"because":{"S":"case 17"}}]}';; esac`,
    ];
    writeFileSync(join(bin, 'aws'), script.join('\n'), { mode: 0o755 });
    const words = ['-r', 'ts-node/register', join(root, 'bin/delivery.ts'), 'show', 'acme', ...where, '--apply'];
    const stdout = execFileSync('node', words, {
      encoding: 'utf8',
      cwd: root,
      env: { PATH: `${bin}:${process.env['PATH']}`, AWS_PROFILE: 'me' },
    });
    expect(stdout).toContain('case 17');
    expect(stdout).not.toMatch(/SECRET|TOKEN/);
    expect(readFileSync(join(bin, 'calls'), 'utf8')).toBe('sts assume-role as nobody by me\ndynamodb query as TOKEN by none\n');
    rmSync(bin, { recursive: true });
  }, 60_000);
});

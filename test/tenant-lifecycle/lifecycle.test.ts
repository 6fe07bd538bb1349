/** What the script would run, to the letter; that it can be repeated; and that nothing is called proved which was not counted. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byShell, running, type Execute } from '../../lib/tenant-lifecycle/callers';
import { checkedTenant, shellOf, type Command } from '../../lib/tenant-lifecycle/commands';
import { offboard, onboard, prove, suspend, type Call } from '../../lib/tenant-lifecycle/lifecycle';
import { tenantRoleArn } from '../../lib/constructs/tenant-isolation/tenant-session';
import { platformTemplate } from '../support/platform-assembly';

const place = { cell: 'prod-eu', account: '444444444444', region: 'eu-west-1' };
const subject = { place, tenant: 'acme' };
const options = { now: () => new Date('2026-11-25T12:00:00Z'), wait: () => Promise.resolve() };

/** Notes each command, and answers by its sample unless told otherwise; of a person that was deleted nothing is there. */
function recorded(answer?: (command: Command) => unknown): { call: Call; commands: Command[] } {
  const commands: Command[] = [];
  const gone = { Items: [] };
  const bySample = (command: Command) =>
    named(command, 'dynamodb query') && command.args.includes('prod-eu-profiles') && commands.some(isDeletionOfProfile)
      ? gone
      : command.sample;
  return { commands, call: (command) => (commands.push(command), Promise.resolve((answer ?? bySample)(command))) };
}
const isDeletionOfProfile = (command: Command) => named(command, 'dynamodb delete-item') && command.args.includes('prod-eu-profiles');
const verbs = (commands: readonly Command[]) =>
  commands.map(({ program, args }) => (program === 'psql' ? 'psql' : args.slice(0, 2).join(' ')));
const named = (command: Command, verb: string) => command.args.slice(0, 2).join(' ') === verb;

describe('a tenant', () => {
  it('is onboarded: its row and role, then what services read', async () => {
    const { call, commands } = recorded();
    await onboard(call, subject, { tier: 'growth', displayName: "Acme's" });
    expect(verbs(commands)).toEqual(['sts assume-role', 'dynamodb get-item', 'psql', 'dynamodb put-item']);
    expect(commands[2]?.args).toEqual(expect.arrayContaining(["name=Acme's", 'tenant=acme', 'tier=growth', 'ON_ERROR_STOP=1']));
    expect(shellOf(commands[3] as Command)).toBe(
      [
        '# From now on ingest and the profile API know the tenant, and its quotas. (as the operator of this tenant)',
        `aws dynamodb put-item --table-name prod-eu-tenants --item '{"pk":{"S":"acme#settings"},"sk":{"S":"tier"},"tier":{"S":"growth"},"state":{"S":"active"}}' --condition-expression 'attribute_not_exists(pk) OR #state IN (:active, :suspended)' --expression-attribute-names '{"#state":"state"}' --expression-attribute-values '{":active":{"S":"active"},":suspended":{"S":"suspended"}}' --region eu-west-1 --output json --no-cli-pager`,
      ].join('\n'),
    );
  });

  it('is suspended for services before its sessions end', async () => {
    const { call, commands } = recorded();
    await suspend(call, subject);
    expect(verbs(commands)).toEqual(['sts assume-role', 'dynamodb get-item', 'dynamodb put-item', 'psql']);
    expect(commands[3]?.input).toContain('metadata.suspend_tenant');
  });

  it('leaves: a gravestone first, then database, profiles, settings, credentials and lake, and the evidence last', async () => {
    const { call, commands } = recorded();
    const evidence = await offboard(call, subject, options);
    expect(verbs(commands)).toEqual([
      'sts assume-role',
      'dynamodb get-item',
      'dynamodb put-item',
      'psql',
      'psql',
      // What a run before has kept, whom the lake knows, and the list of both.
      'sts assume-role',
      'dynamodb query',
      'sts assume-role',
      'athena start-query-execution',
      'athena get-query-execution',
      'athena get-query-results',
      'dynamodb put-item',
      // A person; settings; credentials; stops of deliveries.
      'sts assume-role',
      'dynamodb query',
      'dynamodb delete-item',
      'dynamodb put-item',
      'dynamodb query',
      'dynamodb delete-item',
      'dynamodb query',
      'dynamodb delete-item',
      'dynamodb query',
      'dynamodb delete-item',
      'sts assume-role',
      'glue start-job-run',
      'glue get-job-run',
      // That nothing is left of the person.
      'sts assume-role',
      'dynamodb query',
      'dynamodb put-item',
      'sts get-caller-identity',
      'psql',
    ]);
    expect(commands[2]?.args.join(' ')).toContain('"state":{"S":"left"},"left_at":{"S":"2026-11-25T12:00:00.000Z"}');
    expect(evidence).toMatchObject({ tenant: 'acme', by: 'WHO', at: '2026-11-25T12:00:00.000Z', isComplete: true });
    expect(evidence.checks.map(({ count }) => count)).toEqual([1, 1, 0, 1, 1, 1, 1]);
    // No person by name, nor a credential: the file is kept.
    expect(JSON.stringify(evidence)).not.toMatch(/PERSON|SECRET|TOKEN/);
    expect(commands.at(-1)?.args).toContain(`evidence=${JSON.stringify(evidence)}`);
  });

  it('keeps its gravestone while the rest of its settings goes', async () => {
    const { call, commands } = recorded((command) =>
      named(command, 'dynamodb query') && command.args.join(' ').includes('#settings')
        ? { Items: [{ sk: { S: 'tier' } }, { sk: { S: 'source#1' } }] }
        : command.sample,
    );
    await offboard(call, subject, options);
    const deleted = commands.filter((command) => named(command, 'dynamodb delete-item')).map(({ args }) => args.join(' '));
    expect(deleted.some((text) => text.includes('source#1'))).toBe(true);
    expect(deleted.some((text) => text.includes('"sk":{"S":"tier"}'))).toBe(false);
  });

  it.each([
    [
      'a role that is still there',
      (command: Command) => (command.input?.includes('offboard') ? 'f' : command.sample),
      'The role of acme is still there',
    ],
    [
      'a query that failed',
      (command: Command) =>
        named(command, 'athena get-query-execution') ? { QueryExecution: { Status: { State: 'FAILED' } } } : command.sample,
      'Query QUERY-ID: FAILED',
    ],
    [
      'an erasure that failed',
      (command: Command) => (named(command, 'glue get-job-run') ? { JobRun: { JobRunState: 'TIMEOUT' } } : command.sample),
      'Job RUN-ID: TIMEOUT',
    ],
  ])('rejects %s, and writes no evidence', async (_, answer, message) => {
    const { call, commands } = recorded(answer);
    await expect(offboard(call, subject, options)).rejects.toThrow(message);
    expect(commands.some(({ input }) => input?.includes('erasure_requests'))).toBe(false);
  });
});

describe('a profile that is written again while it goes', () => {
  it('is counted as left, and the evidence is not complete', async () => {
    const { call } = recorded((command) =>
      named(command, 'dynamodb query') && command.args.includes('prod-eu-profiles')
        ? { Items: [{ sk: { S: 'profile' } }] }
        : command.sample,
    );
    const { checks, isComplete } = await offboard(call, subject, options);
    expect(checks.find(({ what }) => what === 'items of profiles that the last pass found')?.count).toBe(1);
    expect(isComplete).toBe(false);
  });
});

describe('the proof', () => {
  const proof = (answer?: (command: Command) => unknown, isFinal = false) => {
    const { call, commands } = recorded(answer);
    return prove(call, subject, { ...options, isFinal }).then((evidence) => ({ evidence, commands }));
  };

  it('is complete when each store answers with nothing, but for the gravestone', async () => {
    const { evidence, commands } = await proof((command) =>
      named(command, 'dynamodb query') && command.args.join(' ').includes('#settings')
        ? { Items: [{ sk: { S: 'tier' } }] }
        : command.sample,
    );
    expect(evidence.checks.map(({ what, count }) => `${what}: ${count}`)).toEqual([
      'rows of the lake: 0',
      'settings: 1',
      'credentials: 0',
      'stops of deliveries: 0',
      'lists of persons: 0',
      'quarantined objects: 0',
      'rows and role of the database: 0',
    ]);
    expect(evidence.isComplete).toBe(true);
    expect(verbs(commands)).not.toContain('dynamodb delete-item');
  });

  const left: readonly (readonly [string, (command: Command) => unknown])[] = [
    [
      'rows of the lake',
      (command) =>
        named(command, 'athena get-query-results')
          ? { ResultSet: { Rows: [{ Data: [] }, { Data: [{ VarCharValue: '7' }, { VarCharValue: '2' }] }] } }
          : command.sample,
    ],
    [
      'settings',
      (command) => (command.args.join(' ').includes('#settings') ? { Items: [{ sk: { S: 'tier' } }, { sk: { S: 'x' } }] } : command.sample),
    ],
    ['credentials', (command) => (command.args.join(' ').includes('#credentials') ? { Items: [{ sk: { S: 'x' } }] } : command.sample)],
    [
      'stops of deliveries',
      (command) => (command.args.join(' ').includes('#delivery') ? { Items: [{ sk: { S: 'stop' } }] } : command.sample),
    ],
    ['quarantined objects', (command) => (named(command, 's3api list-objects-v2') ? 3 : command.sample)],
    ['rows and role of the database', (command) => (command.program === 'psql' ? '1' : command.sample)],
  ];
  it.each(left)('rejects %s that are left', async (what, answer) => {
    const { evidence } = await proof(answer);
    expect(evidence.isComplete).toBe(false);
    expect(evidence.checks.filter(({ count, allowed }) => count > allowed).map((check) => check.what)).toEqual([what]);
  });

  it.each([
    [
      'no answer of the lake',
      (command: Command) => (named(command, 'athena get-query-results') ? { ResultSet: { Rows: [] } } : command.sample),
    ],
    ['no answer of the bucket', (command: Command) => (named(command, 's3api list-objects-v2') ? undefined : command.sample)],
    ['no answer of the database', (command: Command) => (command.program === 'psql' ? '' : command.sample)],
  ])('rejects %s, which is no zero', async (_, answer) => {
    await expect(proof(answer)).rejects.toThrow('allowed: a count');
  });
});

describe('its commands', () => {
  const all = async (): Promise<Command[]> => {
    const { call, commands } = recorded();
    await onboard(call, subject, { tier: 'growth', displayName: 'Acme' });
    await suspend(call, subject);
    await offboard(call, subject, options);
    await prove(call, subject, { ...options, isFinal: true });
    return commands;
  };

  it('take the role that the stack makes, and tag it with its name', async () => {
    const taken = (await all()).filter((command) => named(command, 'sts assume-role'));
    for (const { args } of taken.filter(({ takes }) => takes === 'operator')) {
      expect(args).toEqual(expect.arrayContaining([tenantRoleArn(place, 'operator'), 'acme', 'Key=tenant,Value=acme']));
    }
    const ofLake = platformTemplate('prod-eu/Lake').findResources('AWS::IAM::Role', {
      Properties: { RoleName: `${place.cell}-lake-operator-${place.region}` },
    });
    expect(Object.keys(ofLake)).toHaveLength(1);
    const lake = taken.filter(({ takes }) => takes === 'lake');
    expect(lake.length).toBeGreaterThan(0);
    for (const { args } of lake) expect(args).toContain(`arn:aws:iam::${place.account}:role/${place.cell}-lake-operator-${place.region}`);
    expect(taken.filter(({ takes }) => takes === undefined)).toEqual([]);
  });

  it('execute statements that the workgroup has', async () => {
    const template = platformTemplate('prod-eu/Lake').findResources('AWS::Athena::PreparedStatement');
    const known = Object.values(template).map(
      ({ Properties }) => `EXECUTE ${String((Properties as { StatementName: string }).StatementName)}`,
    );
    for (const { args } of (await all()).filter((command) => named(command, 'athena start-query-execution'))) {
      expect(known).toContain(args[args.indexOf('--query-string') + 1]);
    }
  });

  it("touch a tenant only as its operator, and the lake only by the lake's role", async () => {
    const who: Readonly<Record<string, Command['as']>> = { dynamodb: 'operator', s3api: 'operator', athena: 'lake', glue: 'lake' };
    for (const { program, args, as } of await all()) {
      expect(as, args.slice(0, 2).join(' ')).toBe((program === 'aws' ? who[args[0] ?? ''] : undefined) ?? 'engineer');
    }
  });

  it('take the role of the lake again while the erasure lasts', async () => {
    let asked = 0;
    const { call, commands } = recorded((command) => {
      if (!named(command, 'glue get-job-run')) return command.sample;
      asked += 1;
      return { JobRun: { JobRunState: asked > 130 ? 'SUCCEEDED' : 'RUNNING' } };
    });
    await offboard(call, subject, options);
    expect(commands.filter(({ takes }) => takes === 'lake')).toHaveLength(4);
  });

  it('come out of a shell as they went in', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).filter((word) => !word.includes('\u0000')),
          { minLength: 1, maxLength: 4 },
        ),
        (args) => {
          const [, line = ''] = shellOf({ why: '', program: 'aws', as: 'engineer', args, sample: undefined }).split(/\n([^]*)/);
          const shown = execFileSync('bash', ['-c', `aws() { printf '%s\\0' "$@"; }; ${line}`], { encoding: 'utf8' });
          expect(shown.split('\0').slice(0, -1)).toEqual(args);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each(['', 'a', 'A', 'acme corp', 'acme;ls', "acme'", 'acme#x', 'acme*', '$(ls)', 'acme\n', 'a'.repeat(41), '-acme'])(
    'rejects the tenant %j',
    (tenant) => {
      expect(() => checkedTenant(tenant)).toThrow(RangeError);
    },
  );
});

describe('running them', () => {
  const answering =
    (seen: NodeJS.ProcessEnv[]): Execute =>
    ({ args, sample }, environment) => {
      seen.push(environment);
      return { status: 0, stderr: '', stdout: ['assume-role', 'get-item'].includes(args[1] ?? '') ? JSON.stringify(sample) : '{}' };
    };

  it("hands the tenant's session to what acts for it, and to nothing else", async () => {
    const seen: NodeJS.ProcessEnv[] = [];
    const call = running(answering(seen), { AWS_PROFILE: 'me', PATH: '/bin' });
    await suspend(call, subject);
    expect(seen.map(({ AWS_PROFILE, AWS_SESSION_TOKEN }) => [AWS_PROFILE, AWS_SESSION_TOKEN])).toEqual([
      ['me', undefined],
      [undefined, 'TOKEN'],
      [undefined, 'TOKEN'],
      ['me', undefined],
    ]);
  });

  it('hands the session of the lake to what asks the lake, and that of the tenant to the rest', async () => {
    const tokens: (readonly [string, string | undefined])[] = [];
    const call = running(
      ({ args, sample }, { AWS_SESSION_TOKEN }) => {
        tokens.push([args[0] ?? '', AWS_SESSION_TOKEN]);
        const token = args.join(' ').includes('-lake-operator-') ? 'LAKE' : 'TENANT';
        const taken = { Credentials: { AccessKeyId: 'ID', SecretAccessKey: 'SECRET', SessionToken: token } };
        return { status: 0, stderr: '', stdout: args[1] === 'assume-role' ? JSON.stringify(taken) : JSON.stringify(sample) };
      },
      { PATH: '/bin' },
    );
    await prove((command) => (command.program === 'psql' ? Promise.resolve('0') : call(command)), subject, { ...options, isFinal: false });
    const seen = (service: string) => new Set(tokens.filter(([name]) => name === service).map(([, token]) => token));
    expect([seen('athena'), seen('dynamodb'), seen('s3api'), seen('sts')]).toEqual([
      new Set(['LAKE']),
      new Set(['TENANT']),
      new Set(['TENANT']),
      new Set([undefined]),
    ]);
  });

  it.each(['operator', 'lake'] as const)('rejects to act as %s without its session', async (as) => {
    const call = running(answering([]), {});
    await expect(call({ why: '', program: 'aws', as, args: ['dynamodb', 'query'], sample: {} })).rejects.toThrow('no session');
  });

  it('rejects a command that failed, with what it said', async () => {
    const call = running(() => ({ status: 254, stdout: '', stderr: 'AccessDenied\n' }), {});
    await expect(call({ why: '', program: 'aws', as: 'engineer', args: ['sts', 'get-caller-identity'], sample: {} })).rejects.toThrow(
      '(254): AccessDenied',
    );
  });

  it.each([
    'An error occurred (ExpiredToken) when calling the AssumeRole operation: The security token included in the request is expired',
    'An error occurred (ExpiredTokenException) when calling the Query operation: The security token included in the request is expired',
    'Error when retrieving token from sso: Token has expired and refresh failed',
  ])('rejects credentials that have expired as such: %s', async (stderr) => {
    const call = running(() => ({ status: 254, stdout: '', stderr }), {});
    await expect(call({ why: '', program: 'aws', as: 'engineer', args: ['sts', 'assume-role'], sample: {} })).rejects.toThrow(
      'Credentials have expired, at aws sts assume-role',
    );
  });

  it('runs programs of the shell, with what they are told and in their environment', async () => {
    const command: Command = {
      why: '',
      program: 'psql',
      as: 'engineer',
      args: ['-c', 'cat; echo "$WHO" >&2; exit 3'],
      input: 'in',
      sample: '',
    };
    const ended = await byShell({ ...command, program: 'bash' as 'psql' }, { PATH: process.env['PATH'], WHO: 'me' });
    expect(ended).toEqual({ status: 3, stdout: 'in', stderr: expect.stringContaining('me\n') as string });
    expect(await byShell({ ...command, program: 'no-such-program' as 'psql' }, {})).toMatchObject({ status: null });
  });
});

describe('npm run tenant', () => {
  const run = (...args: string[]) => {
    try {
      const stdout = execFileSync('node', ['-r', 'ts-node/register', join(__dirname, '../../bin/tenant.ts'), ...args], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
      return { code: 0, stdout, stderr: '' };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { code: status, stdout, stderr };
    }
  };

  it('prints a whole life, and runs nothing of it', () => {
    const { code, stdout } = run('plan', '--cell', 'prod-eu', '--tenant', 'acme', '--tier', 'growth');
    expect(code).toBe(0);
    expect(stdout).toContain('aws glue start-job-run --job-name prod-eu-lake-erasure');
    expect(stdout).toContain('metadata.offboard_tenant');
    expect(stdout).toContain('sleep 900\n');
  });

  it.each([
    [['offboard', '--cell', 'prod-eu', '--tenant', 'acme', '--execute'], '--confirm: received undefined; allowed: acme'],
    [['offboard', '--cell', 'prod', '--tenant', 'acme'], '--cell: received prod'],
    [['onboard', '--cell', 'prod-eu', '--tenant', 'Acme'], "tenant: received 'Acme'"],
    [['onboard', '--cell', 'prod-eu', '--tenant', 'acme', '--tier', 'gold'], "--tier: received 'gold'"],
    [
      ['prove', '--cell', 'prod-eu', '--tenant', 'acme', '--region', 'us-east-1'],
      '--region: received us-east-1; allowed: eu-west-1, eu-central-1',
    ],
    [['erase', '--cell', 'prod-eu', '--tenant', 'acme'], "command: received 'erase'"],
  ])('rejects %j', (args, message) => {
    const { code, stderr } = run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

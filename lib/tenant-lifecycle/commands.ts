/** Calls of the AWS CLI and of psql, as data: printed by a dry run to the letter, run by the same words otherwise. Nothing here runs anything. */

export interface Command {
  /** Why, for whoever reads the dry run. */
  readonly why: string;
  readonly program: 'aws' | 'psql';
  readonly args: readonly string[];
  /** `operator`: by the session of the one tenant. `engineer`: as whoever runs the script came in. */
  readonly as: 'engineer' | 'operator';
  /** For psql: the statements, by standard input. */
  readonly input?: string;
  /** What a dry run takes for the answer, so that it prints what would follow. */
  readonly sample: unknown;
}

export interface Place {
  readonly cell: string;
  readonly account: string;
  readonly region: string;
}

/** As the database takes it (002.do.tables.sql): no character that a shell, a key, a prefix or SQL would read as something else. */
const TENANT = /^(?=.{2,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export function checkedTenant(tenant: string): string {
  if (!TENANT.test(tenant))
    throw new RangeError(`tenant: received '${tenant}'; allowed: lower-case words joined by hyphens, 2 to 40 characters`);
  return tenant;
}

type Attributes = Readonly<Record<string, { readonly S: string }>>;

export const text = (values: Readonly<Record<string, string>>): Attributes =>
  Object.fromEntries(Object.entries(values).map(([name, S]) => [name, { S }]));

const aws = (region: string, why: string, as: Command['as'], args: readonly string[], sample: unknown): Command => ({
  why,
  program: 'aws',
  as,
  args: [...args, '--region', region, '--output', 'json', '--no-cli-pager'],
  sample,
});

export const assumeOperator = ({ cell, account, region }: Place, tenant: string): Command =>
  aws(
    region,
    'Act for this tenant and for no other, for an hour; the trail has the name of the session with each key that is touched.',
    'engineer',
    [
      'sts',
      'assume-role',
      '--role-arn',
      `arn:aws:iam::${account}:role/${cell}-operator-tenant-${region}`,
      '--role-session-name',
      tenant,
      '--tags',
      `Key=tenant,Value=${tenant}`,
    ],
    { Credentials: { AccessKeyId: 'ID', SecretAccessKey: 'SECRET', SessionToken: 'TOKEN' } },
  );

export const whoAmI = ({ region }: Place): Command =>
  aws(region, 'Who does it, for the evidence.', 'engineer', ['sts', 'get-caller-identity'], { Arn: 'WHO' });

export const putItem = ({ cell, region }: Place, why: string, table: 'tenants', item: Attributes): Command =>
  aws(region, why, 'operator', ['dynamodb', 'put-item', '--table-name', `${cell}-${table}`, '--item', JSON.stringify(item)], {});

export const queryItems = (
  { cell, region }: Place,
  why: string,
  table: 'tenants' | 'profiles',
  pk: string,
  sample: readonly string[],
): Command =>
  aws(
    region,
    why,
    'operator',
    [
      'dynamodb',
      'query',
      '--table-name',
      `${cell}-${table}`,
      '--key-condition-expression',
      'pk = :pk',
      '--expression-attribute-values',
      JSON.stringify({ ':pk': { S: pk } }),
      '--projection-expression',
      'sk',
      '--consistent-read',
    ],
    { Items: sample.map((sk) => text({ sk })) },
  );

export const deleteItem = ({ cell, region }: Place, why: string, table: 'tenants' | 'profiles', pk: string, sk: string): Command =>
  aws(
    region,
    why,
    'operator',
    ['dynamodb', 'delete-item', '--table-name', `${cell}-${table}`, '--key', JSON.stringify(text({ pk, sk }))],
    {},
  );

export const listQuarantine = ({ cell, account, region }: Place, tenant: string): Command =>
  aws(
    region,
    'Quarantined events of the tenant: gone by themselves 17 days after the last.',
    'operator',
    [
      's3api',
      'list-objects-v2',
      '--bucket',
      `${cell}-quarantine-${account}-${region}`,
      '--prefix',
      `events/${tenant}/`,
      '--query',
      'length(Contents || `[]`)',
    ],
    0,
  );

export const startQuery = (
  { cell, region }: Place,
  why: string,
  statement: 'count_tenant' | 'persons_of_tenant',
  tenant: string,
): Command =>
  aws(
    region,
    why,
    'engineer',
    [
      'athena',
      'start-query-execution',
      '--work-group',
      `${cell}-lake`,
      '--query-string',
      `EXECUTE ${statement}`,
      '--execution-parameters',
      `'${tenant}'`,
    ],
    { QueryExecutionId: 'QUERY-ID' },
  );

export const queryState = ({ region }: Place, id: string): Command =>
  aws(region, 'Until it has succeeded.', 'engineer', ['athena', 'get-query-execution', '--query-execution-id', id], {
    QueryExecution: { Status: { State: 'SUCCEEDED' } },
  });

/** All pages: the CLI follows them by itself. */
export const queryRows = ({ region }: Place, id: string, sample: readonly (readonly string[])[]): Command =>
  aws(region, 'Its answer.', 'engineer', ['athena', 'get-query-results', '--query-execution-id', id], {
    ResultSet: { Rows: sample.map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) })) },
  });

export const startErasure = ({ cell, region }: Place, tenant: string): Command =>
  aws(
    region,
    'The lake, in the files themselves. One run at a time, in the Region that owns the table.',
    'engineer',
    [
      'glue',
      'start-job-run',
      '--job-name',
      `${cell}-lake-erasure`,
      '--arguments',
      JSON.stringify({ '--tenant': tenant, '--everybody': 'true' }),
    ],
    { JobRunId: 'RUN-ID' },
  );

export const erasureState = ({ cell, region }: Place, id: string): Command =>
  aws(region, 'Until it has succeeded.', 'engineer', ['glue', 'get-job-run', '--job-name', `${cell}-lake-erasure`, '--run-id', id], {
    JobRun: { JobRunState: 'SUCCEEDED' },
  });

/**
 * As `master_user`, whose connection is that of libpq's variables: docs/02-data/metadata.md. Values are psql's variables, which it quotes by itself.
 * A statement a transaction, and the first failure ends it.
 */
export const sql = (why: string, statements: readonly string[], variables: Readonly<Record<string, string>>, sample: string): Command => ({
  why,
  program: 'psql',
  as: 'engineer',
  args: [
    '--no-psqlrc',
    '--quiet',
    '--tuples-only',
    '--no-align',
    ...['ON_ERROR_STOP=1', ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)].flatMap((value) => ['--set', value]),
  ],
  input: `${statements.join('\n')}\n`,
  sample,
});

const quoted = (word: string): string => (/^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** As somebody would type it. */
export function shellOf({ why, program, args, as, input }: Command): string {
  const line = `${program} ${args.map(quoted).join(' ')}`;
  const who = as === 'operator' ? ' (as the operator of this tenant)' : '';
  return [`# ${why}${who}`, input === undefined ? line : `${line} <<'SQL'\n${input}SQL`].join('\n');
}

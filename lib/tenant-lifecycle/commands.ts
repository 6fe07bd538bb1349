/** Calls of the AWS CLI and of psql, as data: printed by a dry run to the letter, run by the same words otherwise. Nothing here runs anything. */

export interface Command {
  /** Why, for whoever reads the dry run. */
  readonly why: string;
  readonly program: 'aws' | 'psql';
  readonly args: readonly string[];
  /** `operator`: by the session of the one tenant. `lake`: by that of the lake's role. `engineer`: as whoever runs the script came in. */
  readonly as: 'engineer' | 'lake' | 'operator';
  /** Of a command that takes a role: whose commands are called with its credentials. */
  readonly takes?: 'lake' | 'operator';
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

export const settingsKey = (tenant: string): string => `${tenant}#settings`;
export const credentialsKey = (tenant: string): string => `${tenant}#credentials`;
/** Of what stops a tenant's deliveries: docs/02-data/delivery.md. */
export const stopsKey = (tenant: string): string => `${tenant}#delivery`;

/** Of a tenant that is leaving: whom the lake knew, and how far the erasure of their profiles has come. */
export const departureKey = (tenant: string): string => `${tenant}#departure`;

type Attributes = Readonly<Record<string, { readonly S: string }>>;

export const text = (values: Readonly<Record<string, string>>): Attributes =>
  Object.fromEntries(Object.entries(values).map(([name, S]) => [name, { S }]));

/** Call of the AWS CLI, in a Region. */
export const aws = (region: string, why: string, as: Command['as'], args: readonly string[], sample: unknown): Command => ({
  why,
  program: 'aws',
  as,
  args: [...args, '--region', region, '--output', 'json', '--no-cli-pager'],
  sample,
});

const session = { Credentials: { AccessKeyId: 'ID', SecretAccessKey: 'SECRET', SessionToken: 'TOKEN' } };

/** Called after the tenant for the trail's sake; nothing in the lake holds it to that one. */
export const assumeLake = ({ cell, account, region }: Place, tenant: string): Command => ({
  ...aws(
    region,
    'Ask the lake, and erase in it, for an hour.',
    'engineer',
    ['sts', 'assume-role', '--role-arn', `arn:aws:iam::${account}:role/${cell}-lake-operator-${region}`, '--role-session-name', tenant],
    session,
  ),
  takes: 'lake',
});

export const assumeOperator = ({ cell, account, region }: Place, tenant: string): Command => ({
  ...aws(
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
    session,
  ),
  takes: 'operator',
});

export const whoAmI = ({ region }: Place): Command =>
  aws(region, 'Who does it, for the evidence.', 'engineer', ['sts', 'get-caller-identity'], { Arn: 'WHO' });

/** What has to be true of the item that is there, or the command fails. */
export interface Condition {
  readonly expression: string;
  readonly values: Readonly<Record<`:${string}`, string>>;
}
type Existence = 'attribute_exists(pk)' | 'attribute_not_exists(pk)';

function onlyIf(condition?: Condition | Existence): string[] {
  if (condition === undefined) return [];
  const { expression, values } = typeof condition === 'string' ? { expression: condition, values: {} } : condition;
  return [
    '--condition-expression',
    expression,
    // A reserved word of DynamoDB's.
    ...(expression.includes('#state') ? ['--expression-attribute-names', JSON.stringify({ '#state': 'state' })] : []),
    ...(Object.keys(values).length > 0 ? ['--expression-attribute-values', JSON.stringify(text(values))] : []),
  ];
}

export const getItem = ({ cell, region }: Place, why: string, table: 'tenants', pk: string, sk: string, sample: unknown): Command =>
  aws(
    region,
    why,
    'operator',
    ['dynamodb', 'get-item', '--table-name', `${cell}-${table}`, '--key', JSON.stringify(text({ pk, sk })), '--consistent-read'],
    sample,
  );

export const putItem = (
  { cell, region }: Place,
  why: string,
  table: 'tenants',
  item: Attributes,
  condition?: Condition | Existence,
): Command =>
  aws(
    region,
    why,
    'operator',
    ['dynamodb', 'put-item', '--table-name', `${cell}-${table}`, '--item', JSON.stringify(item), ...onlyIf(condition)],
    {},
  );

/** Only keys, unless `whole` is asked for. */
export const queryItems = (
  { cell, region }: Place,
  why: string,
  table: 'tenants' | 'profiles',
  pk: string,
  sample: readonly string[],
  whole?: 'whole',
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
      ...(whole ? [] : ['--projection-expression', 'sk']),
      '--consistent-read',
    ],
    { Items: sample.map((sk) => text({ sk })) },
  );

export const deleteItem = (
  { cell, region }: Place,
  why: string,
  table: 'tenants' | 'profiles',
  pk: string,
  sk: string,
  condition?: Condition | Existence,
): Command =>
  aws(
    region,
    why,
    'operator',
    ['dynamodb', 'delete-item', '--table-name', `${cell}-${table}`, '--key', JSON.stringify(text({ pk, sk })), ...onlyIf(condition)],
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
    'lake',
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
  aws(region, 'Until it has succeeded.', 'lake', ['athena', 'get-query-execution', '--query-execution-id', id], {
    QueryExecution: { Status: { State: 'SUCCEEDED' } },
  });

/** All pages: the CLI follows them by itself. */
export const queryRows = ({ region }: Place, id: string, sample: readonly (readonly string[])[]): Command =>
  aws(region, 'Its answer.', 'lake', ['athena', 'get-query-results', '--query-execution-id', id], {
    ResultSet: { Rows: sample.map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) })) },
  });

export const startErasure = ({ cell, region }: Place, tenant: string): Command =>
  aws(
    region,
    'The lake, in the files themselves. One run at a time, in the Region that owns the table.',
    'lake',
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
  aws(region, 'Until it has succeeded.', 'lake', ['glue', 'get-job-run', '--job-name', `${cell}-lake-erasure`, '--run-id', id], {
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
  const who = { operator: ' (as the operator of this tenant)', lake: " (by the lake's role)", engineer: '' }[as];
  return [`# ${why}${who}`, input === undefined ? line : `${line} <<'SQL'\n${input}SQL`].join('\n');
}

/** Who answers for the lake by hand, and what that role may, by evaluating its policies [SEC-4, SEC-5, REG-1]. */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { platformStacks } from '../support/platform-assembly';

interface Document {
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

const CELL = 'prod-eu';
const KEY = 'arn:aws:kms:REGION:ACCOUNT:key/lake';

const stackOf = (path: string) => {
  const stack = platformStacks().find((candidate) => candidate.path === path);
  if (!stack) throw new RangeError(`path: received '${path}'; allowed: a stack of the platform`);
  return stack;
};

type Stack = ReturnType<typeof stackOf>;

const operatorOf = ({ resources, region }: Stack) => {
  const role = resources.find(
    ({ type, properties }) => type === 'AWS::IAM::Role' && properties['RoleName'] === `${CELL}-lake-operator-${region}`,
  );
  if (!role) throw new RangeError('the stack has no operator of the lake');
  return role;
};

/** Keys and buckets by the names that the request has. */
function resolve(stack: Stack, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(stack, item));
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(object['Fn::Join'])) {
    const [separator, parts] = object['Fn::Join'] as [string, unknown[]];
    return parts.map((part) => String(resolve(stack, part))).join(separator);
  }
  if (Array.isArray(object['Fn::GetAtt'])) {
    const found = stack.resources.find(({ logicalId }) => logicalId === (object['Fn::GetAtt'] as string[])[0]);
    if (found?.type === 'AWS::S3::Bucket') return `arn:aws:s3:::${String(found.properties['BucketName'])}`;
    if (found?.type === 'AWS::KMS::Key') return KEY.replace('REGION', stack.region).replace('ACCOUNT', stack.account);
    throw new RangeError(`reference: received ${JSON.stringify(value)}; allowed: a bucket or a key`);
  }
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, resolve(stack, item)]));
}

async function simulate(
  stack: Stack,
  {
    action,
    resource,
    context = {},
  }: { readonly action: string; readonly resource: string; readonly context?: Readonly<Record<string, string>> },
): Promise<boolean> {
  const role = operatorOf(stack);
  const policies = stack.resources.filter(
    ({ type, properties }) => type === 'AWS::IAM::Policy' && JSON.stringify(properties['Roles']).includes(`"${role.logicalId}"`),
  );
  expect(policies).toHaveLength(1);
  const response = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${stack.account}:role/${CELL}-lake-operator-${stack.region}`,
        action,
        resource: { resource, accountId: stack.account },
        contextVariables: { ...context },
      },
      identityPolicies: policies.map(({ logicalId, properties }) => ({
        name: logicalId,
        policy: resolve(stack, properties['PolicyDocument']) as Record<string, unknown>,
      })),
      ...(action.startsWith('kms:')
        ? {
            resourcePolicy: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${stack.account}:root` }, Action: 'kms:*', Resource: '*' }],
            },
          }
        : {}),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (response.resultType === 'error') throw new Error(`${action} on ${resource}: ${response.errors.message}`);
  return response.overallResult === 'Allowed';
}

describe.each(['prod-eu/Lake', 'prod-eu/RecoveryLake'])('the operator of %s', (path) => {
  const stack = stackOf(path);
  const { region, account } = stack;
  const arn = (service: string, name: string) => `arn:aws:${service}:${region}:${account}:${name}`;
  const results = (key: string) => `arn:aws:s3:::${CELL}-query-results-${account}-${region}/${key}`;
  const isHome = path === 'prod-eu/Lake';

  it('is admitted by the role of the elevated set alone, for an hour', () => {
    const { properties } = operatorOf(stack);
    const { Statement } = properties['AssumeRolePolicyDocument'] as Document;
    expect(Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': expect.stringMatching(/role\/aws-reserved\/sso\.amazonaws\.com\/.*AWSReservedSSO_DataflowElevated_\w+$/),
          },
        },
      },
    ]);
    expect(properties['MaxSessionDuration']).toBe(3600);
  });

  it.each([
    ['ask', 'athena:StartQueryExecution', arn('athena', `workgroup/${CELL}-lake`)],
    ['read the answer', 'athena:GetQueryResults', arn('athena', `workgroup/${CELL}-lake`)],
    ['find the table', 'glue:GetTable', arn('glue', `table/s3tablescatalog/${CELL}-lake/events/enriched`)],
    ['read its files', 's3tables:GetTableData', arn('s3tables', `bucket/${CELL}-lake/table/0123`)],
    ['have the answer written', 's3:PutObject', results('results/a.csv')],
    ['fetch it', 's3:GetObject', results('results/a.csv')],
    ['read the lists of raw objects', 's3:GetObject', results('inventory/2026-11-25/a.parquet')],
    ['have it decrypted', 'kms:Decrypt', KEY.replace('REGION', region).replace('ACCOUNT', account)],
  ])('may %s', async (_, action, resource) => {
    expect(await simulate(stack, { action, resource })).toBe(true);
  });

  it('may erase where the table can be written, and nowhere else', async () => {
    for (const action of ['glue:StartJobRun', 'glue:GetJobRun'])
      expect(await simulate(stack, { action, resource: arn('glue', `job/${CELL}-lake-erasure`) })).toBe(isHome);
  });

  it.each([
    ['the audit queries', 'athena:StartQueryExecution', arn('athena', `workgroup/${CELL}-audit`)],
    ['the workgroup that writes anywhere', 'athena:StartQueryExecution', arn('athena', 'workgroup/primary')],
    ['a change of a statement', 'athena:UpdatePreparedStatement', arn('athena', `workgroup/${CELL}-lake`)],
    ['a change of the workgroup', 'athena:UpdateWorkGroup', arn('athena', `workgroup/${CELL}-lake`)],
    ['the audit records', 'glue:GetTable', arn('glue', 'table/audit/events')],
    ['a file of the table', 's3tables:PutTableData', arn('s3tables', `bucket/${CELL}-lake/table/0123`)],
    ['the end of the table', 's3tables:DeleteTable', arn('s3tables', `bucket/${CELL}-lake/table/0123`)],
    ['another table bucket', 's3tables:GetTableData', arn('s3tables', 'bucket/other/table/0123')],
    ['raw batches', 's3:GetObject', `arn:aws:s3:::${CELL}-raw-${account}-${region}/events/a`],
    ['deletion of an answer', 's3:DeleteObject', results('results/a.csv')],
    ['a list of its own', 's3:PutObject', results('inventory/a.parquet')],
    ['another job', 'glue:StartJobRun', arn('glue', 'job/other')],
    ['another script for the job', 'glue:UpdateJob', arn('glue', `job/${CELL}-lake-erasure`)],
    ['a profile', 'dynamodb:GetItem', arn('dynamodb', `table/${CELL}-profiles`)],
    ['the role of a service', 'sts:AssumeRole', `arn:aws:iam::${account}:role/${CELL}-profiles-tenant-${region}`],
  ])('is refused %s', async (_, action, resource) => {
    expect(await simulate(stack, { action, resource })).toBe(false);
  });
});

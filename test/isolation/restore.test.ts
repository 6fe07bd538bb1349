/** The restore of a table by hand: who may take the role, and what it may, by evaluating its policies under the boundary [SEC-4, SEC-5]. ADR-023. */
import { describe, expect, it } from 'vitest';
import type { StackTemplate } from '../../lib/checks/assembly';
import { roleBoundary, type Policy } from '../bootstrap/execution-policy';
import { resolver } from '../stacks/workload-roles';
import { platformStacks } from '../support/platform-assembly';
import { broken, type Claim } from './claims';

const CELL = 'prod-eu';

const only = <T>(found: readonly T[]): T => {
  const [first] = found;
  if (first === undefined || found.length > 1) throw new RangeError(`received ${found.length}; allowed: 1`);
  return first;
};

const stackAt = (path: string): StackTemplate => only(platformStacks().filter((stack) => stack.path === path));

describe.each([`${CELL}/Backup`, `${CELL}/RecoveryBackup`])('who restores a table, in %s', (path) => {
  const { account, region, resources } = stackAt(path);
  const resolve = resolver(platformStacks());
  const name = `${CELL}-table-restorer-${region}`;
  const role = only(resources.filter(({ properties }) => properties['RoleName'] === name));
  const policies = resources.filter(
    ({ type, properties }) => type === 'AWS::IAM::Policy' && JSON.stringify(properties['Roles']).includes(`"${role.logicalId}"`),
  );
  const identity = resolve(only(policies).properties['PolicyDocument'], only(policies).stack) as Policy;
  const isHome = path === `${CELL}/Backup`;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const table = (suffix: string) => arn('dynamodb', `table/${CELL}-${suffix}`);
  const key = identity.Statement.find(({ Sid }) => Sid === 'EncryptCopy')?.Resource as string;
  const backupRole = `arn:aws:iam::${account}:role/${CELL}-Backup-Operator41AE602D`;

  const may = (isAllowed: boolean, action: string, resource: string, context: Claim['context'] = {}): Claim => ({
    title: `${action} on ${resource} ${JSON.stringify(context)}`,
    isAllowed,
    principal: `arn:aws:sts::${account}:assumed-role/${name}/jo`,
    action,
    resource,
    context: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/${name}`, ...context },
    identity,
    boundary: roleBoundary({ cell: CELL, account, regions: [region] }),
  });

  it('is the elevated engineer alone, for an hour', () => {
    const { Statement } = role.properties['AssumeRolePolicyDocument'] as Policy;
    expect(Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Condition: { ArnEquals: { 'aws:PrincipalArn': expect.stringMatching(/AWSReservedSSO_DataflowElevated_\w+$/) as unknown } },
      },
    ]);
    expect(role.properties['MaxSessionDuration']).toBe(3600);
  });

  it('reaches back in the two tables, fills their copies, and deletes those', async () => {
    const dynamodb = { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` };
    expect(
      await broken([
        ...['profiles', 'tenants'].flatMap((name) => [
          may(true, 'dynamodb:RestoreTableToPointInTime', table(name)),
          ...['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem', 'DescribeTable', 'DeleteTable'].map(
            (action) => may(true, `dynamodb:${action}`, table(`${name}-restored`)),
          ),
        ]),
        ...['CreateGrant', 'Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey'].map((action) =>
          may(true, `kms:${action}`, key, dynamodb),
        ),
        may(isHome, 'backup:StartRestoreJob', arn('backup', 'recovery-point:1a2b')),
        may(isHome, 'iam:PassRole', backupRole, { 'iam:PassedToService': 'backup.amazonaws.com' }),
      ]),
    ).toEqual([]);
  });

  it('rejects everything of the tables themselves, other names, other keys and other roles', async () => {
    expect(
      await broken([
        ...['DeleteTable', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateTable', 'DeleteResourcePolicy', 'ExportTableToPointInTime'].map(
          (action) => may(false, `dynamodb:${action}`, table('profiles')),
        ),
        may(false, 'dynamodb:RestoreTableToPointInTime', table('deduplication')),
        ...['PutItem', 'Scan', 'DeleteTable'].map((action) => may(false, `dynamodb:${action}`, table('another'))),
        ...['Scan', 'DeleteTable'].map((action) => may(false, `dynamodb:${action}`, arn('dynamodb', 'table/awsbackup-restore-test-1a2b'))),
        may(false, 'kms:Decrypt', key),
        may(false, 'kms:Decrypt', arn('kms', 'key/another'), { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` }),
        may(false, 'iam:PassRole', `arn:aws:iam::${account}:role/${CELL}-Another`, { 'iam:PassedToService': 'backup.amazonaws.com' }),
        may(false, 'iam:PassRole', backupRole, { 'iam:PassedToService': 'lambda.amazonaws.com' }),
        may(false, 'backup:DeleteRecoveryPoint', arn('backup', 'recovery-point:1a2b')),
      ]),
    ).toEqual([]);
  });
});

describe('restore tests', () => {
  it('stand for an hour, the least that AWS Backup knows: whole tables without a policy', () => {
    const windows = platformStacks().flatMap(({ resources }) =>
      resources
        .filter(({ type }) => type === 'AWS::Backup::RestoreTestingSelection')
        .map(({ properties }) => properties['ValidationWindowHours']),
    );
    expect(windows.length).toBeGreaterThan(0);
    expect(new Set(windows)).toEqual(new Set([1]));
  });
});

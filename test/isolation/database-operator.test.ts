/** The metadata database by hand: who may take the role, and as whom it connects, by evaluating its policies under the boundary [SEC-4, SEC-5]. ADR-023. */
import { describe, expect, it } from 'vitest';
import { roleBoundary, type Policy } from '../bootstrap/execution-policy';
import { platformStacks } from '../support/platform-assembly';
import { resolver } from '../stacks/workload-roles';
import { broken, type Claim } from './claims';

const CELL = 'prod-eu';

describe.each([`${CELL}/Metadata`, `${CELL}/RecoveryMetadata`])('who migrates the database, in %s', (path) => {
  const stack = platformStacks().find((candidate) => candidate.path === path);
  if (!stack) throw new RangeError(`path: received '${path}'; allowed: a stack of the platform`);
  const { account, region, resources } = stack;
  const name = `${CELL}-database-operator-${region}`;
  const role = resources.find(({ properties }) => properties['RoleName'] === name);
  if (!role) throw new RangeError(`${path} has no ${name}`);
  const policies = resources.filter(
    ({ type, properties }) => type === 'AWS::IAM::Policy' && JSON.stringify(properties['Roles']).includes(`"${role.logicalId}"`),
  );
  const identity = resolver(platformStacks())(policies[0]?.properties['PolicyDocument'], stack) as Policy;
  const users = String(identity.Statement[0]?.Resource).replace('master_user', '');

  const may = (isAllowed: boolean, action: string, resource: string): Claim => ({
    title: `${action} on ${resource}`,
    isAllowed,
    principal: `arn:aws:sts::${account}:assumed-role/${name}/jo`,
    action,
    resource,
    context: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/${name}` },
    identity,
    boundary: roleBoundary({ cell: CELL, account, regions: [region] }),
  });

  it('is the elevated engineer alone, for an hour', () => {
    expect((role.properties['AssumeRolePolicyDocument'] as Policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: expect.anything() as unknown },
        Condition: { ArnEquals: { 'aws:PrincipalArn': expect.stringMatching(/AWSReservedSSO_DataflowElevated_\w+$/) as unknown } },
      },
    ]);
    expect(role.properties['MaxSessionDuration']).toBe(3600);
    expect(policies).toHaveLength(1);
  });

  it('connects as the master user of this database, and as nobody else; reads no secret', async () => {
    expect(users).toMatch(/^arn:aws:rds-db:[\w-]+:\d{12}:dbuser:.+\/$/);
    expect(
      await broken([
        may(true, 'rds-db:connect', `${users}master_user`),
        may(false, 'rds-db:connect', `${users}tenant_acme`),
        may(false, 'rds-db:connect', `${users}processor`),
        may(false, 'rds-db:connect', `arn:aws:rds-db:${region}:${account}:dbuser:cluster-ANOTHER/master_user`),
        may(false, 'secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${region}:${account}:secret:rds!cluster-1`),
        may(false, 'rds:ModifyDBCluster', `arn:aws:rds:${region}:${account}:cluster:${CELL}-metadata`),
      ]),
    ).toEqual([]);
  });
});

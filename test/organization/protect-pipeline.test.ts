import { describe, expect, it } from 'vitest';
import { decide, EU_ACCOUNT, pipelinePolicy, roleOf, without, type Request } from './simulation';

const ask = (request: Request, document = pipelinePolicy) => decide({ serviceControl: [document] }, request);
const stack = `arn:aws:cloudformation:eu-west-1:${EU_ACCOUNT}:stack/prod-eu-LogArchive/0123`;

const delivery = `arn:aws:iam::${EU_ACCOUNT}:role/dataflow-delivery`;
const publishing = `arn:aws:iam::${EU_ACCOUNT}:role/cdk-hnb659fds-file-publishing-role-${EU_ACCOUNT}-eu-west-1`;

const cases = [
  { sid: 'PipelineRolesAreFixed', action: 'iam:UpdateAssumeRolePolicy', resource: roleOf.execution(), allowed: roleOf.accountAccess() },
  { sid: 'PipelineRolesAreFixed', action: 'iam:PutRolePolicy', resource: roleOf.deployment(), allowed: roleOf.accountAccess() },
  { sid: 'PipelineRolesAreFixed', action: 'iam:CreateRole', resource: roleOf.execution(), allowed: roleOf.accountAccess() },
  {
    sid: 'PipelineRolesAreFixed',
    action: 'iam:DeleteRolePermissionsBoundary',
    resource: roleOf.execution(),
    allowed: roleOf.accountAccess(),
  },
  { sid: 'PipelineRolesAreFixed', action: 'iam:UpdateAssumeRolePolicy', resource: roleOf.accountAccess(), allowed: roleOf.accountAccess() },
  { sid: 'ExecutionRoleIsPassedByThePipeline', action: 'iam:PassRole', resource: roleOf.execution(), allowed: roleOf.deployment() },
  { sid: 'BootstrapRolesAreAssumedByThePipeline', action: 'sts:AssumeRole', resource: roleOf.deployment(), allowed: delivery },
  { sid: 'BootstrapRolesAreAssumedByThePipeline', action: 'sts:AssumeRole', resource: publishing, allowed: roleOf.accountAccess() },
  { sid: 'PipelineRolesAreFixed', action: 'iam:CreateRole', resource: delivery, allowed: roleOf.accountAccess() },
  { sid: 'StacksChangeByThePipeline', action: 'cloudformation:UpdateStack', resource: stack, allowed: roleOf.deployment() },
  { sid: 'StacksChangeByThePipeline', action: 'cloudformation:ExecuteChangeSet', resource: stack, allowed: roleOf.deployment() },
  { sid: 'StacksChangeByThePipeline', action: 'cloudformation:DeleteStack', resource: stack, allowed: roleOf.execution() },
];

describe('the pipeline policy', () => {
  it.each(cases)('rejects $action by an administrator, and lets it pass without $sid', async ({ sid, action, resource, allowed }) => {
    expect(await ask({ action, resource })).toBe('ExplicitlyDenied');
    expect(await ask({ action, resource }, without(pipelinePolicy, sid))).toBe('Allowed');
    expect(await ask({ action, resource, principal: allowed })).toBe('Allowed');
  });

  it('rejects the pipeline changing its own roles', async () => {
    for (const principal of [roleOf.execution(), roleOf.deployment()]) {
      expect(await ask({ action: 'iam:PutRolePolicy', resource: roleOf.execution(), principal })).toBe('ExplicitlyDenied');
    }
  });

  it('leaves other roles to CloudFormation', async () => {
    const resource = `arn:aws:iam::${EU_ACCOUNT}:role/prod-eu-Data-Processor1A2B`;
    expect(await ask({ action: 'iam:CreateRole', resource, principal: roleOf.execution() })).toBe('Allowed');
    expect(await ask({ action: 'iam:PassRole', resource, principal: roleOf.execution() })).toBe('Allowed');
  });

  it('leaves reading stacks, and rolling a failed update back, to engineers', async () => {
    expect(await ask({ action: 'cloudformation:DescribeStackEvents', resource: stack })).toBe('Allowed');
    expect(await ask({ action: 'cloudformation:ContinueUpdateRollback', resource: stack })).toBe('Allowed');
  });
});

import { pipelineRoles, type PipelineRolesProps } from './pipeline-roles';
import { withinQuota, type ServiceControlPolicy } from './policy-document';

export type ProtectPipelineProps = PipelineRolesProps;

/**
 * Service control policy: infrastructure changes by the pipeline only [OPS-4, OPS-5, SEC-4].
 *
 * protect-audit.ts lets CloudFormation's execution role do what nobody else may. That exemption is worth as much as the
 * role is hard to borrow, and there are four ways to borrow it: change the role, pass it, change a stack that has it, or
 * become the role that does.
 */
export function protectPipeline(props: ProtectPipelineProps): ServiceControlPolicy {
  const roles = pipelineRoles(props);

  return withinQuota('protectPipeline', 'SERVICE_CONTROL_POLICY', {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PipelineRolesAreFixed',
        Effect: 'Deny',
        Action: [
          'iam:AttachRolePolicy',
          'iam:CreateRole',
          'iam:Delete*',
          'iam:DetachRolePolicy',
          'iam:PutRole*',
          'iam:TagRole',
          'iam:UntagRole',
          'iam:Update*',
        ],
        Resource: [roles.bootstrap, roles.delivery, roles.accountAccess],
        Condition: { ArnNotLike: { 'aws:PrincipalArn': roles.accountAccess } },
      },
      {
        // The bootstrap's roles trust their whole account: without this, `cdk deploy` from a laptop would be the pipeline.
        Sid: 'BootstrapRolesAreAssumedByThePipeline',
        Effect: 'Deny',
        Action: 'sts:AssumeRole',
        Resource: [roles.deployment, roles.publishing],
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [roles.delivery, roles.accountAccess] } },
      },
      {
        Sid: 'ExecutionRoleIsPassedByThePipeline',
        Effect: 'Deny',
        Action: 'iam:PassRole',
        Resource: roles.execution,
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [roles.deployment, roles.accountAccess] } },
      },
      {
        // CloudFormation reuses a stack's role "even if the users don't have permission to pass it" (AWS CloudFormation API
        // Reference, UpdateStack, RoleARN, read 2026-11). Rolling a failed update back stays open to engineers [SLO-6].
        // The execution role itself is exempt for nested stacks.
        Sid: 'StacksChangeByThePipeline',
        Effect: 'Deny',
        Action: [
          'cloudformation:CreateChangeSet',
          'cloudformation:CreateStack',
          'cloudformation:CreateStackInstances',
          'cloudformation:CreateStackRefactor',
          'cloudformation:DeleteStack',
          'cloudformation:ExecuteChangeSet',
          'cloudformation:ExecuteStackRefactor',
          'cloudformation:SetStackPolicy',
          'cloudformation:UpdateStack',
          'cloudformation:UpdateStackInstances',
          'cloudformation:UpdateTerminationProtection',
        ],
        Resource: '*',
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [roles.deployment, roles.execution, roles.accountAccess] } },
      },
    ],
  });
}

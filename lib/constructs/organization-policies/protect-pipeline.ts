import { pipelineRoles, type PipelineRolesProps } from './pipeline-roles';
import { withinQuota, type ServiceControlPolicy } from './policy-document';

export type ProtectPipelineProps = PipelineRolesProps;

/**
 * Service control policy: infrastructure changes by the pipeline only [OPS-4, OPS-5, SEC-4].
 *
 * protect-audit.ts lets CloudFormation's execution role do what nobody else may. That exemption is worth as much as the
 * role is hard to borrow, and there are three ways to borrow it: change the role, pass it, or change a stack that has it.
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
        Resource: [roles.bootstrap, roles.accountAccess],
        Condition: { ArnNotLike: { 'aws:PrincipalArn': roles.accountAccess } },
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
          'cloudformation:CreateStackRefactor',
          'cloudformation:DeleteStack',
          'cloudformation:ExecuteChangeSet',
          'cloudformation:ExecuteStackRefactor',
          'cloudformation:SetStackPolicy',
          'cloudformation:UpdateStack',
          'cloudformation:UpdateTerminationProtection',
        ],
        Resource: '*',
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [roles.deployment, roles.execution, roles.accountAccess] } },
      },
    ],
  });
}

/** The roles that policies have to name, because exemptions hang on them. */
export interface PipelineRolesProps {
  /** Qualifier of the CDK bootstrap; a wildcard here would exempt any role that somebody names well. */
  readonly bootstrapQualifier: string;
  /**
   * The role by which the management account enters a member account, to bootstrap it. Whoever holds it could detach the
   * policies as well, so exempting it gives nothing away.
   */
  readonly accountAccessRoleName: string;
}

/** Patterns of role ARNs, in every account. */
export const pipelineRoles = ({ bootstrapQualifier, accountAccessRoleName }: PipelineRolesProps) =>
  ({
    /** All that the bootstrap creates. */
    bootstrap: `arn:aws:iam::*:role/cdk-${bootstrapQualifier}-*`,
    /** Assumed by CloudFormation only. */
    execution: `arn:aws:iam::*:role/cdk-${bootstrapQualifier}-cfn-exec-role-*`,
    /** Assumed by the pipeline; passes the execution role to CloudFormation. */
    deployment: `arn:aws:iam::*:role/cdk-${bootstrapQualifier}-deploy-role-*`,
    /** Assumed by the pipeline; writes the code of functions that a deployment then runs. */
    publishing: `arn:aws:iam::*:role/cdk-${bootstrapQualifier}-*-publishing-role-*`,
    /** Made for the pipeline, which enters by GitHub's tokens; until it exists, nobody has this name, and nobody can take it. */
    delivery: 'arn:aws:iam::*:role/dataflow-delivery',
    accountAccess: `arn:aws:iam::*:role/${accountAccessRoleName}`,
  }) as const;

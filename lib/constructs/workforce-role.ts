export interface WorkforceRole {
  readonly account: string;
  /** Name that IAM Identity Center gave to the role in this account. */
  readonly name: string;
  /** Home Region of IAM Identity Center. */
  readonly identityRegion: string;
}

/**
 * ARN of a role that IAM Identity Center made: only it can make roles under this path, and a person comes in by it with MFA [SEC-5].
 * Source: IAM Identity Center User Guide, "Referencing permission sets in resource policies, Amazon EKS Cluster config maps, and AWS KMS
 * key policies", read 2026-11: the path has no Region where Identity Center is in us-east-1.
 */
export const workforceRoleArn = ({ account, name, identityRegion }: WorkforceRole): string =>
  `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/${identityRegion === 'us-east-1' ? '' : `${identityRegion}/`}${name}`;

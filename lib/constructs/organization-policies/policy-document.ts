/** One value or several, as the grammar of IAM allows. */
export type Values = string | readonly string[];

/** Operator, then condition key, then the values that match. */
export type Condition = Readonly<Record<string, Readonly<Record<string, Values>>>>;

interface DenyStatement {
  /** Letters and digits only: Organizations refuses anything else. */
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Condition?: Condition;
}

type OnActions = { readonly Action: Values; readonly NotAction?: never } | { readonly NotAction: Values; readonly Action?: never };
type OnResources =
  { readonly Resource: Values; readonly NotResource?: never } | { readonly NotResource: Values; readonly Resource?: never };

/** A statement of a service control policy. Our policies only deny: `FullAWSAccess` stays attached and allows. */
export type ServiceControlStatement = DenyStatement & OnActions & OnResources;

/**
 * A statement of a resource control policy. The principal is always everybody, `Allow` belongs to the AWS-managed policy
 * alone, and there is no `NotAction`.
 * Source: AWS Organizations User Guide, "RCP syntax", read 2026-11.
 */
export type ResourceControlStatement = DenyStatement & OnResources & { readonly Principal: '*'; readonly Action: Values };

export interface PolicyDocument<
  S extends ServiceControlStatement | ResourceControlStatement = ServiceControlStatement | ResourceControlStatement,
> {
  readonly Version: '2012-10-17';
  readonly Statement: readonly S[];
}

export type ServiceControlPolicy = PolicyDocument<ServiceControlStatement>;
export type ResourceControlPolicy = PolicyDocument<ResourceControlStatement>;

export type PolicyType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

export interface PolicyQuota {
  readonly maxCharacters: number;
  /** Policies of the type attached directly to one account, the AWS-managed one included. */
  readonly maxPerAccount: number;
}

/**
 * What Organizations accepts. AWS doubled both figures for service control policies (10,240 characters, 10 a target) on
 * 2026-05-15, for resource control policies it did not. We hold both types to the older, lower figures: a policy that
 * outgrows them is too long to review, and half of the quota stays free for an incident.
 * Sources: AWS Organizations User Guide, "Quotas and service limits", read 2026-11; the doubling by
 * https://cevo.com.au/post/aws-scp-limits-landing-zone-review/, read 2026-11.
 */
export const policyQuotas: Readonly<Record<PolicyType, PolicyQuota>> = {
  SERVICE_CONTROL_POLICY: { maxCharacters: 5_120, maxPerAccount: 5 },
  RESOURCE_CONTROL_POLICY: { maxCharacters: 5_120, maxPerAccount: 5 },
};

/** Every character counts against the quota, so the size is that of the JSON without white space. */
export const policySize = (document: PolicyDocument): number => JSON.stringify(document).length;

/** Returns the document, or throws where Organizations would refuse it in the middle of a deployment. */
export function withinQuota<D extends PolicyDocument>(property: string, type: PolicyType, document: D): D {
  const size = policySize(document);
  const { maxCharacters } = policyQuotas[type];
  if (size > maxCharacters) {
    throw new Error(`${property}: received a ${type} of ${size} characters; allowed: at most ${maxCharacters}`);
  }
  return document;
}

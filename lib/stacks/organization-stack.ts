import { DefaultStackSynthesizer, RemovalPolicy } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-organizations';
import type { Construct } from 'constructs';
import {
  identityPerimeter,
  resourcePerimeter,
  type AccountExemption,
  type GithubOrganization,
} from '../constructs/organization-policies/data-perimeter';
import { denyRegions } from '../constructs/organization-policies/deny-regions';
import { policyQuotas, type PolicyDocument, type PolicyType } from '../constructs/organization-policies/policy-document';
import { protectAudit } from '../constructs/organization-policies/protect-audit';
import { protectPipeline } from '../constructs/organization-policies/protect-pipeline';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface JurisdictionAccounts {
  /** Lower case, such as `eu`. Part of a logical ID: renaming it replaces the policy. */
  readonly name: string;
  /** Regions in which the jurisdiction's data may be. */
  readonly regions: readonly string[];
  /** Member accounts that the policies bind. Adding one is how a policy reaches dev before prod. */
  readonly accounts: readonly string[];
}

export interface OrganizationStackProps extends PlatformStackProps {
  /** Whose accounts the policies bind: part of their names, since names are unique in an organization. */
  readonly environment: string;
  readonly organizationId: string;
  readonly jurisdictions: readonly JurisdictionAccounts[];
  /** Home Region of IAM Identity Center. */
  readonly workforceIdentityRegion: string;
  /** Whose workflows may deploy. */
  readonly github: GithubOrganization;
  /** Every stack with an audit bucket, in every cell, such as `prod-eu-LogArchive`. */
  readonly auditStackNames: readonly string[];
  /**
   * Accounts outside of the organization that may reach our resources.
   * @default - none: AWS's services come by their principals
   */
  readonly trustedAccounts?: readonly AccountExemption[];
  /** @default - the qualifier that `cdk bootstrap` uses when none is given */
  readonly bootstrapQualifier?: string;
  /** @default 'OrganizationAccountAccessRole' - the one that Organizations creates in accounts it makes */
  readonly accountAccessRoleName?: string;
}

/**
 * The limits of an environment's accounts, in the management account [REG-1, REG-3, SEC-1, SEC-3, SEC-4].
 *
 * Both policy types have to be enabled in the organization beforehand: CloudFormation has no type for that switch.
 * A policy outlives the stack: deleting a stack must not open every account at once.
 */
export class OrganizationStack extends PlatformStack {
  private readonly attached = new Map<string, number>();
  private previous?: CfnPolicy;

  constructor(scope: Construct, id: string, props: OrganizationStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: service and resource control policies of the member accounts',
      component: 'security',
      dataClassification: 'internal',
      stateful: true,
    });
    const { environment, organizationId, jurisdictions, workforceIdentityRegion, github, auditStackNames } = props;
    const accounts = jurisdictions.flatMap((jurisdiction) => jurisdiction.accounts);
    const repeated = accounts.filter((account, index) => accounts.indexOf(account) !== index);
    if (repeated.length > 0) {
      throw new Error(
        `OrganizationStack.jurisdictions: received ${repeated.join(', ')} more than once; allowed: an account in one jurisdiction`,
      );
    }
    const roles = {
      bootstrapQualifier: props.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER,
      accountAccessRoleName: props.accountAccessRoleName ?? 'OrganizationAccountAccessRole',
    };

    for (const { name, regions, accounts: members } of jurisdictions) {
      this.attach(`DenyRegions${name.charAt(0).toUpperCase()}${name.slice(1)}`, members, {
        type: 'SERVICE_CONTROL_POLICY',
        name: `dataflow-${environment}-deny-regions-${name}`,
        description: `Nothing runs and no copy goes outside the Regions of ${name} (REG-1, REG-3)`,
        content: denyRegions({ jurisdiction: name, regions, workforceIdentityRegion }),
      });
    }
    this.attach('ProtectAudit', accounts, {
      type: 'SERVICE_CONTROL_POLICY',
      name: `dataflow-${environment}-protect-audit`,
      description: 'Nobody stops, deletes or weakens the audit trail (SEC-1, SEC-3)',
      content: protectAudit({ ...roles, auditStackNames }),
    });
    this.attach('ProtectPipeline', accounts, {
      type: 'SERVICE_CONTROL_POLICY',
      name: `dataflow-${environment}-protect-pipeline`,
      description: 'Infrastructure changes by the pipeline only (OPS-4, OPS-5, SEC-4)',
      content: protectPipeline(roles),
    });
    this.attach('ResourcePerimeter', accounts, {
      type: 'SERVICE_CONTROL_POLICY',
      name: `dataflow-${environment}-resource-perimeter`,
      description: 'Our principals reach only our resources (REG-3, SEC-4)',
      content: resourcePerimeter({ ...roles, organizationId }),
    });
    this.attach('IdentityPerimeter', accounts, {
      type: 'RESOURCE_CONTROL_POLICY',
      name: `dataflow-${environment}-identity-perimeter`,
      description: 'Only our principals, and services on our behalf, reach our resources, over TLS (SEC-2, SEC-4)',
      content: identityPerimeter({
        organizationId,
        github,
        trustedAccounts: props.trustedAccounts ?? [],
      }),
    });
  }

  private attach(
    id: string,
    accounts: readonly string[],
    policy: { readonly type: PolicyType; readonly name: string; readonly description: string; readonly content: PolicyDocument },
  ): void {
    this.count(id, policy.type, accounts);
    const resource = new CfnPolicy(this, id, { ...policy, targetIds: [...accounts] });
    resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
    // The policies share their targets, and Organizations refuses two changes of one target at the same time
    // (AWS Organizations API Reference, AttachPolicy, ConcurrentModificationException, read 2026-11).
    if (this.previous) resource.addResourceDependency(this.previous);
    this.previous = resource;
  }

  /** The AWS-managed policy (`FullAWSAccess`, `RCPFullAWSAccess`) takes the first place on every account. */
  private count(id: string, type: PolicyType, accounts: readonly string[]): void {
    const { maxPerAccount } = policyQuotas[type];
    for (const account of accounts) {
      const attached = (this.attached.get(`${type} ${account}`) ?? 1) + 1;
      if (attached > maxPerAccount) {
        throw new Error(
          `${id}.targetIds: received ${account} as the target of ${attached} policies of type ${type}; allowed: at most ${maxPerAccount}`,
        );
      }
      this.attached.set(`${type} ${account}`, attached);
    }
  }
}

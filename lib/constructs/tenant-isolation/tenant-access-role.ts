import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { podTagKeys, TENANT_TAG, tenantRoleName, type TenantService } from './tenant-session';

/** Who may take the role: the pods of one service, by their one base role; or people, by a role of IAM Identity Center. */
export type TenantAccessBy = { readonly kind: 'pods'; readonly role: iam.Role } | { readonly kind: 'people'; readonly roleArn: string };

export interface TenantAccessRoleProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
  readonly service: TenantService;
  readonly by: TenantAccessBy;
  /** The one tenant of a dedicated cell, so that nobody acts for another in it. @default - any, each by a session of its own */
  readonly onlyTenant?: string;
  /** What a session may do with its tenant's data; each statement names the tenant by TENANT. */
  readonly permissions: readonly iam.PolicyStatement[];
}

type Conditions = Record<string, Record<string, string | string[]>>;

/**
 * The only way to a tenant's data: a session of this role, tagged with the tenant and called after it. Data events of the trail carry the name of
 * a session and not its tags: by that name they say whose data was read [SEC-3].
 *
 * STS gives a chained session an hour at most, so that pods renew it. Source: IAM User Guide, "Roles terms and concepts: role chaining", read 2026-11.
 */
export class TenantAccessRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { cell, service, by, onlyTenant, permissions }: TenantAccessRoleProps) {
    super(scope, id);
    const { region, account, partition } = Stack.of(this);
    const roleName = tenantRoleName({ cell, region }, service);
    const { principal, who, tagKeys } = caller(by);
    this.role = new iam.Role(this, 'Role', {
      roleName,
      description: `One tenant's data, for ${service}`,
      assumedBy: new iam.PrincipalWithConditions(principal, {
        // Without the tag the variable is nothing, which no name equals: the tag is required by this too.
        StringEquals: {
          'sts:RoleSessionName': `\${aws:RequestTag/${TENANT_TAG}}`,
          ...(onlyTenant === undefined ? {} : { [`aws:RequestTag/${TENANT_TAG}`]: onlyTenant }),
        },
        ...who,
      }),
    });
    // By itself, since the name of the session is no part of a request to tag it. Source: Service Authorization Reference, "Actions,
    // resources, and condition keys for AWS Security Token Service", read 2026-11.
    this.role.assumeRolePolicy?.addStatements(
      new iam.PolicyStatement({
        principals: [principal],
        actions: ['sts:TagSession'],
        conditions: { 'ForAllValues:StringEquals': { 'aws:TagKeys': tagKeys }, ...who },
      }),
    );
    for (const statement of permissions) this.role.addToPolicy(statement);
    if (by.kind === 'people') return;
    by.role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'ActForOneTenant',
        actions: ['sts:AssumeRole', 'sts:TagSession'],
        // By name: by reference base role and access role would wait for each other.
        resources: [`arn:${partition}:iam::${account}:role/${roleName}`],
      }),
    );
  }
}

/**
 * Pods by the role itself, which is made in the same stack. People by a condition: IAM refuses a principal that is not there, and Identity Center
 * makes its roles when somebody is assigned.
 */
const caller = (by: TenantAccessBy): { principal: iam.PrincipalBase; who: Conditions; tagKeys: string[] } =>
  by.kind === 'pods'
    ? { principal: new iam.ArnPrincipal(by.role.roleArn), who: {}, tagKeys: [TENANT_TAG, ...podTagKeys] }
    : { principal: new iam.AccountRootPrincipal(), who: { ArnEquals: { 'aws:PrincipalArn': by.roleArn } }, tagKeys: [TENANT_TAG] };

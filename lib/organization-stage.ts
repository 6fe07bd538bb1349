import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { jurisdictions } from './config/jurisdictions';
import type { Cell, Platform } from './config/schema';
import { tagAll } from './constructs/tagging';
import { WorkforceStack } from './stacks/workforce-stack';
import { OrganizationStack, type JurisdictionAccounts } from './stacks/organization-stack';

/** What the management account says of all others: which Regions, which records, which neighbours. */
export class OrganizationStage extends Stage {
  constructor(scope: Construct, { organization, environments, owner, costCentre }: Platform) {
    super(scope, 'organization');
    tagAll(this, { environment: 'organization', cell: 'organization', owner, 'cost-centre': costCentre });

    // A stack an environment, so that a changed policy is tried on dev before prod has it.
    for (const { name, cells } of environments) {
      new OrganizationStack(this, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
        env: { account: organization.managementAccount, region: organization.region },
        environment: name,
        organizationId: organization.organizationId,
        workforceIdentityRegion: organization.workforceIdentityRegion,
        github: organization.github,
        jurisdictions: jurisdictionsOf(cells),
        auditStackNames: cells.flatMap(({ name: cell, recovery }) => [
          `${cell}-LogArchive`,
          ...(recovery.kind === 'pilot-light' ? [`${cell}-RecoveryLogArchive`] : []),
        ]),
      });
    }
    new WorkforceStack(this, 'Workforce', {
      env: { account: organization.managementAccount, region: organization.workforceIdentityRegion },
      instanceArn: organization.workforceIdentity.instanceArn,
    });
  }
}

/** The Regions in use, not all that a jurisdiction allows: a store in any other one is a mistake [REG-3]. */
function jurisdictionsOf(cells: readonly Cell[]): JurisdictionAccounts[] {
  return Object.keys(jurisdictions).flatMap((name) => {
    const members = cells.filter(({ jurisdiction }) => jurisdiction === name);
    const regions = members.flatMap(({ home, recovery }) => [home.region, ...(recovery.kind === 'pilot-light' ? [recovery.region] : [])]);
    return members.length > 0 ? [{ name, regions: [...new Set(regions)].sort(), accounts: members.map(({ account }) => account) }] : [];
  });
}

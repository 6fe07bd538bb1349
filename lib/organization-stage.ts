import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { jurisdictions } from './config/jurisdictions';
import type { Platform } from './config/schema';
import { tagAll } from './constructs/tagging';
import { OrganizationStack } from './stacks/organization-stack';

/** What the management account says of all others: which Regions, which records, which neighbours. */
export class OrganizationStage extends Stage {
  constructor(scope: Construct, { organization, environments, owner, costCentre }: Platform) {
    super(scope, 'organization');
    tagAll(this, { environment: 'organization', cell: 'organization', owner, 'cost-centre': costCentre });

    const cells = environments.flatMap((environment) => environment.cells);
    new OrganizationStack(this, 'Organization', {
      env: { account: organization.managementAccount, region: organization.region },
      organizationId: organization.organizationId,
      workforceIdentityRegion: organization.workforceIdentityRegion,
      github: organization.github,
      auditStackNames: cells.flatMap(({ name, recovery }) => [
        `${name}-LogArchive`,
        ...(recovery.kind === 'pilot-light' ? [`${name}-RecoveryLogArchive`] : []),
      ]),
      jurisdictions: Object.keys(jurisdictions).map((name) => {
        const members = cells.filter(({ jurisdiction }) => jurisdiction === name);
        // The Regions in use, not all that the jurisdiction allows: a store in any other one is a mistake.
        const regions = members.flatMap(({ home, recovery }) => [
          home.region,
          ...(recovery.kind === 'pilot-light' ? [recovery.region] : []),
        ]);
        return { name, regions: [...new Set(regions)].sort(), accounts: members.map(({ account }) => account) };
      }),
    });
  }
}

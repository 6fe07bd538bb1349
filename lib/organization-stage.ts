import { PermissionsBoundary, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { billedCells } from './billed-cells';
import { jurisdictions } from './config/jurisdictions';
import type { Cell, Platform } from './config/schema';
import { BUD_1_USD, BUD_2_USD } from './config/spending-limits';
import { tagAll } from './constructs/tagging';
import { accountParts, exportedAccounts } from './cost/attribution/accounts';
import { exportConfiguration, exportStatement } from './cost/attribution/line-items';
import { BILL_PREFIX, billBucketName } from './stacks/cost-stack';
import { OrganizationAnomaliesStack } from './stacks/organization-anomalies-stack';
import { OrganizationCostStack } from './stacks/organization-cost-stack';
import { WorkforceStack } from './stacks/workforce-stack';
import { OrganizationStack, type JurisdictionAccounts } from './stacks/organization-stack';

/** What the management account says of all others: which Regions, which records, which neighbours. */
export class OrganizationStage extends Stage {
  constructor(scope: Construct, { organization, environments, owner, costCentre }: Platform) {
    // Made by bootstrap/account.yaml, as in the cells [SEC-4].
    super(scope, 'organization', { permissionsBoundary: PermissionsBoundary.fromName('dataflow-role-boundary') });
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
    this.addCost(organization, billedCells(environments));
  }

  private addCost(
    { managementAccount, region, organizationId, alertEmail }: Platform['organization'],
    cells: ReturnType<typeof billedCells>,
  ): void {
    new OrganizationCostStack(this, 'Cost', {
      env: { account: managementAccount, region },
      organizationId,
      email: alertEmail,
      limits: { targetUsd: BUD_1_USD, capUsd: BUD_2_USD },
      cells,
      homeRegions: [...new Set(cells.map((cell) => cell.region))].sort(),
      exports: cells.map(({ name, account, region: home }) => ({
        cell: name,
        statement: exportStatement(exportedAccounts(accountParts(name, cells, managementAccount))),
        tableConfiguration: exportConfiguration,
        bucket: { name: billBucketName(name, { account, region: home }), account, region: home, prefix: BILL_PREFIX },
      })),
    });
    new OrganizationAnomaliesStack(this, 'Anomalies', { env: { account: managementAccount, region }, email: alertEmail });
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

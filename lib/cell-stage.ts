import { PermissionsBoundary, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Cell, Platform } from './config/schema';
import { tagAll } from './constructs/tagging';
import { DetectionStack } from './stacks/detection-stack';
import { LogArchiveStack } from './stacks/log-archive-stack';
import { NetworkStack } from './stacks/network-stack';
import { ProfilesStack } from './stacks/profiles-stack';

export interface CellStageProps {
  readonly platform: Pick<Platform, 'owner' | 'costCentre'>;
  readonly environment: string;
  readonly cell: Cell;
}

/**
 * A cell: one account, its home Region and its recovery Region, and no run-time dependency on another cell.
 * Read from top to bottom it is the architecture, in the order of deployment: what the recovery Region keeps for the
 * home Region comes first, then the home Region, then what hangs on both.
 */
export class CellStage extends Stage {
  constructor(scope: Construct, { platform, environment, cell }: CellStageProps) {
    // Made by bootstrap/account.yaml: no role of the cell can make itself, or anybody, more than it is [SEC-4].
    super(scope, cell.name, { permissionsBoundary: PermissionsBoundary.fromName('dataflow-role-boundary') });
    tagAll(this, { environment, cell: cell.name, owner: platform.owner, 'cost-centre': platform.costCentre });

    const second = cell.recovery.kind === 'pilot-light' ? this.addRecovery(cell, cell.recovery) : undefined;
    this.addHome(cell, second);
  }

  private addHome(cell: Cell, second: ReturnType<CellStage['addRecovery']> | undefined): void {
    const { name, account, home, retention } = cell;
    const env = { account, region: home.region };
    const logArchive = new LogArchiveStack(this, 'LogArchive', {
      env,
      retention,
      role: { kind: 'home', replica: second?.logArchive.auditReplica },
    });
    new NetworkStack(this, 'Network', {
      env,
      cidr: home.cidr,
      availabilityZoneIds: home.availabilityZoneIds,
      egress: home.egress,
      interfaceEndpoints: home.interfaceEndpoints,
      logs: logArchive.networkLogs,
    });
    const { alerts } = new DetectionStack(this, 'Detection', {
      env,
      configurationHistory: logArchive.configurationHistory,
      recordsGlobalResources: true,
      alertEmail: cell.alertEmail,
    });
    new ProfilesStack(this, 'Profiles', {
      env,
      cell: name,
      pointInTimeDays: retention.restoreDays,
      alerts,
      role: { kind: 'home', replica: second && { region: second.region, keyArn: second.profiles.keyArn } },
    });
  }

  /**
   * The pilot light: copies of the data, their keys, logs, detection and an empty network. It reads nothing of the home
   * Region, and can be deployed while that one is lost [SLO-4]; test/recovery holds it to that.
   */
  private addRecovery(cell: Cell, recovery: Extract<Cell['recovery'], { kind: 'pilot-light' }>) {
    const { name, account, retention } = cell;
    const { region } = recovery;
    const env = { account, region };
    const isServing = recovery.state === 'serving';
    const logArchive = new LogArchiveStack(this, 'RecoveryLogArchive', { env, retention, role: { kind: 'recovery' } });
    new NetworkStack(this, 'RecoveryNetwork', {
      env,
      cidr: recovery.cidr,
      availabilityZoneIds: recovery.availabilityZoneIds,
      egress: isServing
        ? { kind: 'regional', addressesPerZone: recovery.reservedAddressesPerZone }
        : { kind: 'none', reservedAddressesPerZone: recovery.reservedAddressesPerZone },
      interfaceEndpoints: isServing ? cell.home.interfaceEndpoints : [],
      logs: logArchive.networkLogs,
    });
    const { alerts } = new DetectionStack(this, 'RecoveryDetection', {
      env,
      configurationHistory: logArchive.configurationHistory,
      recordsGlobalResources: false,
      alertEmail: cell.alertEmail,
    });
    const profiles = new ProfilesStack(this, 'RecoveryProfiles', {
      env,
      cell: name,
      pointInTimeDays: retention.restoreDays,
      alerts,
      role: { kind: 'recovery' },
    });
    return { region, logArchive, profiles };
  }
}

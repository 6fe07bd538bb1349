import { PermissionsBoundary, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Cell, Platform } from './config/schema';
import { tagAll } from './constructs/tagging';
import { DetectionStack } from './stacks/detection-stack';
import { LogArchiveStack } from './stacks/log-archive-stack';
import { NetworkStack } from './stacks/network-stack';

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

    const { account, home, recovery, retention } = cell;
    const auditReplica = recovery.kind === 'pilot-light' ? this.addRecovery(cell, recovery) : undefined;

    const env = { account, region: home.region };
    const logArchive = new LogArchiveStack(this, 'LogArchive', { env, retention, role: { kind: 'home', replica: auditReplica } });
    new NetworkStack(this, 'Network', {
      env,
      cidr: home.cidr,
      availabilityZoneIds: home.availabilityZoneIds,
      egress: home.egress,
      interfaceEndpoints: home.interfaceEndpoints,
      logs: logArchive.networkLogs,
    });
    new DetectionStack(this, 'Detection', {
      env,
      configurationHistory: logArchive.configurationHistory,
      recordsGlobalResources: true,
      alertEmail: cell.alertEmail,
    });
  }

  /** The pilot light: logs, detection and an empty network, ready before anything in the home Region refers to them. */
  private addRecovery(cell: Cell, recovery: Extract<Cell['recovery'], { kind: 'pilot-light' }>) {
    const env = { account: cell.account, region: recovery.region };
    const logArchive = new LogArchiveStack(this, 'RecoveryLogArchive', { env, retention: cell.retention, role: { kind: 'recovery' } });
    new NetworkStack(this, 'RecoveryNetwork', {
      env,
      cidr: recovery.cidr,
      availabilityZoneIds: recovery.availabilityZoneIds,
      egress: { kind: 'none', reservedAddressesPerZone: recovery.reservedAddressesPerZone },
      interfaceEndpoints: [],
      logs: logArchive.networkLogs,
    });
    new DetectionStack(this, 'RecoveryDetection', {
      env,
      configurationHistory: logArchive.configurationHistory,
      recordsGlobalResources: false,
      alertEmail: cell.alertEmail,
    });
    return logArchive.auditReplica;
  }
}

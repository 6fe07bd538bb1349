import { PermissionsBoundary, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Cell, Platform } from './config/schema';
import { tagAll } from './constructs/tagging';
import { BackupStack } from './stacks/backup-stack';
import { DetectionStack } from './stacks/detection-stack';
import { LakeStack } from './stacks/lake-stack';
import { LogArchiveStack } from './stacks/log-archive-stack';
import { MetadataStack } from './stacks/metadata-stack';
import { NetworkStack } from './stacks/network-stack';
import { ProfilesStack } from './stacks/profiles-stack';
import { StreamingStack } from './stacks/streaming-stack';

export interface CellStageProps {
  readonly platform: Pick<Platform, 'owner' | 'costCentre'>;
  readonly environment: string;
  readonly cell: Cell;
}

/** Applications that read the stream of events, each by enhanced fan-out of its own. */
const processors = ['processor'] as const;

/** All that a cell's data may be in [REG-3]. */
const regionsOf = ({ home, recovery }: Cell): string[] => [home.region, ...(recovery.kind === 'pilot-light' ? [recovery.region] : [])];

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
    const home = this.addHome(cell, second);
    // Made once the database is global; when it serves, the home Region may be gone, and nothing waits for it.
    if (second && !second.isServing) second.metadata.addStackDependency(home.metadata);
  }

  private addHome(cell: Cell, second: ReturnType<CellStage['addRecovery']> | undefined) {
    const { name, account, home, retention } = cell;
    const env = { account, region: home.region };
    const logArchive = new LogArchiveStack(this, 'LogArchive', {
      env,
      retention,
      role: { kind: 'home', replica: second?.logArchive.auditReplica },
    });
    const { networkLogs: logs, accessLogs } = logArchive;
    const network = new NetworkStack(this, 'Network', {
      env,
      cidr: home.cidr,
      availabilityZoneIds: home.availabilityZoneIds,
      egress: home.egress,
      interfaceEndpoints: home.interfaceEndpoints,
      logs,
    });
    const { alerts } = new DetectionStack(this, 'Detection', {
      env,
      configurationHistory: logArchive.configurationHistory,
      recordsGlobalResources: true,
      alertEmail: cell.alertEmail,
    });

    const lake = new LakeStack(this, 'Lake', {
      env,
      cell: name,
      rawEventDays: retention.rawEventDays,
      queryScanGib: cell.queryScanGib,
      logs,
      accessLogs,
      alerts,
      role: { kind: 'home', replica: second?.lake },
    });
    new StreamingStack(this, 'Streaming', {
      env,
      cell: name,
      processors,
      lake,
      writesTable: true,
      secondCopy: second && lake.remoteBucket(name, 'Raw', second.lake),
      logs,
      alerts,
    });
    const profiles = new ProfilesStack(this, 'Profiles', {
      env,
      cell: name,
      pointInTimeDays: retention.restoreDays,
      alerts,
      role: { kind: 'home', replica: second?.profiles },
    });
    const metadata = new MetadataStack(this, 'Metadata', {
      env,
      cell: name,
      vpc: network.network.vpc,
      securityGroup: network.tiers.data,
      capacity: cell.database,
      backupDays: retention.restoreDays,
      logs,
      alerts,
      role: { kind: 'home', isGlobal: second !== undefined },
    });
    new BackupStack(this, 'Backup', {
      env,
      cell: name,
      retentionDays: retention.restoreDays,
      regions: regionsOf(cell),
      alerts,
      role: {
        kind: 'home',
        copyRegion: second?.region,
        protects: { tables: profiles.tableArns, clusters: [metadata.clusterArn] },
        restoreSubnetGroup: metadata.subnetGroupName,
      },
    });
    return { metadata };
  }

  /**
   * The pilot light: copies of the data, their keys, logs, detection and an empty network. It reads nothing of the home
   * Region, and can be deployed while that one is lost [SLO-4]: test/recovery holds it to that. Serving, it is the same stacks
   * as at home, on the copies that are there already [ADR-015].
   */
  private addRecovery(cell: Cell, recovery: Extract<Cell['recovery'], { kind: 'pilot-light' }>) {
    const { name, account, retention } = cell;
    const { region } = recovery;
    const env = { account, region };
    const isServing = recovery.state === 'serving';
    const logArchive = new LogArchiveStack(this, 'RecoveryLogArchive', { env, retention, role: { kind: 'recovery' } });
    const { networkLogs: logs, accessLogs } = logArchive;
    const network = new NetworkStack(this, 'RecoveryNetwork', {
      env,
      cidr: recovery.cidr,
      availabilityZoneIds: recovery.availabilityZoneIds,
      egress: isServing
        ? { kind: 'regional', addressesPerZone: recovery.reservedAddressesPerZone }
        : { kind: 'none', reservedAddressesPerZone: recovery.reservedAddressesPerZone },
      interfaceEndpoints: isServing ? cell.home.interfaceEndpoints : [],
      logs,
    });
    const { alerts } = new DetectionStack(this, 'RecoveryDetection', {
      env,
      configurationHistory: logArchive.configurationHistory,
      recordsGlobalResources: false,
      alertEmail: cell.alertEmail,
    });

    const lake = new LakeStack(this, 'RecoveryLake', {
      env,
      cell: name,
      rawEventDays: retention.rawEventDays,
      queryScanGib: cell.queryScanGib,
      logs,
      accessLogs,
      alerts,
      role: { kind: 'recovery' },
    });
    if (isServing) {
      new StreamingStack(this, 'RecoveryStreaming', { env, cell: name, processors, lake, writesTable: false, logs, alerts });
    }
    const profiles = new ProfilesStack(this, 'RecoveryProfiles', {
      env,
      cell: name,
      pointInTimeDays: retention.restoreDays,
      alerts,
      role: { kind: 'recovery' },
    });
    const metadata = new MetadataStack(this, 'RecoveryMetadata', {
      env,
      cell: name,
      vpc: network.network.vpc,
      securityGroup: network.tiers.data,
      capacity: cell.database,
      backupDays: retention.restoreDays,
      logs,
      alerts,
      role: { kind: 'recovery', isServing },
    });
    new BackupStack(this, 'RecoveryBackup', {
      env,
      cell: name,
      retentionDays: retention.restoreDays,
      regions: regionsOf(cell),
      alerts,
      role: { kind: 'recovery' },
    });
    return { region, isServing, logArchive, lake: lake.asReplica, profiles: profiles.asReplica, metadata };
  }
}

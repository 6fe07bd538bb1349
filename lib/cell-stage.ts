import { PermissionsBoundary, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { routes } from './api/routes';
import { billedCells } from './billed-cells';
import { addCluster, processors, type ClusterSurroundings } from './cell-cluster';
import { addCost } from './cell-cost';
import type { Cell, Organization, Platform } from './config/schema';
import type { EgressDomains } from './constructs/dns-guard';
import { tagAll } from './constructs/tagging';
import { workforceRoleArn } from './constructs/workforce-role';
import { AuditQueriesStack } from './stacks/audit-queries-stack';
import { BackupStack } from './stacks/backup-stack';
import { DeliveryStack } from './stacks/delivery-stack';
import { DetectionStack } from './stacks/detection-stack';
import { EdgeStack, type EdgeStackProps } from './stacks/edge-stack';
import { ImagesStack } from './stacks/images-stack';
import { LakeStack } from './stacks/lake-stack';
import { LogArchiveStack } from './stacks/log-archive-stack';
import { MetadataStack } from './stacks/metadata-stack';
import { NetworkStack } from './stacks/network-stack';
import { profileTableNames, ProfilesStack } from './stacks/profiles-stack';
import { StreamingStack } from './stacks/streaming-stack';
import { WarehouseAccessStack } from './stacks/warehouse-access-stack';
import { WarehouseStack } from './stacks/warehouse-stack';

export interface CellStageProps {
  readonly platform: Pick<Platform, 'owner' | 'costCentre' | 'organization' | 'environments'>;
  readonly environment: string;
  readonly cell: Cell;
}

interface EdgeSurroundings extends Pick<ClusterSurroundings, 'prefix' | 'env' | 'network' | 'alerts'> {
  readonly logArchive: LogArchiveStack;
  readonly role: EdgeStackProps['role'];
}

/**
 * What may be asked for in the cell's networks [REG-3]: destinations, and where pods of ingest and profiles get the keys of tokens. Firehose
 * reaches Snowflake, and the load balancer those keys, from AWS's own network.
 */
const domainsOf = ({ api: { identityProvider }, delivery: { destinations, unlistedDomains } }: Cell): EgressDomains => ({
  listed: [...destinations.map(({ domain }) => domain), new URL(identityProvider.jwksEndpoint).hostname],
  unlisted: unlistedDomains.kind,
});

/** What an alarm counts where unlisted names are blocked. */
const blockedDomains = ({ delivery }: Cell, { dnsGuard }: NetworkStack) =>
  delivery.unlistedDomains.kind === 'block' ? dnsGuard.unlisted : undefined;

/** All that a cell's data may be in [REG-3]. */
const regionsOf = ({ home, recovery }: Cell): string[] => [home.region, ...(recovery.kind === 'pilot-light' ? [recovery.region] : [])];

/**
 * A cell: one account, its home Region and its recovery Region, and no run-time dependency on another cell.
 * Read from top to bottom it is the architecture, in the order of deployment: what the recovery Region keeps for the
 * home Region comes first, then the home Region, then what hangs on both.
 */
export class CellStage extends Stage {
  private readonly organization: Organization;
  private readonly billed: ReturnType<typeof billedCells>;
  /** Of engineers whom somebody has let in for an hour [SEC-5]. */
  private readonly elevatedRoleArn: string;

  constructor(scope: Construct, { platform, environment, cell }: CellStageProps) {
    // Made by bootstrap/account.yaml: no role of the cell can make itself, or anybody, more than it is [SEC-4].
    super(scope, cell.name, { permissionsBoundary: PermissionsBoundary.fromName('dataflow-role-boundary') });
    tagAll(this, { environment, cell: cell.name, owner: platform.owner, 'cost-centre': platform.costCentre });

    this.organization = platform.organization;
    this.billed = billedCells(platform.environments);
    this.elevatedRoleArn = workforceRoleArn({
      account: cell.account,
      name: cell.cluster.elevatedRole,
      identityRegion: platform.organization.workforceIdentityRegion,
    });

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
    this.addAuditQueries(cell, 'AuditQueries', logArchive);
    const { networkLogs: logs, accessLogs } = logArchive;
    const network = new NetworkStack(this, 'Network', {
      env,
      cidr: home.cidr,
      availabilityZoneIds: home.availabilityZoneIds,
      egress: home.egress,
      interfaceEndpoints: home.interfaceEndpoints,
      domains: domainsOf(cell),
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
      elevatedRoleArn: this.elevatedRoleArn,
      alerts,
      role: { kind: 'home', replica: second?.lake },
    });
    const streaming = new StreamingStack(this, 'Streaming', {
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
      role: { kind: 'home', replica: second && { ...second.profiles, isGuarded: second.guardsTables } },
    });
    const delivery = new DeliveryStack(this, 'Delivery', {
      env,
      cell: name,
      elevatedRoleArn: this.elevatedRoleArn,
      blockedDomains: blockedDomains(cell, network),
      alerts,
    });
    const metadata = new MetadataStack(this, 'Metadata', {
      env,
      cell: name,
      vpc: network.network.vpc,
      securityGroup: network.tiers.data,
      elevatedRoleArn: this.elevatedRoleArn,
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
      elevatedRoleArn: this.elevatedRoleArn,
      restores: this.restorable(name, profiles),
      role: {
        kind: 'home',
        copyRegion: second?.region,
        protects: { tables: profiles.tableArns, clusters: [metadata.clusterArn] },
        restoreSubnetGroup: metadata.subnetGroupName,
      },
    });

    if (cell.warehouse.kind === 'snowflake') {
      const access = new WarehouseAccessStack(this, 'WarehouseAccess', { env, cell: name });
      new WarehouseStack(this, 'Warehouse', { env, cell: name, destination: cell.warehouse, access, streaming, lake, logs, alerts });
    }

    const images = new ImagesStack(this, 'Images', {
      env,
      cell: name,
      services: Object.keys(cell.cluster.services),
      copyRegion: second?.region,
    });
    // The repositories of the other Region are there before the first image is copied.
    if (second) images.addStackDependency(second.images);
    const edge = this.addEdge(cell, {
      prefix: '',
      env,
      network,
      logArchive,
      alerts,
      role: { kind: 'home', homeServesCheckId: second?.homeServesCheckId },
    });
    const { usage } = addCost(this, cell, {
      billed: this.billed,
      managementAccount: this.organization.managementAccount,
      logArchive,
      alerts,
      isReplicated: second !== undefined,
    });
    addCluster(this, cell, {
      organization: this.organization,
      elevatedRoleArn: this.elevatedRoleArn,
      prefix: '',
      env,
      network,
      streaming,
      lake,
      delivery,
      profiles,
      metadata,
      images,
      edge,
      logs,
      alerts,
      usage,
    });
    return { metadata };
  }

  /** Where requests come in. It stands in the recovery Region too, closed until that one serves. */
  private addEdge(cell: Cell, { prefix, env, network, logArchive, alerts, role }: EdgeSurroundings): EdgeStack {
    const { networkLogs, loadBalancerLogs } = logArchive;
    return new EdgeStack(this, `${prefix}Edge`, {
      env,
      cell: cell.name,
      network: { vpc: network.network.vpc, securityGroup: network.tiers.edge },
      api: cell.api,
      routes,
      eventsPerDay: cell.workload.eventsPerDay,
      logs: { key: networkLogs.key, retentionDays: networkLogs.retentionDays, loadBalancers: loadBalancerLogs },
      alerts,
      role,
    });
  }

  /** In each Region on its own records: the home Region's trail, or the copy of what it wrote. */
  private addAuditQueries(cell: Cell, id: string, { account, region, audit: records, accessLogs }: LogArchiveStack): void {
    new AuditQueriesStack(this, id, {
      env: { account, region },
      cell: cell.name,
      records,
      auditDays: cell.retention.auditDays,
      regions: regionsOf(cell),
      accessLogs,
      queryScanGib: cell.queryScanGib,
    });
  }

  private restorable(cell: string, { key }: ProfilesStack) {
    const { profiles, tenants } = profileTableNames(cell);
    return { tables: [profiles, tenants], keyArn: key.keyArn };
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
    const isServing = recovery.state !== 'standing-by';
    const logArchive = new LogArchiveStack(this, 'RecoveryLogArchive', { env, retention, role: { kind: 'recovery' } });
    this.addAuditQueries(cell, 'RecoveryAuditQueries', logArchive);
    const { networkLogs: logs, accessLogs } = logArchive;
    const network = new NetworkStack(this, 'RecoveryNetwork', {
      env,
      cidr: recovery.cidr,
      availabilityZoneIds: recovery.availabilityZoneIds,
      egress: isServing
        ? { kind: 'regional', addressesPerZone: recovery.reservedAddressesPerZone }
        : { kind: 'none', reservedAddressesPerZone: recovery.reservedAddressesPerZone },
      interfaceEndpoints: isServing ? cell.home.interfaceEndpoints : [],
      domains: domainsOf(cell),
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
      elevatedRoleArn: this.elevatedRoleArn,
      alerts,
      role: { kind: 'recovery' },
    });
    const streaming = isServing
      ? new StreamingStack(this, 'RecoveryStreaming', { env, cell: name, processors, lake, writesTable: false, logs, alerts })
      : undefined;
    const profiles = new ProfilesStack(this, 'RecoveryProfiles', {
      env,
      cell: name,
      pointInTimeDays: retention.restoreDays,
      alerts,
      role: { kind: 'recovery' },
    });
    const delivery = isServing
      ? new DeliveryStack(this, 'RecoveryDelivery', {
          env,
          cell: name,
          elevatedRoleArn: this.elevatedRoleArn,
          blockedDomains: blockedDomains(cell, network),
          alerts,
        })
      : undefined;
    const metadata = new MetadataStack(this, 'RecoveryMetadata', {
      env,
      cell: name,
      vpc: network.network.vpc,
      securityGroup: network.tiers.data,
      elevatedRoleArn: this.elevatedRoleArn,
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
      elevatedRoleArn: this.elevatedRoleArn,
      restores: this.restorable(name, profiles),
      role: { kind: 'recovery' },
    });
    const images = new ImagesStack(this, 'RecoveryImages', { env, cell: name, services: Object.keys(cell.cluster.services) });
    const edge = this.addEdge(cell, {
      prefix: 'Recovery',
      env,
      network,
      logArchive,
      alerts,
      role: { kind: 'recovery', state: recovery.state },
    });
    if (streaming && delivery)
      addCluster(this, cell, {
        organization: this.organization,
        elevatedRoleArn: this.elevatedRoleArn,
        prefix: 'Recovery',
        env,
        network,
        streaming,
        lake,
        delivery,
        profiles,
        metadata,
        images,
        edge,
        logs,
        alerts,
      });
    const { homeServesCheckId } = edge;
    const guardsTables = recovery.tableReplicas === 'guarded';
    const replicas = { lake: lake.asReplica, profiles: profiles.asReplica };
    return { region, isServing, guardsTables, logArchive, ...replicas, metadata, images, homeServesCheckId };
  }
}

import { RemovalPolicy, Stack, type CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** How private subnets reach the internet; see ADR-003. */
export type Egress =
  /** One NAT gateway over all zones. Its addresses are ours and stay, since customers put them on allow lists. */
  | { readonly kind: 'regional'; readonly addressesPerZone: number }
  /** One zonal NAT gateway, where the zone's loss may cut the environment off. */
  | { readonly kind: 'single-zone' }
  /** No gateway, as in a pilot light; the addresses are kept for the day on which it gets one. */
  | { readonly kind: 'none'; readonly reservedAddressesPerZone: number };

export interface NetworkProps {
  /** A /16, of which each zone takes a /19 (private) and two /22 (public, isolated); half of it stays free. */
  readonly cidr: string;
  /** Two to four zones, by ID; more can be appended later, and no subnet moves. */
  readonly availabilityZoneIds: readonly string[];
  readonly egress: Egress;
  /** Services reached through an interface endpoint instead of NAT, where the traffic pays for it: ADR-004. */
  readonly interfaceEndpoints: readonly ('kinesis-streams' | 'sqs')[];
  readonly logs: {
    /** Receives the flow logs, under the prefix `flow-logs/`. */
    readonly bucket: IBucket;
    /** Encrypts log groups. */
    readonly key: IKey;
    /** Days that log groups keep their logs, a value that CloudWatch Logs has. */
    readonly retentionDays: number;
  };
}

/** Zones that the address plan has room for. */
const PLANNED_ZONES = 4;

/**
 * AWS-owned buckets that nodes must read through the S3 gateway endpoint: ECR keeps image layers there.
 * Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints: minimum S3 bucket permissions", read 2026-11.
 */
const ecrLayers = (region: string) => `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`;

/** The VPC of one Region: subnets by exposure, the way out, the private ways to AWS services, and flow logs. */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;
  /** Fixed public addresses of the way out, one list for customers' firewalls. */
  readonly egressAddresses: readonly ec2.CfnEIP[];
  /** Guards the interface endpoints; their clients are admitted by SecurityTiers. */
  readonly endpointSecurityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { egress, availabilityZoneIds: zoneIds } = props;

    const addresses = zoneIds.map((zoneId, index) => ({ zoneId, eips: this.allocateAddresses(zoneId, addressCount(egress, index)) }));
    this.egressAddresses = addresses.flatMap(({ eips }) => eips);

    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr),
      maxAzs: zoneIds.length,
      reservedAzs: PLANNED_ZONES - zoneIds.length,
      natGateways: egress.kind === 'none' ? 0 : 1,
      natGatewayProvider: natProvider(egress, addresses),
      // The order is the address plan: a tier inserted before another would move, and so replace, its subnets.
      subnetConfiguration: [
        {
          name: 'Private',
          subnetType: egress.kind === 'none' ? ec2.SubnetType.PRIVATE_ISOLATED : ec2.SubnetType.PRIVATE_WITH_EGRESS,
          cidrMask: 19,
        },
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 22, mapPublicIpOnLaunch: false },
        { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 22 },
      ],
      restrictDefaultSecurityGroup: true,
    });
    this.awaitInternetGateway();
    this.placeByZoneId();
    this.keepLogsOfProvider(props.logs);

    this.vpc.addFlowLog('FlowLogs', {
      trafficType: ec2.FlowLogTrafficType.ALL,
      destination: ec2.FlowLogDestination.toS3(props.logs.bucket, 'flow-logs', {
        fileFormat: ec2.FlowLogFileFormat.PARQUET,
        perHourPartition: true,
      }),
    });

    this.addGatewayEndpoints();
    this.endpointSecurityGroup = new ec2.SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: this.vpc,
      description: 'Interface endpoints of AWS services',
      allowAllOutbound: false,
    });
    for (const service of props.interfaceEndpoints) this.addInterfaceEndpoint(service);
  }

  /** IDs of the gateways by which private subnets reach the internet: one, or none in a pilot light. */
  get natGatewayIds(): readonly string[] {
    return this.vpc.node
      .findAll()
      .filter((child): child is ec2.CfnNatGateway => child instanceof ec2.CfnNatGateway)
      .map(({ attrNatGatewayId }) => attrNatGatewayId);
  }

  private allocateAddresses(zoneId: string, count: number): ec2.CfnEIP[] {
    return Array.from({ length: count }, (_, index) => {
      const eip = new ec2.CfnEIP(this, `Egress-${zoneId}-${index + 1}`, { domain: 'vpc' });
      // An address that is released is gone: each customer would have to change a firewall rule.
      eip.applyRemovalPolicy(RemovalPolicy.RETAIN);
      return eip;
    });
  }

  /** The CDK lets a regional NAT gateway wait for the internet gateway, but not for its attachment, which it needs. */
  private awaitInternetGateway(): void {
    this.vpc.node.tryFindChild('RegionalNatGateway')?.node.addDependency(this.vpc.node.findChild('VPCGW'));
  }

  /** Zone names mean another building in each account [SLO-1], so subnets are placed by the zones' IDs. */
  private placeByZoneId(): void {
    for (const subnet of [...this.vpc.publicSubnets, ...this.vpc.privateSubnets, ...this.vpc.isolatedSubnets]) {
      const cfn = subnet.node.defaultChild as ec2.CfnSubnet;
      cfn.availabilityZoneId = cfn.availabilityZone;
      cfn.availabilityZone = undefined;
    }
  }

  /** The function that closes the default security group would make a log group of its own, which keeps logs for ever. */
  private keepLogsOfProvider({ key, retentionDays }: NetworkProps['logs']): void {
    const logGroup = new LogGroup(this, 'DefaultSecurityGroupLogs', {
      retention: retentionDays,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const handler = Stack.of(this)
      .node.findChild('Custom::VpcRestrictDefaultSGCustomResourceProvider')
      .node.findChild('Handler') as CfnResource;
    handler.addPropertyOverride('LoggingConfig.LogGroup', logGroup.logGroupName);
  }

  /** Free of charge, and they keep the bulk of the traffic off NAT. */
  private addGatewayEndpoints(): void {
    const s3 = this.vpc.addGatewayEndpoint('S3Endpoint', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    s3.addToPolicy(ownPrincipalsAndResources(this.vpc.env.account));
    s3.addToPolicy(
      new iam.PolicyStatement({
        sid: 'ImageLayers',
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [ecrLayers(this.vpc.env.region)],
      }),
    );
    const dynamodb = this.vpc.addGatewayEndpoint('DynamoDbEndpoint', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
    dynamodb.addToPolicy(ownPrincipalsAndResources(this.vpc.env.account));
  }

  private addInterfaceEndpoint(service: NetworkProps['interfaceEndpoints'][number]): void {
    const names = { 'kinesis-streams': 'KinesisEndpoint', sqs: 'SqsEndpoint' } as const;
    const endpoint = this.vpc.addInterfaceEndpoint(names[service], {
      service: new ec2.InterfaceVpcEndpointAwsService(service),
      subnets: { subnetGroupName: 'Private' },
      securityGroups: [this.endpointSecurityGroup],
      open: false,
    });
    endpoint.addToPolicy(ownPrincipalsAndResources(this.vpc.env.account));
  }
}

interface ZoneAddresses {
  readonly zoneId: string;
  readonly eips: readonly ec2.CfnEIP[];
}

function addressCount(egress: Egress, zoneIndex: number): number {
  if (egress.kind === 'single-zone') return zoneIndex === 0 ? 1 : 0;
  return egress.kind === 'regional' ? egress.addressesPerZone : egress.reservedAddressesPerZone;
}

function natProvider(egress: Egress, addresses: readonly ZoneAddresses[]): ec2.NatProvider | undefined {
  const allocationIds = ({ eips }: ZoneAddresses) => eips.map((eip) => eip.attrAllocationId);
  if (egress.kind === 'none') return undefined;
  if (egress.kind === 'single-zone') return ec2.NatProvider.gateway({ eipAllocationIds: addresses.flatMap(allocationIds) });
  // Manual mode, since the automatic one allocates addresses of its own; it serves the zones listed here and no other.
  return ec2.NatProvider.regionalGateway({
    availabilityZoneAddresses: addresses.map((zone) => ({ availabilityZoneId: zone.zoneId, allocationIds: allocationIds(zone) })),
  });
}

/** A stolen credential of another account is of no use in here, and ours cannot write to another account [REG-3, SEC-4]. */
function ownPrincipalsAndResources(account: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'OwnPrincipalsOwnResources',
    principals: [new iam.AnyPrincipal()],
    actions: ['*'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account } },
  });
}

/** What everything stands on: network, edge, cluster, detection, audit, logs, keys. */
import { INSTANCE } from '../node-capacity';
import { priceOf } from '../price-sheet';
import { dataEventsOf } from './stores';
import { list, record, text, written, type Pricer, type Tiers } from './meter';
import { BYTES_A_GB, DAYS_A_MONTH, HOURS_A_MONTH } from './traffic';

const INTERNET: Tiers = [
  [10_000, 'Data transfer', 'Out to internet, first 10 TB (after 100 GB free)'],
  [40_000, 'Data transfer', 'Out to internet, next 40 TB'],
  [100_000, 'Data transfer', 'Out to internet, next 100 TB'],
  [Infinity, 'Data transfer', 'Out to internet, over 150 TB'],
];
const ENDPOINT: Tiers = [
  [1_000_000, 'VPC', 'Interface endpoint data processed, first 1 PB'],
  [4_000_000, 'VPC', 'Interface endpoint data processed, next 4 PB'],
  [Infinity, 'VPC', 'Interface endpoint data processed, over 5 PB'],
];

export const natGateway: Pricer = (meter, stack, resource) => {
  const zones = Math.max(1, list(resource.properties['AvailabilityZoneAddresses']).length);
  meter.add(stack, resource, { item: 'NAT, zones', price: ['VPC', 'NAT gateway hour'], quantity: zones * HOURS_A_MONTH, basis: 'fixed' });
  if (!meter.isServing(stack)) return;
  const { traffic: t, figures: f } = meter;
  // Traffic is shared by as many gateways as there are.
  const gateways = meter.ofType(stack.region, 'AWS::EC2::NatGateway').length;
  const endpoints = meter
    .ofType(stack.region, 'AWS::EC2::VPCEndpoint')
    .map(({ resource: endpoint }) => written(endpoint.properties['ServiceName']));
  const has = (service: string) => endpoints.some((name) => name.includes(service));
  const logsGb = (t.events * f.podLogBytesPerEvent) / BYTES_A_GB;
  const toAws = (has('.kinesis-streams') ? 0 : kinesisGb(t)) + (has('.sqs') ? 0 : sqsGb(t, f.enrichedGrowth)) + (has('.logs') ? 0 : logsGb);
  const add = (item: string, price: readonly [string, string] | { readonly tiers: Tiers }, quantity: number, basis: 'fixed' | 'perEvent') =>
    meter.add(stack, resource, { item, price, quantity: quantity / gateways, basis });
  add('NAT, to AWS', ['VPC', 'NAT gateway data processed'], toAws, 'perEvent');
  add('NAT, nodes', ['VPC', 'NAT gateway data processed'], t.nodes * f.natGbPerNode, 'fixed');
  add('NAT, deliveries', ['VPC', 'NAT gateway data processed'], t.egressGb, 'perEvent');
  add('To destinations over the internet', { tiers: INTERNET }, t.egressGb, 'perEvent');
};

type Traffic = Parameters<Pricer>[0]['traffic'];
/** In, out by fan-out, and the enriched one in: ADR-004. */
const kinesisGb = (t: Traffic): number => 2 * t.eventGb + t.enrichedGb;
/** In and out, as often as there are deliveries. */
const sqsGb = (t: Traffic, growth: number): number => 2 * ((t.deliveries / Math.max(1, t.events)) * t.eventGb * growth);

export const vpcEndpoint: Pricer = (meter, stack, resource) => {
  if (resource.properties['VpcEndpointType'] === 'Gateway') return;
  const zones = Math.max(1, list(resource.properties['SubnetIds']).length);
  meter.add(stack, resource, {
    item: 'Interface endpoint, zones',
    price: ['VPC', 'Interface endpoint (PrivateLink) hour, per AZ'],
    quantity: zones * HOURS_A_MONTH,
    basis: 'fixed',
  });
  if (!meter.isServing(stack)) return;
  const { traffic: t, figures: f } = meter;
  const service = written(resource.properties['ServiceName']);
  const gb = service.includes('.kinesis-streams')
    ? kinesisGb(t)
    : service.includes('.sqs')
      ? sqsGb(t, f.enrichedGrowth)
      : service.includes('.logs')
        ? (t.events * f.podLogBytesPerEvent) / BYTES_A_GB
        : 1;
  meter.add(stack, resource, { item: 'Interface endpoint, bytes', price: { tiers: ENDPOINT }, quantity: gb, basis: 'perEvent' });
};

export const address: Pricer = (meter, stack, resource) =>
  meter.add(stack, resource, {
    item: 'Public IPv4 address',
    price: ['VPC', 'Public IPv4 address, in use or idle'],
    quantity: HOURS_A_MONTH,
    basis: 'fixed',
  });

export const vpc: Pricer = (meter, stack, resource) => {
  if (!meter.isServing(stack)) return;
  const gb = (meter.traffic.events * meter.figures.crossZoneBytesPerEvent) / BYTES_A_GB;
  // Billed on both sides.
  meter.add(stack, resource, {
    item: 'Between zones',
    price: ['Data transfer', 'Between AZs in a region, each direction'],
    quantity: 2 * gb,
    basis: 'perEvent',
  });
};

/** Of a capacity unit an hour. Source: Elastic Load Balancing pricing, "LCU details", read 2026-11. */
const LCU = { newPerSecond: 25, gb: 1 };

export const loadBalancer: Pricer = (meter, stack, resource) => {
  const subnets = list(resource.properties['Subnets']).length;
  if (text(resource.properties['Type'] ?? 'application') !== 'application')
    throw new RangeError(`${resource.logicalId}: received '${text(resource.properties['Type'])}'; allowed: application`);
  const add = (item: string, price: readonly [string, string] | { readonly tiers: Tiers }, quantity: number, basis: 'fixed' | 'perEvent') =>
    meter.add(stack, resource, { item, price, quantity, basis });
  add('Load balancer', ['ELB', 'Application Load Balancer hour'], HOURS_A_MONTH, 'fixed');
  add('Public IPv4 address', ['VPC', 'Public IPv4 address, in use or idle'], subnets * HOURS_A_MONTH, 'fixed');
  if (!meter.isServing(stack)) return;
  const { traffic: t, figures: f } = meter;
  const calls = t.requests + t.reads;
  const inGb = t.eventGb + (calls * f.requestOverheadBytes) / BYTES_A_GB;
  const outGb = (t.requests * f.answerBytes + t.reads * f.profileAnswerBytes) / BYTES_A_GB;
  const perHour = Math.max(
    calls / f.requestsPerConnection / (HOURS_A_MONTH * 3600) / LCU.newPerSecond,
    (inGb + outGb) / HOURS_A_MONTH / LCU.gb,
  );
  add('Load balancer, capacity units', ['ELB', 'ALB LCU-hour'], perHour * HOURS_A_MONTH, 'perEvent');
  add('Answers over the internet', { tiers: INTERNET }, outGb, 'perEvent');
};

export const webAcl: Pricer = (meter, stack, resource) => {
  const add = (item: string, price: readonly [string, string], quantity: number, basis: 'fixed' | 'perEvent') =>
    meter.add(stack, resource, { item, price, quantity, basis });
  add('WAF, web ACL', ['WAF', 'Web ACL'], 1, 'fixed');
  add('WAF, rules', ['WAF', 'Rule or rule group'], list(resource.properties['Rules']).length, 'fixed');
  if (meter.isServing(stack)) add('WAF, requests', ['WAF', 'Requests'], (meter.traffic.requests + meter.traffic.reads) / 1e6, 'perEvent');
};

export const healthCheck: Pricer = (meter, stack, resource) => {
  const config = record(resource.properties['HealthCheckConfig']);
  meter.add(stack, resource, {
    item: 'Health check',
    price: ['Route 53', 'Health check, AWS endpoint (after 50 free)'],
    quantity: 1,
    basis: 'fixed',
  });
  if (text(config['Type']).startsWith('HTTPS')) {
    meter.add(stack, resource, {
      item: 'Health check, HTTPS',
      price: ['Route 53', 'Health check optional feature, AWS endpoint (HTTPS, string match, fast interval, latency)'],
      quantity: 1,
      basis: 'fixed',
    });
  }
};

/** An alias to a load balancer is answered for free; its zone is the account's and is not in a template, so it is counted here. */
export const recordSet: Pricer = (meter, stack, resource) => {
  if (!meter.isServing(stack)) return;
  meter.add(stack, resource, { item: 'Hosted zone', price: ['Route 53', 'Hosted zone, first 25'], quantity: 1, basis: 'fixed' });
};

export const queryLog: Pricer = (meter, stack, resource) => {
  if (!meter.isServing(stack)) return;
  const { traffic: t, figures: f } = meter;
  const gb = (t.dnsQueries * 300) / BYTES_A_GB;
  meter.add(stack, resource, {
    item: 'DNS query log',
    price: ['CloudWatch', 'Logs ingestion, Standard class'],
    quantity: gb,
    basis: 'fixed',
    ratio: f.vendedLogRatio,
  });
};

export const flowLog: Pricer = (meter, stack, resource) => {
  if (!meter.isServing(stack)) return;
  const { traffic: t, figures: f } = meter;
  meter.add(stack, resource, {
    item: 'Flow log',
    price: ['CloudWatch', 'Logs ingestion, Standard class'],
    quantity: t.flowGb,
    basis: 'fixed',
    ratio: f.vendedLogRatio,
  });
};

export const dnsFirewall: Pricer = (meter, stack, resource) => {
  if (!meter.isServing(stack)) return;
  meter.add(stack, resource, {
    item: 'DNS Firewall queries',
    price: ['Route 53', 'Resolver queries, first billion'],
    quantity: meter.traffic.dnsQueries / 1e6,
    basis: 'fixed',
    ratio: meter.figures.dnsFirewallRatio,
  });
};

const INSTANCE_ITEM = `${INSTANCE.name} Linux on-demand, shared tenancy`;
const AUTO_MODE = ['EKS', 'Auto Mode management fee, other instance types (share of EC2 on-demand price)'] as const;
/** Off the on-demand price, the lower end of small Graviton instances: lib/cost/node-capacity.ts. */
export const SPOT_DISCOUNT = 0.5;
/** Compute Savings Plan, one year, nothing upfront: cautious. Source: AWS Savings Plans page, "up to 66 %", read 2026-11; 27 % is what it is for m7g of one year. */
export const PLAN_DISCOUNT = 0.27;

export const cluster: Pricer = (meter, stack, resource) => {
  const { traffic: t, figures: f, inputs } = meter;
  const add = (item: string, price: readonly [string, string], quantity: number, basis: 'fixed' | 'perEvent', ratio?: number) =>
    meter.add(stack, resource, { item, price, quantity, basis, ratio });
  add('Control plane', ['EKS', 'Cluster control plane, standard support'], HOURS_A_MONTH, 'fixed');
  const bought = 1 - inputs.buying.spotShare * SPOT_DISCOUNT - inputs.buying.planShare * PLAN_DISCOUNT;
  for (const [nodes, basis] of [[t.leastNodes, 'fixed'] as const, [t.nodes - t.leastNodes, 'perEvent'] as const]) {
    add(`Nodes, ${INSTANCE.name}`, ['EC2', INSTANCE_ITEM], nodes * HOURS_A_MONTH, basis, bought);
    add('Volumes of nodes', ['EBS', 'gp3 storage'], nodes * f.nodeVolumeGib, basis);
    meter.add(stack, resource, {
      item: 'EKS Auto Mode',
      price: ['EC2', INSTANCE_ITEM],
      quantity: nodes * HOURS_A_MONTH,
      basis,
      ratio: autoModeRatio(stack.region),
    });
  }
  const logs = inputs.buying.infrequentLogs ? 'Logs ingestion, Infrequent Access class' : 'Logs ingestion, Standard class';
  const gb = (t.events * f.podLogBytesPerEvent) / BYTES_A_GB;
  add('Logs of pods', ['CloudWatch', logs], gb, 'perEvent');
  add('Logs of pods, kept', ['CloudWatch', 'Logs storage (compressed)'], (gb * 0.15 * 90) / DAYS_A_MONTH, 'perEvent');
};

const autoModeRatio = (region: string): number => priceOf(...AUTO_MODE, region).usd;

export const capability: Pricer = (meter, stack, resource) => {
  const add = (item: string, price: readonly [string, string], quantity: number) =>
    meter.add(stack, resource, { item, price, quantity, basis: 'fixed' });
  if (resource.properties['Type'] !== 'ARGOCD')
    throw new RangeError(`${resource.logicalId}: received '${text(resource.properties['Type'])}'; allowed: ARGOCD`);
  add('Argo CD', ['EKS', 'Capabilities: Argo CD base'], HOURS_A_MONTH);
  // The root and one a folder of manifests.
  add('Argo CD, applications', ['EKS', 'Capabilities: Argo CD per Application'], (meter.inputs.pods.length + 4) * HOURS_A_MONTH);
};

export const key: Pricer = (meter, stack, resource) => {
  const add = (item: string, price: readonly [string, string], quantity: number) =>
    meter.add(stack, resource, { item, price, quantity, basis: 'fixed' });
  add('Key', ['KMS', 'Customer managed key'], 1);
  const quiet = meter.isServing(stack) ? 1 : 0.2;
  add(
    'KMS requests',
    ['KMS', 'Symmetric requests (after 20,000 free)'],
    (meter.figures.kmsRequestsPerKey * quiet * HOURS_A_MONTH) / 10_000,
  );
};

export const secret: Pricer = (meter, stack, resource) => {
  meter.add(stack, resource, { item: 'Secret', price: ['Secrets Manager', 'Secret'], quantity: 1, basis: 'fixed' });
  for (const replica of list(resource.properties['ReplicaRegions']).map(record)) {
    meter.add({ ...stack, region: text(replica['Region']) }, resource, {
      item: 'Secret, replica',
      price: ['Secrets Manager', 'Secret'],
      quantity: 1,
      basis: 'fixed',
    });
  }
};

export const trail: Pricer = (meter, stack, resource) => {
  const names: Readonly<Record<string, string>> = {
    'AWS::DynamoDB::Table': 'Data events, DynamoDB',
    'AWS::Kinesis::Stream': 'Data events, Kinesis',
    'AWS::Kinesis::StreamConsumer': 'Data events, Kinesis consumers',
    'AWS::SQS::Queue': 'Data events, SQS',
    'AWS::S3::Object': 'Data events, S3',
    'AWS::S3Tables::Table': 'Data events, S3 Tables',
  };
  for (const [type, millions] of Object.entries(dataEventsOf(meter, resource))) {
    meter.add(stack, resource, {
      item: names[type] ?? type,
      price: ['CloudTrail', 'Data events'],
      quantity: millions * 10,
      basis: 'perEvent',
    });
  }
};

const GUARDDUTY: Tiers = [
  [500, 'GuardDuty', 'VPC flow logs and DNS logs, first 500 GB'],
  [2_000, 'GuardDuty', 'VPC flow logs and DNS logs, next 2,000 GB'],
  [Infinity, 'GuardDuty', 'VPC flow logs and DNS logs, over 2,500 GB (next tier)'],
];

export const detector: Pricer = (meter, stack, resource) => {
  const { traffic: t, figures: f } = meter;
  const features = written(resource.properties['Features']);
  const on = (name: string) => features.includes(`{"Name":"${name}","Status":"ENABLED"`);
  const quiet = meter.isServing(stack) ? 1 : 0.1;
  const add = (item: string, price: readonly [string, string] | { readonly tiers: Tiers }, quantity: number, basis: 'fixed' | 'perEvent') =>
    meter.add(stack, resource, { item, price, quantity, basis });
  add('GuardDuty, management events', ['GuardDuty', 'CloudTrail management events'], f.managementEventsMillion * quiet, 'fixed');
  if (on('S3_DATA_EVENTS'))
    add(
      'GuardDuty, S3 data events',
      ['GuardDuty', 'S3 data events, first tier'],
      0.1 + (meter.isServing(stack) ? t.shards * 0.05 : 0),
      'perEvent',
    );
  if (!meter.isServing(stack)) return;
  add('GuardDuty, flow and DNS logs', { tiers: GUARDDUTY }, t.flowGb + (t.dnsQueries * 300) / BYTES_A_GB, 'perEvent');
  if (on('EKS_AUDIT_LOGS'))
    add('GuardDuty, EKS audit logs', ['GuardDuty', 'EKS audit log events, first tier'], f.eksAuditEventsMillion, 'fixed');
  if (on('RUNTIME_MONITORING'))
    add('GuardDuty, runtime', ['GuardDuty', 'Runtime Monitoring (EKS/ECS/EC2), first 500 vCPU'], t.nodes * INSTANCE.vcpus, 'perEvent');
};

export const recorder: Pricer = (meter, stack, resource) => {
  const { figures: f } = meter;
  const items = meter.isServing(stack) ? f.configurationItems : f.quietConfigurationItems;
  meter.add(stack, resource, {
    item: 'Configuration items',
    price: ['Config', 'Configuration item, continuous recording'],
    quantity: items,
    basis: 'fixed',
  });
};

const CHECKS: Tiers = [
  [100_000, 'Security Hub CSPM', 'Security checks, first 100,000'],
  [400_000, 'Security Hub CSPM', 'Security checks, 100,001 to 500,000'],
  [Infinity, 'Security Hub CSPM', 'Security checks, over 500,000'],
];

export const standard: Pricer = (meter, stack, resource) => {
  const resources = meter.inputs.stacks
    .filter(({ region }) => region === stack.region)
    .reduce((sum, { resources: of }) => sum + of.length, 0);
  meter.add(stack, resource, {
    item: 'Security checks',
    price: { tiers: CHECKS },
    quantity: resources * meter.figures.checksPerResource,
    basis: 'fixed',
  });
};

export const alarm: Pricer = (meter, stack, resource) => {
  const metrics = list(resource.properties['Metrics'])
    .map(record)
    .filter((metric) => metric['MetricStat'] !== undefined).length;
  const seconds = Number(resource.properties['Period'] ?? 60);
  const price = seconds < 60 ? 'Alarm, high resolution' : 'Alarm, standard resolution';
  meter.add(stack, resource, { item: 'Alarm', price: ['CloudWatch', price], quantity: Math.max(1, metrics), basis: 'fixed' });
};

export const dashboard: Pricer = (meter, stack, resource) =>
  meter.add(stack, resource, { item: 'Dashboard', price: ['CloudWatch', 'Dashboard'], quantity: 1, basis: 'fixed' });

export const compositeAlarm: Pricer = (meter, stack, resource) =>
  meter.add(stack, resource, { item: 'Alarm of alarms', price: ['CloudWatch', 'Alarm, composite'], quantity: 1, basis: 'fixed' });

/** Logs of the control plane are a cluster's; the others tell of faults. */
export const logGroup: Pricer = (meter, stack, resource) => {
  const { figures: f } = meter;
  const name = text(resource.properties['LogGroupName']);
  const controlPlane = name.startsWith('/aws/eks/');
  const gb = controlPlane ? f.controlPlaneLogGb : meter.isServing(stack) ? f.quietLogGb : 0;
  const infrequent = resource.properties['LogGroupClass'] === 'INFREQUENT_ACCESS';
  const days = Number(resource.properties['RetentionInDays'] ?? 3653);
  meter.add(stack, resource, {
    item: controlPlane ? 'Logs of the control plane' : 'Logs',
    price: ['CloudWatch', infrequent ? 'Logs ingestion, Infrequent Access class' : 'Logs ingestion, Standard class'],
    quantity: gb,
    basis: 'fixed',
  });
  meter.add(stack, resource, {
    item: 'Logs, kept',
    price: ['CloudWatch', infrequent ? 'Logs storage, Infrequent Access class' : 'Logs storage (compressed)'],
    quantity: (gb * 0.15 * days) / DAYS_A_MONTH,
    basis: 'fixed',
  });
};

export const topic: Pricer = (meter, stack, resource) =>
  meter.add(stack, resource, {
    item: 'E-mails of alarms',
    price: ['SNS', 'Email delivery (after 1,000 free)'],
    quantity: 100 / 100_000,
    basis: 'fixed',
  });

/** What could be saved, or is saved already, by figures of the cells with customers: each with the risk, the effort and what is decided [CST-1, CST-4]. */
import { priceOf } from '../price-sheet';
import { INSTANCE } from '../node-capacity';
import { expectedUsd } from './bill';
import { figuresOf } from './assumptions';
import type { CellInputs } from './inputs';
import { written } from './meter';
import { HOURS_A_MONTH, trafficOf } from './traffic';
import { whatIfs } from './what-if';

export type Decision = 'taken' | 'open' | 'declined';
export const efforts = ['a setting', 'hours', 'days', 'weeks'] as const;

export interface Saving {
  readonly name: string;
  /** USD a month of all cells with customers, expected: what is saved, or would be; below zero it would cost more. */
  readonly usd: number;
  readonly risk: string;
  readonly effort: (typeof efforts)[number];
  readonly decision: Decision;
  readonly why: string;
}

type Change = (inputs: CellInputs) => CellInputs;

interface Candidate extends Omit<Saving, 'usd'> {
  /** The other way; what is taken is compared with the way that was not. */
  readonly to: Change;
}

const set =
  (name: string, value: number): Change =>
  (inputs) =>
    whatIfs[name]?.apply(inputs, value) ?? inputs;

const without =
  (type: string, properties: (of: Readonly<Record<string, unknown>>) => boolean): Change =>
  (inputs) => ({
    ...inputs,
    stacks: inputs.stacks.map((stack) => ({
      ...stack,
      resources: stack.resources.filter((resource) => resource.type !== type || !properties(resource.properties)),
    })),
  });

const provisionedTables: Change = (inputs) => ({
  ...inputs,
  stacks: inputs.stacks.map((stack) => ({
    ...stack,
    resources: stack.resources.map((resource) =>
      resource.type === 'AWS::DynamoDB::GlobalTable'
        ? { ...resource, properties: { ...resource.properties, BillingMode: 'PROVISIONED' } }
        : resource,
    ),
  })),
});

const withoutBackups: Change = (inputs) => ({
  ...inputs,
  stacks: inputs.stacks.map((stack) => ({
    ...stack,
    resources: stack.resources.filter(({ type }) => !/^AWS::Backup::(BackupPlan|RestoreTestingSelection)$/.test(type)),
  })),
});

/** The recovery Region's entrance alone, while it stands by. */
const withoutSecondDoor: Change = (inputs) => ({
  ...inputs,
  stacks: inputs.stacks.map((stack) =>
    stack.region === inputs.servingRegion
      ? stack
      : { ...stack, resources: stack.resources.filter(({ type }) => !/LoadBalancingV2::LoadBalancer|WebACL$/.test(type)) },
  ),
});

const interfaceOf =
  (...services: readonly string[]) =>
  (properties: Readonly<Record<string, unknown>>) =>
    services.some((service) => written(properties['ServiceName']).includes(service));

const candidates: readonly Candidate[] = [
  {
    name: 'Deduplication out of the trail: its items are hashes',
    to: set('trailsDeduplication', 0),
    risk: 'SEC-3 says every access to data; an auditor may count a hash of tenant and event as data',
    effort: 'a setting',
    decision: 'open',
    why: "the largest saving that changes no behaviour; needs the auditor's word, since the trail is the evidence",
  },
  {
    name: 'Compute Savings Plan of a year for all nodes',
    to: set('savingsPlanShare', 1),
    risk: 'paid for a year, whatever runs',
    effort: 'hours',
    decision: 'open',
    why: 'for the least nodes, after three months of measured use; not for what an autoscaler adds',
  },
  {
    name: "Pods' logs in the class Infrequent Access",
    to: set('infrequentLogs', 1),
    risk: 'no metric filters, no alarms, no live tail on them',
    effort: 'a setting',
    decision: 'open',
    why: 'decided with observability: what alarms read stays in Standard',
  },
  {
    name: 'Nodes on Spot',
    to: set('spotShare', 1),
    risk: 'taken back when many want capacity at once, as in the loss of a zone; events late by seconds',
    effort: 'a setting',
    decision: 'declined',
    why: 'ADR-020: until 100 million events a day',
  },
  {
    name: 'Streams provisioned, in place of on demand',
    to: set('provisionedShards', 2),
    risk: 'somebody chooses shards, and is throttled when wrong [ORG-1]',
    effort: 'days',
    decision: 'declined',
    why: 'ADR-009: until 100 million events a day',
  },
  {
    name: "Kinesis' on-demand advantage mode",
    to: set('onDemandAdvantage', 1),
    risk: 'a setting of the account, outside of CloudFormation; bills 25 MiB a second at least',
    effort: 'hours',
    decision: 'declined',
    why: 'pays from 238 million events a day on: ADR-009',
  },
  {
    name: 'Tables provisioned and scaled, in place of on demand',
    to: provisionedTables,
    risk: "scaling follows by minutes: peaks are throttled, and throttling is somebody's night",
    effort: 'days',
    decision: 'declined',
    why: 'ADR-010; more than it counted, and to be looked at again when a month has been measured',
  },
  {
    name: 'Database from 1 unit on, in place of 2',
    to: set('databaseMinimumUnits', 1),
    risk: 'too little memory for Performance Insights; the first minutes of a burst are slow',
    effort: 'a setting',
    decision: 'declined',
    why: 'ADR-011',
  },
  {
    name: 'One NAT gateway in one zone, in place of three',
    to: set('natGateways', 1),
    risk: "the zone's loss stops deliveries [SLO-1]",
    effort: 'a setting',
    decision: 'declined',
    why: 'ADR-003; dev has one',
  },
  {
    name: 'No backups beside points in time and replicas',
    to: withoutBackups,
    risk: "what replication copies, and an account's mistake, have no way back [SLO-3]",
    effort: 'hours',
    decision: 'declined',
    why: 'ADR-014',
  },
  {
    name: 'No closed entrance in the recovery Region',
    to: withoutSecondDoor,
    risk: 'its answer is the switch of DNS: a takeover would begin with a deployment [SLO-4]',
    effort: 'days',
    decision: 'declined',
    why: 'ADR-028',
  },
  {
    name: 'Interface endpoints for Kinesis and SQS, against NAT',
    to: without('AWS::EC2::VPCEndpoint', interfaceOf('.kinesis-streams', '.sqs')),
    risk: 'none; two parts a VPC',
    effort: 'a setting',
    decision: 'taken',
    why: 'ADR-004',
  },
  {
    name: 'Ten events a request, against single ones (WAF bills requests)',
    to: set('eventsPerRequest', 1),
    risk: "it is the tenants' libraries that send batches",
    effort: 'weeks',
    decision: 'taken',
    why: 'ADR-021: the contract takes 500, and advises them',
  },
];

/** What a template cannot say the other way: by the price sheet. */
function bySheet(cells: readonly CellInputs[]): Saving[] {
  const sum = (of: (inputs: CellInputs) => number) => cells.reduce((total, inputs) => total + of(inputs), 0);
  const traffic = (inputs: CellInputs) => trafficOf(inputs, figuresOf('expected'));
  const graviton = sum((inputs) => {
    const { nodes } = traffic(inputs);
    const price = (name: string) => priceOf('EC2', `${name} Linux on-demand, shared tenancy`, inputs.servingRegion).usd;
    // With EKS' fee on each.
    return nodes * HOURS_A_MONTH * (price('c7i.large') - price(INSTANCE.name)) * 1.12;
  });
  const packed = sum((inputs) => {
    const { accepted, eventGb } = traffic(inputs);
    const each = priceOf('Data Firehose', 'Ingestion from Direct PUT or Kinesis Data Streams, first 500 TB', inputs.servingRegion).usd;
    return ((accepted * 5_120) / 1e9 - eventGb) * each;
  });
  const queued = sum((inputs) => {
    const { deliveries } = traffic(inputs);
    const { deliveriesPerReceive, deliveriesPerDelete, deliveryAttempts } = figuresOf('expected');
    const request =
      priceOf('SQS', 'Standard requests, first 100 billion (after 1 million free)', inputs.servingRegion).usd +
      priceOf('SQS', 'Fair queue surcharge', inputs.servingRegion).usd;
    const event = priceOf('CloudTrail', 'Data events', inputs.servingRegion).usd * 10;
    return (deliveries / 1e6) * deliveryAttempts * (1 / deliveriesPerReceive + 1 / deliveriesPerDelete - 2 / 10) * (request + event);
  });
  return [
    {
      name: 'SQS receipts and deletions of ten deliveries each',
      usd: queued,
      risk: 'a receipt that waits for ten is a delivery that waits [SLI-5]; a deletion that waits is delivered again after a crash',
      effort: 'days',
      decision: 'declined',
      why: 'a long poll answers as soon as one is there, and nothing in SQS makes it wait for more: ten come by themselves when there is a backlog',
    },
    {
      name: 'Several events in one record of the stream (Firehose bills whole 5 KB)',
      usd: packed,
      risk: "a record has one partition key: a person's order, and a hot person's limit, would be a batch's",
      effort: 'weeks',
      decision: 'declined',
      why: "the order of a person's events is worth more; buffering by time costs nothing",
    },
    {
      name: 'Graviton, against x86 of the same size',
      usd: graviton,
      risk: 'images for arm64',
      effort: 'hours',
      decision: 'taken',
      why: 'ADR-020',
    },
  ];
}

/** Of cells with customers, each measured by the bill with and without. */
export function savingsOf(cells: readonly CellInputs[]): readonly Saving[] {
  const before = cells.reduce((sum, inputs) => sum + expectedUsd(inputs), 0);
  const measured = candidates.map(({ to, ...rest }): Saving => {
    const after = cells.reduce((sum, inputs) => sum + expectedUsd(to(inputs)), 0);
    return { ...rest, usd: rest.decision === 'taken' ? after - before : before - after };
  });
  const order: readonly Decision[] = ['open', 'taken', 'declined'];
  return [...measured, ...bySheet(cells)].sort(
    (a, b) => order.indexOf(a.decision) - order.indexOf(b.decision) || b.usd - a.usd || (a.name < b.name ? -1 : 1),
  );
}

/** The open one that asks for the least, and of those what saves most. */
export function cheapestNext(savings: readonly Saving[]): Saving | undefined {
  return savings
    .filter(({ decision, usd }) => decision === 'open' && usd > 0)
    .sort((a, b) => efforts.indexOf(a.effort) - efforts.indexOf(b.effort) || b.usd - a.usd)[0];
}

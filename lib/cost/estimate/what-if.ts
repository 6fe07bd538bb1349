/** What a user may change for a run, and nothing else: each key with its range, so that a slip of the pen is told and not ignored. */
import type { Buying, CellInputs, Resource, Stack, Workload } from './inputs';
import { list, record } from './meter';

export interface WhatIf {
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly integer: boolean;
  readonly what: string;
  readonly apply: (inputs: CellInputs, value: number) => CellInputs;
}

const figure = (name: keyof Workload, unit: string, least: number, most: number, what: string): WhatIf => ({
  unit,
  least,
  most,
  integer: name !== 'deliveriesPerEvent',
  what,
  apply: (inputs, value) => ({ ...inputs, workload: { ...inputs.workload, [name]: value } }),
});

const share = (name: keyof Buying, what: string): WhatIf => ({
  unit: 'share',
  least: 0,
  most: 1,
  integer: false,
  what,
  apply: (inputs, value) => ({ ...inputs, buying: { ...inputs.buying, [name]: value } }),
});

const yesNo = (name: keyof Buying, what: string): WhatIf => ({
  unit: '0 or 1',
  least: 0,
  most: 1,
  integer: true,
  what,
  apply: (inputs, value) => ({ ...inputs, buying: { ...inputs.buying, [name]: value === 1 } }),
});

/** Inputs whose resources of a type are changed, or dropped where the change answers nothing. */
function changed(
  inputs: CellInputs,
  type: string,
  change: (properties: Resource['properties'], stack: Stack) => Resource['properties'] | undefined,
): CellInputs {
  return {
    ...inputs,
    stacks: inputs.stacks.map((stack) => ({
      ...stack,
      resources: stack.resources.flatMap((resource) => {
        if (resource.type !== type) return [resource];
        const properties = change(resource.properties, stack);
        return properties ? [{ ...resource, properties }] : [];
      }),
    })),
  };
}

export const whatIfs: Readonly<Record<string, WhatIf>> = {
  eventBytes: figure('eventBytes', 'bytes', 64, 10_485_760, 'mean size of an event'),
  deliveriesPerEvent: figure('deliveriesPerEvent', 'deliveries an event', 0, 50, 'deliveries that an event causes'),
  eventsPerRequest: figure('eventsPerRequest', 'events a request', 1, 500, 'events that a client sends at once'),
  profileReadsPerDay: figure('profileReadsPerDay', 'reads a day', 0, 10_000_000_000, 'reads of the profile API'),
  persons: figure('persons', 'persons', 1, 100_000_000_000, 'of whom a profile is kept'),
  tenants: figure('tenants', 'tenants', 1, 10_000, 'customers of the cell'),
  natGateways: {
    unit: 'zones',
    least: 1,
    most: 6,
    integer: true,
    what: 'zones in which NAT stands; below three a zone takes the others along [SLO-1]',
    apply: (inputs, value) =>
      changed(inputs, 'AWS::EC2::NatGateway', (properties) => {
        const [zone = {}] = list(properties['AvailabilityZoneAddresses']);
        return { ...properties, AvailabilityZoneAddresses: Array.from({ length: value }, () => zone) };
      }),
  },
  interfaceEndpointZones: {
    unit: 'zones',
    least: 0,
    most: 6,
    integer: true,
    what: 'zones of each interface endpoint; 0: none of them, by NAT instead',
    apply: (inputs, value) =>
      changed(inputs, 'AWS::EC2::VPCEndpoint', (properties) => {
        if (properties['VpcEndpointType'] === 'Gateway') return properties;
        return value === 0 ? undefined : { ...properties, SubnetIds: Array.from({ length: value }, (_, index) => index) };
      }),
  },
  databaseMinimumUnits: {
    unit: 'Aurora capacity units',
    least: 0,
    most: 256,
    integer: false,
    what: 'least capacity of each instance of the database',
    apply: (inputs, value) =>
      changed(inputs, 'AWS::RDS::DBCluster', (properties) => ({
        ...properties,
        ServerlessV2ScalingConfiguration: { ...record(properties['ServerlessV2ScalingConfiguration']), MinCapacity: value },
      })),
  },
  logRetentionDays: {
    unit: 'days',
    least: 90,
    most: 3653,
    integer: true,
    what: 'for which log groups are kept [SEC-3: 90 or more]',
    apply: (inputs, value) => changed(inputs, 'AWS::Logs::LogGroup', (properties) => ({ ...properties, RetentionInDays: value })),
  },
  provisionedShards: {
    unit: 'shards',
    least: 1,
    most: 20_000,
    integer: true,
    what: 'of each stream, provisioned in place of on demand; more where the peak needs them',
    apply: (inputs, value) =>
      changed(inputs, 'AWS::Kinesis::Stream', (properties) => ({
        ...properties,
        StreamModeDetails: { StreamMode: 'PROVISIONED' },
        ShardCount: value,
      })),
  },
  onDemandAdvantage: yesNo('advantage', "Kinesis' on-demand advantage mode, a setting of the account"),
  spotShare: share('spotShare', 'of node hours on Spot, at half the price'),
  savingsPlanShare: share('planShare', 'of node hours under a Compute Savings Plan of a year'),
  trailsDeduplication: yesNo('trailsDeduplication', 'whether the trail takes data events of the deduplication table'),
  infrequentLogs: yesNo('infrequentLogs', "pods' logs in the class Infrequent Access"),
};

const described = (): string => Object.keys(whatIfs).join(', ');

/** @throws RangeError for an unknown key, or a value out of its range; both with what is allowed */
export function applyWhatIfs(inputs: CellInputs, settings: readonly string[]): CellInputs {
  return settings.reduce((current, setting) => {
    const [name = '', ...rest] = setting.split('=');
    const value = rest.join('=');
    const whatIf = Object.hasOwn(whatIfs, name) ? whatIfs[name] : undefined;
    if (!whatIf) throw new RangeError(`--set: received '${name}'; allowed: ${described()}`);
    const number = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    if (!(number >= whatIf.least && number <= whatIf.most) || (whatIf.integer && !Number.isInteger(number))) {
      throw new RangeError(
        `--set ${name}: received '${value}'; allowed: ${whatIf.integer ? 'an integer' : 'a number'} from ${whatIf.least} to ${whatIf.most}, in ${whatIf.unit}`,
      );
    }
    return whatIf.apply(current, number);
  }, inputs);
}

const SUFFIXES: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, M: 1e6, B: 1e9 };

/** `100M`, `1.5B` or `2000000`. @throws RangeError for anything else, negative ones among it */
export function parseEvents(given: string): number {
  const match = /^(\d+(?:\.\d+)?)([kKMB]?)$/.exec(given.trim());
  const events = match ? Number(match[1]) * (SUFFIXES[match[2] ?? ''] ?? NaN) : NaN;
  if (!Number.isFinite(events) || events < 1_000) {
    throw new RangeError(`--events: received '${given}'; allowed: events a day from 1,000 on, such as 2500000, 100M or 1B`);
  }
  return events;
}

/** A cell with another volume; who is known, and how often a profile is read, grow with it. */
export function withEvents(inputs: CellInputs, eventsPerDay: number): CellInputs {
  const ratio = eventsPerDay / inputs.workload.eventsPerDay;
  const { persons, profileReadsPerDay } = inputs.workload;
  return {
    ...inputs,
    workload: {
      ...inputs.workload,
      eventsPerDay,
      persons: Math.max(1, Math.round(persons * ratio)),
      profileReadsPerDay: Math.round(profileReadsPerDay * ratio),
    },
  };
}

/** Cells that share a volume, as they share today's. */
export function sharing(cells: readonly CellInputs[], eventsPerDay: number): readonly CellInputs[] {
  const today = cells.reduce((sum, { workload }) => sum + workload.eventsPerDay, 0);
  return cells.map((cell) => withEvents(cell, (eventsPerDay * cell.workload.eventsPerDay) / today));
}

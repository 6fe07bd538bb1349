import type { ResourceDefinition, StackTemplate } from '../assembly';
import { listAt, type Finding, type Rule } from '../rule';
import { statefulTypes } from '../stateful-types';
import {
  alarmPeriodSeconds,
  alarmSeconds,
  expectedSeconds,
  findResource,
  holdsCustomerData,
  isNamed,
  stageOf,
  type Store,
} from '../store-register';

export interface RecoveryLimits {
  readonly stores: readonly Store[];
  /** Most minutes of events that the loss of a Region may lose [SLO-5]. */
  readonly recoveryPointMinutes: number;
  /** Most minutes until the system serves in the recovery Region [SLO-4]. */
  readonly recoveryTimeMinutes: number;
}

/** Hold stores, or lend them an address, and no data of their own that the register could speak of. */
const containers: ReadonlySet<string> = new Set([
  'AWS::Backup::BackupVault',
  'AWS::EC2::EIP',
  'AWS::RDS::DBInstance',
  'AWS::RDS::GlobalCluster',
  'AWS::S3Tables::TableBucket',
]);

/** Each store of customers' data has a way back, and it is short enough: by the settings of the templates, not by what is said of them. */
export function storesRecoverable({ stores, recoveryPointMinutes, recoveryTimeMinutes }: RecoveryLimits): Rule {
  return {
    id: 'StoresRecoverable',
    constraints: ['SLO-4', 'SLO-5', 'SLO-2'],
    demand: `Each store of customers' data is in the register, loses at most ${recoveryPointMinutes} minutes with its Region, and is back within ${recoveryTimeMinutes}`,
    fix: 'Say in lib/checks/stores.ts how the store is recovered; ADR-015 has the ways',
    check: (stacks) =>
      [...new Set(stacks.map(stageOf))].flatMap((stage) => {
        const members = stacks.filter((stack) => stageOf(stack) === stage);
        const holding = members.filter(holdsCustomerData);
        if (holding.length === 0) return [];
        return [...unregistered(holding), ...stores.flatMap((store) => storeFindings(store, members))];
      }),
  };

  function unregistered(holding: readonly StackTemplate[]): Finding[] {
    return holding
      .flatMap(({ resources }) => resources)
      .filter(({ type }) => statefulTypes.has(type) && !containers.has(type))
      .filter(
        (resource) => !stores.some((store) => isNamed(store.resource, resource) || isCopy(store, resource) || isTwin(store, resource)),
      )
      .map((subject) => ({ subject, message: `${subject.type} holds customers' data and is in no register` }));
  }

  function storeFindings(store: Store, members: readonly StackTemplate[]): Finding[] {
    const subject = findResource(members, store.resource);
    const [anywhere] = members;
    if (!subject) return anywhere ? [{ subject: anywhere, message: `The register names ${store.name}, and there is no such store` }] : [];
    const minutes = store.recovery.reduce((sum, step) => sum + step.minutes, 0);
    const late =
      minutes > recoveryTimeMinutes
        ? [{ subject, message: `${store.name} is back after ${minutes} minutes; allowed: ${recoveryTimeMinutes}` }]
        : [];
    const hasSecondRegion = new Set(members.map(({ region }) => region)).size > 1;
    return [...late, ...backupFindings(store, subject, members), ...(hasSecondRegion ? copyFindings(store, subject, members) : [])];
  }

  function copyFindings({ name, copy }: Store, subject: ResourceDefinition, members: readonly StackTemplate[]): Finding[] {
    const found = (message: string): Finding[] => [{ subject, message }];
    if (copy.kind === 'none') return [];
    if (copy.kind === 'derived') {
      return [
        ...(origin(copy.from)?.copy.kind === 'copied'
          ? []
          : found(`${name} is made again from ${copy.from}, which is not a store with a copy`)),
        ...(copy.older ? olderFindings(name, copy.older, subject, members) : []),
      ];
    }
    const alarm = findResource(members, copy.alarm);
    const told = alarm && alarmSeconds(alarm, copy.alarmUnit);
    const expected = expectedSeconds(copy.terms, members);
    return [
      ...(hasCopyElsewhere(copy.copy, subject, members) ? [] : found(`${name} has no copy in another Region`)),
      ...(expected === undefined ? found(`The recovery point of ${name} cannot be computed: a setting is not there`) : []),
      ...(!alarm || told === undefined || listAt(alarm, 'AlarmActions').length === 0
        ? found(`Nobody is told when the copy of ${name} falls behind`)
        : []),
      ...(told !== undefined && told > recoveryPointMinutes * 60
        ? found(`The copy of ${name} may be ${told} s old before anybody is told; allowed: ${recoveryPointMinutes * 60} s`)
        : []),
      ...(told !== undefined && expected !== undefined && expected >= told
        ? found(`The copy of ${name} lags by ${expected} s when all is well, so its alarm at ${told} s would always fire`)
        : []),
    ];
  }

  function olderFindings(
    name: string,
    { copy, alarm, toldWithinHours }: NonNullable<Extract<Store['copy'], { kind: 'derived' }>['older']>,
    subject: ResourceDefinition,
    members: readonly StackTemplate[],
  ): Finding[] {
    const watcher = findResource(members, alarm);
    const seconds = watcher && alarmPeriodSeconds(watcher);
    return [
      ...(hasCopyElsewhere(copy, subject, members) ? [] : [{ subject, message: `${name} has no copy in another Region of what is older` }]),
      ...(watcher && seconds !== undefined && listAt(watcher, 'AlarmActions').length > 0 && seconds <= toldWithinHours * 3600
        ? []
        : [{ subject, message: `Nobody is told within ${toldWithinHours} hours when the copy of ${name} falls behind` }]),
    ];
  }

  /** Mistakes are copied within a second: what cannot be made again has a backup, and the plan names it. */
  function backupFindings(
    { name, backup, resource: { stack } }: Store,
    subject: ResourceDefinition,
    members: readonly StackTemplate[],
  ): Finding[] {
    if (backup !== 'daily') return [];
    const selected = members
      .flatMap(({ resources }) => resources.filter(({ type }) => type === 'AWS::Backup::BackupSelection'))
      .flatMap((selection) => listAt(selection, 'BackupSelection', 'Resources'));
    return selected.some((entry) => refersTo(entry, subject)) ? [] : [{ subject, message: `${name} of ${stack} is in no backup plan` }];
  }

  /** The store at the end of a chain of derived ones; undefined where the chain leads nowhere. */
  function origin(name: string, seen: readonly string[] = []): Store | undefined {
    const store = stores.find((candidate) => candidate.name === name);
    if (store?.copy.kind !== 'derived') return store;
    return seen.includes(name) ? undefined : origin(store.copy.from, [...seen, name]);
  }
}

function hasCopyElsewhere(
  copy: Extract<Store['copy'], { kind: 'copied' }>['copy'],
  subject: ResourceDefinition,
  members: readonly StackTemplate[],
): boolean {
  if (copy === 'replica of this resource') {
    const regions = (listAt(subject, 'Replicas') as readonly { readonly Region?: unknown }[]).map(({ Region }) => Region);
    return regions.some((region) => typeof region === 'string' && region !== subject.stack.region);
  }
  const resource = findResource(members, copy);
  return resource !== undefined && resource.stack.region !== subject.stack.region;
}

const isCopy = ({ copy }: Store, resource: ResourceDefinition): boolean =>
  copy.kind === 'copied' && copy.copy !== 'replica of this resource' && isNamed(copy.copy, resource);

interface Reference {
  readonly 'Fn::GetAtt'?: readonly [logicalId: string, attribute: string];
  readonly 'Fn::GetStackOutput'?: { readonly StackName: string; readonly OutputName: string };
}

/** By reference, or by the fixed name at the end of an ARN; the CDK calls an output after the logical ID of its resource. */
function refersTo(entry: unknown, { logicalId, stack, properties }: ResourceDefinition): boolean {
  if (typeof entry === 'string') return Object.values(properties).some((name) => typeof name === 'string' && entry.endsWith(`:${name}`));
  const { 'Fn::GetAtt': own, 'Fn::GetStackOutput': other } = entry as Reference;
  return own?.[0] === logicalId || (other?.StackName === stack.stackName && other.OutputName.includes(logicalId));
}

/** The same store of a Region that serves, or may serve, in the other's place. */
const isTwin = ({ resource: { stack, ...name } }: Store, resource: ResourceDefinition): boolean =>
  isNamed({ ...name, stack: `Recovery${stack}` }, resource);

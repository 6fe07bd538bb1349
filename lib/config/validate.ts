/**
 * What is wrong with a configuration: pure, complete, and independent of where the configuration came from.
 * The schema judges each field; the rules below judge fields against each other.
 */
import { inspect } from 'node:util';
import type { z } from 'zod';
import { cidrsOverlap, parseCidr } from './cidr';
import { jurisdictions } from './jurisdictions';
import { cellSchema, environmentSchema, organizationSchema, platformSchema, type Cell, type Platform } from './schema';

export interface Problem {
  /** Path of the field, such as `environments.prod.cells.prod-eu.home.cidr`. */
  readonly property: string;
  readonly received: string;
  readonly allowed: string;
}

export interface ValidationOptions {
  /** Regions that the price sheet knows: the cost of another one could not be bounded [BUD-2]. */
  readonly pricedRegions: readonly string[];
}

/** The configuration breaks rules; the message lists every one of them. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    const lines = problems.map(({ property, received, allowed }) => `  ${property}: received ${received}; ${allowed}`);
    super(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in the configuration\n${lines.join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Monthly sum of all environments [BUD-1], in USD. */
const BUD_1_USD = 50_000;
/** Infrastructure an event [CST-1], in USD. */
const CST_1_USD_PER_EVENT = 0.0001;
const DAYS_A_MONTH = 365 / 12;

/**
 * Given by EKS to services of a cluster unless it is told otherwise: a VPC in it could not be reached from pods.
 * Source: Amazon EKS User Guide, "KubernetesNetworkConfigRequest, serviceIpv4Cidr", read 2026-11.
 */
const kubernetesServiceCidrs = ['10.100.0.0/16', '172.20.0.0/16'];

/**
 * Zones in which EKS places no control plane: a subnet there makes the cluster's creation fail.
 * Source: Amazon EKS User Guide, "Subnet requirements and considerations", read 2026-11.
 */
const zonesWithoutEks = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/** All problems of a configuration of any origin; none means that `input` is a Platform. Never throws. */
export function validatePlatform(input: unknown, options: ValidationOptions): readonly Problem[] {
  const located = locateCells(input);
  return [
    ...schemaProblems(input),
    ...located.flatMap(({ path, cell, holdsCustomerData }) => cellProblems(path, cell, holdsCustomerData, options)),
    ...uniquenessProblems(input, located),
    ...networkProblems(located),
    ...budgetProblems(located),
  ];
}

/** The configuration, if it has no problem. @throws ConfigurationError with all the problems. */
export function parsePlatform(input: unknown, options: ValidationOptions): Platform {
  const problems = validatePlatform(input, options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return input as Platform;
}

/**
 * The configuration with other account IDs: cells by their names, the management account as `organization`.
 * @throws ConfigurationError for a name that is no cell, so that a slip of the pen cannot deploy to an example account.
 */
export function withAccounts(platform: Platform, accounts: Readonly<Record<string, string>>): Platform {
  const names = ['organization', ...platform.environments.flatMap(({ cells }) => cells.map(({ name }) => name))];
  const unknown = Object.entries(accounts).filter(([name]) => !names.includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map(([name, id]) => ({
        property: `account.${name}`,
        received: show(id),
        allowed: `allowed: account.${names.join(', account.')}`,
      })),
    );
  }
  return {
    ...platform,
    organization: { ...platform.organization, managementAccount: accounts['organization'] ?? platform.organization.managementAccount },
    environments: platform.environments.map((environment) => ({
      ...environment,
      cells: environment.cells.map((cell) => ({ ...cell, account: accounts[cell.name] ?? cell.account })),
    })),
  };
}

// --- each field ------------------------------------------------------------------------------------------------------

function schemaProblems(input: unknown): Problem[] {
  const result = platformSchema.safeParse(input, { reportInput: true });
  return result.success ? [] : result.error.issues.flatMap((issue) => issueProblems(input, issue));
}

function issueProblems(input: unknown, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      property: propertyName(input, [...issue.path, key]),
      received: show(valueAt(input, [...issue.path, key])),
      allowed: 'allowed: no such key here',
    }));
  }
  const received = show(valueAt(input, issue.path));
  const allowed = issue.message.startsWith('allowed: ') ? issue.message : `allowed: ${issue.message}`;
  return [{ property: propertyName(input, issue.path), received, allowed }];
}

const show = (value: unknown): string =>
  inspect(value, { depth: 1, breakLength: Infinity, compact: true, maxStringLength: 80, maxArrayLength: 6 });

const isObject = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> => typeof value === 'object' && value !== null;

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), input);

/** A path in which elements of lists go by their names, where they have one: `cells.prod-eu`, not `cells.1`. */
function propertyName(input: unknown, path: readonly PropertyKey[]): string {
  const names = path.map((key, index) => {
    const name = typeof key === 'number' ? valueAt(input, [...path.slice(0, index + 1), 'name']) : undefined;
    return typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name) ? name : String(key);
  });
  return names.join('.') || 'platform';
}

// --- fields against each other ---------------------------------------------------------------------------------------

interface LocatedCell {
  readonly path: string;
  readonly cell: Cell;
  readonly holdsCustomerData: boolean;
}

/** The cells that are well formed by themselves, wherever else the configuration is broken. */
function locateCells(input: unknown): LocatedCell[] {
  const environments = valueAt(input, ['environments']);
  if (!Array.isArray(environments)) return [];
  return environments.flatMap((environment: unknown, e) => {
    const cells = valueAt(environment, ['cells']);
    if (!Array.isArray(cells)) return [];
    const holdsCustomerData = environmentSchema.shape.holdsCustomerData.safeParse(valueAt(environment, ['holdsCustomerData'])).data ?? true;
    return cells.flatMap((candidate: unknown, c) => {
      const parsed = cellSchema.safeParse(candidate);
      return parsed.success ? [{ path: propertyName(input, ['environments', e, 'cells', c]), cell: parsed.data, holdsCustomerData }] : [];
    });
  });
}

interface Place {
  readonly path: string;
  readonly region: string;
  readonly cidr: string;
  readonly availabilityZoneIds: readonly string[];
}

function placesOf({ path, cell }: Pick<LocatedCell, 'path' | 'cell'>): Place[] {
  const recovery = cell.recovery.kind === 'pilot-light' ? [{ ...cell.recovery, path: `${path}.recovery` }] : [];
  return [{ ...cell.home, path: `${path}.home` }, ...recovery];
}

function cellProblems(path: string, cell: Cell, holdsCustomerData: boolean, options: ValidationOptions): Problem[] {
  const problem = (field: string, received: unknown, allowed: string): Problem => ({
    property: `${path}.${field}`,
    received: show(received),
    allowed: `allowed: ${allowed}`,
  });
  const { recovery, retention } = cell;
  return [
    ...placesOf({ path, cell }).flatMap((place) => placeProblems(place, cell, holdsCustomerData, options)),
    ...(recovery.kind === 'pilot-light' && recovery.region === cell.home.region
      ? [problem('recovery.region', recovery.region, 'another Region than home [SLO-4]')]
      : []),
    ...(holdsCustomerData && recovery.kind === 'none'
      ? [problem('recovery.kind', recovery.kind, "'pilot-light', since customers' data is in it [SLO-4, SLO-5]")]
      : []),
    ...(holdsCustomerData && cell.home.egress.kind === 'single-zone'
      ? [problem('home.egress.kind', cell.home.egress.kind, "'regional', since customers depend on it [SLO-1]")]
      : []),
    ...(retention.auditLockDays > retention.auditDays
      ? [problem('retention.auditLockDays', retention.auditLockDays, `at most auditDays, ${retention.auditDays}`)]
      : []),
    ...(holdsCustomerData && retention.auditLockMode !== 'COMPLIANCE'
      ? [problem('retention.auditLockMode', retention.auditLockMode, "'COMPLIANCE', since customers' data is in it [SEC-3]")]
      : []),
    ...(holdsCustomerData && cell.monthlyBudgetUsd > eventBudgetUsd(cell)
      ? [problem('monthlyBudgetUsd', cell.monthlyBudgetUsd, `at most ${eventBudgetUsd(cell)}, 0.0001 USD an event [CST-1]`)]
      : []),
  ];
}

const eventBudgetUsd = ({ workload }: Cell): number => Math.floor(workload.eventsPerDay * DAYS_A_MONTH * CST_1_USD_PER_EVENT);

function placeProblems(place: Place, cell: Cell, holdsCustomerData: boolean, { pricedRegions }: ValidationOptions): Problem[] {
  const { path, region, availabilityZoneIds: zones } = place;
  const allowedRegions: readonly string[] = jurisdictions[cell.jurisdiction];
  const fewestZones = holdsCustomerData ? 3 : 2;
  const prefix = zoneIdPrefix(region);
  const problem = (field: string, received: unknown, allowed: string): Problem[] => [
    { property: `${path}.${field}`, received: show(received), allowed: `allowed: ${allowed}` },
  ];
  return [
    ...(allowedRegions.includes(region)
      ? []
      : problem('region', region, `a Region of ${cell.jurisdiction}, ${allowedRegions.join(', ')} [REG-1, REG-3]`)),
    ...(pricedRegions.includes(region)
      ? []
      : problem('region', region, `a Region of the price sheet, ${pricedRegions.join(', ')} [BUD-2]`)),
    ...(zones.length < fewestZones || zones.length > 4 ? problem('availabilityZoneIds', zones, `${fewestZones} to 4 zones [SLO-1]`) : []),
    ...zones.flatMap((zone, index) => [
      ...(zone.startsWith(`${prefix}-`) ? [] : problem(`availabilityZoneIds.${index}`, zone, `a zone of ${region}, ${prefix}-azN`)),
      ...(zonesWithoutEks.includes(zone) ? problem(`availabilityZoneIds.${index}`, zone, 'a zone in which EKS places control planes') : []),
      ...(zones.indexOf(zone) === index ? [] : problem(`availabilityZoneIds.${index}`, zone, 'each zone once')),
    ]),
  ];
}

/** `eu-central-1` -> `euc1`: how the IDs of a Region's zones begin. */
function zoneIdPrefix(region: string): string {
  const [country = '', ...rest] = region.split('-');
  const compass: Readonly<Record<string, string>> = { northeast: 'ne', northwest: 'nw', southeast: 'se', southwest: 'sw' };
  return country + rest.map((word) => compass[word] ?? word.charAt(0)).join('');
}

function uniquenessProblems(input: unknown, located: readonly LocatedCell[]): Problem[] {
  const environments = valueAt(input, ['environments']);
  const environmentNames = (Array.isArray(environments) ? environments : []).map((environment: unknown, index) => ({
    property: `environments.${index}.name`,
    value: valueAt(environment, ['name']),
  }));
  const management = organizationSchema.shape.managementAccount.safeParse(valueAt(input, ['organization', 'managementAccount']));
  return [
    ...repeated(environmentNames, 'a name that no other environment has'),
    ...repeated(
      [{ property: '', value: 'organization' }, ...located.map(({ path, cell }) => ({ property: `${path}.name`, value: cell.name }))],
      "a name that no other cell has, nor 'organization'",
    ),
    ...repeated(
      [
        ...(management.success ? [{ property: 'organization.managementAccount', value: management.data }] : []),
        ...located.map(({ path, cell }) => ({ property: `${path}.account`, value: cell.account })),
      ],
      'an account of its own: a cell is one account',
    ),
  ];
}

function repeated(fields: readonly { readonly property: string; readonly value: unknown }[], allowed: string): Problem[] {
  return fields
    .filter(({ value }, index) => value !== undefined && fields.findIndex((field) => field.value === value) < index)
    .map(({ property, value }) => ({ property, received: show(value), allowed: `allowed: ${allowed}` }));
}

function networkProblems(located: readonly LocatedCell[]): Problem[] {
  const taken = [
    ...kubernetesServiceCidrs.map((cidr) => ({ path: 'the range of Kubernetes services', cidr })),
    ...located.flatMap(placesOf).map(({ path, cidr }) => ({ path, cidr })),
  ];
  return taken.flatMap((place, index) => {
    const own = parseCidr(place.cidr);
    const other = taken.slice(0, index).find(({ cidr }) => {
      const earlier = parseCidr(cidr);
      return own && earlier && cidrsOverlap(own, earlier);
    });
    return other
      ? [
          {
            property: `${place.path}.cidr`,
            received: show(place.cidr),
            allowed: `allowed: a network that does not overlap ${other.path} (${other.cidr})`,
          },
        ]
      : [];
  });
}

function budgetProblems(located: readonly LocatedCell[]): Problem[] {
  const sum = located.reduce((total, { cell }) => total + cell.monthlyBudgetUsd, 0);
  return sum <= BUD_1_USD
    ? []
    : located.map(({ path, cell }) => ({
        property: `${path}.monthlyBudgetUsd`,
        received: show(cell.monthlyBudgetUsd),
        allowed: `allowed: budgets that sum up to at most ${BUD_1_USD} USD a month, not ${sum} [BUD-1]`,
      }));
}

/**
 * Rules that hold fields against each other. Each field is read by itself, so that a broken one keeps no rule from
 * judging the others; what the schema refuses is not judged again here.
 */
import { z } from 'zod';
import { cidrsOverlap, parseCidr } from './cidr';
import { jurisdictions, type Jurisdiction } from './jurisdictions';
import { problem, propertyName, valueAt, type Problem } from './problem';
import {
  cellSchema,
  dedicatedTenantSchema,
  environmentSchema,
  homeSchema,
  organizationSchema,
  pilotLightSchema,
  sharedTenantsSchema,
  snowflakeSchema as snowflake,
} from './schema';
import { BUD_1_USD } from './spending-limits';
import {
  capacityDeliveriesPerSecond,
  capacityEventsPerSecond,
  entitledDeliveriesPerSecond,
  entitledEventsPerSecond,
  type TenantMix,
} from './tiers';

export interface RuleOptions {
  /** Regions that the price sheet knows: the cost of another one could not be bounded [BUD-2]. */
  readonly pricedRegions: readonly string[];
}

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

/** A cell of an input of any form, by what of it is well formed. */
interface CandidateCell {
  /** Path with the cell's name, as problems show it. */
  readonly path: string;
  readonly holdsCustomerData: boolean;
  readonly name?: string;
  readonly account?: string;
  readonly jurisdiction?: Jurisdiction;
  readonly places: readonly Place[];
  readonly egressKind: unknown;
  readonly recoveryKind: unknown;
  readonly recoveryState: unknown;
  readonly reservedAddressesPerZone?: number;
  readonly auditDays?: number;
  readonly auditLockDays?: number;
  readonly auditLockMode?: string;
  readonly eventsPerDay?: number;
  readonly monthlyBudgetUsd?: number;
  readonly services: readonly {
    readonly name: string;
    readonly minimumPods?: number;
    readonly maximumPods?: number;
    readonly cpuMillicores?: number;
  }[];
  /** Of a shared cell. */
  readonly planned?: TenantMix;
  /** Of a dedicated one. */
  readonly tenant?: string;
  readonly minimumUnits?: number;
  readonly maximumUnits?: number;
  /** Jurisdictions in which destinations say that data stays, by their place in the list. */
  readonly staying: readonly { readonly index: number; readonly jurisdiction?: string }[];
  readonly domains: readonly (string | undefined)[];
  readonly warehouseKind: unknown;
  readonly accountUrl?: string;
  readonly privateLinkService?: string;
}

/** A cell's home or recovery Region. */
interface Place {
  readonly path: string;
  readonly region?: string;
  readonly cidr?: string;
  readonly availabilityZoneIds?: readonly string[];
}

/** Problems between the well-formed fields of an input of any form. Never throws. */
export function crossFieldProblems(input: unknown, options: RuleOptions): Problem[] {
  const cells = readCells(input);
  return [
    ...cells.flatMap((cell) => [...cell.places.flatMap((place) => placeProblems(place, cell, options)), ...cellProblems(cell)]),
    ...cells.flatMap((cell) => tenantProblems(cell)),
    ...uniquenessProblems(input, cells),
    ...networkProblems(cells),
    ...budgetProblems(cells),
  ];
}

function readCells(input: unknown): CandidateCell[] {
  return listAt(input, ['environments']).flatMap((environment, e) =>
    listAt(environment, ['cells']).map((cell, c) => {
      const path = propertyName(input, ['environments', e, 'cells', c]);
      const { name, account, jurisdiction, workload, retention, database, monthlyBudgetUsd } = cellSchema.shape;
      const { services } = cellSchema.shape.cluster.shape;
      const recoveryKind = valueAt(cell, ['recovery', 'kind']);
      const place = (
        key: 'home' | 'recovery',
        { region, cidr, availabilityZoneIds }: typeof homeSchema.shape | typeof pilotLightSchema.shape,
      ): Place => ({
        path: `${path}.${key}`,
        region: read(region, cell, key, 'region'),
        cidr: read(cidr, cell, key, 'cidr'),
        availabilityZoneIds: read(availabilityZoneIds, cell, key, 'availabilityZoneIds'),
      });
      return {
        path,
        // In doubt the stricter rules hold.
        holdsCustomerData: read(environmentSchema.shape.holdsCustomerData, environment, 'holdsCustomerData') ?? true,
        name: read(name, cell, 'name'),
        account: read(account, cell, 'account'),
        jurisdiction: read(jurisdiction, cell, 'jurisdiction'),
        places: [place('home', homeSchema.shape), ...(recoveryKind === 'pilot-light' ? [place('recovery', pilotLightSchema.shape)] : [])],
        egressKind: valueAt(cell, ['home', 'egress', 'kind']),
        recoveryKind,
        staying: listAt(cell, ['delivery', 'destinations']).map((destination, index) => ({
          index,
          jurisdiction: read(jurisdiction, destination, 'data', 'jurisdiction'),
        })),
        domains: listAt(cell, ['delivery', 'destinations']).map((destination) => read(z.string(), destination, 'domain')),
        warehouseKind: valueAt(cell, ['warehouse', 'kind']),
        accountUrl: read(snowflake.shape.accountUrl, cell, 'warehouse', 'accountUrl'),
        privateLinkService: read(snowflake.shape.privateLinkService, cell, 'warehouse', 'privateLinkService'),
        recoveryState: valueAt(cell, ['recovery', 'state']),
        reservedAddressesPerZone: read(pilotLightSchema.shape.reservedAddressesPerZone, cell, 'recovery', 'reservedAddressesPerZone'),
        auditDays: read(retention.shape.auditDays, cell, 'retention', 'auditDays'),
        auditLockDays: read(retention.shape.auditLockDays, cell, 'retention', 'auditLockDays'),
        auditLockMode: read(retention.shape.auditLockMode, cell, 'retention', 'auditLockMode'),
        eventsPerDay: read(workload.shape.eventsPerDay, cell, 'workload', 'eventsPerDay'),
        monthlyBudgetUsd: read(monthlyBudgetUsd, cell, 'monthlyBudgetUsd'),
        services: Object.keys(services.shape).map((service) => ({
          name: service,
          minimumPods: read(services.shape.ingest.shape.minimumPods, cell, 'cluster', 'services', service, 'minimumPods'),
          maximumPods: read(services.shape.ingest.shape.maximumPods, cell, 'cluster', 'services', service, 'maximumPods'),
          cpuMillicores: read(services.shape.ingest.shape.cpuMillicores, cell, 'cluster', 'services', service, 'cpuMillicores'),
        })),
        planned: read(sharedTenantsSchema, cell, 'tenants')?.planned,
        tenant: read(dedicatedTenantSchema, cell, 'tenants')?.tenant,
        minimumUnits: read(database.shape.minimumUnits, cell, 'database', 'minimumUnits'),
        maximumUnits: read(database.shape.maximumUnits, cell, 'database', 'maximumUnits'),
      };
    }),
  );
}

/** The value at a path, if the field's own schema takes it. */
const read = <T>(schema: z.ZodType<T>, input: unknown, ...path: readonly string[]): T | undefined =>
  schema.safeParse(valueAt(input, path)).data;

/** Array.from, since map() would leave the holes of a sparse list. */
const listAt = (input: unknown, path: readonly string[]): unknown[] => {
  const list = valueAt(input, path);
  return Array.isArray(list) ? Array.from(list) : [];
};

function cellProblems(cell: CandidateCell): Problem[] {
  const { path, holdsCustomerData, places, auditDays, auditLockDays, auditLockMode, eventsPerDay, monthlyBudgetUsd } = cell;
  const { minimumUnits, maximumUnits } = cell;
  const [home, recovery] = places;
  const eventBudgetUsd = eventsPerDay === undefined ? Infinity : Math.floor(eventsPerDay * DAYS_A_MONTH * CST_1_USD_PER_EVENT);
  const rules: readonly { readonly broken: boolean; readonly field: string; readonly received: unknown; readonly allowed: string }[] = [
    {
      broken: recovery?.region !== undefined && recovery.region === home?.region,
      field: 'recovery.region',
      received: recovery?.region,
      allowed: 'another Region than home [SLO-4]',
    },
    {
      broken: holdsCustomerData && cell.recoveryKind === 'none',
      field: 'recovery.kind',
      received: cell.recoveryKind,
      allowed: "'pilot-light', since customers' data is in it [SLO-4, SLO-5]",
    },
    {
      broken: holdsCustomerData && cell.egressKind === 'single-zone',
      field: 'home.egress.kind',
      received: cell.egressKind,
      allowed: "'regional', since customers depend on it [SLO-1]",
    },
    {
      broken: (cell.recoveryState === 'serving' || cell.recoveryState === 'prepared') && cell.reservedAddressesPerZone === 0,
      field: 'recovery.reservedAddressesPerZone',
      received: cell.reservedAddressesPerZone,
      allowed: 'at least 1 while it serves, since it needs a way out',
    },
    {
      broken: auditLockDays !== undefined && auditDays !== undefined && auditLockDays > auditDays,
      field: 'retention.auditLockDays',
      received: auditLockDays,
      allowed: `at most auditDays, ${auditDays}`,
    },
    {
      broken: holdsCustomerData && auditLockMode === 'GOVERNANCE',
      field: 'retention.auditLockMode',
      received: auditLockMode,
      allowed: "'COMPLIANCE', since customers' data is in it [SEC-3]",
    },
    {
      broken: holdsCustomerData && cell.warehouseKind === 'none',
      field: 'warehouse.kind',
      received: cell.warehouseKind,
      allowed: "'snowflake', since customers' data is in it [TEC-2]",
    },
    ...(['accountUrl', 'privateLinkService'] as const).map((field) => ({
      broken: cell[field] !== undefined && home?.region !== undefined && !cell[field].split('.').includes(home.region),
      field: `warehouse.${field}`,
      received: cell[field],
      allowed: `one in ${home?.region ?? 'the home Region'} [REG-1, REG-3]`,
    })),
    ...cell.staying.map(({ index, jurisdiction }) => ({
      broken: jurisdiction !== undefined && cell.jurisdiction !== undefined && jurisdiction !== cell.jurisdiction,
      field: `delivery.destinations.${index}.data.jurisdiction`,
      received: jurisdiction,
      allowed: `'${cell.jurisdiction ?? ''}', or kind 'leaves' with the consent of the tenants [REG-3]`,
    })),
    ...cell.domains.map((domain, index) => ({
      broken: domain !== undefined && cell.domains.indexOf(domain) < index,
      field: `delivery.destinations.${index}.domain`,
      received: domain,
      allowed: 'each domain once',
    })),
    {
      broken: minimumUnits !== undefined && maximumUnits !== undefined && minimumUnits > maximumUnits,
      field: 'database.minimumUnits',
      received: minimumUnits,
      allowed: `at most maximumUnits, ${maximumUnits ?? 'none'}`,
    },
    {
      broken: holdsCustomerData && minimumUnits === 0,
      field: 'database.minimumUnits',
      received: minimumUnits,
      allowed: 'at least 0.5, since a database that sleeps takes seconds to wake, and customers wait [SLI-4]',
    },
    ...cell.services.flatMap(({ name, minimumPods, maximumPods }) => [
      {
        broken: minimumPods !== undefined && maximumPods !== undefined && minimumPods > maximumPods,
        field: `cluster.services.${name}.minimumPods`,
        received: minimumPods,
        allowed: `at most maximumPods, ${maximumPods ?? 'none'}`,
      },
      {
        broken: holdsCustomerData && minimumPods !== undefined && minimumPods < 3,
        field: `cluster.services.${name}.minimumPods`,
        received: minimumPods,
        allowed: 'at least 3, one in each zone, since customers depend on it [SLO-1]',
      },
    ]),
    {
      broken: holdsCustomerData && monthlyBudgetUsd !== undefined && monthlyBudgetUsd > eventBudgetUsd,
      field: 'monthlyBudgetUsd',
      received: monthlyBudgetUsd,
      allowed: `at most ${eventBudgetUsd}, 0.0001 USD an event [CST-1]`,
    },
  ];
  return rules.filter(({ broken }) => broken).map(({ field, received, allowed }) => problem(`${path}.${field}`, received, allowed));
}

function placeProblems(place: Place, { jurisdiction, holdsCustomerData }: CandidateCell, { pricedRegions }: RuleOptions): Problem[] {
  const { path, region, availabilityZoneIds: zones = [] } = place;
  const allowedRegions: readonly string[] = jurisdiction ? jurisdictions[jurisdiction] : [];
  const fewestZones = holdsCustomerData ? 3 : 2;
  const ofRegion =
    region === undefined
      ? []
      : [
          ...(jurisdiction && !allowedRegions.includes(region)
            ? [problem(`${path}.region`, region, `a Region of ${jurisdiction}, ${allowedRegions.join(', ')} [REG-1, REG-3]`)]
            : []),
          ...(pricedRegions.includes(region)
            ? []
            : [problem(`${path}.region`, region, `a Region of the price sheet, ${pricedRegions.join(', ')} [BUD-2]`)]),
        ];
  const ofZones = zones.flatMap((zone, index) => {
    const prefix = region === undefined ? '' : `${zoneIdPrefix(region)}-`;
    const at = `${path}.availabilityZoneIds.${index}`;
    return [
      ...(zone.startsWith(prefix) ? [] : [problem(at, zone, `a zone of ${region}, ${prefix}azN`)]),
      ...(zonesWithoutEks.includes(zone) ? [problem(at, zone, 'a zone in which EKS places control planes')] : []),
      ...(zones.indexOf(zone) === index ? [] : [problem(at, zone, 'each zone once')]),
    ];
  });
  const isCountWrong = place.availabilityZoneIds !== undefined && (zones.length < fewestZones || zones.length > 4);
  return [
    ...ofRegion,
    ...(isCountWrong ? [problem(`${path}.availabilityZoneIds`, zones, `${fewestZones} to 4 zones [SLO-1]`)] : []),
    ...ofZones,
  ];
}

/** All tenants at once, each at what it may send for ever, against what the cell takes: quotas that could not be kept are no quotas [SLO-1]. */
function tenantProblems({ path, planned, services }: CandidateCell): Problem[] {
  const podsOf = (name: string) => {
    const { maximumPods, cpuMillicores } = services.find((service) => service.name === name) ?? {};
    return maximumPods === undefined || cpuMillicores === undefined ? undefined : { maximumPods, cpuMillicores };
  };
  const [ingest, processor, delivery] = [podsOf('ingest'), podsOf('processor'), podsOf('delivery')];
  if (!planned) return [];
  const events = {
    entitled: entitledEventsPerSecond(planned),
    capacity: ingest && processor && capacityEventsPerSecond({ ingest, processor }),
  };
  const deliveries = { entitled: entitledDeliveriesPerSecond(planned), capacity: delivery && capacityDeliveriesPerSecond(delivery) };
  const isTooMuch = ({ entitled, capacity }: typeof events) => capacity !== undefined && entitled > capacity;
  const at = `${path}.tenants.planned`;
  return [
    ...(isTooMuch(events)
      ? [
          problem(
            at,
            planned,
            `tenants who may send ${events.capacity} events a second together, what ingest and processor take with all their pods, not ${events.entitled} [SLO-1]`,
          ),
        ]
      : []),
    ...(isTooMuch(deliveries)
      ? [
          problem(
            at,
            planned,
            `tenants who may have ${deliveries.capacity} deliveries a second together, what delivery does with all its pods, not ${deliveries.entitled} [SLI-5]`,
          ),
        ]
      : []),
  ];
}

/** `eu-central-1` -> `euc1`: how the IDs of a Region's zones begin. */
function zoneIdPrefix(region: string): string {
  const [country = '', ...rest] = region.split('-');
  return country + rest.map((word) => word.charAt(0)).join('');
}

interface Field {
  readonly property: string;
  readonly value: string | undefined;
}

function uniquenessProblems(input: unknown, cells: readonly CandidateCell[]): Problem[] {
  const environments = listAt(input, ['environments']).map((environment, index) => ({
    property: `environments.${index}.name`,
    value: read(environmentSchema.shape.name, environment, 'name'),
  }));
  const managementAccount = read(organizationSchema.shape.managementAccount, input, 'organization', 'managementAccount');
  return [
    ...repeated(environments, 'a name that no other environment has'),
    ...repeated(
      cells.map(({ path, name }) => ({ property: `${path}.name`, value: name })),
      'a name that no other cell has',
    ),
    ...repeated(
      cells.map(({ path, tenant }) => ({ property: `${path}.tenants.tenant`, value: tenant })),
      'a tenant that no other cell is for',
    ),
    ...repeated(
      [
        { property: 'organization.managementAccount', value: managementAccount },
        ...cells.map(({ path, account }) => ({ property: `${path}.account`, value: account })),
      ],
      'an account of its own: a cell is one account',
    ),
    ...repeated(
      cells.map(({ path, accountUrl }) => ({ property: `${path}.warehouse.accountUrl`, value: accountUrl })),
      'an account of its own: no environment loads rows into another one',
    ),
  ];
}

function repeated(fields: readonly Field[], allowed: string): Problem[] {
  return fields
    .filter(({ value }, index) => value !== undefined && fields.findIndex((field) => field.value === value) < index)
    .map(({ property, value }) => problem(property, value, allowed));
}

function networkProblems(cells: readonly CandidateCell[]): Problem[] {
  const places = cells.flatMap((cell) => cell.places);
  const taken = [...kubernetesServiceCidrs.map((cidr) => ({ path: 'the range of Kubernetes services', cidr })), ...places].flatMap(
    ({ path, cidr = '' }) => {
      const range = parseCidr(cidr);
      return range ? [{ path, cidr, range }] : [];
    },
  );
  return taken.flatMap(({ path, cidr, range }, index) => {
    const other = taken.slice(0, index).find((earlier) => cidrsOverlap(range, earlier.range));
    return other ? [problem(`${path}.cidr`, cidr, `a network that does not overlap ${other.path} (${other.cidr})`)] : [];
  });
}

function budgetProblems(cells: readonly CandidateCell[]): Problem[] {
  const sum = cells.reduce((total, { monthlyBudgetUsd = 0 }) => total + monthlyBudgetUsd, 0);
  if (sum <= BUD_1_USD) return [];
  return cells
    .filter(({ monthlyBudgetUsd }) => monthlyBudgetUsd !== undefined)
    .map(({ path, monthlyBudgetUsd }) =>
      problem(`${path}.monthlyBudgetUsd`, monthlyBudgetUsd, `budgets that sum up to at most ${BUD_1_USD} USD a month, not ${sum} [BUD-1]`),
    );
}

/**
 * What an environment is: the one place that says which fields exist, in which unit, within which range.
 * What holds between fields and between cells is in cross-field-rules.ts.
 */
import { z } from 'zod';
import { parseCidr } from './cidr';
import { kubernetesVersions, type KubernetesVersion } from './kubernetes-versions';

/** The message of every failed rule: what is printed as allowed, behind the property and the value that was received. */
const allowed = (range: string) => ({ error: range });

/** An object with these keys and no other. */
const record = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, allowed(`an object with ${Object.keys(shape).join(', ')}`));

const figure = (unit: string, min: number, max: number, because = '') => {
  const message = allowed(`an integer from ${min} to ${max}, in ${unit}${because}`);
  return z.number(message).refine((value) => Number.isInteger(value) && value >= min && value <= max, message);
};

const pattern = (regex: RegExp, range: string) => z.string(allowed(range)).regex(regex, allowed(range));

const reason = z.string(allowed('a reason of at least 20 characters')).trim().min(20, allowed('a reason of at least 20 characters'));

/** The subnets of lib/constructs/network.ts are cut for this size: half of it is in use, half is room to grow. */
const cidrRange = 'a private network with a prefix of 16 bits, such as 10.48.0.0/16';

const accountId = pattern(/^\d{12}$/, 'an AWS account ID of 12 digits');
const region = pattern(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region such as eu-west-1');
const cidr = z.string(allowed(cidrRange)).refine((text) => parseCidr(text)?.prefix === 16, allowed(cidrRange));
const zones = z.array(pattern(/^[a-z]{3,4}\d-az\d$/, 'Availability Zone IDs such as euw1-az1'), allowed('a list of Availability Zone IDs'));

/**
 * How the private subnets of a Region reach the internet.
 * `regional`: one NAT gateway over all zones, with fixed addresses that customers can put on their allow lists.
 * `single-zone`: one zonal NAT gateway; the zone's loss cuts the environment off, so it needs a reason.
 */
const egress = z.discriminatedUnion(
  'kind',
  [
    record({ kind: z.literal('regional'), addressesPerZone: figure('Elastic IP addresses a zone', 1, 8) }),
    record({ kind: z.literal('single-zone'), because: reason }),
  ],
  allowed("kind 'regional' or 'single-zone'"),
);

/** Services that private subnets reach through an interface endpoint; which ones pay for themselves is ADR-004. */
export const interfaceEndpointServices = ['kinesis-streams', 'sqs'] as const;

const place = {
  region,
  /** Overlaps no other network of the platform, so that any two can be peered later. */
  cidr,
  /** IDs, not names: `us-east-1a` is another building in each account, and EKS refuses some of them. */
  availabilityZoneIds: zones,
};

/** The Region in which a cell runs. */
export const homeSchema = record({
  ...place,
  egress,
  interfaceEndpoints: z
    .array(
      z.enum(interfaceEndpointServices, allowed(interfaceEndpointServices.join(' or '))),
      allowed(`a list of ${interfaceEndpointServices.join(' or ')}`),
    )
    .refine((services) => new Set(services).size === services.length, allowed('each service once')),
});

/** The Region from which a cell would be recovered. */
export const pilotLightSchema = record({
  kind: z.literal('pilot-light'),
  ...place,
  /** Kept although no gateway uses them: customers have them on their allow lists in advance [SLO-4]. */
  reservedAddressesPerZone: figure('Elastic IP addresses a zone', 0, 8),
  /**
   * `standing-by`: copies of the data, and nothing that runs. `prepared`: it could serve, and DNS does not lead to it. `serving`: the home Region is lost, and this one takes each
   * copy over and runs in its place: docs/05-recovery/README.md.
   */
  state: z.enum(['standing-by', 'prepared', 'serving'], allowed("'standing-by', 'prepared' or 'serving'")),
  /**
   * `new`: replicas of tables are made by the next deployment. `guarded`: they are there, and refuse what tables at home refuse. Two steps, since
   * AWS takes no policy for a replica in the update that makes it: docs/04-deployment/README.md [ADR-023].
   */
  tableReplicas: z.enum(['new', 'guarded'], allowed("'new' or 'guarded'")),
});

/** Aurora capacity units, each of about 2 GiB of memory. Source: Amazon Aurora User Guide, "Aurora Serverless v2 capacity", read 2026-11. */
const capacityUnits = (min: number) => {
  const message = allowed(`a multiple of 0.5 from ${min} to 256, in Aurora capacity units`);
  return z.number(message).refine((value) => Number.isInteger(value * 2) && value >= min && value <= 256, message);
};

/** With two days for the erasure itself, and three for what a backup or a point in time outlives it by, 30 days are kept [CMP-1]. */
const ERASABLE_DAYS = 25;
/** An event can be 13 days old when it becomes a raw batch (lib/checks/stores.ts), and S3 takes three more to remove it [CMP-1]. */
const ERASABLE_RAW_DAYS = 12;
const inTime = ', so that nothing outlives an erasure by more than 30 days [CMP-1]';

const recovery = z.discriminatedUnion(
  'kind',
  [
    pilotLightSchema,
    /** No second Region: only where no customer's data is [SLO-4, SLO-5]. */
    record({ kind: z.literal('none'), because: reason }),
  ],
  allowed("kind 'pilot-light' or 'none'"),
);

/**
 * Short, since the policy that protects audit buckets knows them by the 19 characters that CloudFormation keeps of a
 * stack's name: 8 are the cell's and a hyphen [ADR-006].
 */
const cellName = pattern(/^(?=.{1,7}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens, at most 7 characters');

/**
 * Retentions that a log group can have, of 90 days or more [SEC-3].
 * Source: Amazon CloudWatch Logs API Reference, "PutRetentionPolicy", read 2026-11.
 */
const logRetentionDays = [90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

/** A role that IAM Identity Center made in the account for one of its permission sets; the end of its name is Identity Center's. */
const workforceRole = pattern(
  /^AWSReservedSSO_[A-Za-z0-9+=,.@-]{1,32}_[0-9a-f]{16}$/,
  'the name of a role of IAM Identity Center, such as AWSReservedSSO_DataflowReadOnly_0123456789abcdef',
);

/** Source of the length: Elastic Load Balancing API Reference, "JwtValidationActionConfig", read 2026-11. */
const httpsUrl = pattern(
  // By name, since what pods resolve is listed by it (lib/constructs/dns-guard.ts).
  /^(?=.{9,256}$)https:\/\/([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(\/[\w./~-]*)?$/,
  'a URL that begins with https:// and a domain in lower case, of at most 256 characters',
);

/** An identifier of Snowflake as it stores one that was not quoted. Source: Snowflake Documentation, "Identifier requirements", read 2026-11. */
const snowflakeName = pattern(/^[A-Z_][A-Z0-9_$]{0,254}$/, 'a name of Snowflake in capitals, such as EVENTS');

/**
 * The account of Snowflake that takes the cell's enriched events [TEC-2]: one in the cell's own Region, reached privately [REG-1, REG-3].
 * All of it but names of ours is what `SYSTEM$GET_PRIVATELINK_CONFIG()` says there.
 */
export const snowflakeSchema = record({
  kind: z.literal('snowflake'),
  /** `privatelink-account-url`. */
  accountUrl: pattern(
    /^[a-z0-9_-]{1,60}\.[a-z]{2}(-[a-z]+)+-\d\.privatelink\.snowflakecomputing\.com$/,
    'a private address of Snowflake with its Region, such as ab12345.eu-west-1.privatelink.snowflakecomputing.com [REG-1]',
  ),
  /** `privatelink-vpce-id`. Source: Amazon Data Firehose API Reference, "SnowflakeVpcConfiguration", read 2026-11. */
  privateLinkService: pattern(
    /^com\.amazonaws\.vpce\.[a-z]{2}(-[a-z]+)+-\d\.vpce-svc-[0-9a-f]{17}$/,
    'a service of PrivateLink, such as com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
  ),
  database: snowflakeName,
  schema: snowflakeName,
  table: snowflakeName,
  /** May insert into the table, and nothing else. */
  role: snowflakeName,
});

const warehouse = z.discriminatedUnion(
  'kind',
  [snowflakeSchema, record({ kind: z.literal('none'), because: reason })],
  allowed("kind 'snowflake' or 'none'"),
);

/** Where deliveries go by name; `*.` before a name is everything below it. */
const destination = record({
  domain: pattern(
    /^(?=.{4,255}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'a domain in lower case, such as api.example.com or *.example.com',
  ),
  /** As lib/constructs/delivery-schedule.ts has them. */
  destinationClass: z.enum(['streaming', 'batch', 'webhook'], allowed("'streaming', 'batch' or 'webhook'")),
  /** What the destination itself says of where it keeps data; the tenants' consent where that is elsewhere [REG-3]. */
  data: z.discriminatedUnion(
    'kind',
    [
      record({ kind: z.literal('stays'), jurisdiction: z.enum(['us', 'eu'], allowed("'us' or 'eu'")) }),
      record({
        kind: z.literal('leaves'),
        /** The country or the Region where it is kept. */
        to: pattern(/^[A-Za-z][A-Za-z0-9 -]{1,60}$/, 'a country or a Region'),
        /** Which tenants have agreed to it, and where that is written down. */
        consent: reason,
      }),
    ],
    allowed("kind 'stays' or 'leaves'"),
  ),
});

/** What happens to a name that nobody has listed: it resolves and is told, or it does not resolve. */
const unlistedDomains = z.discriminatedUnion(
  'kind',
  [record({ kind: z.literal('observe'), because: reason }), record({ kind: z.literal('block') })],
  allowed("kind 'observe' or 'block'"),
);

/** How one service runs in the cell's cluster. */
const service = record({
  /** What is promoted from environment to environment, and nothing else is: the image by its content. */
  imageDigest: pattern(/^sha256:[0-9a-f]{64}$/, "an image's digest, sha256: and 64 hexadecimal digits"),
  /** Pods that there are at least, and at most: the autoscaler's range. */
  minimumPods: figure('pods', 1, 100),
  maximumPods: figure('pods', 1, 500),
  /** Of one pod: asked for and, of memory, also the limit. */
  cpuMillicores: figure('thousandths of a vCPU', 50, 16_000),
  memoryMib: figure('MiB', 64, 65_536),
});

/** In the form that the database takes: 002.do.tables.sql. */
const tenantName = pattern(
  /^(?=.{2,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'a tenant, in lower-case words joined by hyphens, 2 to 40 characters',
);

/**
 * Whose the cell is. `shared`: of as many tenants as are planned, who are kept apart by ADR-023. `dedicated`: of one alone; nobody can act for another
 * in it, and what the cell takes is its only limit [ADR-036].
 */
const tenants = z.discriminatedUnion(
  'kind',
  [
    record({
      kind: z.literal('shared'),
      /** Tenants that there will be, by tier: all of them at once stay within what the cell takes. */
      planned: record({
        standard: figure('tenants', 0, 1_000),
        growth: figure('tenants', 0, 1_000),
        enterprise: figure('tenants', 0, 1_000),
      }),
    }),
    record({ kind: z.literal('dedicated'), tenant: tenantName, because: reason }),
  ],
  allowed("kind 'shared' or 'dedicated'"),
);

export const sharedTenantsSchema = tenants.options[0];
export const dedicatedTenantSchema = tenants.options[1];

export const cellSchema = record({
  /** Name of the cell's stage, and the prefix of its stacks' names. */
  name: cellName,
  account: accountId,
  jurisdiction: z.enum(['us', 'eu'], allowed("'us' or 'eu'")),
  home: homeSchema,
  recovery,
  /** The cell's public API. */
  api: record({
    /** What customers call. A name of the hosted zone; it never changes, since it stands in their programs [TIM-1]. */
    domainName: pattern(
      /^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){2,}[a-z]{2,}$/,
      // A certificate's name takes no more. Source: AWS Certificate Manager API Reference, "RequestCertificate", read 2026-11.
      'a domain name in lower case, of at most 64 characters',
    ),
    /** The account's public zone, to which the domain above it is delegated by hand: bootstrap/domain.yaml. */
    hostedZoneId: pattern(/^Z[A-Z0-9]{1,31}$/, 'the ID of a hosted zone of Route 53, such as Z0123456789EXAMPLE'),
    /** Who issues customers' tokens: the OAuth 2.0 provider that exists already [TEC-3]. */
    identityProvider: record({
      /** The claim `iss` of its tokens, to the letter. */
      issuer: httpsUrl,
      /** Where its public keys are: over the internet, at most ten, of RS256. */
      jwksEndpoint: httpsUrl,
      /** What the claim `aud` of tokens for this cell may say: what was issued for another cell is refused here. Two while the provider changes it. */
      audiences: z
        .array(
          pattern(/^[\x21-\x2b\x2d-\x7e]{8,256}$/, 'a value of the claim aud, 8 to 256 characters without space and comma'),
          allowed('a list of values of the claim aud'),
        )
        .min(1, allowed('one value or more'))
        // Source: Elastic Load Balancing API Reference, "JwtValidationActionAdditionalClaim", read 2026-11.
        .max(10, allowed('at most ten values')),
    }),
  }),
  tenants,
  workload: record({
    /** Accepted events in an average day [SLI-1]. The upper end is the largest volume that the design is tested on. */
    eventsPerDay: figure('events a day', 1_000, 10_000_000_000),
    /** Mean size of an event as it is stored, in bytes. The upper end is Kinesis' record limit of 10 MiB. */
    eventBytes: figure('bytes', 64, 10_485_760),
    /** Deliveries to destinations that one event causes on average, the warehouse not counted. */
    deliveriesPerEvent: figure('deliveries an event', 0, 50),
    /** Mean events in a request of ingest: it decides what the edge costs. At most what the contract lets into a batch. */
    eventsPerRequest: figure('events a request', 1, 500),
    /** Reads of the profile API in an average day. */
    profileReadsPerDay: figure('reads a day', 0, 10_000_000_000),
    /** Of whom a profile is kept, and their mean size, further traits included. The upper end is that of an item of DynamoDB: 400 KB. */
    persons: figure('persons', 1, 100_000_000_000),
    profileBytes: figure('bytes', 64, 409_600),
  }),
  retention: record({
    /** Log groups, flow logs, DNS queries, access logs [SEC-3: 90 days or more]. */
    logDays: z.union(
      logRetentionDays.map((days) => z.literal(days)),
      allowed(`${logRetentionDays.join(', ')}, in days`),
    ),
    /** Audit records: the trail's events and the history of configuration [SEC-3]. */
    auditDays: figure('days', 90, 3653),
    /** For how long nobody can delete or change an audit record [SEC-3]; at most auditDays. */
    auditLockDays: figure('days', 90, 3653),
    /** `COMPLIANCE` binds the account's root user too; `GOVERNANCE` lets a test environment be taken down. */
    auditLockMode: z.enum(['COMPLIANCE', 'GOVERNANCE'], allowed("'COMPLIANCE' or 'GOVERNANCE'")),
    /** Raw batches of events, from which what the lake's replica lacks can be made again, in both Regions [CMP-1]. */
    rawEventDays: figure('days', 7, ERASABLE_RAW_DAYS, inTime),
    /** How far back tables and the database can be restored, and for how long a backup lives [CMP-1]. */
    restoreDays: figure('days', 7, ERASABLE_DAYS, inTime),
  }),
  /** The metadata database's range of capacity; with a minimum of 0 it sleeps when nobody asks it. */
  database: record({ minimumUnits: capacityUnits(0), maximumUnits: capacityUnits(1) }),
  cluster: record({
    /** In standard support: lib/config/kubernetes-versions.ts. One minor version at a time, dev first. */
    kubernetesVersion: z.enum(
      Object.keys(kubernetesVersions) as [KubernetesVersion, ...KubernetesVersion[]],
      allowed(Object.keys(kubernetesVersions).join(' or ')),
    ),
    /** Beyond this no node is added, whatever asks for it [BUD-2]. */
    maximumVcpus: figure('vCPUs', 4, 2_000),
    /** Who reads in it, and who may change it once somebody has approved that [SEC-4, SEC-5]. */
    readOnlyRole: workforceRole,
    elevatedRole: workforceRole,
    services: record({ ingest: service, processor: service, delivery: service, profiles: service }),
  }),
  delivery: record({
    destinations: z
      .array(destination, allowed('a list of destinations'))
      .min(1, allowed('1 to 1,000 destinations'))
      .max(1000, allowed('1 to 1,000 destinations')),
    unlistedDomains,
  }),
  warehouse,
  /** What one query of the lake may read before Athena stops it [BUD-2]. */
  queryScanGib: figure('GiB', 1, 10_240),
  /** What this cell may cost in a month with its recovery Region, in USD [BUD-1, BUD-2]. */
  monthlyBudgetUsd: figure('USD a month', 1, 75_000),
  /** Where security findings and alarms go by e-mail. */
  alertEmail: pattern(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'an e-mail address'),
});

export const environmentSchema = record({
  name: z.enum(['dev', 'staging', 'prod'], allowed("'dev', 'staging' or 'prod'")),
  /** Whether customers' data is in it: decides which safeguards may be left out. */
  holdsCustomerData: z.boolean(allowed('true or false')),
  cells: z.array(cellSchema, allowed('a list of cells')).min(1, allowed('one cell or more')),
});

export const organizationSchema = record({
  /** The organisation's management account, which holds no workload. */
  managementAccount: accountId,
  /** Organizations' own Region. */
  region: z.literal('us-east-1', allowed("'us-east-1', the only Region of AWS Organizations' policies")),
  organizationId: pattern(/^o-[a-z0-9]{10,32}$/, 'an organisation ID such as o-exampleorgid'),
  /** Who is told when the organization's bill nears a limit, by e-mail [BUD-1, BUD-2]. */
  alertEmail: pattern(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'an e-mail address'),
  /** Where IAM Identity Center lives: holds the workforce's identities, no customer's data. */
  workforceIdentityRegion: region,
  /** Its instance, and the groups that see and steer deployments in Argo CD. */
  workforceIdentity: record({
    instanceArn: pattern(/^arn:aws:sso:::instance\/ssoins-[0-9a-f]{16}$/, 'the ARN of an instance of IAM Identity Center'),
    viewersGroupId: pattern(/^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the ID of a group of IAM Identity Center'),
    operatorsGroupId: pattern(/^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the ID of a group of IAM Identity Center'),
  }),
  /** The GitHub organisation whose workflows may deploy [OPS-4]; the ID, since a name can be given up and taken by another. */
  github: record({
    name: pattern(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/, 'a GitHub organisation'),
    id: pattern(/^\d{1,12}$/, 'the numeric ID of the organisation, as text'),
    /** Where this program and the cluster's manifests are. */
    repository: pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'a repository of that organisation'),
  }),
});

export const platformSchema = record({
  owner: pattern(/^[a-z][a-z0-9-]{2,30}$/, 'a team, in lower case'),
  costCentre: pattern(/^[A-Z]{2}-\d{4}$/, 'a cost centre such as CC-4100'),
  organization: organizationSchema,
  environments: z.array(environmentSchema, allowed('a list of environments')).min(1, allowed('one environment or more')),
});

type DeepReadonly<T> = T extends (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** Everything that the app is made from. */
export type Platform = DeepReadonly<z.infer<typeof platformSchema>>;
export type Environment = DeepReadonly<z.infer<typeof environmentSchema>>;
export type Cell = DeepReadonly<z.infer<typeof cellSchema>>;
export type Organization = DeepReadonly<z.infer<typeof organizationSchema>>;
export type InterfaceEndpointService = (typeof interfaceEndpointServices)[number];

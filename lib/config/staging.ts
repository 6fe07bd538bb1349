import type { Environment } from './schema';

/** The promotion unit: these four lines change when a version is promoted, and nothing else [OPS-4]. Examples: no image is built yet. */
const images = {
  ingest: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000001' },
  processor: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000002' },
  delivery: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000003' },
  profiles: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000004' },
} as const;

export const staging: Environment = {
  name: 'staging',
  holdsCustomerData: false,
  cells: [
    {
      // The stricter jurisdiction, so that residency and recovery are rehearsed before prod-eu.
      name: 'staging',
      account: '222222222222',
      jurisdiction: 'eu',
      home: {
        region: 'eu-west-1',
        cidr: '10.16.0.0/16',
        availabilityZoneIds: ['euw1-az1', 'euw1-az2', 'euw1-az3'],
        egress: { kind: 'regional', addressesPerZone: 1 },
        interfaceEndpoints: [],
      },
      recovery: {
        kind: 'pilot-light',
        region: 'eu-central-1',
        cidr: '10.17.0.0/16',
        availabilityZoneIds: ['euc1-az1', 'euc1-az2', 'euc1-az3'],
        // No customer has staging on an allow list: addresses come with the rehearsal.
        reservedAddressesPerZone: 0,
        state: 'standing-by',
        tableReplicas: 'new',
      },
      api: {
        domainName: 'api.staging.dataflow.example',
        hostedZoneId: 'Z0222222222EXAMPLE',
        identityProvider: {
          issuer: 'https://login.staging.dataflow.example/',
          jwksEndpoint: 'https://login.staging.dataflow.example/.well-known/jwks.json',
          audiences: ['https://api.staging.dataflow.example'],
        },
      },
      tenants: { kind: 'shared', planned: { standard: 2, growth: 2, enterprise: 1 } },
      workload: {
        eventsPerDay: 500_000,
        eventBytes: 2048,
        deliveriesPerEvent: 2,
        eventsPerRequest: 10,
        profileReadsPerDay: 50_000,
        persons: 500_000,
        profileBytes: 1500,
      },
      retention: { logDays: 90, auditDays: 90, auditLockDays: 90, auditLockMode: 'GOVERNANCE', rawEventDays: 12, restoreDays: 14 },
      database: { minimumUnits: 0.5, maximumUnits: 4 },
      cluster: {
        kubernetesVersion: '1.36',
        maximumVcpus: 48,
        readOnlyRole: 'AWSReservedSSO_DataflowReadOnly_2222222222222222',
        elevatedRole: 'AWSReservedSSO_DataflowElevated_2222222222222222',
        services: {
          ingest: { ...images.ingest, minimumPods: 3, maximumPods: 6, cpuMillicores: 500, memoryMib: 512 },
          processor: { ...images.processor, minimumPods: 3, maximumPods: 6, cpuMillicores: 500, memoryMib: 1024 },
          delivery: { ...images.delivery, minimumPods: 3, maximumPods: 6, cpuMillicores: 500, memoryMib: 512 },
          profiles: { ...images.profiles, minimumPods: 3, maximumPods: 6, cpuMillicores: 500, memoryMib: 512 },
        },
      },
      // Examples.
      delivery: {
        destinations: [{ domain: 'sink.dataflow.example', destinationClass: 'webhook', data: { kind: 'stays', jurisdiction: 'eu' } }],
        unlistedDomains: {
          kind: 'observe',
          because:
            'The names that nodes and Argo CD ask for were not observed in an account yet: a list that lacks one would stop the cluster.',
        },
      },
      // Examples: each account of Snowflake says its own.
      warehouse: {
        kind: 'snowflake',
        accountUrl: 'ab12343.eu-west-1.privatelink.snowflakecomputing.com',
        privateLinkService: 'com.amazonaws.vpce.eu-west-1.vpce-svc-00000000000000030',
        database: 'DATAFLOW',
        schema: 'EVENTS',
        table: 'ENRICHED',
        role: 'DATAFLOW_LOADER',
      },
      queryScanGib: 20,
      monthlyBudgetUsd: 1_500,
      alertEmail: 'platform-staging@example.com',
    },
  ],
};

import type { Environment } from './schema';

/** The promotion unit: these four lines change when a version is promoted, and nothing else [OPS-4]. Examples: no image is built yet. */
const images = {
  ingest: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000001' },
  processor: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000002' },
  delivery: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000003' },
  profiles: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000004' },
} as const;

export const prod: Environment = {
  name: 'prod',
  holdsCustomerData: true,
  cells: [
    {
      name: 'prod-us',
      account: '333333333333',
      jurisdiction: 'us',
      home: {
        region: 'us-east-1',
        cidr: '10.32.0.0/16',
        // use1-az3 takes no EKS control plane.
        availabilityZoneIds: ['use1-az1', 'use1-az2', 'use1-az4'],
        egress: { kind: 'regional', addressesPerZone: 1 },
        interfaceEndpoints: ['kinesis-streams', 'sqs'],
      },
      recovery: {
        kind: 'pilot-light',
        region: 'us-west-2',
        cidr: '10.33.0.0/16',
        availabilityZoneIds: ['usw2-az1', 'usw2-az2', 'usw2-az3'],
        reservedAddressesPerZone: 1,
        state: 'standing-by',
        tableReplicas: 'new',
      },
      api: {
        domainName: 'api.us.dataflow.example',
        hostedZoneId: 'Z0333333333EXAMPLE',
        identityProvider: {
          issuer: 'https://login.dataflow.example/',
          jwksEndpoint: 'https://login.dataflow.example/.well-known/jwks.json',
          audiences: ['https://api.us.dataflow.example'],
        },
      },
      tenants: { kind: 'shared', planned: { standard: 18, growth: 12, enterprise: 6 } },
      workload: {
        eventsPerDay: 6_000_000,
        eventBytes: 2048,
        deliveriesPerEvent: 2,
        eventsPerRequest: 10,
        profileReadsPerDay: 600_000,
        persons: 12_000_000,
        profileBytes: 1500,
      },
      retention: { logDays: 90, auditDays: 400, auditLockDays: 100, auditLockMode: 'COMPLIANCE', rawEventDays: 12, restoreDays: 14 },
      database: { minimumUnits: 2, maximumUnits: 16 },
      cluster: {
        kubernetesVersion: '1.36',
        maximumVcpus: 192,
        readOnlyRole: 'AWSReservedSSO_DataflowReadOnly_3333333333333333',
        elevatedRole: 'AWSReservedSSO_DataflowElevated_3333333333333333',
        services: {
          ingest: { ...images.ingest, minimumPods: 3, maximumPods: 24, cpuMillicores: 500, memoryMib: 512 },
          processor: { ...images.processor, minimumPods: 4, maximumPods: 24, cpuMillicores: 500, memoryMib: 1024 },
          delivery: { ...images.delivery, minimumPods: 3, maximumPods: 24, cpuMillicores: 500, memoryMib: 512 },
          profiles: { ...images.profiles, minimumPods: 3, maximumPods: 24, cpuMillicores: 500, memoryMib: 512 },
        },
      },
      // Examples.
      delivery: {
        destinations: [
          { domain: 'collect.analytics.example', destinationClass: 'streaming', data: { kind: 'stays', jurisdiction: 'us' } },
          { domain: 'api.marketing.example', destinationClass: 'batch', data: { kind: 'stays', jurisdiction: 'us' } },
          { domain: '*.hooks.customer.example', destinationClass: 'webhook', data: { kind: 'stays', jurisdiction: 'us' } },
        ],
        unlistedDomains: {
          kind: 'observe',
          because:
            'The names that nodes and Argo CD ask for were not observed in an account yet: a list that lacks one would stop the cluster.',
        },
      },
      // Examples: each account of Snowflake says its own.
      warehouse: {
        kind: 'snowflake',
        accountUrl: 'ab12341.us-east-1.privatelink.snowflakecomputing.com',
        privateLinkService: 'com.amazonaws.vpce.us-east-1.vpce-svc-00000000000000010',
        database: 'DATAFLOW',
        schema: 'EVENTS',
        table: 'ENRICHED',
        role: 'DATAFLOW_LOADER',
      },
      queryScanGib: 1024,
      monthlyBudgetUsd: 6_000,
      alertEmail: 'platform-oncall@example.com',
    },
    {
      name: 'prod-eu',
      account: '444444444444',
      jurisdiction: 'eu',
      home: {
        region: 'eu-west-1',
        cidr: '10.48.0.0/16',
        availabilityZoneIds: ['euw1-az1', 'euw1-az2', 'euw1-az3'],
        egress: { kind: 'regional', addressesPerZone: 1 },
        interfaceEndpoints: ['kinesis-streams', 'sqs'],
      },
      recovery: {
        kind: 'pilot-light',
        region: 'eu-central-1',
        cidr: '10.49.0.0/16',
        availabilityZoneIds: ['euc1-az1', 'euc1-az2', 'euc1-az3'],
        reservedAddressesPerZone: 1,
        state: 'standing-by',
        tableReplicas: 'new',
      },
      api: {
        domainName: 'api.eu.dataflow.example',
        hostedZoneId: 'Z0444444444EXAMPLE',
        identityProvider: {
          issuer: 'https://login.dataflow.example/',
          jwksEndpoint: 'https://login.dataflow.example/.well-known/jwks.json',
          audiences: ['https://api.eu.dataflow.example'],
        },
      },
      tenants: { kind: 'shared', planned: { standard: 12, growth: 8, enterprise: 4 } },
      workload: {
        eventsPerDay: 4_000_000,
        eventBytes: 2048,
        deliveriesPerEvent: 2,
        eventsPerRequest: 10,
        profileReadsPerDay: 400_000,
        persons: 8_000_000,
        profileBytes: 1500,
      },
      retention: { logDays: 90, auditDays: 400, auditLockDays: 100, auditLockMode: 'COMPLIANCE', rawEventDays: 12, restoreDays: 14 },
      database: { minimumUnits: 2, maximumUnits: 16 },
      cluster: {
        kubernetesVersion: '1.36',
        maximumVcpus: 192,
        readOnlyRole: 'AWSReservedSSO_DataflowReadOnly_4444444444444444',
        elevatedRole: 'AWSReservedSSO_DataflowElevated_4444444444444444',
        services: {
          ingest: { ...images.ingest, minimumPods: 3, maximumPods: 24, cpuMillicores: 500, memoryMib: 512 },
          processor: { ...images.processor, minimumPods: 4, maximumPods: 24, cpuMillicores: 500, memoryMib: 1024 },
          delivery: { ...images.delivery, minimumPods: 3, maximumPods: 24, cpuMillicores: 500, memoryMib: 512 },
          profiles: { ...images.profiles, minimumPods: 3, maximumPods: 24, cpuMillicores: 500, memoryMib: 512 },
        },
      },
      // Examples.
      delivery: {
        destinations: [
          { domain: 'eu.collect.analytics.example', destinationClass: 'streaming', data: { kind: 'stays', jurisdiction: 'eu' } },
          {
            domain: 'api.marketing.example',
            destinationClass: 'batch',
            data: { kind: 'leaves', to: 'United States', consent: 'Tenants that use it have signed annex 3, kept by the legal team.' },
          },
          { domain: '*.hooks.customer.example', destinationClass: 'webhook', data: { kind: 'stays', jurisdiction: 'eu' } },
        ],
        unlistedDomains: {
          kind: 'observe',
          because:
            'The names that nodes and Argo CD ask for were not observed in an account yet: a list that lacks one would stop the cluster.',
        },
      },
      // Examples: each account of Snowflake says its own.
      warehouse: {
        kind: 'snowflake',
        accountUrl: 'ab12342.eu-west-1.privatelink.snowflakecomputing.com',
        privateLinkService: 'com.amazonaws.vpce.eu-west-1.vpce-svc-00000000000000020',
        database: 'DATAFLOW',
        schema: 'EVENTS',
        table: 'ENRICHED',
        role: 'DATAFLOW_LOADER',
      },
      queryScanGib: 1024,
      monthlyBudgetUsd: 4_000,
      alertEmail: 'platform-oncall@example.com',
    },
  ],
};

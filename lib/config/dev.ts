import type { Environment } from './schema';

/** The promotion unit: these four lines change when a version is promoted, and nothing else [OPS-4]. Examples: no image is built yet. */
const images = {
  ingest: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000001' },
  processor: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000002' },
  delivery: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000003' },
  profiles: { imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000004' },
} as const;

export const dev: Environment = {
  name: 'dev',
  holdsCustomerData: false,
  cells: [
    {
      name: 'dev',
      account: '111111111111',
      jurisdiction: 'us',
      home: {
        region: 'us-east-1',
        cidr: '10.0.0.0/16',
        availabilityZoneIds: ['use1-az1', 'use1-az2'],
        egress: { kind: 'single-zone', because: 'Nobody depends on dev; a second NAT gateway would be 33 USD of its 1,500 a month.' },
        interfaceEndpoints: [],
      },
      recovery: { kind: 'none', because: 'Synthetic events only: dev is rebuilt from Git, and no data is missed.' },
      api: {
        domainName: 'api.dev.dataflow.example',
        hostedZoneId: 'Z0111111111EXAMPLE',
        identityProvider: {
          issuer: 'https://login.dev.dataflow.example/',
          jwksEndpoint: 'https://login.dev.dataflow.example/.well-known/jwks.json',
          audiences: ['https://api.dev.dataflow.example'],
        },
      },
      tenants: { kind: 'shared', planned: { standard: 2, growth: 1, enterprise: 1 } },
      workload: {
        eventsPerDay: 100_000,
        eventBytes: 2048,
        deliveriesPerEvent: 2,
        eventsPerRequest: 10,
        profileReadsPerDay: 10_000,
        persons: 100_000,
        profileBytes: 1500,
      },
      retention: { logDays: 90, auditDays: 90, auditLockDays: 90, auditLockMode: 'GOVERNANCE', rawEventDays: 12, restoreDays: 14 },
      database: { minimumUnits: 0, maximumUnits: 2 },
      cluster: {
        kubernetesVersion: '1.36',
        maximumVcpus: 32,
        readOnlyRole: 'AWSReservedSSO_DataflowReadOnly_1111111111111111',
        elevatedRole: 'AWSReservedSSO_DataflowElevated_1111111111111111',
        services: {
          ingest: { ...images.ingest, minimumPods: 1, maximumPods: 4, cpuMillicores: 500, memoryMib: 512 },
          processor: { ...images.processor, minimumPods: 1, maximumPods: 4, cpuMillicores: 500, memoryMib: 1024 },
          delivery: { ...images.delivery, minimumPods: 1, maximumPods: 4, cpuMillicores: 500, memoryMib: 512 },
          profiles: { ...images.profiles, minimumPods: 1, maximumPods: 4, cpuMillicores: 500, memoryMib: 512 },
        },
      },
      // Examples.
      delivery: {
        destinations: [{ domain: 'sink.dataflow.example', destinationClass: 'webhook', data: { kind: 'stays', jurisdiction: 'us' } }],
        unlistedDomains: {
          kind: 'observe',
          because:
            'The names that nodes and Argo CD ask for were not observed in an account yet: a list that lacks one would stop the cluster.',
        },
      },
      warehouse: { kind: 'none', because: 'Synthetic events only: what loads rows is tried in staging, with an account of its own.' },
      queryScanGib: 10,
      monthlyBudgetUsd: 1_500,
      alertEmail: 'platform-dev@example.com',
    },
  ],
};

import type { Environment } from './schema';

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
      },
      workload: { eventsPerDay: 500_000, eventBytes: 2048, deliveriesPerEvent: 2 },
      retention: { logDays: 90, auditDays: 90, auditLockDays: 90, auditLockMode: 'GOVERNANCE', rawEventDays: 12, restoreDays: 14 },
      database: { minimumUnits: 0.5, maximumUnits: 4 },
      queryScanGib: 20,
      monthlyBudgetUsd: 1_500,
      alertEmail: 'platform-staging@example.com',
    },
  ],
};

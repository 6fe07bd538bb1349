import { loadBalancer, REGISTRATION_SECONDS, SEEN_SECONDS } from './load-balancer';
import type { ServiceTraits } from './charts/service-chart';
import type { ClusterTreeProps, ServiceName } from './tree-props';

/**
 * The three services. Names are those of the stacks (docs/02-data/events.md), and what a pod may do with them is its role's
 * (lib/stacks/workloads-stack.ts).
 */
export function servicesOf({ cell, account, region, tenants }: ClusterTreeProps): readonly ServiceTraits[] {
  const streams = { EVENT_STREAM: `${cell}-events` };
  // By it a pod acts for one tenant: lib/constructs/tenant-isolation. The names are said there; a test compares them.
  const tenantAccess = (service: ServiceName) => ({
    TENANT_ROLE_ARN: `arn:aws:iam::${account}:role/${cell}-${service}-tenant-${region}`,
    TENANTS_TABLE: `${cell}-tenants`,
    ...(tenants.only === undefined ? {} : { ONLY_TENANT: tenants.only }),
  });
  return [
    {
      name: 'ingest',
      variables: { ...streams, SPILL_BUCKET: `${cell}-spill-${account}-${region}`, ...tenantAccess('ingest') },
      isServed: true,
      // Kubernetes would count a pod as available that the load balancer does not know yet, and end the last one that it knows [OPS-1].
      minReadySeconds: SEEN_SECONDS,
      ending: {
        // It goes on serving, as if nothing had happened, until the load balancer knows of its end and the last request has had its time: so
        // no server of ours has to know how to drain.
        sleepSeconds: REGISTRATION_SECONDS + loadBalancer.deregistrationDelaySeconds,
        // And then as long again, to put into the stream, or the spill bucket, what it has acknowledged.
        graceSeconds: 2 * (REGISTRATION_SECONDS + loadBalancer.deregistrationDelaySeconds),
      },
    },
    {
      name: 'processor',
      variables: {
        ...streams,
        STREAM_CONSUMER: 'processor',
        ENRICHED_STREAM: `${cell}-enriched`,
        QUARANTINE_STREAM: `${cell}-quarantine`,
        // The Kinesis Client Library names its tables by it.
        LEASE_APPLICATION: `${cell}-processor`,
        PROFILES_TABLE: `${cell}-profiles`,
        DEDUPLICATION_TABLE: `${cell}-deduplication`,
        ...tenantAccess('processor'),
      },
      isServed: false,
      minReadySeconds: 10,
      // A batch, its checkpoint, and the leases given up: what is left is read again by who takes the lease.
      ending: { sleepSeconds: 0, graceSeconds: 30 },
    },
    {
      name: 'delivery',
      // Its queues come with delivery. To decrypt it names no key: the credential itself says which.
      variables: tenantAccess('delivery'),
      isServed: false,
      minReadySeconds: 10,
      // A call to a destination may take ten seconds; what is not deleted from the queue is delivered again.
      ending: { sleepSeconds: 0, graceSeconds: 30 },
    },
  ];
}

import { loadBalancer, REGISTRATION_SECONDS, SEEN_SECONDS } from './load-balancer';
import type { ServiceTraits } from './charts/service-chart';
import type { ClusterTreeProps, Deliveries, ServiceName } from './tree-props';

/**
 * The four services. Names are those of the stacks (docs/02-data/events.md), and what a pod may do with them is its role's
 * (lib/stacks/workloads-stack.ts).
 */
export function servicesOf({
  cell,
  account,
  region,
  deliveries,
  identityProvider,
  tenants,
  usageBucket,
}: ClusterTreeProps): readonly ServiceTraits[] {
  const streams = { EVENT_STREAM: `${cell}-events` };
  const tokens = {
    TOKEN_ISSUER: identityProvider.issuer,
    TOKEN_KEYS: identityProvider.jwksEndpoint,
    TOKEN_AUDIENCES: identityProvider.audiences.join(','),
  };
  const queue = (name: string) => `https://sqs.${region}.amazonaws.com/${account}/${name}`;
  // By it a pod acts for one tenant, and counts what that one has used: lib/constructs/tenant-isolation. The names are said there; a test compares them.
  const ofTenants = (service: ServiceName) => ({
    TENANT_ROLE_ARN: `arn:aws:iam::${account}:role/${cell}-${service}-tenant-${region}`,
    TENANTS_TABLE: `${cell}-tenants`,
    ...(tenants.only === undefined ? {} : { ONLY_TENANT: tenants.only }),
    ...(usageBucket === undefined ? {} : { USAGE_BUCKET: usageBucket }),
  });
  return [
    {
      name: 'ingest',
      variables: { ...streams, ...tokens, SPILL_BUCKET: `${cell}-spill-${account}-${region}`, ...ofTenants('ingest') },
      ...served,
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
        ...ofEachClass(deliveries, 'QUEUE', ({ queues }) => queue(queues.main)),
        PROFILES_TABLE: `${cell}-profiles`,
        DEDUPLICATION_TABLE: `${cell}-deduplication`,
        ...ofTenants('processor'),
      },
      minReadySeconds: 10,
      // A batch, its checkpoint, and the leases given up: what is left is read again by who takes the lease.
      ending: { sleepSeconds: 0, graceSeconds: 30 },
    },
    {
      name: 'delivery',
      // To decrypt a credential it names no key: the credential itself says which.
      variables: { ...deliveryVariables(deliveries, queue), ...ofTenants('delivery') },
      minReadySeconds: 10,
      // A call to a destination may take ten seconds; what is not deleted from the queue is delivered again.
      ending: { sleepSeconds: 0, graceSeconds: 30 },
    },
    { name: 'profiles', variables: { ...tokens, PROFILES_TABLE: `${cell}-profiles`, ...ofTenants('profiles') }, ...served },
  ];
}

/** What a service behind the load balancer needs, whatever it answers. */
const served: Pick<ServiceTraits, 'minReadySeconds' | 'ending'> = {
  // The gate of its namespace says when the load balancer sends it requests. As long again holds where EKS puts no gate on a pod: one that was made
  // before its binding, or while EKS' own webhook did not answer [OPS-1].
  minReadySeconds: SEEN_SECONDS,
  ending: {
    // It goes on serving, as if nothing had happened, until the load balancer knows of its end and the last request has had its time: so
    // no server of ours has to know how to drain.
    sleepSeconds: REGISTRATION_SECONDS + loadBalancer.deregistrationDelaySeconds,
    // And then as long again, to put into the stream, or the spill bucket, what it has acknowledged.
    graceSeconds: 2 * (REGISTRATION_SECONDS + loadBalancer.deregistrationDelaySeconds),
  },
};

type DeliveryClass = Deliveries['classes'][string];

/** `WEBHOOK_QUEUE` and its like, one for each class. */
const ofEachClass = (
  { classes }: Deliveries,
  name: string,
  value: (of: DeliveryClass) => string | number,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(classes).map(([key, of]) => [`${key.toUpperCase()}_${name}`, String(value(of))]));

/** The contract is docs/02-data/delivery.md: each variable stands there. */
function deliveryVariables(deliveries: Deliveries, queue: (name: string) => string): Readonly<Record<string, string>> {
  const { schedule, tenantsTable, stopSeconds } = deliveries;
  return {
    ...ofEachClass(deliveries, 'QUEUE', ({ queues }) => queue(queues.main)),
    ...ofEachClass(deliveries, 'RETRY_QUEUE', ({ queues }) => queue(queues.retry)),
    ...ofEachClass(deliveries, 'DEAD_QUEUE', ({ queues }) => queue(queues.dead)),
    ...ofEachClass(deliveries, 'CALL_TIMEOUT_SECONDS', ({ callTimeoutSeconds }) => callTimeoutSeconds),
    ...ofEachClass(deliveries, 'CALLS', ({ callsPerPod }) => callsPerPod),
    ...ofEachClass(deliveries, 'CALLS_PER_DESTINATION', ({ callsPerDestination }) => callsPerDestination),
    ...ofEachClass(deliveries, 'WAITING_PER_DESTINATION', ({ waitingPerDestination }) => waitingPerDestination),
    ...ofEachClass(deliveries, 'WAITING', ({ waitingPerPod }) => waitingPerPod),
    ...ofEachClass(deliveries, 'DELIVERIES_PER_CALL', ({ deliveriesPerCall }) => deliveriesPerCall),
    ...ofEachClass(deliveries, 'GATHER_MILLISECONDS', ({ gatherMilliseconds }) => gatherMilliseconds),
    RETRY_DELAYS_SECONDS: schedule.retryDelaysSeconds.join(','),
    PARKED_DELAY_SECONDS: String(schedule.parkedDelaySeconds),
    LOCAL_WAIT_MILLISECONDS: String(schedule.localWaitMilliseconds),
    WAITING_MEBIBYTES: String(schedule.waitingMebibytes),
    BUSY_DELAYS_SECONDS: schedule.busyDelaysSeconds.join(','),
    RECEIVE_WAIT_SECONDS: String(schedule.receiveWaitSeconds),
    NEW_FOR_EACH_RETRY: String(schedule.newForEachRetry),
    OPENS_AFTER_FAILURES: String(schedule.opensAfterFailures),
    PROBE_SECONDS: String(schedule.probeSeconds),
    GIVE_UP_HOURS: String(schedule.giveUpHours),
    EXPIRE_DAYS: String(schedule.expireDays),
    TENANTS_TABLE: tenantsTable,
    STOP_SECONDS: String(stopSeconds),
  };
}

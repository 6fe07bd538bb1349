import { loadBalancer, REGISTRATION_SECONDS, SEEN_SECONDS } from './load-balancer';
import type { ServiceTraits } from './charts/service-chart';
import type { ClusterTreeProps } from './tree-props';

/**
 * The four services. Names are those of the stacks (docs/02-data/events.md), and what a pod may do with them is its role's
 * (lib/stacks/workloads-stack.ts).
 */
export function servicesOf({ cell, account, region, identityProvider }: ClusterTreeProps): readonly ServiceTraits[] {
  const streams = { EVENT_STREAM: `${cell}-events` };
  const tokens = {
    TOKEN_ISSUER: identityProvider.issuer,
    TOKEN_KEYS: identityProvider.jwksEndpoint,
    TOKEN_AUDIENCE: identityProvider.audience,
  };
  return [
    { name: 'ingest', variables: { ...streams, ...tokens, SPILL_BUCKET: `${cell}-spill-${account}-${region}` }, ...served },
    {
      name: 'processor',
      variables: {
        ...streams,
        STREAM_CONSUMER: 'processor',
        ENRICHED_STREAM: `${cell}-enriched`,
        QUARANTINE_STREAM: `${cell}-quarantine`,
        // The Kinesis Client Library names its tables by it.
        LEASE_APPLICATION: `${cell}-processor`,
      },
      minReadySeconds: 10,
      // A batch, its checkpoint, and the leases given up: what is left is read again by who takes the lease.
      ending: { sleepSeconds: 0, graceSeconds: 30 },
    },
    {
      name: 'delivery',
      // Its queues and the secrets of destinations come with delivery.
      variables: {},
      minReadySeconds: 10,
      // A call to a destination may take ten seconds; what is not deleted from the queue is delivered again.
      ending: { sleepSeconds: 0, graceSeconds: 30 },
    },
    { name: 'profiles', variables: tokens, ...served },
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

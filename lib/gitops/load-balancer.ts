/**
 * What pods count on of the load balancer in front of them. Its target groups are CloudFormation's (lib/stacks/edge-stack.ts):
 * test/gitops/names.test.ts compares the two.
 */
export const loadBalancer = {
  healthCheckPath: '/healthz/ready',
  healthCheckIntervalSeconds: 5,
  /** Requests that are under way when a pod is taken out may take as long. */
  deregistrationDelaySeconds: 30,
} as const;

/**
 * Until the load balancer knows of a pod, or of its end: the cluster's controller, the API, its own nodes. AWS names no bound; to be measured in
 * dev, with the rest of ADR-019's figures.
 */
export const REGISTRATION_SECONDS = 10;

/**
 * From the moment on at which a pod answers its probe until the load balancer sends it requests: a new target needs one check, and not as many as
 * one that was ill. Source: Elastic Load Balancing User Guide for Application Load Balancers, "Health checks for target groups", read 2026-11.
 */
export const SEEN_SECONDS = REGISTRATION_SECONDS + loadBalancer.healthCheckIntervalSeconds;

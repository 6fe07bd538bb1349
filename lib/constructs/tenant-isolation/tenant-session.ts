/**
 * Who acts for whom: a session with the tag `tenant`, under the tenant's name. Names are known at synth, so that pods are configured by
 * literals, and carry the Region, since roles are the account's: those of the home Region may still be there when the other one serves.
 */

/** The key of the session's tag. */
export const TENANT_TAG = 'tenant';

/** The tenant of the session that asks, as a variable of IAM: without the tag it equals nothing, and is like nothing. */
export const TENANT = `\${aws:PrincipalTag/${TENANT_TAG}}`;

/** Who needs a tenant's data: four services by their pods, and `operator`, by which an approved engineer serves one tenant. */
export const tenantServices = ['ingest', 'processor', 'profiles', 'delivery', 'operator'] as const;
export type TenantService = (typeof tenantServices)[number];

interface Place {
  readonly cell: string;
  readonly region: string;
}

/** `prod-eu-processor-tenant-eu-west-1`: 64 characters hold the longest. */
export const tenantRoleName = ({ cell, region }: Place, service: TenantService): string => `${cell}-${service}-tenant-${region}`;

export const tenantRoleArn = (place: Place & { readonly account: string }, service: TenantService): string =>
  `arn:aws:iam::${place.account}:role/${tenantRoleName(place, service)}`;

/**
 * Tags that EKS Pod Identity sets, and makes transitive: a chained session inherits them, and who passes one of them again is refused.
 * Whether STS counts inherited ones among aws:TagKeys is documented nowhere, so that they are allowed; nobody gains by it.
 * Sources: Amazon EKS User Guide, "Grant Pods access to AWS resources based on tags"; AWS STS API Reference, "AssumeRole", Tags; read 2026-11.
 */
export const podTagKeys = [
  'eks-cluster-arn',
  'eks-cluster-name',
  'kubernetes-namespace',
  'kubernetes-service-account',
  'kubernetes-pod-name',
  'kubernetes-pod-uid',
] as const;

/** Of the keys of CELL-profiles, CELL-tenants and CELL-deduplication: docs/02-data/profiles.md. */
export const ownKeys = `${TENANT}#*`;
export const settingsKey = `${TENANT}#settings`;
export const credentialsKey = `${TENANT}#credentials`;
/** Of what stops a tenant's deliveries: apart, so that who reads settings reads no stops, and who is to publish settings could not lift one. */
export const stopsKey = `${TENANT}#delivery`;

/** What a table is restored as, beside itself: the boundary of all roles holds whatever is called so (bootstrap/account.yaml). */
export const restoredTable = (name: string): string => `${name}-restored`;

/** Where a tenant's quarantined events are: docs/02-data/events.md. */
export const ownQuarantine = `events/${TENANT}/`;

/** A tenant's role in PostgreSQL [ADR-012]. */
export const ownDatabaseUser = `tenant_${TENANT}`;

/** By which services find the key of tenants' credentials, in each Region. */
export const credentialsKeyAlias = (cell: string): string => `alias/${cell}-credentials`;

/** A scope of OAuth 2.0 that a tenant's token holds [TEC-3]. */
export type Scope = 'events:write' | 'profiles:read';

/** What the public API answers under a path, with which permission, and which service of the cluster does. */
export interface Route {
  readonly method: 'POST';
  readonly path: `/v1/${string}`;
  readonly scope: Scope;
  readonly service: 'ingest' | 'profiles';
}

/**
 * Each operation of api/openapi.yaml once: the load balancer's rules, the services and the contract are one list (test/api/routes.test.ts).
 * There is no other public path. Persons are named in bodies only: paths stand in access logs, which outlive an erasure [CMP-1, ADR-022].
 */
export const routes: readonly Route[] = [
  { method: 'POST', path: '/v1/events', scope: 'events:write', service: 'ingest' },
  { method: 'POST', path: '/v1/events/batch', scope: 'events:write', service: 'ingest' },
  { method: 'POST', path: '/v1/profiles/lookup', scope: 'profiles:read', service: 'profiles' },
];

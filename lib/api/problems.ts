/** What a client does with an answer: `never` repeats it as it was, `later` repeats it after Retry-After, or else with growing pauses. */
export type Repeat = 'never' | 'later';

/** A kind of error, as RFC 9457 identifies it: by the URI of its type, which never changes its meaning [TIM-1]. */
export interface ProblemType {
  readonly name: string;
  readonly status: number;
  readonly title: string;
  readonly repeat: Repeat;
}

/** Names nothing that has to be there: a client compares it, and nobody need answer under it. */
export const PROBLEM_BASE = 'https://dataflow.example/problems/';

/** Every error that our services answer. Those of the load balancer and of WAF are not among them: docs/02-data/api.md. */
export const problemTypes: readonly ProblemType[] = [
  { name: 'malformed-request', status: 400, title: 'The body is no JSON, or its compression is broken', repeat: 'never' },
  { name: 'unauthenticated', status: 401, title: 'The token is missing, expired or not ours', repeat: 'never' },
  { name: 'insufficient-scope', status: 403, title: 'The token lacks the scope of this operation', repeat: 'never' },
  { name: 'tenant-suspended', status: 403, title: 'The tenant is switched off', repeat: 'never' },
  { name: 'profile-not-found', status: 404, title: 'There is no profile of this person', repeat: 'never' },
  { name: 'body-too-large', status: 413, title: 'The body is larger than the operation takes', repeat: 'never' },
  { name: 'batch-too-long', status: 413, title: 'The batch has more events than one may have', repeat: 'never' },
  { name: 'event-too-large', status: 413, title: 'The event is larger than one may be', repeat: 'never' },
  { name: 'unsupported-media-type', status: 415, title: 'The content type or encoding is none that we read', repeat: 'never' },
  { name: 'invalid-event', status: 422, title: 'The event breaks the contract', repeat: 'never' },
  { name: 'no-event-accepted', status: 422, title: 'No event of the batch was accepted', repeat: 'never' },
  { name: 'invalid-batch', status: 422, title: 'The batch breaks the contract', repeat: 'never' },
  { name: 'invalid-lookup', status: 422, title: 'The lookup breaks the contract', repeat: 'never' },
  { name: 'rate-limited', status: 429, title: 'The tenant has used up its rate', repeat: 'later' },
  { name: 'internal-error', status: 500, title: 'We failed', repeat: 'later' },
  { name: 'unavailable', status: 503, title: 'We cannot do this now', repeat: 'later' },
];

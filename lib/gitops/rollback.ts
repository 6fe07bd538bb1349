import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { loadBalancer, REGISTRATION_SECONDS, SEEN_SECONDS } from './load-balancer';
import { WAVE, type Manifest } from './manifest';
import type { ServiceName } from './tree-props';

/** From the merge of a revert until nothing but the old version answers [OPS-2]: docs/06-runbooks/rollback.md, ADR-019. */
export const ROLLBACK_LIMIT_SECONDS = 300;

/** What bounds a step. */
type Bound =
  /** Read from the manifests, or from what asks Argo CD: a test fails when it is changed for the worse. */
  | 'setting'
  /** Said in public, by the source. */
  | 'published'
  /** Nobody names a bound: to be measured in dev, and put here. */
  | 'assumed';

export interface RollbackStep {
  readonly what: string;
  readonly seconds: number;
  readonly bound: Bound;
  readonly source: string;
}

export interface RollbackConditions {
  /** How long Git is ahead before Argo CD looks. By itself it does every six minutes. */
  readonly refreshSeconds: number;
  /** Whether pods need nodes that are not there yet: half an hour after the rollout, when its surge has been given back. */
  readonly needsNodes: boolean;
}

/**
 * Argo CD's own interval, which EKS lets nobody change. Source: Amazon EKS User Guide, "Argo CD considerations", read 2026-11.
 */
export const POLL_SECONDS = 360;

/** How often a function of ours asks Argo CD to look, which test/gitops/names.test.ts finds in the templates. */
export const REFRESH_SECONDS = 60;

type Probe = NonNullable<NonNullable<NonNullable<IDeployment['spec']>['template']['spec']>['containers'][number]['startupProbe']>;

/** Each step at its worst, for one service, by what the manifests say of it. */
export function rollbackSteps(objects: readonly Manifest[], service: ServiceName, conditions: RollbackConditions): RollbackStep[] {
  const spec = find<IDeployment>(objects, 'Deployment', service).spec;
  const pod = spec?.template.spec;
  const [container] = pod?.containers ?? [];
  if (!spec || !pod || !container) throw new RangeError(`${service}: received a deployment without a container; allowed: one`);
  const tree = `gitops/${service}.yaml`;
  const isServed = objects.some(({ kind, metadata }) => kind === 'Service' && metadata?.namespace === service);
  const lastWave = new Set(objects.map(({ metadata }) => metadata?.annotations?.[WAVE] ?? '0')).size - 1;
  const rounds = roundsOf(spec, find<IHorizontalPodAutoscaler>(objects, 'HorizontalPodAutoscaler', service).spec?.maxReplicas ?? 0);

  const before: RollbackStep[] = [
    {
      what: 'Git is ahead, nobody has told Argo CD',
      seconds: conditions.refreshSeconds,
      bound: 'setting',
      source: 'lib/constructs/argo-refresh.ts',
    },
    { what: 'Argo CD is told', seconds: 5, bound: 'assumed', source: 'a function that starts in the VPC, and one request' },
    { what: 'It fetches, renders, compares', seconds: 10, bound: 'assumed', source: 'plain YAML, below 100 KB' },
    {
      what: `It applies ${lastWave + 1} waves, and waits between them`,
      seconds: lastWave * 2 + 5,
      bound: 'published',
      source: 'argoproj/argo-cd:docs/user-guide/sync-waves.md, 2 s; 5 s for the requests are assumed',
    },
    { what: 'Deployment, replica set, scheduler', seconds: 3, bound: 'assumed', source: 'controllers that watch' },
  ];
  const start: RollbackStep[] = [
    ...(conditions.needsNodes
      ? ([
          {
            what: 'A node',
            seconds: 90,
            bound: 'published',
            source: 'devfloor9.github.io/engineering-playbook, Karpenter, 2026-02: 45 to 90 s',
          },
          { what: 'The image, of 200 MB at most', seconds: 20, bound: 'assumed', source: 'a node that has it, has it by its digest' },
        ] as const)
      : []),
    { what: 'The process starts', seconds: seconds(container.startupProbe, 'failureThreshold'), bound: 'setting', source: tree },
    { what: 'It is ready', seconds: seconds(container.readinessProbe, 'successThreshold'), bound: 'setting', source: tree },
    // By the readiness gate of its namespace.
    ...(isServed
      ? ([
          { what: 'The load balancer sends it requests', seconds: SEEN_SECONDS, bound: 'assumed', source: 'lib/gitops/load-balancer.ts' },
        ] as const)
      : []),
    { what: 'It stays ready', seconds: spec.minReadySeconds ?? 0, bound: 'setting', source: tree },
  ];
  return [
    ...before,
    ...Array.from({ length: rounds }, () => start).flat(),
    ...endOf(service, isServed, pod.terminationGracePeriodSeconds ?? 30),
  ];
}

/** Until the bad version does nothing any more. */
function endOf(service: ServiceName, isServed: boolean, graceSeconds: number): RollbackStep[] {
  if (isServed) {
    return [
      {
        what: 'The load balancer takes the bad version out',
        seconds: REGISTRATION_SECONDS,
        bound: 'assumed',
        source: 'lib/gitops/load-balancer.ts',
      },
      {
        what: 'Requests that it had end',
        seconds: loadBalancer.deregistrationDelaySeconds,
        bound: 'setting',
        source: 'lib/stacks/edge-stack.ts',
      },
    ];
  }
  const grace: RollbackStep = { what: 'The bad version ends', seconds: graceSeconds, bound: 'setting', source: `gitops/${service}.yaml` };
  if (service !== 'processor') return [grace];
  return [
    grace,
    {
      what: 'Its leases are taken, had it not given them up',
      seconds: 10,
      bound: 'published',
      source: 'awslabs/amazon-kinesis-client, DEFAULT_FAILOVER_TIME_MILLIS',
    },
  ];
}

export const totalSeconds = (steps: readonly RollbackStep[]): number => steps.reduce((sum, step) => sum + step.seconds, 0);

/** As slow as a pod may be without being given up. */
function seconds(probe: Probe | undefined, threshold: 'failureThreshold' | 'successThreshold'): number {
  if (!probe) throw new RangeError('probe: received none; allowed: one, or nothing bounds how long a pod takes');
  const { initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1 } = probe;
  return initialDelaySeconds + periodSeconds * (probe[threshold] ?? (threshold === 'failureThreshold' ? 3 : 1)) + timeoutSeconds;
}

/** How many times pods are waited for: Kubernetes rounds a share of a surge up, and one of the unavailable down. */
function roundsOf(spec: NonNullable<IDeployment['spec']>, pods: number): number {
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  const share = (value: string | number, round: (value: number) => number) =>
    typeof value === 'number' ? value : round((Number.parseFloat(value) / 100) * pods);
  const atOnce = share(maxSurge, Math.ceil) + share(maxUnavailable, Math.floor);
  if (!(atOnce > 0))
    throw new RangeError('maxSurge and maxUnavailable: received 0; allowed: one of them above, or no pod is ever replaced');
  return Math.ceil(pods / atOnce);
}

function find<T extends Manifest>(objects: readonly Manifest[], kind: T['kind'], name: string): T {
  const object = objects.find((candidate) => candidate.kind === kind && candidate.metadata?.name === name);
  if (!object) throw new RangeError(`${kind}: received none of ${name}; allowed: one`);
  return object as T;
}

import { ApiObject, Chart, type ApiObjectProps } from 'cdk8s';

/** An object of Kubernetes as its type has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/**
 * When Argo CD applies an object. It waits until a wave is healthy before it goes on, but not for the last one: so what takes long to be
 * healthy is in the last, and no rollout uses up the 120 seconds that a sync may take.
 * Source: argoproj/argo-cd:gitops-engine/pkg/sync/sync_context.go (multiStep); Amazon EKS User Guide, "Argo CD considerations", read 2026-11.
 */
const waves = {
  Namespace: -2,
  PriorityClass: -2,
  NodeClass: -2,
  NodePool: -2,
  StorageClass: -2,
  ConfigMap: -2,
  ValidatingAdmissionPolicy: -2,
  ValidatingAdmissionPolicyBinding: -1,
  NetworkPolicy: -1,
  ResourceQuota: -1,
  LimitRange: -1,
  ServiceAccount: -1,
  Service: -1,
  PodDisruptionBudget: -1,
  HorizontalPodAutoscaler: 0,
  Deployment: 0,
} as const satisfies Record<string, number>;

export const WAVE = 'argocd.argoproj.io/sync-wave';
export const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';

/** Adds an object to a chart. @throws RangeError for a kind that has no place in the order of a sync. */
export function add<T extends Manifest>(chart: Chart, manifest: T): ApiObject {
  const { kind, metadata = {} }: Manifest = manifest;
  if (!(kind in waves)) throw new RangeError(`kind: received '${kind}'; allowed: ${Object.keys(waves).join(', ')}`);
  const wave = waves[kind as keyof typeof waves];
  const annotations = { ...metadata.annotations, ...(wave === 0 ? {} : { [WAVE]: String(wave) }) };
  const id = [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('-');
  return new ApiObject(chart, id, {
    ...manifest,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
  } as ApiObjectProps);
}

import type { Manifest } from './manifest';

/** An API version that goes, by minor versions of Kubernetes 1. */
interface DeprecatedApi {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  readonly deprecatedIn: number;
  readonly removedIn: number;
}

/** Up to which minor version the table knows: an upgrade to a later one begins with its source (docs/06-runbooks/kubernetes-upgrade.md). */
export const KNOWN_UP_TO = 37;

/**
 * What is removed in 1.32 or later. Source: Kubernetes' own record, from which its deprecation guide is written: module k8s.io/api v0.37.2,
 * `zz_generated.prerelease-lifecycle.go` of each group, read 2026-11.
 */
export const deprecatedApis: readonly DeprecatedApi[] = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1alpha1',
    kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    deprecatedIn: 29,
    removedIn: 32,
  },
  { apiVersion: 'authentication.k8s.io/v1alpha1', kinds: ['SelfSubjectReview'], deprecatedIn: 29, removedIn: 32 },
  {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3',
    kinds: ['FlowSchema', 'PriorityLevelConfiguration'],
    deprecatedIn: 29,
    removedIn: 32,
  },
  { apiVersion: 'authentication.k8s.io/v1beta1', kinds: ['SelfSubjectReview'], deprecatedIn: 30, removedIn: 33 },
  {
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    deprecatedIn: 31,
    removedIn: 34,
  },
  { apiVersion: 'apidiscovery.k8s.io/v2beta1', kinds: ['APIGroupDiscovery'], deprecatedIn: 32, removedIn: 35 },
  { apiVersion: 'storage.k8s.io/v1alpha1', kinds: ['VolumeAttributesClass'], deprecatedIn: 32, removedIn: 35 },
  { apiVersion: 'certificates.k8s.io/v1alpha1', kinds: ['ClusterTrustBundle'], deprecatedIn: 34, removedIn: 37 },
  { apiVersion: 'networking.k8s.io/v1beta1', kinds: ['IPAddress', 'ServiceCIDR'], deprecatedIn: 34, removedIn: 37 },
  { apiVersion: 'storage.k8s.io/v1beta1', kinds: ['VolumeAttributesClass'], deprecatedIn: 34, removedIn: 37 },
  {
    apiVersion: 'admissionregistration.k8s.io/v1alpha1',
    kinds: ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
    deprecatedIn: 35,
    removedIn: 38,
  },
  { apiVersion: 'coordination.k8s.io/v1alpha2', kinds: ['LeaseCandidate'], deprecatedIn: 35, removedIn: 38 },
  {
    apiVersion: 'resource.k8s.io/v1beta1',
    kinds: ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
    deprecatedIn: 35,
    removedIn: 38,
  },
  { apiVersion: 'coordination.k8s.io/v1beta1', kinds: ['LeaseCandidate'], deprecatedIn: 36, removedIn: 39 },
  { apiVersion: 'resource.k8s.io/v1alpha3', kinds: ['DeviceTaintRule'], deprecatedIn: 36, removedIn: 39 },
  {
    apiVersion: 'resource.k8s.io/v1beta2',
    kinds: ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
    deprecatedIn: 36,
    removedIn: 39,
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
    deprecatedIn: 37,
    removedIn: 40,
  },
  { apiVersion: 'certificates.k8s.io/v1beta1', kinds: ['ClusterTrustBundle', 'PodCertificateRequest'], deprecatedIn: 37, removedIn: 40 },
  { apiVersion: 'storagemigration.k8s.io/v1beta1', kinds: ['StorageVersionMigration'], deprecatedIn: 37, removedIn: 40 },
  { apiVersion: 'resource.k8s.io/v1alpha3', kinds: ['ResourcePoolStatusRequest'], deprecatedIn: 39, removedIn: 42 },
  { apiVersion: 'resource.k8s.io/v1beta2', kinds: ['DeviceTaintRule'], deprecatedIn: 39, removedIn: 42 },
  { apiVersion: 'lifecycle.k8s.io/v1alpha1', kinds: ['Eviction', 'EvictionRequest'], deprecatedIn: 40, removedIn: 43 },
  { apiVersion: 'scheduling.k8s.io/v1beta1', kinds: ['PodGroup', 'Workload'], deprecatedIn: 40, removedIn: 43 },
];

/** Objects that a minor version warns of or no longer takes, and those of versions that were never meant to last. */
export function deprecationsIn(objects: readonly Manifest[], kubernetesVersion: string): string[] {
  const minor = Number(kubernetesVersion.split('.')[1]);
  if (!(minor <= KNOWN_UP_TO))
    throw new RangeError(`kubernetesVersion: received '${kubernetesVersion}'; allowed: up to 1.${KNOWN_UP_TO}, which the table knows`);
  return objects.flatMap(({ apiVersion, kind, metadata }) => {
    const at = `${apiVersion} ${kind} ${metadata?.name ?? ''}`;
    const known = deprecatedApis.find((api) => api.apiVersion === apiVersion && api.kinds.includes(kind) && api.deprecatedIn <= minor);
    if (known) return [`${at}: deprecated in 1.${known.deprecatedIn}, removed in 1.${known.removedIn}`];
    return /^v\d+(alpha|beta)\d+$/.test(apiVersion.split('/').at(-1) ?? '') ? [`${at}: alpha and beta go within a few versions`] : [];
  });
}

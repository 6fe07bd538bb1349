/**
 * Minor versions of Kubernetes that a cell may run, with the days that bound their standard support: after the last of them EKS
 * upgrades a cluster by itself, since our upgrade policy is STANDARD. docs/06-runbooks/kubernetes-upgrade.md says how we come first.
 */
export const kubernetesVersions = {
  '1.36': { onEks: '2026-06-01', standardSupportEnds: '2027-08-01' },
} as const satisfies Record<string, { readonly onEks: string; readonly standardSupportEnds: string }>;

export type KubernetesVersion = keyof typeof kubernetesVersions;

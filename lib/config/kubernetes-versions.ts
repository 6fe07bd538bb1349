/**
 * Minor versions of Kubernetes that a cell may run, with the days that bound their standard support: after the last of them EKS
 * upgrades a cluster by itself, since our upgrade policy is STANDARD. docs/06-runbooks/kubernetes-upgrade.md says how we come first.
 *
 * Source of 1.35: endoflife.date, "Amazon EKS", as of 2026-02. Of 1.36: a report of 2026-08 by others, since AWS's own table was not at hand; its
 * end is AWS's rule, 14 months of standard support after the release on EKS (Amazon EKS User Guide, "Understand the Kubernetes version
 * lifecycle on EKS"), read 2026-11. Compare with `aws eks describe-cluster-versions` before the first deployment.
 */
export const kubernetesVersions = {
  '1.35': { onEks: '2026-01-28', standardSupportEnds: '2027-03-27' },
  '1.36': { onEks: '2026-06-02', standardSupportEnds: '2027-08-02' },
} as const satisfies Record<string, { readonly onEks: string; readonly standardSupportEnds: string }>;

export type KubernetesVersion = keyof typeof kubernetesVersions;

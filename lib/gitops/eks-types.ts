/**
 * Kinds of `eks.amazonaws.com`. AWS publishes no schema of them: these are rebuilt from the documentation, and hold what we use. A field that
 * AWS renames is found in dev, not here. Source: Amazon EKS User Guide, "Create a Node Class for Amazon EKS", read 2026-11.
 */
export interface NodeClass {
  readonly apiVersion: 'eks.amazonaws.com/v1';
  readonly kind: 'NodeClass';
  /** Not `default`, which is EKS' own. */
  readonly metadata: { readonly name: string };
  readonly spec: {
    /** Name, not ARN. */
    readonly role: string;
    /** Terms are alternatives; the tags of one term must all be there. */
    readonly subnetSelectorTerms: readonly SelectorTerm[];
    readonly securityGroupSelectorTerms: readonly SelectorTerm[];
    readonly snatPolicy?: 'Random' | 'Disabled';
    /** What a pod may do until its network policies are known. */
    readonly networkPolicy: 'DefaultAllow' | 'DefaultDeny';
    /** Into a file on the node. */
    readonly networkPolicyEventLogs: 'Disabled' | 'Enabled';
    readonly ephemeralStorage: {
      readonly size: string;
      readonly iops?: number;
      readonly throughput?: number;
      /** ID, ARN or alias. */
      readonly kmsKeyID: string;
    };
    /** On instances, volumes and network interfaces. */
    readonly tags: Readonly<Record<string, string>>;
  };
}

interface SelectorTerm {
  readonly tags: Readonly<Record<string, string>>;
}

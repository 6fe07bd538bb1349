/** What an estimate is made from, by shape: templates, manifests, and the workload of a cell. cost imports nothing of lib. */

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Stack {
  /** Construct path, such as `prod-eu/Network`. */
  readonly path: string;
  readonly region: string;
  readonly resources: readonly Resource[];
}

export interface Workload {
  /** Accepted events in an average day, each counted once. */
  readonly eventsPerDay: number;
  readonly eventBytes: number;
  readonly deliveriesPerEvent: number;
  readonly eventsPerRequest: number;
  readonly profileReadsPerDay: number;
  readonly tenants: number;
  readonly persons: number;
  readonly profileBytes: number;
}

/** Of one service, as its Deployment and its autoscaler say. */
export interface Pods {
  readonly service: string;
  readonly least: number;
  readonly most: number;
  readonly vcpus: number;
  readonly memoryGib: number;
  /** Mean CPU use that the autoscaler aims at, of what is asked for. */
  readonly target: number;
}

/** How it is bought: what no template says. */
export interface Buying {
  /** Share of node hours on Spot. */
  readonly spotShare: number;
  /** Share of node hours under a Compute Savings Plan of one year. */
  readonly planShare: number;
  /** Whether the account's Region has Kinesis' on-demand advantage mode. */
  readonly advantage: boolean;
  /** Whether the trail takes data events of the deduplication table. */
  readonly trailsDeduplication: boolean;
  /** Class of the pods' logs. */
  readonly infrequentLogs: boolean;
}

export const buying: Buying = { spotShare: 0, planShare: 0, advantage: false, trailsDeduplication: true, infrequentLogs: false };

export interface CellInputs {
  readonly environment: string;
  /** Whose volume is asked about where no cell is named. */
  readonly holdsCustomerData: boolean;
  readonly cell: string;
  readonly homeRegion: string;
  readonly recoveryRegion?: string;
  /** Where events come in: the recovery Region after a takeover. */
  readonly servingRegion: string;
  readonly budgetUsd: number;
  readonly maximumVcpus: number;
  readonly workload: Workload;
  readonly pods: readonly Pods[];
  readonly stacks: readonly Stack[];
  readonly buying: Buying;
}

interface Manifest {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: Record<string, unknown>;
}

const quantity = (text: unknown): number => {
  const match = /^(\d+(?:\.\d+)?)(m|Mi|Gi)?$/.exec(String(text));
  if (!match) throw new RangeError(`quantity: received '${String(text)}'; allowed: a number, with m, Mi or Gi`);
  const scale = { m: 1e-3, Mi: 1 / 1024, Gi: 1 }[match[2] ?? ''] ?? 1;
  return Number(match[1]) * scale;
};

/** The services of a cluster, from its manifests as objects. @throws RangeError for a Deployment without an autoscaler: its cost has no bound. */
export function podsOf(manifests: readonly unknown[]): readonly Pods[] {
  const all = manifests as readonly Manifest[];
  return all
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ metadata, spec }) => {
      const service = metadata?.name ?? '';
      const scaler = all.find((other) => other.kind === 'HorizontalPodAutoscaler' && other.metadata?.name === service)?.spec as
        { minReplicas: number; maxReplicas: number; metrics: { resource: { target: { averageUtilization: number } } }[] } | undefined;
      if (!scaler) throw new RangeError(`manifests: received a Deployment '${service}' alone; allowed: one with a HorizontalPodAutoscaler`);
      const { containers } = (spec as { template: { spec: { containers: { resources: { requests: Record<string, string> } }[] } } })
        .template.spec;
      const sum = (key: string) => containers.reduce((total, { resources }) => total + quantity(resources.requests[key]), 0);
      return {
        service,
        least: scaler.minReplicas,
        most: scaler.maxReplicas,
        vcpus: sum('cpu'),
        memoryGib: sum('memory'),
        target: (scaler.metrics[0]?.resource.target.averageUtilization ?? 100) / 100,
      };
    });
}

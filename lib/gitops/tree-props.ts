/** The services of the pipeline, each with a namespace, a service account and a deployment of its name. */
export const serviceNames = ['ingest', 'processor', 'delivery'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** How one service runs. */
export interface ServiceSize {
  /** The image by its content, `sha256:...`. */
  readonly imageDigest: string;
  readonly minimumPods: number;
  readonly maximumPods: number;
  /** Of one pod, asked for. */
  readonly cpuMillicores: number;
  /** Of one pod, asked for and the limit. */
  readonly memoryMib: number;
}

/** Where pods send traces, metrics and logs; the endpoint comes with observability. */
export type Telemetry =
  | { readonly kind: 'otlp'; readonly endpoint: string; readonly namespace: string; readonly port: number }
  /** Nowhere: the SDK would otherwise look for a collector on its own host, and log each failure. */
  | { readonly kind: 'none'; readonly because: string };

/** Everything that the manifests of one cluster are made from: plain data, so that nothing else of lib is known here. */
export interface ClusterTreeProps {
  readonly cell: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Minor version, such as `1.36`. */
  readonly kubernetesVersion: string;
  /** Role of the nodes, by name. */
  readonly nodeRole: string;
  /** Alias of the key of the nodes' volumes. */
  readonly nodeKeyAlias: string;
  readonly network: {
    /** Construct path of the network's stack, such as `prod-eu/Network`: names of its security groups begin with it. */
    readonly path: string;
    /** A /16, cut up by lib/constructs/network.ts. */
    readonly cidr: string;
    readonly zones: number;
    /** Of Kubernetes' services, a /16. */
    readonly serviceCidr: string;
  };
  /** Beyond this no node is added [BUD-2]. */
  readonly maximumVcpus: number;
  /** When the cell's customers are at work: no node is given up then to save money. Cron in UTC, and how long. */
  readonly peak: { readonly schedule: string; readonly duration: string };
  readonly owner: string;
  readonly costCentre: string;
  readonly services: Readonly<Record<ServiceName, ServiceSize>>;
  readonly tenants: {
    /** What each tier may use: what pods read, by its own names. */
    readonly tiers: Readonly<Record<string, Readonly<Record<string, number>>>>;
    /** The one tenant of a dedicated cell. @default - any */
    readonly only?: string;
  };
  readonly telemetry: Telemetry;
}

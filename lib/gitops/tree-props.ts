/** The services of the platform, each with a namespace, a service account and a deployment of its name. */
export const serviceNames = ['ingest', 'processor', 'delivery', 'profiles'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Those that the load balancer sends requests to, each by a target group of its own: lib/stacks/edge-stack.ts. */
export const servedNames = ['ingest', 'profiles'] as const satisfies readonly ServiceName[];
export const isServed = (name: ServiceName): boolean => servedNames.some((served) => served === name);

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

/** How deliveries are tried: plain data, as lib/constructs/delivery-schedule.ts has it. */
export interface Deliveries {
  /** By class of destination: its queues by name, and how its calls are bounded. */
  readonly classes: Readonly<
    Record<
      string,
      {
        readonly queues: { readonly main: string; readonly retry: string; readonly dead: string };
        readonly callTimeoutSeconds: number;
        readonly callsPerPod: number;
        readonly callsPerDestination: number;
        readonly waitingPerDestination: number;
        readonly waitingPerPod: number;
        readonly deliveriesPerCall: number;
        readonly gatherMilliseconds: number;
      }
    >
  >;
  readonly schedule: {
    readonly retryDelaysSeconds: readonly number[];
    readonly parkedDelaySeconds: number;
    readonly localWaitMilliseconds: number;
    readonly waitingMebibytes: number;
    readonly busyDelaysSeconds: readonly number[];
    readonly receiveWaitSeconds: number;
    readonly newForEachRetry: number;
    readonly opensAfterFailures: number;
    readonly probeSeconds: number;
    readonly giveUpHours: number;
    readonly expireDays: number;
  };
  /** Of tenants' settings, with what stops a tenant's deliveries. */
  readonly tenantsTable: string;
  /** For how long a pod may go on after a stop. */
  readonly stopSeconds: number;
}

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
  /** Whose tokens ingest and profiles take: they verify again what the load balancer has verified [TEC-3]. */
  readonly identityProvider: { readonly issuer: string; readonly jwksEndpoint: string; readonly audiences: readonly string[] };
  readonly tenants: {
    /** What each tier may use: what pods read, by its own names. */
    readonly tiers: Readonly<Record<string, Readonly<Record<string, number>>>>;
    /** The one tenant of a dedicated cell. @default - any */
    readonly only?: string;
  };
  readonly telemetry: Telemetry;
  readonly deliveries: Deliveries;
  /** Where each service counts what tenants use [BUD-3]: docs/02-data/usage.md. @default - nowhere, in a recovery Region */
  readonly usageBucket?: string;
}

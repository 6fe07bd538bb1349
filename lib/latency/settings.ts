/** What of the platform's settings an event feels, read from the synthesized templates and from the manifests of the cluster. */

/** A stack, as lib/checks reads it from an assembly. */
export interface StackSettings {
  readonly resources: readonly ResourceSettings[];
}

export interface ResourceSettings {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** An object of Kubernetes, as it was parsed. */
export type ManifestSettings = Readonly<Record<string, unknown>>;

export interface PodSettings {
  readonly minimum: number;
  readonly maximum: number;
  /** Of a vCPU, that a pod is sure of. What it may have beyond, when its node is idle, is nobody's promise. */
  readonly vcpus: number;
  /** Share of that at which the autoscaler adds pods. */
  readonly target: number;
  /** For which a service waits to fill a batch, by the variable of its own: 0 where it says nothing. */
  readonly lingerMs: number;
}

export const services = ['ingest', 'processor', 'delivery'] as const;
export type Service = (typeof services)[number];

export interface LatencySettings {
  /** Whether the processor's own consumer takes events from the stream, or it looks for them. */
  readonly fanOut: boolean;
  /** Fixed, or as many as on-demand mode makes. */
  readonly shards: number | 'on demand';
  readonly pods: Readonly<Record<Service, PodSettings>>;
}

/** Variable by which a pod is told to gather before it puts or works: the contract of the services, docs/01-architecture/latency.md. */
export const LINGER_VARIABLE = 'LINGER_MS';

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (object, key) => (typeof object === 'object' && object !== null ? (object as ManifestSettings)[key] : undefined),
      value,
    );

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`settings: ${what} is not there; the latency of an event cannot be told`);
  return value;
}

const number = (value: unknown, what: string): number =>
  found(typeof value === 'number' && Number.isFinite(value) ? value : undefined, what);

const variableOf = (deployment: ManifestSettings, name: string): string | undefined => {
  const container = list(at(deployment, 'spec.template.spec.containers'))[0];
  const variable = list(at(container, 'env')).find((each) => at(each, 'name') === name);
  const value = at(variable, 'value');
  return typeof value === 'string' ? value : undefined;
};

/** Of Kubernetes, such as `500m` or `2`. */
function vcpusOf(quantity: unknown, what: string): number {
  const [, digits, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(quantity)) ?? [];
  return number(digits === undefined ? undefined : Number(digits) / (milli ? 1000 : 1), what);
}

/**
 * @param stacks of one cell
 * @param manifests of that cell's cluster
 */
export function readSettings(stacks: readonly StackSettings[], manifests: readonly ManifestSettings[]): LatencySettings {
  const object = (kind: string, name: string) =>
    found(
      manifests.find((each) => each['kind'] === kind && at(each, 'metadata.name') === name),
      `${kind} ${name}`,
    );
  const pods = (service: Service): PodSettings => {
    const deployment = object('Deployment', service);
    const scaler = object('HorizontalPodAutoscaler', service);
    const linger = variableOf(deployment, LINGER_VARIABLE) ?? '0';
    return {
      minimum: number(at(scaler, 'spec.minReplicas'), `minReplicas of ${service}`),
      maximum: number(at(scaler, 'spec.maxReplicas'), `maxReplicas of ${service}`),
      vcpus: vcpusOf(at(list(at(deployment, 'spec.template.spec.containers'))[0], 'resources.requests.cpu'), `requests.cpu of ${service}`),
      target: number(at(list(at(scaler, 'spec.metrics'))[0], 'resource.target.averageUtilization'), `target of ${service}`) / 100,
      lingerMs: number(/^\d+$/.test(linger) ? Number(linger) : undefined, `${LINGER_VARIABLE} of ${service}`),
    };
  };

  const processor = object('Deployment', 'processor');
  const streamName = found(variableOf(processor, 'EVENT_STREAM'), 'EVENT_STREAM of processor');
  const resources = stacks.flatMap((stack) => stack.resources);
  const stream = found(
    resources.find(({ type, properties }) => type === 'AWS::Kinesis::Stream' && properties['Name'] === streamName),
    `the stream ${streamName}`,
  );
  const consumer = variableOf(processor, 'STREAM_CONSUMER');
  return {
    fanOut: resources.some(
      ({ type, properties }) =>
        type === 'AWS::Kinesis::StreamConsumer' &&
        properties['ConsumerName'] === consumer &&
        list(at(properties, 'StreamARN.Fn::GetAtt'))[0] === stream.logicalId,
    ),
    shards:
      at(stream.properties, 'StreamModeDetails.StreamMode') === 'ON_DEMAND'
        ? 'on demand'
        : number(stream.properties['ShardCount'], `ShardCount of ${streamName}`),
    pods: { ingest: pods('ingest'), processor: pods('processor'), delivery: pods('delivery') },
  };
}

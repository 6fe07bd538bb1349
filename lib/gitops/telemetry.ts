import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { ClusterTreeProps, ServiceName } from './tree-props';

/**
 * What OpenTelemetry's SDK is told by its environment, by the names of its semantic conventions. Source: OpenTelemetry specification,
 * "General SDK configuration" and "Resource semantic conventions", read 2026-11.
 */
export function telemetryVariables(props: ClusterTreeProps, service: ServiceName): IEnvVar[] {
  const { cell, environment, account, region, services, telemetry } = props;
  const attributes: Readonly<Record<string, string>> = {
    'service.namespace': 'dataflow',
    // The image's content: what was deployed, whatever it was called.
    'service.version': services[service].imageDigest,
    'service.instance.id': '$(POD_NAME)',
    'deployment.environment.name': environment,
    'cloud.provider': 'aws',
    'cloud.account.id': account,
    'cloud.region': region,
    'k8s.cluster.name': cell,
    'k8s.namespace.name': service,
    'k8s.pod.name': '$(POD_NAME)',
    'k8s.node.name': '$(NODE_NAME)',
  };
  const fixed = {
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    ...(telemetry.kind === 'otlp'
      ? { OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.endpoint }
      : { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }),
  };
  return [
    // Before what refers to them: Kubernetes replaces $(...) by what stands above only.
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ...Object.entries(fixed).map(([name, value]) => ({ name, value })),
  ];
}

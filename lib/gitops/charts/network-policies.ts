import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { apiAddress, dnsAddress, internet, privateSubnets, publicSubnets } from '../addresses';
import { add } from '../manifest';
import { servedNames, serviceNames, type ClusterTreeProps, type ServiceName } from '../tree-props';

/** Where pods listen, over TLS; not privileged, so that they need no capability. */
export const SERVICE_PORT = 8443;
const HTTPS = 443;
const KUBELET = 10250;
/** Of the metrics server, as EKS' add-on has it. Source: Amazon EKS User Guide, "View resource usage with the metrics server", read 2026-11. */
const POD_METRICS = 10251;

/** The agent of Pod Identity, on each node. Source: Amazon EKS User Guide, "Learn how EKS Pod Identity grants pods access", read 2026-11. */
const POD_IDENTITY = '169.254.170.23/32';

type Spec = NonNullable<INetworkPolicy['spec']>;

const blocks = (cidrs: readonly string[]) => cidrs.map((cidr) => ({ ipBlock: { cidr } }));
const tcp = (...ports: readonly number[]) => ports.map((port) => ({ port, protocol: 'TCP' as const }));

/**
 * Who may talk to whom: nobody, but for the flows that have a name here. In front of them stand the security groups
 * (lib/constructs/security-tiers.ts), which know no pods.
 *
 * Probes need no rule: the agent lets a pod's own node through as soon as the pod has a policy of its namespace, strict or not.
 * Source: aws/aws-network-policy-agent#635, read 2026-11; a policy of the whole cluster alone would not do.
 */
export class NetworkPolicies extends Chart {
  constructor(
    scope: Construct,
    private readonly props: ClusterTreeProps,
  ) {
    super(scope, 'network-policies');
    const { cidr } = props.network;
    for (const service of serviceNames) {
      this.flow(service, 'default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
      this.flow(service, 'dns', this.dns());
      this.flow(service, 'pod-identity', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ to: blocks([POD_IDENTITY]), ports: tcp(80) }],
      });
      this.allowTelemetry(service);
    }
    for (const service of servedNames) {
      this.flow(service, 'load-balancer', {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: blocks([publicSubnets(cidr)]), ports: tcp(SERVICE_PORT) }],
      });
    }
    // AWS, by endpoints in our subnets and by the addresses of the internet that S3 and DynamoDB have behind their gateways; and the identity
    // provider's keys, by which tokens are verified once more.
    for (const service of ['ingest', 'processor', 'profiles'] as const) {
      this.flow(service, 'aws', this.https([privateSubnets(cidr), ...internet]));
    }
    // AWS, and destinations anywhere. Never another network of ours: a destination is an address that a customer chose.
    this.flow('delivery', 'aws', this.https([privateSubnets(cidr)]));
    this.flow('delivery', 'destinations', this.https(internet));
    this.addMetricsServer();
  }

  /** Answered on the node itself, under the service's address: there is no pod to name. Source: aws/containers-roadmap#2546, read 2026-11. */
  private dns(): Spec {
    return {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: blocks([dnsAddress(this.props.network.serviceCidr)]),
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
      ],
    };
  }

  private https(cidrs: readonly string[]): Spec {
    return { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: blocks(cidrs), ports: tcp(HTTPS) }] };
  }

  private allowTelemetry(service: ServiceName): void {
    const { telemetry } = this.props;
    if (telemetry.kind === 'none') return;
    this.flow(service, 'telemetry', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': telemetry.namespace } } }],
          ports: tcp(telemetry.port),
        },
      ],
    });
  }

  /**
   * The add-on by which the autoscaler knows load, and whatever else EKS puts there: it is asked by the control plane, asks the kubelets
   * and the cluster's API. All pods of the namespace, since their labels are the add-on's to change.
   */
  private addMetricsServer(): void {
    const { cidr, serviceCidr } = this.props.network;
    const nodes = privateSubnets(cidr);
    this.flow('kube-system', 'metrics', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: blocks([nodes]), ports: tcp(POD_METRICS) }],
      egress: [
        { to: blocks([nodes]), ports: tcp(HTTPS, KUBELET) },
        { to: blocks([apiAddress(serviceCidr)]), ports: tcp(HTTPS) },
      ],
    });
    this.flow('kube-system', 'dns', this.dns());
  }

  private flow(namespace: string, name: string, spec: Spec): void {
    add(this, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec } satisfies INetworkPolicy);
  }
}

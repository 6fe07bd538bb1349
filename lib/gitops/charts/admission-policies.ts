import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { IValidatingAdmissionPolicy } from 'kubernetes-models/admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy';
import type { IValidatingAdmissionPolicyBinding } from 'kubernetes-models/admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding';
import { add } from '../manifest';
import type { ClusterTreeProps } from '../tree-props';
import { TIER_LABEL } from './foundation';

type PolicySpec = NonNullable<IValidatingAdmissionPolicy['spec']>;
type NamespaceSelector = NonNullable<NonNullable<PolicySpec['matchConstraints']>['namespaceSelector']>;

interface Rule {
  readonly expression: string;
  readonly message: string;
}

const operations = ['CREATE', 'UPDATE'] as const;

/**
 * Pods, and what makes them: a deployment that could never have a pod is refused when it is applied, and so in the sync, not found later as
 * one that never gets ready. Debug containers come in by a resource of their own.
 */
const resourceRules = [
  {
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: [...operations],
    resources: ['pods', 'pods/ephemeralcontainers', 'replicationcontrollers'],
  },
  {
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    operations: [...operations],
    resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  },
  { apiGroups: ['batch'], apiVersions: ['v1'], operations: [...operations], resources: ['cronjobs', 'jobs'] },
];

const variables = [
  {
    name: 'pod',
    expression:
      "object.kind == 'Pod' ? object.spec : object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec : object.spec.template.spec",
  },
  { name: 'lasting', expression: 'variables.pod.containers + (has(variables.pod.initContainers) ? variables.pod.initContainers : [])' },
  {
    name: 'containers',
    expression: 'variables.lasting + (has(variables.pod.ephemeralContainers) ? variables.pod.ephemeralContainers : [])',
  },
];

/** EKS' own add-ons come from EKS' registry, without limits; who may write into their namespace is AWS and who was let in by approval. */
const notOfEks: NamespaceSelector = {
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }],
};

/** What the API server refuses, whoever asks for it [SEC-4]: rules that Pod Security has not, or not in a namespace that forgot its label. */
export class AdmissionPolicies extends Chart {
  constructor(scope: Construct, { account, region, cell }: ClusterTreeProps) {
    super(scope, 'admission-policies');
    const registry = `${account}.dkr.ecr.${region}.amazonaws.com/${cell}/`;
    this.refuse('images', notOfEks, [
      {
        expression: `variables.containers.all(c, c.image.startsWith('${registry}'))`,
        message: `an image comes from ${registry}, which is scanned`,
      },
      {
        expression: "variables.containers.all(c, c.image.matches('@sha256:[0-9a-f]{64}$'))",
        message: 'an image is named by its digest: a tag can be moved',
      },
    ]);
    // Debug containers can have none: Kubernetes refuses resources there.
    this.refuse('resources', notOfEks, [
      {
        expression:
          "variables.lasting.all(c, has(c.resources) && has(c.resources.requests) && 'cpu' in c.resources.requests && 'memory' in c.resources.requests)",
        message: 'a container says what CPU and memory it asks for: nodes are bought by that',
      },
      {
        expression: "variables.lasting.all(c, has(c.resources) && has(c.resources.limits) && 'memory' in c.resources.limits)",
        message: 'a container says its limit of memory: without one it takes that of its neighbours',
      },
    ]);
    this.refuse('privilege', notOfEks, [
      {
        expression:
          '!(has(variables.pod.hostNetwork) && variables.pod.hostNetwork) && !(has(variables.pod.hostPID) && variables.pod.hostPID) && !(has(variables.pod.hostIPC) && variables.pod.hostIPC)',
        message: 'a pod has no namespace of its host',
      },
      {
        expression: '!has(variables.pod.volumes) || variables.pod.volumes.all(v, !has(v.hostPath))',
        message: 'a pod mounts no path of its host',
      },
      {
        expression:
          'variables.containers.all(c, !has(c.securityContext) || !((has(c.securityContext.privileged) && c.securityContext.privileged) || (has(c.securityContext.capabilities) && has(c.securityContext.capabilities.add) && size(c.securityContext.capabilities.add) > 0)))',
        message: 'a container is not privileged and adds no capability',
      },
      {
        expression: 'variables.lasting.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))',
        message: 'a container takes no port of its host',
      },
    ]);
    this.refuse('spread', { matchLabels: { [TIER_LABEL]: 'service' } }, [
      {
        expression:
          "has(variables.pod.topologySpreadConstraints) && variables.pod.topologySpreadConstraints.exists(t, t.topologyKey == 'topology.kubernetes.io/zone' && t.whenUnsatisfiable == 'DoNotSchedule')",
        message: 'pods of a service are spread over zones, and wait rather than stand together [SLO-1]',
      },
    ]);
  }

  private refuse(name: string, namespaceSelector: NamespaceSelector, validations: readonly Rule[]): void {
    add(this, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        // What cannot be judged is refused.
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules, namespaceSelector },
        variables,
        validations: [...validations],
      },
    } satisfies IValidatingAdmissionPolicy);
    add(this, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny', 'Audit'] },
    } satisfies IValidatingAdmissionPolicyBinding);
  }
}

import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { admit } from './kubernetes-cluster';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function';

/** An object of Kubernetes, and the plural by which its API calls the kind. */
export interface ManifestItem {
  readonly plural: string;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
      readonly name: string;
      readonly namespace?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly [field: string]: unknown;
  };
}

export interface BirthManifestProps {
  readonly cell: string;
  readonly cluster: { readonly name: string; readonly endpoint: string; readonly certificateAuthority: string };
  /** Reaches the cluster's API, and nothing else. */
  readonly network: NonNullable<PipelineFunctionProps['network']>;
  /** In the order in which they are applied. */
  readonly items: readonly ManifestItem[];
  readonly logs: PipelineFunctionProps['logs'];
}

/**
 * What only CloudFormation knows, written into the cluster once, and again whenever it changes [ADR-018]. All else comes by Git [OPS-4].
 *
 * A function in the VPC applies it, since nothing else of ours reaches the private API. It answers to the CDK's provider framework, which stands outside
 * of the VPC: CloudFormation takes its answer at an address in a bucket of AWS's, to which nothing in the VPC has a way.
 */
export class BirthManifest extends Construct {
  constructor(scope: Construct, id: string, { cell, cluster, network, items, logs }: BirthManifestProps) {
    super(scope, id);
    const applier = new PipelineFunction(this, 'Applier', {
      code: 'apply-manifest',
      description: 'Writes what only CloudFormation knows into the cluster',
      cell,
      environment: { FIELD_MANAGER: 'dataflow-birth', PATIENCE_MS: String(Duration.minutes(8).toMilliseconds()) },
      timeout: Duration.minutes(10),
      memoryMib: 256,
      permissions: [],
      network,
      logs,
    });
    // It makes projects, registrations and bindings of EKS' own types, for which EKS has no smaller policy. It runs at deployments alone, and what
    // it applies is in the template, which was reviewed.
    const entry = admit(this, 'Access', {
      clusterName: cluster.name,
      principalArn: applier.function.role?.roleArn ?? '',
      access: ['AmazonEKSClusterAdminPolicy'],
    });

    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `${cell}-apply-manifest-answers`,
      retention: logs.retentionDays,
      encryptionKey: logs.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      description: 'Answers CloudFormation for the function that writes into the cluster',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'WriteOwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    const provider = new Provider(this, 'Provider', { onEventHandler: applier.function, frameworkOnEventRole: role, logGroup });

    new CustomResource(this, 'Manifest', {
      resourceType: 'Custom::BirthManifest',
      serviceToken: provider.serviceToken,
      properties: {
        ClusterName: cluster.name,
        Endpoint: cluster.endpoint,
        CertificateAuthority: cluster.certificateAuthority,
        // As one text: CloudFormation would make a text of each number in it, and a port is none.
        Items: Stack.of(this).toJsonString(items.map(located)),
      },
    }).node.addDependency(entry, applier, role);
  }
}

/** An object with its place in the API, as the function takes it. */
export const located = ({ plural, object }: ManifestItem) => ({ path: pathOf(plural, object), object });

function pathOf(plural: string, { apiVersion, metadata: { name, namespace } }: ManifestItem['object']): string {
  const group = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  return `/${[group, ...(namespace === undefined ? [] : ['namespaces', namespace]), plural, name].join('/')}`;
}

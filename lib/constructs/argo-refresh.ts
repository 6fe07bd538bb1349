import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { located, type BirthManifestProps } from './birth-manifest';
import { rootApplication, REFRESH_GROUP } from './birth-items';
import { admit } from './kubernetes-cluster';
import { PipelineFunction } from './pipeline-function';

export interface ArgoRefreshProps extends Omit<BirthManifestProps, 'items'> {
  /** Of Argo CD's objects. */
  readonly namespace: string;
}

/**
 * Asks Argo CD to look at the repository, once a minute: by itself it looks every six, which is more than a rollback may take [OPS-2], and the
 * address at which GitHub could tell it is private. Source: Amazon EKS User Guide, "Argo CD considerations", read 2026-11.
 */
export class ArgoRefresh extends Construct {
  readonly refresher: PipelineFunction;

  constructor(scope: Construct, id: string, { cell, cluster, network, namespace, logs }: ArgoRefreshProps) {
    super(scope, id);
    this.refresher = new PipelineFunction(this, 'Refresher', {
      code: 'apply-manifest',
      name: 'refresh-applications',
      description: 'Asks Argo CD to look at the repository (OPS-2)',
      cell,
      // A manager of its own: what it does not say of the application is the birth manifest's. It is not patient: the next minute asks again.
      environment: { FIELD_MANAGER: 'dataflow-refresh', PATIENCE_MS: '0' },
      timeout: Duration.seconds(40),
      memoryMib: 256,
      permissions: [],
      network,
      logs,
    });
    // No policy of EKS': a role in the cluster lets this group change the one application, and see nothing.
    const entry = admit(this, 'Access', {
      clusterName: cluster.name,
      principalArn: this.refresher.function.role?.roleArn ?? '',
      access: [],
      groups: [REFRESH_GROUP],
    });
    const { apiVersion, kind, plural, name } = rootApplication;
    const metadata = { name, namespace, annotations: { 'argocd.argoproj.io/refresh': 'normal' } };
    const rule = new events.Rule(this, 'EveryMinute', {
      description: 'Argo CD looks at the repository',
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [
        new targets.LambdaFunction(this.refresher.function, {
          // The next one comes in a minute.
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
          event: events.RuleTargetInput.fromObject({
            RequestType: 'Update',
            ResourceProperties: {
              ClusterName: cluster.name,
              Endpoint: cluster.endpoint,
              CertificateAuthority: cluster.certificateAuthority,
              Items: Stack.of(this).toJsonString([located({ plural, object: { apiVersion, kind, metadata } })]),
            },
          }),
        }),
      ],
    });
    rule.node.addDependency(entry);
  }
}

import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import { CfnSnapshotBlockPublicAccess } from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { CfnHub, CfnStandard } from 'aws-cdk-lib/aws-securityhub';
import type { Construct } from 'constructs';
import { AlertTopics } from '../constructs/alert-topics';
import { ConfigurationRecorder, type ConfigurationRecorderProps } from '../constructs/configuration-recorder';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface DetectionStackProps extends PlatformStackProps {
  readonly configurationHistory: ConfigurationRecorderProps['history'];
  /** True in one Region of an account. */
  readonly recordsGlobalResources: boolean;
  readonly alertEmail: string;
}

/**
 * GuardDuty's plans, each with its state: what is not listed would be switched on, and billed, by default.
 * Source: Amazon GuardDuty API Reference, "CreateDetector", read 2026-11.
 */
const guardDutyPlans = {
  S3_DATA_EVENTS: 'ENABLED',
  EKS_AUDIT_LOGS: 'ENABLED',
  RDS_LOGIN_EVENTS: 'ENABLED',
  /** Nodes of EKS Auto Mode are replaced rather than examined, and hold no volume worth a scan. */
  EBS_MALWARE_PROTECTION: 'DISABLED',
  /** The few functions there are reach AWS's services, or the cluster's API and nothing else. */
  LAMBDA_NETWORK_LOGS: 'DISABLED',
  /** It wants a privileged pod on each node, which nothing else here has: ADR-017. */
  RUNTIME_MONITORING: 'DISABLED',
} as const;

/**
 * From here on a finding pages: 7.0 to 8.9 is high, above that critical.
 * Source: Amazon GuardDuty User Guide, "Severity levels of GuardDuty findings", read 2026-11.
 */
const PAGING_SEVERITY = 7;

/** What watches the account in one Region, and whom it tells. */
export class DetectionStack extends PlatformStack {
  readonly alerts: AlertTopics;

  constructor(scope: Construct, id: string, props: DetectionStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: threat detection, record of configuration, posture, alert topics',
      component: 'security',
      dataClassification: 'confidential',
      stateful: false,
    });
    this.alerts = new AlertTopics(this, 'Alerts', { email: props.alertEmail });
    this.addThreatDetection();

    const recorder = new ConfigurationRecorder(this, 'Configuration', {
      history: props.configurationHistory,
      recordsGlobalResources: props.recordsGlobalResources,
    });
    this.addPosture(recorder);

    // A snapshot of a database or a volume is never shared with everybody [REG-3].
    new CfnSnapshotBlockPublicAccess(this, 'SnapshotsStayPrivate', { state: 'block-all-sharing' });

    // Outside access to buckets, keys, roles, queues and secrets. Free of charge, and it sees one Region only.
    new CfnAnalyzer(this, 'AccessAnalyzer', { type: 'ACCOUNT' });
  }

  private addThreatDetection(): void {
    new CfnDetector(this, 'GuardDuty', {
      enable: true,
      findingPublishingFrequency: 'FIFTEEN_MINUTES',
      features: Object.entries(guardDutyPlans).map(([name, status]) => ({ name, status })),
    });
    // A new finding arrives within 5 minutes, as SLO-6 asks; the frequency above is that of its repetitions.
    new events.Rule(this, 'SevereFindings', {
      description: 'GuardDuty findings that page; see docs/06-runbooks/guardduty-severe-finding.md',
      eventPattern: {
        source: ['aws.guardduty'],
        detailType: ['GuardDuty Finding'],
        detail: { severity: [{ numeric: ['>=', PAGING_SEVERITY] }] },
      },
      targets: [
        // By a role of its own: EventBridge as a service cannot be held to this account in the key's policy, and roles can.
        // Source: Amazon EventBridge User Guide, "Cross-service confused deputy prevention"; Amazon SNS Developer Guide,
        // "Key management", read 2026-11. EventBridge takes roles for SNS since 2025-03.
        new targets.SnsTopic(this.alerts.page, {
          role: new iam.Role(this, 'PublishSevereFindings', {
            description: 'EventBridge publishes severe findings',
            assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
              conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
            }),
          }),
          message: events.RuleTargetInput.fromText(
            `GuardDuty severity ${events.EventField.fromPath('$.detail.severity')} in ${events.EventField.account}, ${events.EventField.region}: ` +
              `${events.EventField.fromPath('$.detail.title')}. Finding ${events.EventField.fromPath('$.detail.id')}. ` +
              'Runbook: docs/06-runbooks/guardduty-severe-finding.md',
          ),
        }),
      ],
    });
  }

  private addPosture(recorder: ConfigurationRecorder): void {
    // The default standards are CIS 1.2.0 and the one below, which would then be enabled already, and fail the deployment.
    const hub = new CfnHub(this, 'SecurityHub', {
      enableDefaultStandards: false,
      controlFindingGenerator: 'SECURITY_CONTROL',
      autoEnableControls: true,
    });
    // Its controls are rules of AWS Config.
    hub.node.addDependency(recorder);
    const standard = new CfnStandard(this, 'FoundationalBestPractices', {
      standardsArn: `arn:${this.partition}:securityhub:${this.region}::standards/aws-foundational-security-best-practices/v/1.0.0`,
    });
    standard.node.addDependency(hub);
  }
}

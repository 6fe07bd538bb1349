import { Duration } from 'aws-cdk-lib';
import { CfnZonalAutoshiftConfiguration } from 'aws-cdk-lib/aws-arczonalshift';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Route } from '../api/routes';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { CLUSTER_TAG } from '../constructs/kubernetes-cluster';
import { LoadBalancer, OWNER_PATH, type IdentityProvider } from '../constructs/load-balancer';
import { ports } from '../constructs/security-tiers';
import { WebAcl, type WebAclProps } from '../constructs/web-acl';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface EdgeStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`, and of its cluster. */
  readonly cell: string;
  readonly network: { readonly vpc: ec2.IVpc; readonly securityGroup: ec2.ISecurityGroup };
  readonly api: {
    readonly domainName: string;
    readonly hostedZoneId: string;
    readonly identityProvider: IdentityProvider;
  };
  readonly routes: readonly Route[];
  /** Accepted events in an average day: what an address may send is held against it. */
  readonly eventsPerDay: number;
  readonly logs: WebAclProps['logs'] & { readonly loadBalancers: IBucket };
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
  /**
   * `home` is asked, unless the recovery Region says that it serves. `recovery` stands with its door closed, so that taking over changes no record of
   * DNS: Route 53 takes changes in us-east-1 alone, which may be the Region that is lost [ADR-028]. `prepared` forwards, and does not say so yet.
   */
  readonly role:
    | { readonly kind: 'home'; readonly homeServesCheckId?: string }
    | { readonly kind: 'recovery'; readonly state: 'standing-by' | 'prepared' | 'serving' };
}

/** As CloudWatch names what requests pass. */
export interface WatchedEdge {
  /** `app/NAME/ID` */
  readonly loadBalancer: string;
  readonly webAcl: string;
  /** By service, `targetgroup/NAME/ID`. */
  readonly targetGroups: Readonly<Record<string, string>>;
}

/** Time in which requests that are under way may end, in seconds. A pod stays longer than that: lib/gitops. */
const DRAIN_SECONDS = 30;
const HEALTH_PATH = '/healthz/ready';

/** The highest load within a day, in averages, that the platform is sized for. */
const PEAK_FACTOR = 4;

/**
 * An address that sends twice what the whole cell expects at its peak is a flood or a fault; a customer may well come from one address. In requests per
 * five minutes, for a client that sends each event by itself.
 */
const requestsPerAddress = (eventsPerDay: number): number => Math.max(1_000, Math.ceil((eventsPerDay / 86_400) * PEAK_FACTOR * 300 * 2));

/** When ARC leaves a zone for practice, nobody is woken by it [ORG-1]: weekdays from 7 to 15 UTC alone. Windows end on the day on which they begin. */
const OUT_OF_HOURS = [
  ...['Mon', 'Tue', 'Wed', 'Thu', 'Fri'].flatMap((day) => [`${day}:00:00-${day}:07:00`, `${day}:15:00-${day}:23:59`]),
  ...['Sat', 'Sun'].map((day) => `${day}:00:00-${day}:23:59`),
];

/** Where requests come in: DNS, WAF, load balancer, target groups. ADR-021 says why these, ADR-028 how a Region takes over. */
export class EdgeStack extends PlatformStack {
  /** By service. They are there in each state, so that what is bound to them in the cluster stays bound. */
  readonly targetGroupArns: Readonly<Record<string, string>>;
  /** In a recovery Region: healthy unless that Region serves. */
  readonly homeServesCheckId?: string;
  /** By which metrics of requests are found; none where nothing is served. */
  readonly watched?: WatchedEdge;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: where requests come in',
      component: 'edge',
      dataClassification: 'internal',
      stateful: false,
    });
    const { cell, network, api, routes, logs, role } = props;
    const isOpen = role.kind === 'home' || role.state !== 'standing-by';
    const groups = this.addTargetGroups(props);
    this.targetGroupArns = Object.fromEntries(Object.entries(groups).map(([service, group]) => [service, group.ref]));

    const webAcl = new WebAcl(this, 'WebAcl', { name: `${cell}-edge`, requestsPerAddress: requestsPerAddress(props.eventsPerDay), logs });
    const balancer = new LoadBalancer(this, 'LoadBalancer', {
      name: `${cell}-edge`,
      ...network,
      domainName: api.domainName,
      hostedZoneId: api.hostedZoneId,
      webAclArn: webAcl.webAclArn,
      logBucket: logs.loadBalancers,
      serves: isOpen ? { routes, targetGroupArns: this.targetGroupArns, identityProvider: api.identityProvider } : 'nothing',
      ownsName: role.kind === 'home' || role.state === 'serving',
    });
    if (role.kind === 'home') {
      this.addRecord(api, balancer, { failover: 'PRIMARY', healthCheckId: role.homeServesCheckId });
    } else {
      this.homeServesCheckId = this.addFailover(api, balancer);
    }

    const alarms = new Alarms(this, 'Alarms', props.alerts);
    this.alarmOnCertificate(alarms, balancer);
    if (!isOpen) return;
    this.watched = {
      loadBalancer: balancer.fullName,
      webAcl: webAcl.metricName,
      targetGroups: Object.fromEntries(Object.entries(groups).map(([service, group]) => [service, group.attrTargetGroupFullName])),
    };
    // With two zones the other would carry twice its load, and dev has one pod of a service.
    if (network.vpc.publicSubnets.length >= 3) {
      new CfnZonalAutoshiftConfiguration(this, 'Autoshift', {
        resourceIdentifier: balancer.arn,
        zonalAutoshiftStatus: 'ENABLED',
        practiceRunConfiguration: {
          outcomeAlarms: [{ type: 'CLOUDWATCH', alarmIdentifier: this.addOutcomeAlarm(alarms, balancer).alarmArn }],
          blockedWindows: OUT_OF_HOURS,
        },
      });
    }
  }

  private addTargetGroups({ cell, network, routes }: EdgeStackProps): Readonly<Record<string, CfnTargetGroup>> {
    const services = [...new Set(routes.map(({ service }) => service))];
    return Object.fromEntries(
      services.map((service) => [
        service,
        new CfnTargetGroup(this, `${service.charAt(0).toUpperCase()}${service.slice(1)}`, {
          name: `${cell}-${service}`,
          vpcId: network.vpc.vpcId,
          // Pods, by their addresses: a node in between would be a hop, and lose the zone.
          targetType: 'ip',
          protocol: 'HTTPS',
          port: ports.service,
          healthCheckProtocol: 'HTTPS',
          healthCheckPath: HEALTH_PATH,
          // The least that a load balancer takes: a new pod has traffic after one, one that is ill has none after two [OPS-2, SLO-1].
          healthCheckIntervalSeconds: 5,
          healthCheckTimeoutSeconds: 2,
          healthyThresholdCount: 2,
          unhealthyThresholdCount: 2,
          targetGroupAttributes: [
            { key: 'deregistration_delay.timeout_seconds', value: String(DRAIN_SECONDS) },
            // A pod that is slow gets less, in place of its turn [TEC-4].
            { key: 'load_balancing.algorithm.type', value: 'least_outstanding_requests' },
          ],
          // EKS registers pods only with target groups that say whose they are. Source: AWS Managed Policy Reference,
          // "AmazonEKSLoadBalancingPolicy", read 2026-11.
          tags: [{ key: CLUSTER_TAG, value: cell }],
        }),
      ]),
    );
  }

  private addRecord(
    { domainName, hostedZoneId }: EdgeStackProps['api'],
    { address }: LoadBalancer,
    failover: { readonly failover: 'PRIMARY' | 'SECONDARY'; readonly healthCheckId?: string },
  ): void {
    new CfnRecordSet(this, 'Record', {
      hostedZoneId,
      name: `${domainName}.`,
      type: 'A',
      // By the health check alone: a cell whose pods are all ill must not be sent to a Region that serves nothing.
      aliasTarget: { dnsName: address.dnsName, hostedZoneId: address.hostedZoneId, evaluateTargetHealth: false },
      // From the first day, also where there is no other Region yet: Route 53 takes no failover record beside a simple one.
      ...failover,
      setIdentifier: failover.failover === 'PRIMARY' ? 'home' : 'recovery',
    });
  }

  /**
   * The switch is a word of ours that this Region's load balancer answers, 503 or 200, whether its pods are well or not: otherwise a rollout here could send
   * customers to a home that is half back. Nothing else has to be changed anywhere. @returns the ID of the check that is healthy unless this Region serves.
   */
  private addFailover(api: EdgeStackProps['api'], balancer: LoadBalancer): string {
    const recoveryServes = new CfnHealthCheck(this, 'RecoveryServes', {
      healthCheckConfig: {
        type: 'HTTPS',
        fullyQualifiedDomainName: balancer.address.dnsName,
        port: ports.https,
        resourcePath: OWNER_PATH,
        enableSni: true,
        // Another interval is another check, which Route 53 takes for healthy until it has asked: home would count as ill for that time.
        requestInterval: 10,
        failureThreshold: 3,
      },
    });
    const homeServes = new CfnHealthCheck(this, 'HomeServes', {
      healthCheckConfig: {
        type: 'CALCULATED',
        childHealthChecks: [recoveryServes.attrHealthCheckId],
        healthThreshold: 1,
        inverted: true,
      },
    });
    this.addRecord(api, balancer, { failover: 'SECONDARY', healthCheckId: recoveryServes.attrHealthCheckId });
    return homeServes.attrHealthCheckId;
  }

  /** Source: AWS Certificate Manager User Guide, "Supported CloudWatch metrics", read 2026-11. ACM renews 60 days before the end, or 45. */
  private alarmOnCertificate(alarms: Alarms, { certificateArn }: LoadBalancer): void {
    alarms.add('certificateExpires', {
      metric: awsMetric('AWS/CertificateManager', 'DaysToExpiry', 'Minimum', Duration.days(1), { CertificateArn: certificateArn }),
      says: 'The certificate of the API ends in less than 30 days, and AWS has not renewed it.',
      severity: 'ticket',
      fires: { below: 30 },
      forPeriods: 1,
      silence: 'is good',
      runbook: 'docs/06-runbooks/certificate-expires.md',
    });
  }

  /**
   * What stops the practice of a zonal shift, at once, and tells nobody: ObservabilityStack does. Source of metrics: Elastic Load Balancing User Guide for
   * Application Load Balancers, "CloudWatch metrics", read 2026-11.
   */
  private addOutcomeAlarm(alarms: Alarms, { fullName }: LoadBalancer) {
    const minute = Duration.minutes(1);
    const sum = (name: string) => awsMetric('AWS/ApplicationELB', name, 'Sum', minute, { LoadBalancer: fullName });
    return alarms.addPart('zonalAvailabilityBurn', {
      metric: new MathExpression({
        label: 'answers of 5xx, in percent',
        expression:
          'IF(FILL(requests, 0) + FILL(own, 0) > 100, 100 * (FILL(own, 0) + FILL(pods, 0)) / (FILL(requests, 0) + FILL(own, 0)), 0)',
        // Requests that reached no pod are not among those that the load balancer counts.
        usingMetrics: { requests: sum('RequestCount'), own: sum('HTTPCode_ELB_5XX_Count'), pods: sum('HTTPCode_Target_5XX_Count') },
        period: minute,
      }),
      says: 'More than 1 % of requests fail while a zone is left for practice.',
      fires: { above: 1 },
      // Of the newest minute nothing is published yet: three in a row would never be.
      forPeriods: { atLeast: 3, outOf: 5 },
      silence: 'is good',
      runbook: 'docs/06-runbooks/availability-burn.md',
    });
  }
}

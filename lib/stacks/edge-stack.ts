import { Duration } from 'aws-cdk-lib';
import { CfnZonalAutoshiftConfiguration } from 'aws-cdk-lib/aws-arczonalshift';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
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
import { managedGroups, WebAcl, type WebAclProps } from '../constructs/web-acl';
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
    const errors = this.alarmOnRequests(alarms, balancer, webAcl);
    this.alarmOnScreening(alarms, balancer, webAcl);
    for (const [service, group] of Object.entries(groups)) this.alarmOnTargets(alarms, balancer, service, group);
    // With two zones the other would carry twice its load, and dev has one pod of a service.
    if (network.vpc.publicSubnets.length >= 3) {
      new CfnZonalAutoshiftConfiguration(this, 'Autoshift', {
        resourceIdentifier: balancer.arn,
        zonalAutoshiftStatus: 'ENABLED',
        practiceRunConfiguration: {
          outcomeAlarms: [{ type: 'CLOUDWATCH', alarmIdentifier: errors.alarmArn }],
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
   * Until burn rates of SLO-1 are watched. Source of metrics: Elastic Load Balancing User Guide for Application Load Balancers, "CloudWatch metrics",
   * and AWS WAF Developer Guide, "AWS WAF core metrics and dimensions", read 2026-11.
   */
  private alarmOnRequests(alarms: Alarms, { fullName }: LoadBalancer, { metricName }: WebAcl) {
    const webAcl = (name: string, period: Duration, Rule: string) =>
      awsMetric('AWS/WAFV2', name, 'Sum', period, { WebACL: metricName, Region: this.region, Rule });
    const sum = (name: string, period: Duration) => awsMetric('AWS/ApplicationELB', name, 'Sum', period, { LoadBalancer: fullName });
    const minute = Duration.minutes(1);
    const errors = alarms.add('errors', {
      metric: new MathExpression({
        label: 'answers of 5xx, in percent',
        expression:
          'IF(FILL(requests, 0) + FILL(own, 0) > 100, 100 * (FILL(own, 0) + FILL(pods, 0)) / (FILL(requests, 0) + FILL(own, 0)), 0)',
        // Requests that reached no pod are not among those that the load balancer counts.
        usingMetrics: {
          requests: sum('RequestCount', minute),
          own: sum('HTTPCode_ELB_5XX_Count', minute),
          pods: sum('HTTPCode_Target_5XX_Count', minute),
        },
        period: minute,
      }),
      says: 'More than 1 % of requests fail for a fault of ours.',
      severity: 'page',
      fires: { above: 1 },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/edge-errors.md',
    });
    alarms.add('tokensRefused', {
      metric: new MathExpression({
        label: 'refused by the load balancer, in percent',
        // What WAF has blocked is refused too, and is no token.
        expression: 'IF(refused - blocked + passed > 100, 100 * (refused - blocked) / (refused - blocked + passed), 0)',
        usingMetrics: {
          refused: filled('refused4xx', sum('HTTPCode_ELB_4XX_Count', minute)),
          blocked: filled('blockedByWaf', webAcl('BlockedRequests', minute, 'ALL')),
          passed: filled('passedOn', sum('RequestCount', minute)),
        },
        period: minute,
      }),
      says: 'The load balancer refuses more than half of all requests: tokens are not taken.',
      severity: 'page',
      fires: { above: 50 },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/tokens-refused.md',
    });
    alarms.add('keysUnreadable', {
      metric: sum('HTTPCode_ELB_500_Count', minute),
      says: "The load balancer answers 500: it cannot read the identity provider's keys.",
      severity: 'page',
      fires: { above: 10 },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/tokens-refused.md',
    });
    return errors;
  }

  private alarmOnScreening(alarms: Alarms, { fullName }: LoadBalancer, { metricName }: WebAcl): void {
    const five = Duration.minutes(5);
    const ofAcl = (name: string, Rule: string) =>
      awsMetric('AWS/WAFV2', name, 'Sum', five, { WebACL: metricName, Region: this.region, Rule });
    alarms.add('unscreened', {
      metric: new MathExpression({
        label: 'requests that WAF has not seen',
        expression: 'IF(requests - allowed > 100 AND requests - allowed > 0.05 * requests, requests - allowed, 0)',
        usingMetrics: {
          requests: filled('passedOn', awsMetric('AWS/ApplicationELB', 'RequestCount', 'Sum', five, { LoadBalancer: fullName })),
          allowed: filled('allowedByWaf', ofAcl('AllowedRequests', 'ALL')),
        },
        period: five,
      }),
      says: 'More than 5 % of requests pass without WAF: it does not answer in time, or was taken off.',
      severity: 'ticket',
      fires: { above: 0 },
      forPeriods: 3,
      silence: 'is good',
      runbook: 'docs/06-runbooks/waf-open.md',
    });
    alarms.add('screenedOut', {
      metric: new MathExpression({
        label: "blocked by AWS's rules",
        expression: managedGroups.map((_, index) => `group${index}`).join(' + '),
        usingMetrics: Object.fromEntries(
          managedGroups.map(({ name }, index) => [`group${index}`, filled(`blocked${index}`, ofAcl('BlockedRequests', name))]),
        ),
        period: five,
      }),
      says: "AWS's rules block requests for half an hour: a customer's may be among them.",
      severity: 'ticket',
      fires: { above: 100 },
      forPeriods: 6,
      silence: 'is good',
      runbook: 'docs/06-runbooks/waf-blocks.md',
    });
  }

  private alarmOnTargets(alarms: Alarms, { fullName }: LoadBalancer, service: string, group: CfnTargetGroup): void {
    alarms.add(`${service}NoTargets`, {
      metric: awsMetric('AWS/ApplicationELB', 'HealthyHostCount', 'Maximum', Duration.minutes(1), {
        LoadBalancer: fullName,
        TargetGroup: group.attrTargetGroupFullName,
      }),
      says: `No pod of ${service} answers the load balancer.`,
      severity: 'page',
      fires: { below: 1 },
      forPeriods: 3,
      // It is counted as long as pods are registered: in silence there is none.
      silence: 'is bad',
      runbook: 'docs/06-runbooks/edge-no-targets.md',
    });
  }
}

/** None of it counts as zero, in the arithmetic of others. */
const filled = (id: string, metric: Metric): MathExpression =>
  new MathExpression({ expression: `FILL(${id}, 0)`, usingMetrics: { [id]: metric }, period: metric.period });

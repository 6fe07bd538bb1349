import { Duration } from 'aws-cdk-lib';
import { AlarmRule, AlarmState, MathExpression, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { awsMetric, type Alarms } from '../constructs/alarms';
import { managedGroups } from '../constructs/web-acl';
import type { WatchedEdge } from './edge-stack';

export interface FrontDoorProps {
  readonly edge: WatchedEdge;
  readonly region: string;
  readonly eventsStream: string;
  /** Accepted events in an average day: where there are few, silence says nothing. */
  readonly eventsPerDay: number;
  /** What says that customers are worse off: what follows from it is told once. */
  readonly availability?: IAlarm;
}

const runbook = (name: string) => `docs/06-runbooks/${name}.md`;
const minute = Duration.minutes(1);
const five = Duration.minutes(5);

/** A night has a third of the average, and customers send up to 20 events in a request: of fewer requests a minute than ten, three minutes may well have none. */
const expectsRequests = (eventsPerDay: number): boolean => (eventsPerDay / 1_440 / 20) * 0.3 >= 10;

/**
 * What a share of failed requests does not show. Source of metrics: Elastic Load Balancing User Guide for Application Load Balancers, "CloudWatch metrics", and AWS WAF
 * Developer Guide, "AWS WAF core metrics and dimensions", read 2026-11.
 */
export function addFrontDoorAlarms(alarms: Alarms, props: FrontDoorProps): void {
  const { edge, region, eventsPerDay } = props;
  const sum = (name: string, period: Duration) => awsMetric('AWS/ApplicationELB', name, 'Sum', period, { LoadBalancer: edge.loadBalancer });
  const ofAcl = (name: string, period: Duration, Rule = 'ALL') =>
    awsMetric('AWS/WAFV2', name, 'Sum', period, { WebACL: edge.webAcl, Region: region, Rule });
  const screened = (period: Duration) => ofAcl('AllowedRequests', period);

  alarms.add('tokensRefused', {
    metric: new MathExpression({
      label: 'refused for their tokens, in percent',
      // What WAF has blocked is refused too, and has no token to speak of.
      expression:
        'IF(FILL(refused, 0) - FILL(blocked, 0) > 20, 100 * (FILL(refused, 0) - FILL(blocked, 0)) / (FILL(refused, 0) - FILL(blocked, 0) + FILL(requests, 0)), 0)',
      usingMetrics: {
        refused: sum('HTTPCode_ELB_4XX_Count', minute),
        blocked: ofAcl('BlockedRequests', minute),
        requests: sum('RequestCount', minute),
      },
      period: minute,
    }),
    says: 'The load balancer refuses nearly all requests, over 95 %: tokens are not taken.',
    severity: 'page',
    // Below that a scanner's flood of bad tokens, ten times of what customers send, would wake somebody: test/alarms.
    fires: { above: 95 },
    // Of the newest minute nothing is published yet: three in a row would never be.
    forPeriods: { atLeast: 3, outOf: 5 },
    silence: 'is good',
    runbook: runbook('tokens-refused'),
  });
  alarms.add('keysTokensRefused', {
    metric: sum('HTTPCode_ELB_500_Count', minute),
    says: "The load balancer answers 500: it cannot read the identity provider's keys.",
    severity: 'page',
    fires: { above: 10 },
    forPeriods: { atLeast: 3, outOf: 5 },
    silence: 'is good',
    runbook: runbook('tokens-refused'),
  });
  alarms.add('wafBlocks', {
    metric: new MathExpression({
      label: 'blocked by rules of AWS',
      expression: managedGroups.map((_, index) => `FILL(group${index}, 0)`).join(' + '),
      usingMetrics: Object.fromEntries(managedGroups.map(({ name }, index) => [`group${index}`, ofAcl('BlockedRequests', five, name)])),
      period: five,
    }),
    says: "AWS's rules block requests for half an hour: a customer's may be among them.",
    severity: 'ticket',
    fires: { above: 100 },
    forPeriods: { atLeast: 6, outOf: 7 },
    silence: 'is good',
    runbook: runbook('waf-blocks'),
  });
  alarms.add('wafOpen', {
    metric: new MathExpression({
      label: 'requests that WAF has not seen',
      expression:
        'IF(FILL(requests, 0) - FILL(allowed, 0) > 100 AND FILL(requests, 0) - FILL(allowed, 0) > 0.05 * FILL(requests, 0), 1, 0)',
      usingMetrics: { requests: sum('RequestCount', five), allowed: screened(five) },
      period: five,
    }),
    says: 'More than 5 % of requests pass without WAF: it does not answer in time, or was taken off.',
    severity: 'ticket',
    fires: { above: 0 },
    forPeriods: 3,
    silence: 'is good',
    runbook: runbook('waf-open'),
  });
  if (expectsRequests(eventsPerDay)) addAbsence(alarms, props, sum, screened);
  for (const [service, targetGroup] of Object.entries(edge.targetGroups)) addNoTargets(alarms, props, service, targetGroup);
}

/** Three witnesses, since each alone is silent at times though all is well. */
function addAbsence(
  alarms: Alarms,
  { eventsStream }: FrontDoorProps,
  sum: (name: string, period: Duration) => ReturnType<typeof awsMetric>,
  screened: (period: Duration) => ReturnType<typeof awsMetric>,
): void {
  alarms.add('requestsAbsent', {
    metric: new MathExpression({
      label: 'nobody asks for anything',
      expression: 'IF(FILL(requests, 0) + FILL(refused, 0) + FILL(own, 0) + FILL(allowed, 0) + FILL(events, 0) < 1, 1, 0)',
      usingMetrics: {
        requests: sum('RequestCount', minute),
        refused: sum('HTTPCode_ELB_4XX_Count', minute),
        own: sum('HTTPCode_ELB_5XX_Count', minute),
        allowed: screened(minute),
        events: awsMetric('AWS/Kinesis', 'IncomingRecords', 'Sum', minute, { StreamName: eventsStream }),
      },
      period: minute,
    }),
    says: 'No request has come for three minutes: customers do not reach the load balancer, or all of them have stopped.',
    severity: 'page',
    fires: { above: 0 },
    // The newest minute is always silent, since nothing of it is published yet.
    forPeriods: 4,
    silence: 'is bad',
    runbook: runbook('requests-absent'),
  });
}

function addNoTargets(alarms: Alarms, { edge, availability }: FrontDoorProps, service: string, targetGroup: string): void {
  const says = `No pod of ${service} answers the load balancer.`;
  const none = alarms.addPart(`none${service.charAt(0).toUpperCase()}${service.slice(1)}NoTargets`, {
    metric: awsMetric('AWS/ApplicationELB', 'HealthyHostCount', 'Maximum', minute, {
      LoadBalancer: edge.loadBalancer,
      TargetGroup: targetGroup,
    }),
    says: `Part of ${service}NoTargets.`,
    fires: { below: 1 },
    forPeriods: 3,
    // It is counted as long as pods are registered: in silence there is none.
    silence: 'is bad',
    runbook: runbook('no-targets'),
  });
  alarms.addComposite(`${service}NoTargets`, {
    rule: AlarmRule.fromAlarm(none, AlarmState.ALARM),
    says,
    severity: 'page',
    runbook: runbook('no-targets'),
    // Where requests come in, they fail, and somebody knows already.
    unless: availability && { cause: availability, waits: Duration.minutes(2), staysQuietFor: five },
  });
}

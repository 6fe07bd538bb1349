import { CfnCertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { ports } from './security-tiers';

/** Whose tokens are taken [TEC-3]. */
export interface IdentityProvider {
  readonly issuer: string;
  readonly jwksEndpoint: string;
  /** Of the claim `aud`, one to ten. */
  readonly audiences: readonly string[];
}

/** A path of the API and what it takes to be let through to it. */
export interface PublicRoute {
  readonly method: string;
  readonly path: string;
  readonly scope: string;
  readonly service: string;
}

/** Paths that are forwarded, each to the target group of its service. */
export interface Served {
  readonly routes: readonly PublicRoute[];
  /** ARN of each service's target group. */
  readonly targetGroupArns: Readonly<Record<string, string>>;
  readonly identityProvider: IdentityProvider;
}

export interface LoadBalancerProps {
  /** Fixed: CloudFormation may change the load balancers of its own cell alone, and knows them by it. Changing it replaces the load balancer. */
  readonly name: string;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly domainName: string;
  readonly hostedZoneId: string;
  readonly webAclArn: string;
  /** Takes logs of load balancers, under `edge/`, `edge-connections/` and `edge-health/`. */
  readonly logBucket: IBucket;
  /** What is behind it, or nothing: a door that is closed, and says so with 503. */
  readonly serves: Served | 'nothing';
  /** Whether DNS shall lead here. It is what the load balancer answers to GET on OWNER_PATH: 200 or 503, whatever its pods do. */
  readonly ownsName: boolean;
}

/**
 * Longer than the longest answer of ours, and shorter than pods keep an idle connection (docs/03-cluster/README.md): who closes first must be the load
 * balancer, or it would send a request into a connection that is just being closed, and answer 502.
 */
const IDLE_SECONDS = 60;

/** A client that keeps its connection would never look the name up again: after a zone or a Region is left, it stays for as long as this [SLO-6]. */
const CONNECTION_SECONDS = 300;

/** Answered by the load balancer itself, without a token; nothing else is answered without one, and no pod is asked. */
export const OWNER_PATH = '/serves';

/** TLS 1.3, and of TLS 1.2 what has forward secrecy, for programs of customers that are 12 months old [TIM-1, SEC-2]. */
const TLS_POLICY = elbv2.SslPolicy.TLS13_12_RES_PQ;

/** The public load balancer: terminates TLS inside the jurisdiction, verifies tokens, and sends requests on over TLS [SEC-2, REG-1, TEC-3]. */
export class LoadBalancer extends Construct {
  readonly arn: string;
  /** Dimension of its metrics. */
  readonly fullName: string;
  readonly certificateArn: string;
  readonly address: { readonly dnsName: string; readonly hostedZoneId: string };

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { domainName, hostedZoneId, logBucket, serves } = props;

    const certificate = new CfnCertificate(this, 'Certificate', {
      domainName,
      validationMethod: 'DNS',
      domainValidationOptions: [{ domainName, hostedZoneId }],
      keyAlgorithm: 'EC_prime256v1',
    });
    this.certificateArn = certificate.ref;

    const attributes: Readonly<Record<string, string>> = {
      'deletion_protection.enabled': 'true',
      ...logged('access_logs', logBucket, 'edge'),
      ...logged('connection_logs', logBucket, 'edge-connections'),
      ...logged('health_check_logs', logBucket, 'edge-health'),
      'idle_timeout.timeout_seconds': String(IDLE_SECONDS),
      'client_keep_alive.seconds': String(CONNECTION_SECONDS),
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'strictest',
      // Without WAF's answer requests go on: tokens are verified here in any case, and WAF's 99.95 % would be all that SLO-1 allows [ADR-021].
      'waf.fail_open.enabled': 'true',
      'zonal_shift.config.enabled': 'true',
    };
    const balancer = new elbv2.CfnLoadBalancer(this, 'LoadBalancer', {
      name: props.name,
      type: 'application',
      scheme: 'internet-facing',
      ipAddressType: 'ipv4',
      subnets: props.vpc.publicSubnets.map(({ subnetId }) => subnetId),
      securityGroups: [props.securityGroup.securityGroupId],
      loadBalancerAttributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
    });
    this.arn = balancer.ref;
    this.fullName = balancer.attrLoadBalancerFullName;
    this.address = { dnsName: balancer.attrDnsName, hostedZoneId: balancer.attrCanonicalHostedZoneId };
    new CfnWebACLAssociation(this, 'WebAcl', { resourceArn: balancer.ref, webAclArn: props.webAclArn });

    const listener = new elbv2.CfnListener(this, 'Https', {
      loadBalancerArn: balancer.ref,
      port: ports.https,
      protocol: 'HTTPS',
      sslPolicy: TLS_POLICY,
      certificates: [{ certificateArn: certificate.ref }],
      listenerAttributes: [
        { key: 'routing.http.response.server.enabled', value: 'false' },
        { key: 'routing.http.response.strict_transport_security.header_value', value: 'max-age=31536000' },
        { key: 'routing.http.response.x_content_type_options.header_value', value: 'nosniff' },
      ],
      defaultActions: [
        serves === 'nothing'
          ? answer(503, 'Service Unavailable', 'This Region is standing by.')
          : answer(404, 'Not Found', 'No operation has this path and method.'),
      ],
    });
    new elbv2.CfnListenerRule(this, 'Owner', {
      listenerArn: listener.ref,
      priority: 1,
      conditions: requests('GET', OWNER_PATH),
      actions: [props.ownsName ? answer(200, 'OK', 'This Region serves.') : answer(503, 'Service Unavailable', 'Another Region serves.')],
    });
    if (serves !== 'nothing') this.addRules(listener, serves);
  }

  private addRules(listener: elbv2.CfnListener, { routes, targetGroupArns, identityProvider }: Served): void {
    const forward = (service: string): elbv2.CfnListenerRule.ActionProperty => {
      const targetGroupArn = targetGroupArns[service];
      if (targetGroupArn === undefined) {
        throw new RangeError(`routes: received the service '${service}'; allowed: ${Object.keys(targetGroupArns).join(', ')}`);
      }
      return { type: 'forward', order: 2, targetGroupArn };
    };
    routes.forEach((route, index) => {
      new elbv2.CfnListenerRule(this, `Route-${route.method}-${route.path.split('/').filter(Boolean).join('-')}`, {
        listenerArn: listener.ref,
        // With room between them: a rule that is inserted must not renumber the others, of which two would have one number for a moment.
        priority: (index + 1) * 100,
        conditions: requests(route.method, route.path),
        actions: [verifyToken(identityProvider, route.scope), forward(route.service)],
      });
    });
  }
}

const logged = (kind: string, bucket: IBucket, prefix: string): Readonly<Record<string, string>> => ({
  [`${kind}.s3.enabled`]: 'true',
  [`${kind}.s3.bucket`]: bucket.bucketName,
  [`${kind}.s3.prefix`]: prefix,
});

const requests = (method: string, path: string): elbv2.CfnListenerRule.RuleConditionProperty[] => [
  { field: 'http-request-method', httpRequestMethodConfig: { values: [method] } },
  { field: 'path-pattern', pathPatternConfig: { values: [path] } },
];

/** In the form of the API's other errors (RFC 9457); the load balancer has no content type of that name. */
const answer = (status: number, title: string, detail: string) => ({
  type: 'fixed-response',
  fixedResponseConfig: {
    statusCode: String(status),
    contentType: 'application/json',
    messageBody: JSON.stringify({ type: 'about:blank', title, status, detail }),
  },
});

/**
 * RS256 and `exp`, `nbf`, `iat` are checked in any case; audience and scope only because they are named here.
 * Source: Elastic Load Balancing User Guide for Application Load Balancers, "Verify JWTs using an Application Load Balancer", read 2026-11.
 */
const verifyToken = ({ issuer, jwksEndpoint, audiences }: IdentityProvider, scope: string): elbv2.CfnListenerRule.ActionProperty => ({
  type: 'jwt-validation',
  order: 1,
  jwtValidationConfig: {
    issuer,
    jwksEndpoint,
    additionalClaims: [
      { name: 'aud', format: 'single-string', values: [...audiences] },
      { name: 'scope', format: 'space-separated-values', values: [scope] },
    ],
  },
});

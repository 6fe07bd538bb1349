import type { ResourceDefinition } from '../assembly';
import { listAt, propertyAt, type Finding, type Rule } from '../rule';

export interface EdgeLimits {
  /** What is forwarded: the scope that its token has to hold, by path. Any other path is answered by the load balancer itself. */
  readonly scopes: Readonly<Record<string, string>>;
  /** Whose tokens are taken: issuers of ours begin like one of these. */
  readonly issuers: readonly string[];
  /** The most that one address may send in a window, in requests: more is no limit. */
  readonly mostRequests: number;
}

type Fault = Omit<Finding, 'subject'>;

/** TLS 1.3, and of TLS 1.2 forward secrecy alone. Source: Elastic Load Balancing User Guide, "Security policies", read 2026-11. */
const tlsPolicies = /^ELBSecurityPolicy-TLS13-1-(2-Res|3)(-FIPS)?(-PQ)?-\d{4}-\d{2}$/;

const demandedAttributes: Readonly<Record<string, string>> = {
  'deletion_protection.enabled': 'true',
  'access_logs.s3.enabled': 'true',
  'connection_logs.s3.enabled': 'true',
  'routing.http.drop_invalid_header_fields.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'strictest',
  'waf.fail_open.enabled': 'true',
  'zonal_shift.config.enabled': 'true',
};

/** They end TLS in places of their own choice, of which none is bound to a jurisdiction, or take events past what this rule looks at. */
const refusedTypes =
  /^AWS::(CloudFront|GlobalAccelerator|ApiGateway|ApiGatewayV2|AppRunner|AppSync|ElasticLoadBalancing|Lightsail|VpcLattice)::|^AWS::Lambda::Url$/;

/** What the internet reaches ends TLS inside the jurisdiction, verifies tokens, is screened, logged, and speaks TLS to what is behind it. */
export function edgeGuarded({ scopes, issuers, mostRequests }: EdgeLimits): Rule {
  return {
    id: 'EdgeGuarded',
    constraints: ['TEC-3', 'SEC-2', 'SEC-3', 'REG-1', 'SLO-1'],
    demand:
      'Requests come in by a load balancer alone, over TLS, screened and logged; nothing is forwarded without a verified token of our provider, an audience and the scope of its path',
    fix: 'See lib/constructs/load-balancer.ts, lib/constructs/web-acl.ts and ADR-021; paths and their scopes are in lib/checks/registry.ts',
    check: (stacks) =>
      stacks.flatMap(({ resources }) =>
        resources.flatMap((subject) => faultsOf(subject, resources).map((fault): Finding => ({ ...fault, subject }))),
      ),
  };

  function faultsOf(resource: ResourceDefinition, neighbours: readonly ResourceDefinition[]): readonly Fault[] {
    if (refusedTypes.test(resource.type))
      return [{ message: `${resource.type} is an entrance of another kind; allowed: the load balancer` }];
    switch (resource.type) {
      case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
        return balancerFaults(resource, neighbours);
      case 'AWS::ElasticLoadBalancingV2::Listener':
        return listenerFaults(resource);
      case 'AWS::ElasticLoadBalancingV2::ListenerRule':
        return ruleFaults(resource);
      case 'AWS::ElasticLoadBalancingV2::TargetGroup':
        return ['Protocol', 'HealthCheckProtocol'].flatMap((name) => expect(resource, name, 'HTTPS'));
      case 'AWS::WAFv2::WebACL':
        return webAclFaults(resource, neighbours, mostRequests);
      case 'AWS::Route53::RecordSet':
        return recordFaults(resource, neighbours);
      default:
        return [];
    }
  }

  function actionFaults(actions: readonly unknown[], scope: string | undefined): Fault[] {
    const forwards = actions.filter((action) => field(action, 'Type') !== 'fixed-response' && field(action, 'Type') !== 'jwt-validation');
    if (forwards.length === 0) return [];
    const location = 'Properties.Actions';
    const verified = actions.find((action) => field(action, 'Type') === 'jwt-validation');
    if (verified === undefined) return [{ location, message: 'Requests are forwarded without a verified token' }];
    const orders = forwards.map((action) => Number(field(action, 'Order')));
    if (!orders.every((order) => order > Number(field(verified, 'Order')))) {
      return [{ location, message: 'Requests are forwarded before their token is verified' }];
    }
    const claims = (field(verified, 'JwtValidationConfig', 'AdditionalClaims') ?? []) as readonly unknown[];
    const valuesOf = (name: string) =>
      (field(
        claims.find((claim) => field(claim, 'Name') === name),
        'Values',
      ) ?? []) as readonly unknown[];
    return [
      ...(['Issuer', 'JwksEndpoint'] as const)
        .filter((name) => !issuers.some((issuer) => String(field(verified, 'JwtValidationConfig', name)).startsWith(issuer)))
        .map((name) => ({ location, message: `${name} of the tokens is none of ${issuers.join(', ')}` })),
      ...(valuesOf('aud').length > 0 ? [] : [{ location, message: 'The claim aud of the tokens is not checked' }]),
      ...(scope !== undefined && JSON.stringify(valuesOf('scope')) === JSON.stringify([scope])
        ? []
        : [
            {
              location,
              message: `The claim scope of the tokens is ${shown(valuesOf('scope'))}; allowed: ${shown(scope)}, that of its path`,
            },
          ]),
    ];
  }

  /** By the one path that it is for; a rule that rewrites what it forwards would reach another one. */
  function ruleFaults(rule: ResourceDefinition): readonly Fault[] {
    const paths = listAt(rule, 'Conditions').flatMap(
      (condition) => (field(condition, 'PathPatternConfig', 'Values') ?? []) as readonly unknown[],
    );
    const [path] = paths;
    const scope = paths.length === 1 && typeof path === 'string' ? scopes[path] : undefined;
    return [
      ...(propertyAt(rule, 'Transforms') === undefined
        ? []
        : [{ location: 'Properties.Transforms', message: 'Requests are rewritten on their way' }]),
      ...actionFaults(listAt(rule, 'Actions'), scope),
    ];
  }

  function listenerFaults(listener: ResourceDefinition): readonly Fault[] {
    const policy = propertyAt(listener, 'SslPolicy');
    return [
      ...expect(listener, 'Protocol', 'HTTPS'),
      ...(typeof policy === 'string' && tlsPolicies.test(policy)
        ? []
        : [
            {
              location: 'Properties.SslPolicy',
              message: `SslPolicy is ${shown(policy)}; allowed: TLS 1.3, and TLS 1.2 with forward secrecy`,
            },
          ]),
      ...actionFaults(listAt(listener, 'DefaultActions'), undefined),
    ];
  }
}

function balancerFaults(balancer: ResourceDefinition, neighbours: readonly ResourceDefinition[]): readonly Fault[] {
  if (propertyAt(balancer, 'Type') !== 'application') {
    return [
      {
        location: 'Properties.Type',
        message: `Type is ${shown(propertyAt(balancer, 'Type'))}; allowed: application, which verifies tokens`,
      },
    ];
  }
  const attributes = new Map(listAt(balancer, 'LoadBalancerAttributes').map((item) => [field(item, 'Key'), field(item, 'Value')]));
  const isScreened = neighbours.some(
    (other) => other.type === 'AWS::WAFv2::WebACLAssociation' && field(propertyAt(other, 'ResourceArn'), 'Ref') === balancer.logicalId,
  );
  return [
    ...Object.entries(demandedAttributes)
      .filter(([key, value]) => attributes.get(key) !== value)
      .map(([key, value]) => ({
        location: 'Properties.LoadBalancerAttributes',
        message: `${key} is ${shown(attributes.get(key))}; allowed: ${value}`,
      })),
    ...(isScreened ? [] : [{ message: 'No web ACL screens its requests' }]),
  ];
}

/** The name that customers call leads to what this rule has judged, and to nothing else. */
function recordFaults(record: ResourceDefinition, neighbours: readonly ResourceDefinition[]): readonly Fault[] {
  const [target] = (field(propertyAt(record, 'AliasTarget', 'DNSName'), 'Fn::GetAtt') ?? []) as readonly unknown[];
  const isOurs = neighbours.some(({ type, logicalId }) => type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && logicalId === target);
  return isOurs
    ? []
    : [{ location: 'Properties.AliasTarget', message: 'The name leads to something else than the load balancer of its stack' }];
}

function webAclFaults(acl: ResourceDefinition, neighbours: readonly ResourceDefinition[], mostRequests: number): readonly Fault[] {
  const rules = listAt(acl, 'Rules');
  const isLimited = rules.some(
    (rule) =>
      field(rule, 'Statement', 'RateBasedStatement', 'AggregateKeyType') === 'IP' &&
      field(rule, 'Statement', 'RateBasedStatement', 'ScopeDownStatement') === undefined &&
      Number(field(rule, 'Statement', 'RateBasedStatement', 'Limit')) <= mostRequests &&
      field(rule, 'Action', 'Block') !== undefined,
  );
  const bodies = rules.map((rule) => field(rule, 'Statement', 'ManagedRuleGroupStatement'));
  const common = bodies.find((group) => field(group, 'Name') === 'AWSManagedRulesCommonRuleSet');
  const overrides = (field(common, 'RuleActionOverrides') ?? []) as readonly unknown[];
  const takesBatches = overrides.some(
    (item) => field(item, 'Name') === 'SizeRestrictions_BODY' && field(item, 'ActionToUse', 'Count') !== undefined,
  );
  const logging = neighbours.filter(
    (other) =>
      other.type === 'AWS::WAFv2::LoggingConfiguration' && JSON.stringify(propertyAt(other, 'ResourceArn'))?.includes(acl.logicalId),
  );
  const counts = rules.filter(
    (rule) => field(rule, 'Statement', 'ManagedRuleGroupStatement') !== undefined && field(rule, 'OverrideAction', 'None') === undefined,
  );
  const keepsBlocks = logging.some(
    (other) =>
      propertyAt(other, 'LoggingFilter') === undefined ||
      /"KEEP".*"BLOCK"/s.test(JSON.stringify(propertyAt(other, 'LoggingFilter', 'Filters'))),
  );
  const hidesTokens = logging.some((other) =>
    listAt(other, 'RedactedFields').some((item) => String(field(item, 'SingleHeader', 'Name')).toLowerCase() === 'authorization'),
  );
  return [
    ...(isLimited ? [] : [{ location: 'Properties.Rules', message: 'No rule limits what one address sends' }]),
    ...(common === undefined ? [{ location: 'Properties.Rules', message: 'The common rule set of AWS is not among its rules' }] : []),
    ...(common === undefined || takesBatches
      ? []
      : [
          {
            location: 'Properties.Rules',
            message: 'SizeRestrictions_BODY refuses bodies over 8 KB; allowed: to count them, since batches are larger',
          },
        ]),
    ...counts.map((rule) => ({ location: 'Properties.Rules', message: `${String(field(rule, 'Name'))} counts, and blocks nothing` })),
    ...(logging.length > 0 && keepsBlocks ? [] : [{ message: 'What it blocks is not logged' }]),
    ...(logging.length > 0 && !hidesTokens ? [{ message: 'Its log shows tokens: the header authorization is not redacted' }] : []),
  ];
}

const expect = (resource: ResourceDefinition, name: string, value: string): Fault[] =>
  propertyAt(resource, name) === value
    ? []
    : [{ location: `Properties.${name}`, message: `${name} is ${shown(propertyAt(resource, name))}; allowed: ${value}` }];

const shown = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));

const field = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[key] : undefined),
    value,
  );

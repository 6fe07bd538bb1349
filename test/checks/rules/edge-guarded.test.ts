import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const attribute = (Key: string, Value: string) => ({ Key, Value });
const balancer: ResourceFixture = {
  Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  Properties: {
    Type: 'application',
    LoadBalancerAttributes: [
      attribute('deletion_protection.enabled', 'true'),
      attribute('access_logs.s3.enabled', 'true'),
      attribute('connection_logs.s3.enabled', 'true'),
      attribute('routing.http.drop_invalid_header_fields.enabled', 'true'),
      attribute('routing.http.desync_mitigation_mode', 'strictest'),
      attribute('waf.fail_open.enabled', 'true'),
      attribute('zonal_shift.config.enabled', 'true'),
    ],
  },
};
const association: ResourceFixture = {
  Type: 'AWS::WAFv2::WebACLAssociation',
  Properties: { ResourceArn: { Ref: 'Balancer' }, WebACLArn: { 'Fn::GetAtt': ['Acl', 'Arn'] } },
};
const acl: ResourceFixture = {
  Type: 'AWS::WAFv2::WebACL',
  Properties: {
    Rules: [
      { Name: 'Rate', Action: { Block: {} }, Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 1000 } } },
      {
        Name: 'Common',
        OverrideAction: { None: {} },
        Statement: {
          ManagedRuleGroupStatement: {
            Name: 'AWSManagedRulesCommonRuleSet',
            RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }],
          },
        },
      },
    ],
  },
};
const logging: ResourceFixture = {
  Type: 'AWS::WAFv2::LoggingConfiguration',
  Properties: { ResourceArn: { 'Fn::GetAtt': ['Acl', 'Arn'] }, RedactedFields: [{ SingleHeader: { Name: 'authorization' } }] },
};
const verified = {
  Type: 'jwt-validation',
  Order: 1,
  JwtValidationConfig: {
    Issuer: 'https://login.dataflow.example/',
    JwksEndpoint: 'https://login.dataflow.example/keys',
    AdditionalClaims: [
      { Name: 'aud', Format: 'single-string', Values: ['api'] },
      { Name: 'scope', Format: 'space-separated-values', Values: ['events:write'] },
    ],
  },
};
const forward = { Type: 'forward', Order: 2, TargetGroupArn: { Ref: 'Group' } };
const listener: ResourceFixture = {
  Type: 'AWS::ElasticLoadBalancingV2::Listener',
  Properties: {
    Protocol: 'HTTPS',
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  },
};
const rule: ResourceFixture = {
  Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  Properties: { Conditions: [{ PathPatternConfig: { Values: ['/v1/events'] } }], Actions: [verified, forward] },
};
const owner: ResourceFixture = {
  Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  Properties: {
    Conditions: [{ HttpRequestMethodConfig: { Values: ['GET'] } }, { PathPatternConfig: { Values: ['/serves'] } }],
    Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
  },
};
const record: ResourceFixture = {
  Type: 'AWS::Route53::RecordSet',
  Properties: { Name: 'api.example.com.', AliasTarget: { DNSName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] } } },
};
const group: ResourceFixture = {
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: { Protocol: 'HTTPS', HealthCheckProtocol: 'HTTPS' },
};

const edge = {
  Balancer: balancer,
  Association: association,
  Acl: acl,
  Logging: logging,
  Listener: listener,
  Rule: rule,
  Owner: owner,
  Record: record,
  Group: group,
};
type Name = keyof typeof edge;
const edgeWith = (name: Name, path: string, value: unknown) => [
  stackTemplate({ ...edge, [name]: altered(edge[name], `Properties.${path}`, value) }),
];
const edgeWithout = (name: Name) => [stackTemplate(Object.fromEntries(Object.entries(edge).filter(([key]) => key !== name)))];
const issuers = 'https://login.dataflow.example/, https://login.staging.dataflow.example/, https://login.dev.dataflow.example/';
const unverified = 'Requests are forwarded without a verified token';

describeRule('EdgeGuarded', {
  passing: {
    'a load balancer that verifies, screens, logs and speaks TLS to both sides': [stackTemplate(edge)],
    'one that is closed': [stackTemplate({ Balancer: balancer, Association: association, Acl: acl, Logging: logging, Listener: listener })],
    'TLS 1.3 alone': edgeWith('Listener', 'SslPolicy', 'ELBSecurityPolicy-TLS13-1-3-2021-06'),
    'a template without an edge': [stackTemplate({ Bucket: { Type: 'AWS::S3::Bucket' } })],
  },
  failing: {
    'a path that is forwarded without a token': {
      stacks: edgeWith('Rule', 'Actions', [forward]),
      findings: [`Rule: ${unverified}`],
    },
    'a token that is verified after the request has been forwarded': {
      stacks: edgeWith('Rule', 'Actions', [{ ...verified, Order: 3 }, forward]),
      findings: ['Rule: Requests are forwarded before their token is verified'],
    },
    'an order that only a parameter knows': {
      stacks: edgeWith('Rule', 'Actions.1.Order', { Ref: 'Order' }),
      findings: ['Rule: Requests are forwarded before their token is verified'],
    },
    'a default that forwards without a token': {
      stacks: edgeWith('Listener', 'DefaultActions', [forward]),
      findings: [`Listener: ${unverified}`],
    },
    'a default that sends elsewhere': {
      stacks: edgeWith('Listener', 'DefaultActions', [{ Type: 'redirect' }]),
      findings: [`Listener: ${unverified}`],
    },
    'tokens of any audience': {
      stacks: edgeWith('Rule', 'Actions.0.JwtValidationConfig.AdditionalClaims.0.Name', 'azp'),
      findings: ['Rule: The claim aud of the tokens is not checked'],
    },
    'a scope without a value': {
      stacks: edgeWith('Rule', 'Actions.0.JwtValidationConfig.AdditionalClaims.1.Values', []),
      findings: ['Rule: The claim scope of the tokens is []; allowed: "events:write", that of its path'],
    },
    'keys that are fetched in the clear': {
      stacks: edgeWith('Rule', 'Actions.0.JwtValidationConfig.JwksEndpoint', 'http://login.dataflow.example/keys'),
      findings: [`Rule: JwksEndpoint of the tokens is none of ${issuers}`],
    },
    'the scope of another path': {
      stacks: edgeWith('Rule', 'Conditions.0.PathPatternConfig.Values', ['/v1/profiles/lookup']),
      findings: ['Rule: The claim scope of the tokens is ["events:write"]; allowed: "profiles:read", that of its path'],
    },
    'a path that is not of the contract': {
      stacks: edgeWith('Rule', 'Conditions.0.PathPatternConfig.Values', ['/v1/*']),
      findings: ['Rule: The claim scope of the tokens is ["events:write"]; allowed: absent, that of its path'],
    },
    'the health of pods, for anybody who asks': {
      stacks: edgeWith('Owner', 'Actions', [forward]),
      findings: [`Owner: ${unverified}`],
    },
    "tokens of somebody else's provider": {
      stacks: edgeWith('Rule', 'Actions.0.JwtValidationConfig.Issuer', 'https://evil.example/'),
      findings: [`Rule: Issuer of the tokens is none of ${issuers}`],
    },
    'a path that is rewritten on its way': {
      stacks: edgeWith('Rule', 'Transforms', [{ Type: 'url-rewrite' }]),
      findings: ['Rule: Requests are rewritten on their way'],
    },
    'a name that leads elsewhere': {
      stacks: edgeWith('Record', 'AliasTarget', { DNSName: 'elsewhere.example.com' }),
      findings: ['Record: The name leads to something else than the load balancer of its stack'],
    },
    'a limit that is none': {
      stacks: edgeWith('Acl', 'Rules.0.Statement.RateBasedStatement.Limit', 2_000_000_000),
      findings: ['Acl: No rule limits what one address sends'],
    },
    "AWS's rules that only count": {
      stacks: edgeWith('Acl', 'Rules.1.OverrideAction', { Count: {} }),
      findings: ['Acl: Common counts, and blocks nothing'],
    },
    'a log that drops what was blocked': {
      stacks: edgeWith('Logging', 'LoggingFilter', {
        DefaultBehavior: 'DROP',
        Filters: [{ Behavior: 'DROP', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] }],
      }),
      findings: ['Acl: What it blocks is not logged'],
    },
    'a function that anybody may call': {
      stacks: [stackTemplate({ Url: { Type: 'AWS::Lambda::Url' } })],
      findings: ['Url: AWS::Lambda::Url is an entrance of another kind; allowed: the load balancer'],
    },
    'a load balancer of the old kind': {
      stacks: [stackTemplate({ Old: { Type: 'AWS::ElasticLoadBalancing::LoadBalancer' } })],
      findings: ['Old: AWS::ElasticLoadBalancing::LoadBalancer is an entrance of another kind; allowed: the load balancer'],
    },
    'plain HTTP from outside': {
      stacks: edgeWith('Listener', 'Protocol', 'HTTP'),
      findings: ['Listener: Protocol is "HTTP"; allowed: HTTPS'],
    },
    'TLS of old': {
      stacks: edgeWith('Listener', 'SslPolicy', 'ELBSecurityPolicy-TLS13-1-0-2021-06'),
      findings: ['Listener: SslPolicy is "ELBSecurityPolicy-TLS13-1-0-2021-06"; allowed: TLS 1.3, and TLS 1.2 with forward secrecy'],
    },
    "TLS of the load balancer's default": {
      stacks: edgeWith('Listener', 'SslPolicy', undefined),
      findings: ['Listener: SslPolicy is absent; allowed: TLS 1.3, and TLS 1.2 with forward secrecy'],
    },
    'plain HTTP to the pods': {
      stacks: edgeWith('Group', 'Protocol', 'HTTP'),
      findings: ['Group: Protocol is "HTTP"; allowed: HTTPS'],
    },
    'plain health checks': {
      stacks: edgeWith('Group', 'HealthCheckProtocol', 'HTTP'),
      findings: ['Group: HealthCheckProtocol is "HTTP"; allowed: HTTPS'],
    },
    'requests that nobody logs': {
      stacks: edgeWith('Balancer', 'LoadBalancerAttributes.1.Value', 'false'),
      findings: ['Balancer: access_logs.s3.enabled is "false"; allowed: true'],
    },
    'a load balancer that can be deleted': {
      stacks: edgeWith('Balancer', 'LoadBalancerAttributes.0', attribute('idle_timeout.timeout_seconds', '60')),
      findings: ['Balancer: deletion_protection.enabled is absent; allowed: true'],
    },
    'a zone that cannot be left': {
      stacks: edgeWith('Balancer', 'LoadBalancerAttributes.6.Value', 'false'),
      findings: ['Balancer: zonal_shift.config.enabled is "false"; allowed: true'],
    },
    'a load balancer that fails with WAF': {
      stacks: edgeWith('Balancer', 'LoadBalancerAttributes.5.Value', 'false'),
      findings: ['Balancer: waf.fail_open.enabled is "false"; allowed: true'],
    },
    'a load balancer that verifies nothing': {
      stacks: edgeWith('Balancer', 'Type', 'network'),
      findings: ['Balancer: Type is "network"; allowed: application, which verifies tokens'],
    },
    'no web ACL in front of it': { stacks: edgeWithout('Association'), findings: ['Balancer: No web ACL screens its requests'] },
    'a web ACL in front of another one': {
      stacks: edgeWith('Association', 'ResourceArn', { Ref: 'Other' }),
      findings: ['Balancer: No web ACL screens its requests'],
    },
    'addresses that may flood': {
      stacks: edgeWith('Acl', 'Rules.0.Action', { Count: {} }),
      findings: ['Acl: No rule limits what one address sends'],
    },
    'a limit for some requests of an address alone': {
      stacks: edgeWith('Acl', 'Rules.0.Statement.RateBasedStatement.ScopeDownStatement', { NotStatement: {} }),
      findings: ['Acl: No rule limits what one address sends'],
    },
    'batches that are refused for their size': {
      stacks: edgeWith('Acl', 'Rules.1.Statement.ManagedRuleGroupStatement.RuleActionOverrides', []),
      findings: ['Acl: SizeRestrictions_BODY refuses bodies over 8 KB; allowed: to count them, since batches are larger'],
    },
    "a web ACL without AWS's common rules": {
      stacks: edgeWith('Acl', 'Rules.1.Statement.ManagedRuleGroupStatement.Name', 'AWSManagedRulesLinuxRuleSet'),
      findings: ['Acl: The common rule set of AWS is not among its rules'],
    },
    'a web ACL that does not log': { stacks: edgeWithout('Logging'), findings: ['Acl: What it blocks is not logged'] },
    'a log that shows tokens': {
      stacks: edgeWith('Logging', 'RedactedFields', []),
      findings: ['Acl: Its log shows tokens: the header authorization is not redacted'],
    },
    'a distribution that ends TLS wherever it likes': {
      stacks: [stackTemplate({ Cdn: { Type: 'AWS::CloudFront::Distribution' } })],
      findings: ['Cdn: AWS::CloudFront::Distribution is an entrance of another kind; allowed: the load balancer'],
    },
    'an accelerator, whose edge is in no jurisdiction': {
      stacks: [stackTemplate({ Fast: { Type: 'AWS::GlobalAccelerator::Accelerator' } })],
      findings: ['Fast: AWS::GlobalAccelerator::Accelerator is an entrance of another kind; allowed: the load balancer'],
    },
  },
});

import { describe, expect, it } from 'vitest';
import { routes } from '../../lib/api/routes';
import { platform } from '../../lib/config/platform';
import { platformTemplate } from '../support/platform-assembly';
import { prepared, serving, templateIn } from '../support/recovery-states';
import { propertiesOf } from '../support/small-app';

type Properties = Readonly<Record<string, unknown>>;
const cells = platform.environments.flatMap((environment) => environment.cells);
const [eu] = cells.filter(({ name }) => name === 'prod-eu');
const home = platformTemplate('prod-eu/Edge');
const recovery = platformTemplate('prod-eu/RecoveryEdge');

const elb = (kind: string) => `AWS::ElasticLoadBalancingV2::${kind}`;
const attributesOf = (template: typeof home): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (propertiesOf(template, elb('LoadBalancer'))[0]?.['LoadBalancerAttributes'] as { Key: string; Value: unknown }[]).map(
      ({ Key, Value }) => [Key, typeof Value === 'string' ? Value : 'a bucket'],
    ),
  );

describe('the target groups', () => {
  const groups = propertiesOf(home, elb('TargetGroup'));

  it('ask pods over TLS whether they are ready, as often as a load balancer can [OPS-2, SEC-2]', () => {
    expect(groups.map(({ Name }) => Name)).toEqual(['prod-eu-ingest', 'prod-eu-profiles']);
    for (const group of groups) {
      expect(group).toMatchObject({
        TargetType: 'ip',
        Protocol: 'HTTPS',
        Port: 8443,
        HealthCheckProtocol: 'HTTPS',
        HealthCheckPath: '/healthz/ready',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
      });
    }
  });

  it('say whose they are, or EKS could register no pod with them', () => {
    for (const { Tags } of groups) expect(Tags).toEqual(expect.arrayContaining([{ Key: 'eks:eks-cluster-name', Value: 'prod-eu' }]));
  });
});

describe('the load balancer', () => {
  it('is kept, leaves ill zones and connections, and writes its three logs where the Region keeps them', () => {
    expect(attributesOf(home)).toEqual({
      'deletion_protection.enabled': 'true',
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': 'a bucket',
      'access_logs.s3.prefix': 'edge',
      'connection_logs.s3.enabled': 'true',
      'connection_logs.s3.bucket': 'a bucket',
      'connection_logs.s3.prefix': 'edge-connections',
      'health_check_logs.s3.enabled': 'true',
      'health_check_logs.s3.bucket': 'a bucket',
      'health_check_logs.s3.prefix': 'edge-health',
      'idle_timeout.timeout_seconds': '60',
      'client_keep_alive.seconds': '300',
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'strictest',
      'waf.fail_open.enabled': 'true',
      'zonal_shift.config.enabled': 'true',
    });
  });

  it.each(cells.map((cell) => [cell.name, cell] as const))(
    'of %s takes for each route of the contract a token of this cell and of its scope',
    (name, cell) => {
      const rules = propertiesOf(platformTemplate(`${name}/Edge`), elb('ListenerRule')).filter(
        ({ Actions }) => (Actions as unknown[]).length === 2,
      );
      const { issuer, jwksEndpoint, audiences } = cell.api.identityProvider;
      const token = (scope: string) => ({
        Type: 'jwt-validation',
        Order: 1,
        JwtValidationConfig: {
          Issuer: issuer,
          JwksEndpoint: jwksEndpoint,
          AdditionalClaims: [
            { Name: 'aud', Format: 'single-string', Values: audiences },
            { Name: 'scope', Format: 'space-separated-values', Values: [scope] },
          ],
        },
      });
      expect(rules.map(({ Conditions, Actions }) => ({ Conditions, token: (Actions as unknown[])[0] }))).toEqual(
        routes.map(({ method, path, scope }) => ({
          Conditions: [
            { Field: 'http-request-method', HttpRequestMethodConfig: { Values: [method] } },
            { Field: 'path-pattern', PathPatternConfig: { Values: [path] } },
          ],
          token: token(scope),
        })),
      );
    },
  );

  it('answers itself whether it owns the name, and 404 to all else: without a token nobody reaches a pod', () => {
    const open = propertiesOf(home, elb('ListenerRule')).filter(({ Actions }) => (Actions as unknown[]).length === 1);
    expect(open.map(({ Conditions, Actions }) => [JSON.stringify(Conditions), (Actions as { Type: string }[])[0]?.Type])).toEqual([
      [
        '[{"Field":"http-request-method","HttpRequestMethodConfig":{"Values":["GET"]}},{"Field":"path-pattern","PathPatternConfig":{"Values":["/serves"]}}]',
        'fixed-response',
      ],
    ]);
    expect(JSON.stringify(propertiesOf(home, elb('Listener'))[0]?.['DefaultActions'])).toContain('"StatusCode":"404"');
  });

  it('has a certificate of the name that customers call, proved in the zone of the cell', () => {
    for (const template of [home, recovery]) {
      expect(propertiesOf(template, 'AWS::CertificateManager::Certificate')).toMatchObject([
        {
          DomainName: eu?.api.domainName,
          ValidationMethod: 'DNS',
          DomainValidationOptions: [{ DomainName: eu?.api.domainName, HostedZoneId: eu?.api.hostedZoneId }],
        },
      ]);
    }
  });

  it('leaves an ill zone by itself where there are three, practises in office hours alone, and stops at its alarm', () => {
    const [shift] = propertiesOf(home, 'AWS::ARCZonalShift::ZonalAutoshiftConfiguration');
    const practice = shift?.['PracticeRunConfiguration'] as {
      readonly BlockedWindows: readonly string[];
      readonly OutcomeAlarms: unknown[];
    };
    expect(shift?.['ZonalAutoshiftStatus']).toBe('ENABLED');
    expect(practice.BlockedWindows.filter((window) => window.startsWith('Sat') || window.startsWith('Sun'))).toHaveLength(2);
    expect(practice.BlockedWindows).toContain('Wed:15:00-Wed:23:59');
    expect(practice.OutcomeAlarms).toEqual([
      { Type: 'CLOUDWATCH', AlarmIdentifier: { 'Fn::GetAtt': [expect.stringMatching(/^Alarmserrors/), 'Arn'] } },
    ]);
    expect(propertiesOf(platformTemplate('dev/Edge'), 'AWS::ARCZonalShift::ZonalAutoshiftConfiguration')).toEqual([]);
  });
});

describe('WAF', () => {
  const [acl] = propertiesOf(home, 'AWS::WAFv2::WebACL');
  const rules = acl?.['Rules'] as readonly { readonly Name: string; readonly Statement: Properties }[];

  it('lets an address send twice what the whole cell expects at its peak, and no more', () => {
    const limits = cells.map(({ name, workload }) => {
      const [{ Rules }] = propertiesOf(platformTemplate(`${name}/Edge`), 'AWS::WAFv2::WebACL') as [{ Rules: typeof rules }];
      const { Limit, EvaluationWindowSec } = Rules[0]?.Statement['RateBasedStatement'] as { Limit: number; EvaluationWindowSec: number };
      const expectedAtPeak = (workload.eventsPerDay / 86_400) * 4 * EvaluationWindowSec;
      return Limit / expectedAtPeak;
    });
    for (const times of limits) expect(times).toBeGreaterThanOrEqual(2);
    expect(Math.min(...limits)).toBeLessThan(2.1);
  });

  it('holds shared addresses of ill repute against requests without a token alone', () => {
    const [reputation] = rules.filter(({ Name }) => Name === 'AWSManagedRulesAmazonIpReputationList');
    expect(reputation?.Statement['ManagedRuleGroupStatement']).toMatchObject({
      ScopeDownStatement: { NotStatement: { Statement: { ByteMatchStatement: { SearchString: 'bearer ' } } } },
    });
  });

  it('blocks by what is in bodies nowhere, since events hold what people do on a site of a tenant', () => {
    const counted = rules.flatMap(({ Statement }) => {
      const group = Statement['ManagedRuleGroupStatement'] as { RuleActionOverrides?: { Name: string }[] } | undefined;
      return (group?.RuleActionOverrides ?? []).map(({ Name }) => Name);
    });
    expect(counted.filter((name) => name.endsWith('_BODY')).sort()).toEqual([
      'CrossSiteScripting_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'JavaDeserializationRCE_BODY',
      'Log4JRCE_BODY',
      'ReactJSRCE_BODY',
      'SizeRestrictions_BODY',
    ]);
  });

  it('shows tokens, queries and bodies to nobody, in samples and in its log', () => {
    expect(acl?.['DataProtectionConfig']).toEqual({
      DataProtections: [
        { Action: 'SUBSTITUTION', Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['authorization'] } },
        { Action: 'SUBSTITUTION', Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['cookie'] } },
        { Action: 'SUBSTITUTION', Field: { FieldType: 'QUERY_STRING' } },
        { Action: 'SUBSTITUTION', Field: { FieldType: 'BODY' } },
      ],
    });
    expect(propertiesOf(home, 'AWS::WAFv2::LoggingConfiguration')[0]).toMatchObject({
      RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }, { QueryString: {} }],
      LoggingFilter: { DefaultBehavior: 'DROP' },
    });
  });
});

describe('the name that customers call', () => {
  const record = (template: typeof home) => propertiesOf(template, 'AWS::Route53::RecordSet')[0];
  const check = (template: typeof home, type: string) =>
    propertiesOf(template, 'AWS::Route53::HealthCheck').find(
      ({ HealthCheckConfig }) => (HealthCheckConfig as { Type: string }).Type === type,
    );

  it('leads home as long as the recovery Region does not say that it serves', () => {
    expect(record(home)).toMatchObject({ Name: `${String(eu?.api.domainName)}.`, Type: 'A', Failover: 'PRIMARY', SetIdentifier: 'home' });
    expect(JSON.stringify(record(home)?.['HealthCheckId'])).toContain('HomeServes');
    expect(check(recovery, 'CALCULATED')?.['HealthCheckConfig']).toMatchObject({
      Inverted: true,
      HealthThreshold: 1,
      ChildHealthChecks: [{ 'Fn::GetAtt': ['RecoveryServes', 'HealthCheckId'] }],
    });
  });

  it('leads to the recovery Region when its load balancer says so, whatever home and the pods of either say', () => {
    expect(record(recovery)).toMatchObject({
      Failover: 'SECONDARY',
      SetIdentifier: 'recovery',
      HealthCheckId: { 'Fn::GetAtt': ['RecoveryServes', 'HealthCheckId'] },
    });
    expect(check(recovery, 'HTTPS')?.['HealthCheckConfig']).toMatchObject({
      ResourcePath: '/serves',
      Port: 443,
      RequestInterval: 10,
      FailureThreshold: 3,
    });
  });

  const inState = (state: 'prepared' | 'serving') =>
    state === 'serving' ? templateIn(serving, 'prod-eu/RecoveryEdge') : templateIn(prepared, 'prod-eu/RecoveryEdge');
  const owner = (template: typeof home): string =>
    JSON.stringify(
      propertiesOf(template, elb('ListenerRule'))
        .filter(({ Priority }) => Priority === 1)
        .map(({ Actions }) => Actions),
    );
  const routesOf = (template: typeof home) =>
    propertiesOf(template, elb('ListenerRule'))
      .filter(({ Priority }) => Priority !== 1)
      .map(({ Conditions, Priority }) => ({ Conditions, Priority }));

  it('finds a closed door there: 503 to everybody, and target groups that keep their pods bound', () => {
    expect(JSON.stringify(propertiesOf(recovery, elb('Listener'))[0]?.['DefaultActions'])).toContain('"StatusCode":"503"');
    expect(routesOf(recovery)).toEqual([]);
    expect(owner(recovery)).toContain('"StatusCode":"503"');
    expect(propertiesOf(recovery, elb('TargetGroup'))).toHaveLength(2);
  });

  it('does not lead there while the Region is prepared: it forwards as home does, and says that another one serves', () => {
    expect(routesOf(inState('prepared'))).toEqual(routesOf(home));
    expect(owner(inState('prepared'))).toContain('"StatusCode":"503"');
  });

  it('moves by one answer: nothing else of the edge differs between prepared and serving, nor target groups, checks and records between any two states', () => {
    const [before, after] = [inState('prepared'), inState('serving')].map((template) =>
      JSON.stringify(template.toJSON()).replace(
        /"Actions":\[\{"FixedResponseConfig":\{[^}]*\}"[^}]*\},"Type":"fixed-response"\}\]/,
        '"OWNER"',
      ),
    );
    expect(owner(inState('serving'))).toContain('"StatusCode":"200"');
    expect(before).toContain('"OWNER"');
    expect(after).toBe(before);
    for (const type of [
      'AWS::Route53::RecordSet',
      'AWS::Route53::HealthCheck',
      'AWS::CertificateManager::Certificate',
      elb('TargetGroup'),
    ]) {
      expect(propertiesOf(inState('serving'), type)).toEqual(propertiesOf(recovery, type));
    }
  });

  it('has one answer in dev, in the form in which a second one can join', () => {
    const only = record(platformTemplate('dev/Edge'));
    expect(only).toMatchObject({ Type: 'A', AliasTarget: { EvaluateTargetHealth: false }, Failover: 'PRIMARY', SetIdentifier: 'home' });
    expect(only?.['HealthCheckId']).toBeUndefined();
  });
});

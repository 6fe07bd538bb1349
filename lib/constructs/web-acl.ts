import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface WebAclProps {
  /** Of the web ACL and its metrics, such as `prod-eu-edge`; its log group is `aws-waf-logs-NAME`, as AWS WAF wants it. */
  readonly name: string;
  /** Requests that one address may send in five minutes, 10 to 2,000,000,000. */
  readonly requestsPerAddress: number;
  readonly logs: {
    readonly key: IKey;
    /** Days, a value that CloudWatch Logs has, 90 or more [SEC-3]. */
    readonly retentionDays: number;
  };
}

/** Of both rate limits. In seconds, one of 60, 120, 300, 600. */
const WINDOW_SECONDS = 300;

/**
 * Requests without a token that one address may send in the window: health checks of Route 53 come from some 15 addresses, each once in 30 seconds;
 * a library that has lost its token repeats a few times and gives up.
 */
const REQUESTS_WITHOUT_TOKEN = 300;

const withoutToken: CfnWebACL.StatementProperty = {
  notStatement: {
    statement: {
      byteMatchStatement: {
        fieldToMatch: { singleHeader: { Name: 'authorization' } },
        positionalConstraint: 'STARTS_WITH',
        searchString: 'bearer ',
        textTransformations: [{ priority: 0, type: 'LOWERCASE' }],
      },
    },
  },
};

interface ManagedGroup {
  readonly name: string;
  /**
   * Rules that only count. What is in a body is what a tenant's users did, links, markup and attacks upon the tenant among them; one event of that
   * kind would lose the other 499 of its batch. Ingest parses bodies as JSON, executes nothing of them, and has limits of its own.
   */
  readonly countOnly: readonly string[];
  /** Which requests it looks at. @default - all */
  readonly looksAt?: CfnWebACL.StatementProperty;
}

/**
 * Source of names: AWS WAF Developer Guide, "AWS Managed Rules rule groups list", read 2026-11. 25 + 200 + 700 capacity units, of 1,500 that the base price
 * includes. Versions are AWS's default, which it moves to what it has tested: nobody here would do that 20 times a year [ORG-1].
 */
export const managedGroups: readonly ManagedGroup[] = [
  // Addresses are shared, and the list changes without us: a customer's server behind one of them has a token, which is verified.
  { name: 'AWSManagedRulesAmazonIpReputationList', countOnly: [], looksAt: withoutToken },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    countOnly: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
  },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    countOnly: [
      // 8 KB, where a batch has up to some megabytes; WAF sees no more of a body in front of a load balancer, whatever is set.
      'SizeRestrictions_BODY',
      'CrossSiteScripting_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      // Servers of customers need not say what they are.
      'NoUserAgent_HEADER',
    ],
  },
];

/**
 * What stands in front of the load balancer: addresses that flood, addresses of ill repute, requests that no client of ours sends. It limits addresses, and
 * never a tenant: bearer tokens rotate, and several tenants may come from one address. Ingest limits tenants.
 */
export class WebAcl extends Construct {
  readonly webAclArn: string;
  /** Dimension of its metrics. */
  readonly metricName: string;

  constructor(scope: Construct, id: string, { name, requestsPerAddress, logs }: WebAclProps) {
    super(scope, id);
    this.metricName = name;
    const acl = new CfnWebACL(this, 'WebAcl', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(name),
      // Responses of ours, so that a client learns when to come back; JSON, as all errors of the API are (docs/02-data/api.md).
      customResponseBodies: {
        tooMany: {
          contentType: 'APPLICATION_JSON',
          content: JSON.stringify({ type: 'about:blank', title: 'Too Many Requests', status: 429, detail: 'This address sends too much.' }),
        },
      },
      // In samples, which engineers see in the console, and in logs: a token is a key to a tenant's data, and a body is the data.
      dataProtectionConfig: {
        dataProtections: [
          { field: { fieldType: 'SINGLE_HEADER', fieldKeys: ['authorization'] }, action: 'SUBSTITUTION' },
          { field: { fieldType: 'SINGLE_HEADER', fieldKeys: ['cookie'] }, action: 'SUBSTITUTION' },
          { field: { fieldType: 'QUERY_STRING' }, action: 'SUBSTITUTION' },
          { field: { fieldType: 'BODY' }, action: 'SUBSTITUTION' },
        ],
      },
      rules: [
        rateLimit('RateOfAddress', 0, requestsPerAddress),
        rateLimit('RateWithoutToken', 1, REQUESTS_WITHOUT_TOKEN, withoutToken),
        ...managedGroups.map((group, index) => managed(group, index + 2)),
      ],
    });
    this.webAclArn = acl.attrArn;
    this.log(acl, name, logs);
  }

  /** What was blocked. What was let through is in the load balancer's own log; a row for each event would cost more than the load balancer. */
  private log(acl: CfnWebACL, name: string, { key, retentionDays }: WebAclProps['logs']): void {
    const { account, partition, region } = Stack.of(this);
    const group = new LogGroup(this, 'Logs', {
      logGroupName: `aws-waf-logs-${name}`,
      retention: retentionDays,
      encryptionKey: key,
      // Its name is fixed: left behind by a deployment that failed, it would be in the way of the next.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // AWS WAF would add one of its own, for all groups. Source: AWS WAF Developer Guide, "Sending web ACL traffic logs to a CloudWatch Logs log
    // group", read 2026-11.
    const admission = new CfnResourcePolicy(this, 'Admission', {
      policyName: `${name}-waf-logs`,
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'WafWrites',
            Effect: 'Allow',
            Principal: { Service: 'delivery.logs.amazonaws.com' },
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: `arn:${partition}:logs:${region}:${account}:log-group:aws-waf-logs-${name}:log-stream:*`,
            Condition: {
              StringEquals: { 'aws:SourceAccount': account },
              ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
            },
          },
        ],
      }),
    });
    const configuration = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [`arn:${partition}:logs:${region}:${account}:log-group:${group.logGroupName}`],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }, { singleHeader: { Name: 'cookie' } }, { queryString: {} }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [{ Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] }],
      },
    });
    configuration.node.addDependency(admission);
  }
}

const visibility = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: true,
});

const rateLimit = (
  name: string,
  priority: number,
  limit: number,
  scopeDownStatement?: CfnWebACL.StatementProperty,
): CfnWebACL.RuleProperty => ({
  name,
  priority,
  statement: { rateBasedStatement: { aggregateKeyType: 'IP', evaluationWindowSec: WINDOW_SECONDS, limit, scopeDownStatement } },
  action: {
    block: {
      customResponse: {
        responseCode: 429,
        customResponseBodyKey: 'tooMany',
        responseHeaders: [{ name: 'Retry-After', value: String(WINDOW_SECONDS) }],
      },
    },
  },
  visibilityConfig: visibility(name),
});

const managed = ({ name, countOnly, looksAt }: ManagedGroup, priority: number): CfnWebACL.RuleProperty => ({
  name,
  priority,
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      scopeDownStatement: looksAt,
      ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  overrideAction: { none: {} },
  visibilityConfig: visibility(name),
});

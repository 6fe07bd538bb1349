import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import * as route53resolver from 'aws-cdk-lib/aws-route53resolver';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Names that may be asked for, and what happens to others. */
export interface EgressDomains {
  /** Such as `api.example.com`, or `*.example.com` for everything below it; those of AWS are added. */
  readonly listed: readonly string[];
  /** `observe`: others resolve, and the query log tells; `block`: they do not resolve. */
  readonly unlisted: 'observe' | 'block';
}

export interface DnsGuardProps {
  readonly vpc: IVpc;
  readonly domains: EgressDomains;
  /** Receives the queries, under the prefix `dns-queries/`. */
  readonly logBucket: IBucket;
}

/**
 * AWS's list of domains of malware, botnets and their like, by Region: the same in each account, but no API of
 * CloudFormation looks it up. Compare before the first deployment into a Region:
 * `aws route53resolver list-firewall-domain-lists --region REGION` (AWSManagedDomainsAggregateThreatList).
 * Source: values in public infrastructure code, two independent ones for all but eu-central-1, read 2026-11.
 */
const aggregateThreatList: Readonly<Record<string, string>> = {
  'us-east-1': 'rslvr-fdl-15f4860b1ad54ead',
  'us-west-2': 'rslvr-fdl-d252ee1944404e15',
  'eu-west-1': 'rslvr-fdl-a88f2f26cc6a4296',
  'eu-central-1': 'rslvr-fdl-54a2c1ef5b014042',
};

/**
 * What the platform itself asks for: AWS's services under their three endings, the names of instances and their addresses in the VPC,
 * revocation lists of AWS's certificates, and what Bottlerocket asks for by its defaults, which nodes of EKS Auto Mode are: reports, updates, the
 * second clock. Not observed yet (unverified): ADR-029 says how the list becomes one that blocks.
 * Source: bottlerocket.dev, "settings.metrics"; bottlerocket-os/bottlerocket, issue 3496; read 2026-11.
 */
const ownDomains = [
  '*.amazonaws.com',
  '*.api.aws',
  '*.on.aws',
  '*.compute.internal',
  '*.ec2.internal',
  '*.in-addr.arpa',
  '*.amazontrust.com',
  '*.bottlerocket.aws',
  '*.amazon.pool.ntp.org',
];

/** Gaps between the numbers are for rules to come; the lowest is asked first. */
const priorities = { threats: 100, listed: 200, unlisted: 300 } as const;

/**
 * Every name that something in the VPC asks for is logged. Known bad ones are answered as if they did not exist; of the others, those that are
 * listed resolve, and the rest is told, or blocked [REG-3]. ADR-029.
 */
export class DnsGuard extends Construct {
  /** By which CloudWatch counts what was asked for and is not listed. */
  readonly unlisted: { readonly ruleGroupId: string; readonly domainListId: string };

  constructor(scope: Construct, id: string, { vpc, logBucket, domains }: DnsGuardProps) {
    super(scope, id);
    const { vpcId } = vpc;

    const log = new route53resolver.CfnResolverQueryLoggingConfig(this, 'QueryLog', {
      destinationArn: logBucket.arnForObjects('dns-queries/'),
    });
    new route53resolver.CfnResolverQueryLoggingConfigAssociation(this, 'QueryLogAssociation', {
      resolverQueryLogConfigId: log.attrId,
      resourceId: vpcId,
    });

    const threatList = aggregateThreatList[vpc.env.region];
    if (!threatList) {
      throw new RangeError(
        `region: received '${vpc.env.region}'; allowed: ${Object.keys(aggregateThreatList).join(', ')}, whose list of bad domains is known`,
      );
    }
    const list = (listId: string, names: readonly string[]) =>
      new route53resolver.CfnFirewallDomainList(this, listId, { domains: [...names].sort() }).attrId;
    const listed = list('ListedDomains', [...new Set([...ownDomains, ...domains.listed])]);
    const unlisted = list('UnlistedDomains', ['*']);
    const blocks = { action: 'BLOCK', blockResponse: 'NXDOMAIN' };
    const rules = new route53resolver.CfnFirewallRuleGroup(this, 'FirewallRules', {
      firewallRules: [
        { priority: priorities.threats, ...blocks, firewallDomainListId: threatList },
        {
          priority: priorities.listed,
          action: 'ALLOW',
          firewallDomainListId: listed,
          // A destination's name leads to a name of its provider, which changes without a word to us.
          firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
        },
        { priority: priorities.unlisted, ...(domains.unlisted === 'block' ? blocks : { action: 'ALERT' }), firewallDomainListId: unlisted },
      ],
    });
    this.unlisted = { ruleGroupId: rules.attrId, domainListId: unlisted };
    new route53resolver.CfnFirewallRuleGroupAssociation(this, 'FirewallAssociation', {
      firewallRuleGroupId: rules.attrId,
      vpcId,
      priority: 101,
    });
    // Open on failure: without answers every delivery stops [SLO-1], while the query log still tells what was asked.
    new route53resolver.CfnFirewallConfig(this, 'FirewallFailure', { resourceId: vpcId, firewallFailOpen: 'ENABLED' });
  }
}

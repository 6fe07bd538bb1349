import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import * as route53resolver from 'aws-cdk-lib/aws-route53resolver';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface DnsGuardProps {
  readonly vpc: IVpc;
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

/** Every name that something in the VPC asks for is logged, and known bad ones are answered as if they did not exist. */
export class DnsGuard extends Construct {
  constructor(scope: Construct, id: string, { vpc, logBucket }: DnsGuardProps) {
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
    const rules = new route53resolver.CfnFirewallRuleGroup(this, 'FirewallRules', {
      firewallRules: [{ priority: 100, action: 'BLOCK', blockResponse: 'NXDOMAIN', firewallDomainListId: threatList }],
    });
    new route53resolver.CfnFirewallRuleGroupAssociation(this, 'FirewallAssociation', {
      firewallRuleGroupId: rules.attrId,
      vpcId,
      priority: 101,
    });
    // Open on failure: without answers every delivery stops [SLO-1], while the query log still tells what was asked.
    new route53resolver.CfnFirewallConfig(this, 'FirewallFailure', { resourceId: vpcId, firewallFailOpen: 'ENABLED' });
  }
}

import { Match } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { DnsGuard } from '../../lib/constructs/dns-guard';
import { pricedRegions } from '../../lib/cost/price-sheet';
import { account, existing, SmallStack } from '../support/small-app';

function guardOf(region: string) {
  const stack = new SmallStack('Small', [], { account, region });
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], region });
  new DnsGuard(stack, 'Guard', { vpc, logBucket: existing(stack, 'logs', region).bucket });
  return stack.template;
}

describe('the DNS guard', () => {
  // Validation lets a configuration name these Regions: none of them may fail later, when cdk.out is being written.
  it.each(pricedRegions())('knows the list of bad domains of %s, whose prices are known', (region) => {
    expect(() => guardOf(region)).not.toThrow();
  });

  it('logs every query of the network into the bucket, under its prefix', () => {
    const template = guardOf('eu-west-1');
    template.hasResourceProperties('AWS::Route53Resolver::ResolverQueryLoggingConfig', {
      DestinationArn: 'arn:aws:s3:::logs/dns-queries/',
    });
    template.hasResourceProperties('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', {
      ResourceId: 'vpc-1',
      ResolverQueryLogConfigId: { 'Fn::GetAtt': [Match.stringLikeRegexp('QueryLog'), 'Id'] },
    });
  });

  it.each([
    ['us-east-1', 'rslvr-fdl-15f4860b1ad54ead'],
    ['us-west-2', 'rslvr-fdl-d252ee1944404e15'],
    ['eu-west-1', 'rslvr-fdl-a88f2f26cc6a4296'],
    ['eu-central-1', 'rslvr-fdl-54a2c1ef5b014042'],
  ])('blocks the bad domains that AWS lists in %s', (region, list) => {
    const template = guardOf(region);
    template.hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroup', {
      FirewallRules: [{ Action: 'BLOCK', BlockResponse: 'NXDOMAIN', FirewallDomainListId: list, Priority: 100 }],
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroupAssociation', { VpcId: 'vpc-1' });
  });

  it('answers when the firewall does not', () => {
    guardOf('eu-west-1').hasResourceProperties('AWS::Route53Resolver::FirewallConfig', {
      FirewallFailOpen: 'ENABLED',
      ResourceId: 'vpc-1',
    });
  });

  it('rejects a Region whose list is not known, and names those that are', () => {
    expect(() => guardOf('eu-south-2')).toThrow("region: received 'eu-south-2'; allowed: us-east-1, us-west-2, eu-west-1, eu-central-1");
  });
});

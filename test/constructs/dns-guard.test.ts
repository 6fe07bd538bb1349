import { Match } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { DnsGuard, type EgressDomains } from '../../lib/constructs/dns-guard';
import { pricedRegions } from '../../lib/cost/price-sheet';
import { account, existing, propertiesOf, SmallStack } from '../support/small-app';

function guardOf(region: string, domains: EgressDomains = { listed: ['api.example.com'], unlisted: 'observe' }) {
  const stack = new SmallStack('Small', [], { account, region });
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], region });
  new DnsGuard(stack, 'Guard', { vpc, domains, logBucket: existing(stack, 'logs', region).bucket });
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
      FirewallRules: Match.arrayWith([{ Action: 'BLOCK', BlockResponse: 'NXDOMAIN', FirewallDomainListId: list, Priority: 100 }]),
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroupAssociation', { VpcId: 'vpc-1' });
  });

  /** Rules as Resolver asks them: by priority, the first that matches decides. */
  const rulesOf = (domains: EgressDomains) => {
    const template = guardOf('eu-west-1', domains);
    const lists = template.findResources('AWS::Route53Resolver::FirewallDomainList') as Readonly<
      Record<string, { readonly Properties: { readonly Domains: readonly string[] } }>
    >;
    const [group] = propertiesOf(template, 'AWS::Route53Resolver::FirewallRuleGroup');
    const rules = group?.['FirewallRules'] as readonly Readonly<Record<string, unknown>>[];
    return [...rules]
      .sort((a, b) => Number(a['Priority']) - Number(b['Priority']))
      .map(({ Action, FirewallDomainListId: id, FirewallDomainRedirectionAction: redirection }) => ({
        action: Action,
        domains:
          typeof id === 'string'
            ? 'threats'
            : lists[(id as { readonly 'Fn::GetAtt': readonly [string] })['Fn::GetAtt'][0]]?.Properties.Domains,
        redirection,
      }));
  };

  it('asks for threats first, then lets what is listed resolve with all that its name leads to, and tells of the rest', () => {
    expect(rulesOf({ listed: ['api.example.com', '*.hooks.example.com'], unlisted: 'observe' })).toEqual([
      { action: 'BLOCK', domains: 'threats', redirection: undefined },
      {
        action: 'ALLOW',
        domains: expect.arrayContaining([
          'api.example.com',
          '*.hooks.example.com',
          '*.amazonaws.com',
          '*.compute.internal',
          '*.bottlerocket.aws',
        ]) as unknown,
        redirection: 'TRUST_REDIRECTION_DOMAIN',
      },
      { action: 'ALERT', domains: ['*'], redirection: undefined },
    ]);
  });

  it('blocks the rest where the list is known to be whole', () => {
    expect(rulesOf({ listed: [], unlisted: 'block' }).at(-1)).toMatchObject({ action: 'BLOCK', domains: ['*'] });
  });

  it('names each domain once, in the same order whoever lists them', () => {
    const [one, other] = [
      ['b.example', 'a.example'],
      ['a.example', 'b.example', 'a.example'],
    ].map((listed) => rulesOf({ listed, unlisted: 'observe' })[1]?.domains);
    expect(one).toEqual(other);
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

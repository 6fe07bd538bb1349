/** What pods are told to call by name is listed in the DNS firewall of their network, before a cell blocks what is not: ADR-029. */
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { platformStacks } from '../support/platform-assembly';
import { trees, type Tree } from './trees';

/** Names in URLs and of images' registries, wherever in the manifests. Those of the cluster itself never leave it, and claims of tokens are compared and not called. */
const namesIn = ({ objects }: Tree): readonly string[] => {
  const text = JSON.stringify(objects).replaceAll(/"name":"TOKEN_(AUDIENCES|ISSUER)","value":"[^"]*"/g, '');
  const urls = [...text.matchAll(/https?:\/\/([a-z0-9.-]+\.[a-z]+)/g)].map(([, name = '']) => name);
  const registries = [...text.matchAll(/"image":"([a-z0-9.-]+\.[a-z]+)\//g)].map(([, name = '']) => name);
  return [...new Set([...urls, ...registries])].filter((name) => !/\.(svc|local)$/.test(name));
};

/** Domains of the list whose rule allows. */
function listedIn(path: string): readonly string[] {
  const resources = platformStacks().find((stack) => stack.path === path)?.resources ?? [];
  const [group] = resources.filter(({ type }) => type === 'AWS::Route53Resolver::FirewallRuleGroup');
  const rules = (group?.properties['FirewallRules'] ?? []) as readonly {
    readonly Action: string;
    readonly FirewallDomainListId: unknown;
  }[];
  const allowed = JSON.stringify(rules.filter(({ Action }) => Action === 'ALLOW'));
  return resources
    .filter(({ type, logicalId }) => type === 'AWS::Route53Resolver::FirewallDomainList' && allowed.includes(`"${logicalId}"`))
    .flatMap(({ properties }) => properties['Domains'] as string[]);
}

/** Strictly: a star and a dot are everything below the name, and not the name itself, whatever Resolver makes of it. */
const matches = (name: string) => (domain: string) => (domain.startsWith('*.') ? name.endsWith(domain.slice(1)) : name === domain);

describe.each(trees.map((tree) => [tree.name, tree] as const))('the pods of %s', (_, tree) => {
  it('are told no name that does not resolve once unlisted ones are blocked', () => {
    const listed = listedIn(tree.props.network.path);
    expect(listed).toContain('*.amazonaws.com');
    expect(namesIn(tree).filter((name) => !listed.some(matches(name)))).toEqual([]);
  });

  it("are told the identity provider's keys and AWS's queues among them", () => {
    const cell = platform.environments.flatMap(({ cells }) => cells).find(({ name }) => name === tree.props.cell);
    const provider = new URL(cell?.api.identityProvider.jwksEndpoint ?? '').hostname;
    expect(namesIn(tree)).toEqual(expect.arrayContaining([provider, `sqs.${tree.props.region}.amazonaws.com`]));
    expect(listedIn(tree.props.network.path)).toContain(provider);
  });
});

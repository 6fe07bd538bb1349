import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ResourceDefinition, StackTemplate } from '../../lib/checks/assembly';
import { priceOf } from '../../lib/cost/price-sheet';
import { stacksOf, standingBy } from '../support/recovery-states';

const HOURS_A_MONTH = 730;
const cells = ['dev', 'staging', 'prod-us', 'prod-eu'];

/** One that is billed by zone counts as often as it has zones. */
const zones = ({ type, properties }: ResourceDefinition): number =>
  type === 'AWS::EC2::NatGateway'
    ? ((properties['AvailabilityZoneAddresses'] as unknown[] | undefined)?.length ?? 1)
    : ((properties['SubnetIds'] as unknown[] | undefined)?.length ?? 0);

const countOf = ({ resources }: StackTemplate, type: string, weight: (resource: ResourceDefinition) => number = () => 1): number =>
  resources.filter((resource) => resource.type === type).reduce((sum, resource) => sum + weight(resource), 0);

interface Item {
  readonly count: (stack: StackTemplate) => number;
  readonly price: (region: string) => { readonly usd: number; readonly estimated: boolean };
}

const hourly =
  (item: string, service = 'VPC'): Item['price'] =>
  (region) => {
    const { usd, estimated } = priceOf(service, item, region);
    return { usd: usd * HOURS_A_MONTH, estimated };
  };

/** Capacity that each instance of a stack's database has at least. */
const leastUnits = ({ resources }: StackTemplate): number => {
  const [cluster] = resources.filter(({ type }) => type === 'AWS::RDS::DBCluster');
  const scaling = cluster?.properties['ServerlessV2ScalingConfiguration'] as { readonly MinCapacity: number } | undefined;
  return (scaling?.MinCapacity ?? 0) * resources.filter(({ type }) => type === 'AWS::RDS::DBInstance').length;
};

const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** An address for each of them. */
const subnets = ({ properties }: ResourceDefinition): number => (properties['Subnets'] as unknown[]).length;

/** With its five rules: test/stacks/edge-stack.test.ts. */
const webAcl: Item['price'] = (region) => {
  const [acl, rule] = [priceOf('WAF', 'Web ACL', region), priceOf('WAF', 'Rule or rule group', region)];
  return { usd: acl.usd + 5 * rule.usd, estimated: acl.estimated || rule.estimated };
};

const items: readonly Item[] = [
  { count: (stack) => countOf(stack, 'AWS::EC2::NatGateway', zones), price: hourly('NAT gateway hour') },
  {
    count: (stack) => countOf(stack, 'AWS::EC2::EIP') + countOf(stack, BALANCER, subnets),
    price: hourly('Public IPv4 address, in use or idle'),
  },
  {
    count: (stack) => countOf(stack, 'AWS::EC2::VPCEndpoint', zones),
    price: hourly('Interface endpoint (PrivateLink) hour, per AZ'),
  },
  // A replica of another Region's key costs what a key does. Source: AWS KMS pricing, read 2026-11.
  {
    count: (stack) => countOf(stack, 'AWS::KMS::Key') + countOf(stack, 'AWS::KMS::ReplicaKey'),
    price: (region) => priceOf('KMS', 'Customer managed key', region),
  },
  { count: leastUnits, price: hourly('Serverless v2 ACU, Aurora Standard', 'Aurora PostgreSQL') },
  { count: (stack) => countOf(stack, 'AWS::EKS::Cluster'), price: hourly('Cluster control plane, standard support', 'EKS') },
  { count: (stack) => countOf(stack, 'AWS::EKS::Capability'), price: hourly('Capabilities: Argo CD base', 'EKS') },
  { count: (stack) => countOf(stack, 'AWS::Kinesis::Stream'), price: hourly('On-demand (standard) stream', 'Kinesis Data Streams') },
  { count: (stack) => countOf(stack, BALANCER), price: hourly('Application Load Balancer hour', 'ELB') },
  { count: (stack) => countOf(stack, 'AWS::WAFv2::WebACL'), price: webAcl },
];

function rowOf(cell: string, stacks: readonly StackTemplate[]): string {
  const ofCell = stacks.filter(({ path }) => path.startsWith(`${cell}/`));
  const columns = items.map(({ count, price }) => {
    const used = ofCell.map((stack) => ({ count: count(stack), ...price(stack.region) })).filter((part) => part.count > 0);
    const usd = used.reduce((sum, part) => sum + part.count * part.usd, 0);
    return { count: used.reduce((sum, part) => sum + part.count, 0), usd, estimated: used.some(({ estimated }) => estimated) };
  });
  const total = columns.reduce((sum, { usd }) => sum + usd, 0);
  const cellsOfRow = columns.map(({ count, usd, estimated }) =>
    count === 0 ? '-' : `${String(count)}: ${usd.toFixed(2)}${estimated ? '*' : ''}`,
  );
  return `| ${[cell, ...cellsOfRow, total.toFixed(2)].join(' | ')} |`;
}

const readme = readFileSync(join(__dirname, '../../docs/04-deployment/README.md'), 'utf8').split('\n');

describe('the cost at rest in docs/04-deployment', () => {
  it.each(cells)('is that of the synthesized stacks and the price sheet: %s', (cell) => {
    expect(readme).toContain(rowOf(cell, stacksOf(standingBy)));
  });

  it('rejects a table that a further NAT gateway has made wrong', () => {
    const changed = stacksOf(standingBy).map((stack) =>
      stack.path === 'dev/Network'
        ? { ...stack, resources: [...stack.resources, ...stack.resources.filter(({ type }) => type === 'AWS::EC2::NatGateway')] }
        : stack,
    );
    expect(readme).not.toContain(rowOf('dev', changed));
  });
});

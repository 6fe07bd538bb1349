/** IPv4 networks as network policies name them. */

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

function range(cidr: string): { readonly first: number; readonly size: number } {
  const [address = '', prefix = ''] = cidr.split('/');
  return { first: toNumber(address), size: 2 ** (32 - Number(prefix)) };
}

/** A part of a network: `offset` addresses behind its first one. */
function part(cidr: string, offset: number, prefix: number): string {
  return `${toText(range(cidr).first + offset)}/${prefix}`;
}

/**
 * The address plan of lib/constructs/network.ts, four zones of which some are in use: private /19 from the start, public /22 from the
 * second half on. test/gitops/names.test.ts compares it with the templates.
 */
export const privateSubnets = (cidr: string): string => part(cidr, 0, 17);
export const publicSubnets = (cidr: string): string => part(cidr, 2 ** 15, 20);

/** Kubernetes gives the first address of the range to its API, and EKS the tenth to DNS. */
export const apiAddress = (serviceCidr: string): string => part(serviceCidr, 1, 32);
export const dnsAddress = (serviceCidr: string): string => part(serviceCidr, 10, 32);

/**
 * Where another network of ours, of a neighbour or of the host could be: metadata of the instance, other pods, peered networks.
 * Source: IANA IPv4 Special-Purpose Address Registry, those that a VPC routes; and multicast, read 2026-11.
 */
const notPublic = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '224.0.0.0/3'];

/**
 * The internet, in as few networks as say it. Listed rather than written as everything but private networks: the agent on the nodes lets an
 * `except` win over what another rule allows, and DNS is in a private network.
 * Source: aws/amazon-network-policy-controller-k8s#146, read 2026-11.
 */
export const internet: readonly string[] = without(notPublic);

function without(excluded: readonly string[]): string[] {
  const gaps = excluded.map(range).sort((a, b) => a.first - b.first);
  const result: string[] = [];
  let next = 0;
  for (const gap of [...gaps, { first: 2 ** 32, size: 0 }]) {
    while (next < gap.first) {
      let size = 1;
      // As large as it can be: aligned, and in front of the gap.
      while (next % (size * 2) === 0 && next + size * 2 <= gap.first) size *= 2;
      result.push(`${toText(next)}/${32 - Math.log2(size)}`);
      next += size;
    }
    next = Math.max(next, gap.first + gap.size);
  }
  return result;
}

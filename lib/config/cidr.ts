/** An IPv4 network as the numbers of its first and last address. */
export interface Cidr {
  readonly prefix: number;
  readonly first: number;
  readonly last: number;
}

const network = (text: string): Cidr | undefined => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  // One spelling for each network: a leading zero means octal to some readers.
  if (text !== `${a}.${b}.${c}.${d}/${prefix}`) return undefined;
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % size === 0 ? { prefix, first, last: first + size - 1 } : undefined;
};

export const cidrsOverlap = (a: Cidr, b: Cidr): boolean => a.first <= b.last && b.first <= a.last;

const contains = (outer: Cidr, inner: Cidr): boolean => outer.first <= inner.first && inner.last <= outer.last;

/** RFC 1918. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((text) => network(text) as Cidr);

/** The private network that the text denotes, or undefined: bad form, host bits set, not private. */
export function parseCidr(text: string): Cidr | undefined {
  const cidr = network(text);
  return cidr && privateNetworks.some((outer) => contains(outer, cidr)) ? cidr : undefined;
}

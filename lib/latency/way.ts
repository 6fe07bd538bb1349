/** The way of an event as hops in sequence and side by side, and what samples of its hops make of it. */

export type Way<Hop extends string = string> =
  | { readonly kind: 'hop'; readonly hop: Hop }
  | { readonly kind: 'sequence'; readonly of: readonly Way<Hop>[] }
  /** All begin together, and what follows waits for the last. */
  | { readonly kind: 'together'; readonly of: readonly Way<Hop>[] };

const asWay = <Hop extends string>(way: Way<Hop> | Hop): Way<Hop> => (typeof way === 'string' ? { kind: 'hop', hop: way } : way);

export const inSequence = <Hop extends string>(...of: readonly (Way<Hop> | Hop)[]): Way<Hop> => ({ kind: 'sequence', of: of.map(asWay) });

export const together = <Hop extends string>(...of: readonly (Way<Hop> | Hop)[]): Way<Hop> => ({ kind: 'together', of: of.map(asWay) });

/**
 * Times along a way.
 * @param sample draws times of a hop, of one length each; a hop that comes twice is drawn twice
 */
export function times<Hop extends string>(way: Way<Hop>, sample: (hop: Hop) => Float64Array): Float64Array {
  if (way.kind === 'hop') return sample(way.hop);
  const [first, ...others] = way.of.map((part) => times(part, sample));
  const result = Float64Array.from(first ?? []);
  for (const other of others) {
    for (let index = 0; index < result.length; index += 1) {
      const [so, more] = [result[index] ?? 0, other[index] ?? 0];
      result[index] = way.kind === 'sequence' ? so + more : Math.max(so, more);
    }
  }
  return result;
}

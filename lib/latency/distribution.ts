/** Distributions of times in milliseconds, each as its quantile function: what is cited is a point of it. */

/** Time that a share `p` of all events stays below, for p in (0, 1). */
export type Quantiles = (p: number) => number;

/** A percentile as it is published: a share of all events, and the milliseconds that they stay below. */
export type Percentile = readonly [share: number, ms: number];

/**
 * A standard normal's quantile. Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function", relative
 * error below 1.2e-9.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p: received ${p}; allowed: more than 0 and less than 1`);
  if (p > 0.97575) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r - 30.66479806614716) * r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1)
  );
}

/**
 * Goes through each of the cited percentiles. Between them, and beyond the first and the last, the logarithm of the time is a straight line over the
 * normal score: a lognormal distribution in pieces. So nothing is fitted but what is cited, times are positive, and where only two
 * percentiles are published it is the lognormal distribution that has them. Latencies of services have long tails to the right, as it has.
 */
export function throughPercentiles(cited: readonly Percentile[]): Quantiles {
  const points = cited.map(([share, ms]) => ({ score: normalQuantile(share), log: Math.log(ms) }));
  if (points.length < 2) throw new RangeError(`cited: received ${cited.length} percentiles; allowed: 2 or more`);
  points.forEach(({ score, log }, index) => {
    const before = points[index - 1];
    if (!Number.isFinite(log)) throw new RangeError(`cited: received ${String(cited[index]?.[1])} ms; allowed: more than 0`);
    if (before && !(before.score < score && before.log <= log)) {
      throw new RangeError(`cited: received ${JSON.stringify(cited)}; allowed: shares that rise, and times that do not fall`);
    }
  });
  return (p) => {
    const score = normalQuantile(p);
    let right = 1;
    while (right < points.length - 1 && (points[right]?.score ?? 0) < score) right += 1;
    const [from, to] = [points[right - 1], points[right]];
    if (!from || !to) return Number.NaN;
    return Math.exp(from.log + ((to.log - from.log) * (score - from.score)) / (to.score - from.score));
  };
}

/** All that a mean says of a tail, if services forget how long a request took already: p99 is 4.6 times the mean. */
export const exponential =
  (meanMs: number): Quantiles =>
  (p) =>
    -meanMs * Math.log(1 - p);

/** The mean each time: half of all events of a distribution with a long tail are below its mean, so no such median is higher. */
export const constant =
  (ms: number): Quantiles =>
  () =>
    ms;

/** The sample's value that a share `p` of it stays below. @param sorted upwards */
export function percentileOf(sorted: Float64Array, p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

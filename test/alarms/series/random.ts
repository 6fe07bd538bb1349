/** A stream of numbers that is the same each time: a series is known by its seed. */
export interface Random {
  /** From 0 to less than 1. */
  readonly uniform: () => number;
  /** Whole number from `from` to `to`, both included. */
  readonly whole: (from: number, to: number) => number;
  /** Mean 0, deviation 1. */
  readonly normal: () => number;
  /** Median `median`; `spread` is the deviation of its logarithm. */
  readonly lognormal: (median: number, spread: number) => number;
  readonly poisson: (mean: number) => number;
}

/** Mulberry32, by Tommy Ettinger (public domain): 32 bits of state are enough for noise. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  let spare: number | undefined;
  // Box and Muller's method makes two at a time.
  const normal = () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const poisson = (mean: number) => {
    if (mean <= 0) return 0;
    // Beyond 30 the normal approximation is nearer than the noise that it stands for.
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > limit; product *= uniform()) count += 1;
    return count;
  };
  return {
    uniform,
    whole: (from, to) => from + Math.floor(uniform() * (to - from + 1)),
    normal,
    lognormal: (median, spread) => median * Math.exp(spread * normal()),
    poisson,
  };
}

/** Several measurements of one thing: on a shared machine the median holds still, and the range says how far to trust it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1) };
}

/** The straight line through points (x, y), by least squares. */
export function line(points: readonly (readonly [x: number, y: number])[]): { readonly slope: number; readonly intercept: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map((point) => point[0]));
  const y = mean(points.map((point) => point[1]));
  const covariance = mean(points.map((point) => (point[0] - x) * (point[1] - y)));
  const slope = covariance / mean(points.map((point) => (point[0] - x) ** 2));
  return { slope, intercept: y - slope * x };
}

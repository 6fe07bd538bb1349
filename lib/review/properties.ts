/** Reading properties of which only CloudFormation knows the shape. */

export type Properties = Readonly<Record<string, unknown>>;
export type Path = readonly (string | number)[];

export const at = (value: unknown, ...path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Readonly<Record<string | number, unknown>> | null | undefined)?.[key], value);

export const listAt = (value: unknown, ...path: Path): readonly unknown[] => {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
};

export const isOn = (value: unknown): boolean => value === true || value === 'true';

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A figure as CloudFormation takes it: NaN, which compares as neither more nor less, for what only a deployment resolves. */
export const figure = (value: unknown, absent: number): number => {
  if (value === undefined) return absent;
  return typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? Number(value) : NaN;
};

/** Whether a figure became smaller. What cannot be compared counts as smaller, unless it stands as it stood. */
export const isLess = (before: unknown, after: unknown, absent: number): boolean =>
  !same(before, after) && !(figure(after, absent) >= figure(before, absent));

/** A value in a sentence. */
export function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** A figure in a sentence, with what holds where there is none. */
export const figureText = (value: unknown, absent: number): string => {
  if (value !== undefined) return short(value);
  return absent === Infinity ? 'no end' : `nothing, which is ${absent}`;
};
